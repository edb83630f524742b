use invoice::{amount, rate};
use proptest::prelude::*;
use rust_decimal::Decimal;

#[test]
fn printed_amounts() {
    for (printed, plain) in [
        ("3098.79", "3098.79"),
        ("¥3,098.79", "3098.79"),
        ("￥ 3 098.79", "3098.79"),
        ("CNY 800.00", "800.00"),
        ("800.00CNY", "800.00"),
        ("５０．００元", "50.00"),
        ("100元整", "100"),
        ("1，234，567．8", "1234567.8"),
        ("0.640", "0.640"),
        (".50", "0.50"),
        ("-14.85", "-14.85"),
        ("－14.85", "-14.85"),
        ("¥-14.85", "-14.85"),
        ("-¥14.85", "-14.85"),
        ("14.85-", "-14.85"),
        ("−14.85", "-14.85"),
        ("(14.85)", "-14.85"),
        ("（负数）14.85", "-14.85"),
        ("负14.85", "-14.85"),
        ("-0.00", "0.00"),
        ("37990.566037735849", "37990.566037735849"),
        ("00012.30", "12.30"),
    ] {
        assert_eq!(amount::parse(printed).map(amount::plain).as_deref(), Some(plain), "{printed}");
        assert_eq!(amount::text(printed), plain, "{printed}");
    }
}

#[test]
fn no_amounts() {
    for printed in [
        "",
        "***",
        "免税",
        "12,34.5",
        "1,23",
        ",123",
        "12.",
        ".",
        "¥",
        "-",
        "--5",
        "-5-",
        "1.2.3",
        "12a",
        "壹佰",
        "0x10",
        "1e5",
        "()",
        "123456789012345678901234567890.12",
        "12%",
    ] {
        assert_eq!(amount::parse(printed), None, "{printed}");
    }
    assert_eq!(amount::parse(&"9".repeat(100_000)), None);
}

#[test]
fn marks_stay_text() {
    assert_eq!(amount::text(" *** "), "***");
    assert_eq!(amount::text("免 税"), "免税");
}

#[test]
fn sums_and_tolerance() {
    let decimal = |text: &str| amount::parse(text).unwrap();
    assert_eq!(amount::sum([decimal("67.57"), decimal("-14.85")]), Some(decimal("52.72")));
    assert_eq!(amount::sum([Decimal::MAX, Decimal::MAX]), None);
    assert!(amount::within(decimal("1.00"), decimal("1.01"), 1));
    assert!(!amount::within(decimal("1.00"), decimal("1.011"), 1));
    assert!(!amount::within(Decimal::MAX, Decimal::MIN, 1));
    assert_eq!(amount::to_cents(decimal("2.005")), decimal("2.01"));
    assert_eq!(amount::to_cents(decimal("-2.005")), decimal("-2.01"));
}

#[test]
fn rates() {
    for (printed, wire, fraction) in [
        ("6%", "6%", "0.06"),
        ("13 ％", "13%", "0.13"),
        ("0.060000", "6%", "0.06"),
        ("0.13", "13%", "0.13"),
        ("0.015", "1.5%", "0.015"),
        ("6.00%", "6.00%", "0.06"),
        ("0%", "0%", "0"),
        ("0", "0%", "0"),
    ] {
        assert_eq!(rate::text(printed), wire, "{printed}");
        assert_eq!(rate::parse(printed), amount::parse(fraction), "{printed}");
    }
    for printed in ["免税", "不征税", "***", "1", "13", "130%", "-6%", "%", ""] {
        assert_eq!(rate::parse(printed), None, "{printed}");
        assert_eq!(rate::text(printed), printed, "{printed}");
    }
    for (printed, untaxed) in [("免税", true), ("不 征 税", true), ("***", true), ("*", true), ("", false), ("0%", false)] {
        assert_eq!(rate::is_untaxed(printed), untaxed, "{printed}");
    }
}

fn with_thousands(cents: u64) -> String {
    let whole = (cents / 100).to_string();
    let first = whole.len() % 3;
    let mut groups: Vec<&str> = if first > 0 { vec![&whole[..first]] } else { vec![] };
    groups.extend((first..whole.len()).step_by(3).map(|at| &whole[at..at + 3]));
    format!("{}.{:02}", groups.join(","), cents % 100)
}

proptest! {
    #[test]
    fn every_printing_means_the_same(cents in 0_u64..10_000_000_000_000, negative: bool) {
        let mut amount = Decimal::new(i64::try_from(cents).unwrap(), 2);
        amount.set_sign_negative(negative && cents > 0);
        let minus = if negative { "-" } else { "" };
        prop_assert_eq!(amount::parse(&format!("{minus}¥{}", with_thousands(cents))), Some(amount));
        prop_assert_eq!(amount::parse(&format!("￥{minus}{}元", with_thousands(cents))), Some(amount));
        prop_assert_eq!(amount::parse(&amount::plain(amount)), Some(amount));
        prop_assert_eq!(amount::plain(amount).rsplit_once('.').map(|(_, decimals)| decimals.len()), Some(2));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        if let Some(amount) = amount::parse(&text) {
            prop_assert_eq!(amount::parse(&amount::plain(amount)), Some(amount));
        }
        let _ = (rate::parse(&text), rate::text(&text), rate::is_untaxed(&text));
    }
}
