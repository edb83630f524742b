use invoice::kind::Kind;
use invoice::qr::{self, Checksum, Meaning, Payload, Qr};
use jiff::civil::Date;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn payload(text: &str) -> Payload {
    match qr::parse(text) {
        Qr::Invoice(payload) => payload,
        other => panic!("{text} is {other:?}"),
    }
}

#[test]
fn the_seed_s_example() {
    let payload = payload("01,10,044000003111,20000010,123.40,20210701,01812343072612345678");
    assert_eq!(payload.kind(), Some(Kind::VatElectronic));
    assert_eq!(payload.code, "044000003111");
    assert_eq!(payload.number, "20000010");
    assert_eq!(payload.amount, Some(Decimal::new(12340, 2)));
    assert_eq!(payload.meaning(), Some(Meaning::Net));
    assert_eq!(payload.date, Date::new(2021, 7, 1).ok());
    assert_eq!(payload.check_code, "01812343072612345678");
    assert_eq!(payload.checksum, Checksum::Absent);
}

/// The checksums were computed outside this program.
#[test]
fn payloads_of_every_make() {
    for (text, kind, number, amount, check_code, checksum) in [
        (
            "01,31,,26002000000000000017,1130.00,20260105,,8B7E",
            Some(Kind::DigitalSpecial),
            "26002000000000000017",
            "1130.00",
            "",
            Checksum::Fits,
        ),
        (
            "01,10,044002600111,00000017,200.00,20260105,12345678901234567890,FC64,",
            Some(Kind::VatElectronic),
            "00000017",
            "200.00",
            "12345678901234567890",
            Checksum::Fits,
        ),
        // Over the text without its last comma.
        (
            "01,10,044002600111,00000017,200.00,20260105,12345678901234567890,C2FE",
            Some(Kind::VatElectronic),
            "00000017",
            "200.00",
            "12345678901234567890",
            Checksum::Fits,
        ),
        // 专票 without the field of the check code.
        ("01,01,4400261130,00000017,200.00,20260105,FC57,", Some(Kind::VatSpecial), "00000017", "200.00", "", Checksum::Fits),
        // The railway's own checksum.
        ("01,51,,26119110000000000017,74.00,20260105,,2c65", Some(Kind::Train), "26119110000000000017", "74.00", "", Checksum::Fits),
        (
            "01,31,,26002000000000000017,1130.00,20260105,,8B7F",
            Some(Kind::DigitalSpecial),
            "26002000000000000017",
            "1130.00",
            "",
            Checksum::Differs,
        ),
        (
            "01,32,,26002000000000000017,64.9,2026-03-09,,",
            Some(Kind::DigitalOrdinary),
            "26002000000000000017",
            "64.9",
            "",
            Checksum::Absent,
        ),
        ("01,32, ,26002000000000000017,300,20260309, , ", Some(Kind::DigitalOrdinary), "26002000000000000017", "300", "", Checksum::Absent),
        ("01,99,,26002000000000000017,300,20260309,,", None, "26002000000000000017", "300", "", Checksum::Absent),
        (
            "\u{feff}01,04,044002600104,00000017,200,20260105,12345678901234567890,zzzz\n",
            Some(Kind::VatOrdinary),
            "00000017",
            "200",
            "12345678901234567890",
            Checksum::Differs,
        ),
    ] {
        let payload = payload(text);
        assert_eq!(payload.kind(), kind, "{text}");
        assert_eq!(payload.number, number, "{text}");
        assert_eq!(payload.amount.map(|amount| amount.to_string()).as_deref(), Some(amount), "{text}");
        assert_eq!(payload.check_code, check_code, "{text}");
        assert_eq!(payload.checksum, checksum, "{text}");
        assert!(payload.date.is_some(), "{text}");
    }
}

#[test]
fn which_amount_it_is() {
    for (kind, meaning) in [
        ("01", Some(Meaning::Net)),
        ("04", Some(Meaning::Net)),
        ("10", Some(Meaning::Net)),
        ("20", Some(Meaning::Net)),
        ("31", Some(Meaning::Total)),
        ("32", Some(Meaning::Total)),
        ("51", Some(Meaning::Total)),
        ("61", Some(Meaning::Total)),
        ("15", None),
        ("99", None),
    ] {
        assert_eq!(payload(&format!("01,{kind},,00000017,1,20260105,,")).meaning(), meaning, "{kind}");
    }
}

#[test]
fn addresses() {
    let address = "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=00ab&bill_num=00000017&total_amount=7205";
    let Qr::BlockChain(found) = qr::parse(address) else { panic!("no block-chain invoice") };
    assert_eq!((found.number.as_str(), found.total, found.hash.as_str()), ("00000017", Some(Decimal::new(7205, 2)), "00ab"));
    for address in ["https://example.com/a?b=c", "HTTP://example.com", "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=00"] {
        assert_eq!(qr::parse(address), Qr::Url(address.to_owned()));
    }
}

#[test]
fn anything_else() {
    for text in ["", "01", "01,10", "01,10,,abc,1,20260105,,", "02,10,044002600111,00000017,1,20260105,,", "01,1,,00000017,1,2,3", "票"] {
        assert_eq!(qr::parse(text), Qr::Other(text.to_owned()));
    }
    let Qr::Other(cut) = qr::parse(&"9".repeat(1_000_000)) else { panic!("a million digits are an invoice") };
    assert!(cut.len() < 10_000);
}

proptest! {
    #[test]
    fn what_is_written_is_read(kind in "(01|04|10|20|31|32|51|61)", number in "[0-9]{20}", cents in 0_i64..1_000_000_000, check in "([0-9]{20})?") {
        let day = Date::new(2026, 1, 5).unwrap();
        let amount = Decimal::new(cents, 2);
        let text = qr::write(&kind, "", &number, amount, day, &check);
        let payload = payload(&text);
        prop_assert_eq!(payload.checksum, Checksum::Fits);
        prop_assert_eq!((payload.number, payload.amount, payload.date, payload.check_code), (number, Some(amount), Some(day), check));
    }

    #[test]
    fn a_changed_digit_is_noticed(number in "[0-9]{20}", at in 0_usize..20, step in 1_u8..10) {
        let text = qr::write("31", "", &number, Decimal::ONE, Date::new(2026, 1, 5).unwrap(), "");
        let mut changed = number.into_bytes();
        changed[at] = (changed[at] - b'0' + step) % 10 + b'0';
        let changed = String::from_utf8(changed).unwrap();
        let text = format!("01,31,,{changed}{}", &text[27..]);
        prop_assert_eq!(payload(&text).checksum, Checksum::Differs);
    }

    #[test]
    fn any_text_is_something(text in "\\PC{0,200}") {
        let _ = qr::parse(&text);
        let _ = qr::parse(&format!("01,10,{text}"));
    }
}
