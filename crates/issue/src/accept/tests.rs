use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;
use crate::conformance::sample::{SELLER, seller};
use crate::order::{AppId, TaxId, Untaxed};

fn yuan(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn request(goods: Goods) -> Request {
    Request {
        number: OrderNumber::from("1"),
        seller: TaxId::from(SELLER),
        form: Form::Ordinary,
        buyer: Buyer { name: "测试购买方".to_owned(), ..Buyer::default() },
        goods,
        remark: String::new(),
        people: People::default(),
        extras: Map::new(),
        notify: Vec::new(),
    }
}

fn asked(fields: &[(&str, &str)]) -> AskedRow {
    let mut row = AskedRow { name: "项目".to_owned(), rate: Some(yuan("0.13")), ..AskedRow::default() };
    for (field, value) in fields {
        let amount = Some(yuan(value));
        match *field {
            "quantity" => row.quantity = amount,
            "price" => row.price = amount,
            "price_with_tax" => (row.price, row.price_with_tax) = (amount, true),
            "rate" => row.rate = amount,
            "net" => row.net = amount,
            "tax" => row.tax = amount,
            "gross" => row.gross = amount,
            _ => panic!("{field}"),
        }
    }
    row
}

fn completed(rows: Vec<AskedRow>) -> Result<Vec<Row>, String> {
    complete(&request(Goods::Rows(rows)), &seller("demo")).map(|content| content.rows).map_err(|invalid| invalid.to_string())
}

#[test]
fn an_amount_takes_the_item_of_the_seller() {
    for (amount, net, tax) in [("100.00", "91.74", "8.26"), ("0.01", "0.01", "0.00"), ("10", "9.17", "0.83"), ("8.5", "7.80", "0.70")] {
        let content = complete(&request(Goods::Amount(yuan(amount))), &seller("demo")).unwrap();
        let row = &content.rows[0];
        assert_eq!((row.net, row.tax, row.gross), (yuan(net), yuan(tax), yuan(amount)), "{amount}");
        assert_eq!((row.name.as_str(), row.tax_code.as_str(), row.rate), ("停车费", "3040502020200000000", yuan("0.09")));
        assert_eq!((content.people.issuer.as_str(), content.seller.name.as_str()), ("测试员", "演示停车场管理有限公司"));
    }
    let mut poor = seller("demo");
    poor.item = None;
    let refused = complete(&request(Goods::Amount(yuan("1"))), &poor).unwrap_err();
    assert_eq!(refused, Invalid { field: "item".to_owned(), problem: Problem::NoDefault });
}

#[test]
fn amounts_that_are_no_invoice_are_refused() {
    for (amount, said) in [
        ("0", "amount.net: 超出范围"),
        ("-1", "amount.net: 超出范围"),
        ("1.001", "amount: 小数超过 2 位"),
        ("10000000000000", "amount: 超出范围"),
    ] {
        let refused = complete(&request(Goods::Amount(yuan(amount))), &seller("demo")).unwrap_err();
        assert_eq!(refused.to_string(), said, "{amount}");
    }
    // The largest amount is what it says.
    assert_eq!(LARGEST, yuan("9999999999999"));
}

#[test]
fn what_is_missing_of_a_row_is_computed() {
    for (given, net, tax, gross) in [
        (&[("gross", "113")][..], "100", "13", "113"),
        (&[("net", "100")], "100", "13.00", "113"),
        (&[("net", "0.88"), ("tax", "0.12")], "0.88", "0.12", "1.00"),
        (&[("tax", "0.12"), ("gross", "1")], "0.88", "0.12", "1"),
        (&[("net", "0.88"), ("gross", "1")], "0.88", "0.12", "1"),
        // Within the tolerance, as billing systems round rows: taken as given.
        (&[("net", "0.88"), ("tax", "0.17"), ("gross", "1.05")], "0.88", "0.17", "1.05"),
        (&[("quantity", "3"), ("price", "33.33")], "99.99", "13.00", "112.99"),
        (&[("quantity", "3"), ("price_with_tax", "37.66666667")], "100", "13", "113"),
        (&[("quantity", "3"), ("price", "33.33333333"), ("net", "100")], "100", "13", "113"),
        (&[("gross", "100"), ("rate", "0")], "100", "0", "100"),
        (&[("gross", "101.5"), ("rate", "0.015")], "100", "1.5", "101.5"),
    ] {
        let rows = completed(vec![asked(given)]).unwrap();
        assert_eq!((rows[0].net, rows[0].tax, rows[0].gross), (yuan(net), yuan(tax), yuan(gross)), "{given:?}");
    }
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    for (given, said) in [
        (&[][..], "rows[0].gross: 不能为空"),
        (&[("tax", "1")], "rows[0].gross: 不能为空"),
        (&[("net", "100"), ("tax", "13"), ("gross", "113.01")], "rows[0].gross: 金额不符: 不含税金额 + 税额 ≠ 含税金额"),
        (&[("net", "100"), ("gross", "113.07")], "rows[0].tax: 金额不符: 税额与 金额 × 税率 相差超过 0.06"),
        (&[("quantity", "3"), ("gross", "1")], "rows[0].price: 不能为空"),
        (&[("price", "3"), ("gross", "1")], "rows[0].quantity: 不能为空"),
        (&[("quantity", "3"), ("price", "3"), ("net", "9.02")], "rows[0].price: 金额不符: 数量 × 单价 与金额不符"),
        (&[("quantity", "0"), ("price", "3")], "rows[0].quantity: 超出范围"),
        (&[("quantity", "0.123456789"), ("price", "3")], "rows[0].quantity: 小数超过 8 位"),
        (&[("gross", "1.005")], "rows[0].gross: 小数超过 2 位"),
        (&[("gross", "-5")], "rows[0].net: 超出范围"),
        (&[("gross", "1"), ("rate", "1")], "rows[0].rate: 超出范围"),
        (&[("gross", "1"), ("rate", "-0.01")], "rows[0].rate: 超出范围"),
        (&[("quantity", "9999999999999"), ("price", "9999999999999")], "rows[0].quantity: 超出范围"),
    ] {
        assert_eq!(completed(vec![asked(given)]).unwrap_err(), said, "{given:?}");
    }
    assert_eq!(completed(Vec::new()).unwrap_err(), "rows: 不能为空");
    assert_eq!(completed(vec![asked(&[("gross", "1")]); 2001]).unwrap_err(), "rows: 超出范围");
    let untaxed = AskedRow { untaxed: Some(Untaxed::Exempt), ..asked(&[("gross", "1")]) };
    assert_eq!(completed(vec![untaxed]).unwrap_err(), "rows[0].untaxed: 不应填写");
    let code = AskedRow { tax_code: "304050202020000000X".to_owned(), ..asked(&[("gross", "1")]) };
    assert_eq!(completed(vec![code]).unwrap_err(), "rows[0].tax_code: 格式不正确");
}

#[test]
fn a_discount_stands_behind_the_row_that_it_lowers() {
    let of = |kind, gross: &str| AskedRow { kind, ..asked(&[("gross", gross)]) };
    use RowKind::{Discount, Discounted, Plain};
    let rows = completed(vec![of(Plain, "1"), of(Discounted, "113"), of(Discount, "-11.3"), of(Plain, "1")]).unwrap();
    assert_eq!((rows[2].net, rows[2].tax), (yuan("-10"), yuan("-1.3")));
    let other = AskedRow { name: "别的".to_owned(), ..of(Discount, "-1") };
    for wrong in [
        vec![of(Discount, "-1")],
        vec![of(Discounted, "113")],
        vec![of(Plain, "113"), of(Discount, "-1")],
        vec![of(Discounted, "113"), of(Plain, "5"), of(Discount, "-1")],
        vec![of(Discounted, "113"), of(Discount, "-113.01")],
        vec![of(Discounted, "113"), other],
        vec![of(Discounted, "113"), of(Discount, "1")],
    ] {
        assert!(completed(wrong.clone()).is_err(), "{wrong:?}");
    }
    // A row that is lowered to nothing leaves nothing to issue.
    assert_eq!(completed(vec![of(Discounted, "113"), of(Discount, "-113")]).unwrap_err(), "goods: 超出范围");
}

#[test]
fn parties_numbers_and_texts_are_checked() {
    type Spoil = fn(&mut Request);
    let cases: [(Spoil, &str); 16] = [
        (|r| r.number = OrderNumber::from(""), "number: 不能为空"),
        (|r| r.number = OrderNumber::from(" 1"), "number: 含有不可用的字符"),
        (|r| r.number = OrderNumber::from("1\0"), "number: 含有不可用的字符"),
        (|r| r.number = OrderNumber::new("1".repeat(65)), "number: 超过 64 个字符"),
        (|r| r.buyer.name = "  ".to_owned(), "buyer.name: 不能为空"),
        (|r| r.buyer.name = "名".repeat(101), "buyer.name: 超过 100 个字符"),
        (|r| r.buyer.name = "名\u{7}".to_owned(), "buyer.name: 含有不可用的字符"),
        (|r| r.buyer.tax_id = Some(TaxId::from("9111 000")), "buyer.tax_id: 格式不正确"),
        (|r| (r.buyer.tax_id, r.buyer.person) = (Some(TaxId::from("91110000MA00FAPA1B")), true), "buyer.tax_id: 不应填写"),
        (|r| r.form = Form::Special, "buyer.tax_id: 不能为空"),
        (|r| r.seller = TaxId::from("91110000MA00FAPA1B"), "seller: 该销售方已停用"),
        (|r| r.remark = "备".repeat(201), "remark: 超过 200 个字符"),
        (|r| r.people.issuer = "人".repeat(21), "people.issuer: 超过 20 个字符"),
        (|r| r.notify = vec![Target { dialect: "gate".to_owned(), url: "ftp://a.b".to_owned() }], "notify[0]: 格式不正确"),
        (|r| r.notify = vec![Target { dialect: "gate".to_owned(), url: "https:///x".to_owned() }], "notify[0]: 格式不正确"),
        (|r| drop(r.extras.insert("x".to_owned(), json!("x".repeat(70_000)))), "extras: 超过 65536 个字符"),
    ];
    assert!(complete(&request(Goods::Amount(yuan("1"))), &seller("demo")).is_ok());
    for (spoil, said) in cases {
        let mut request = request(Goods::Amount(yuan("1")));
        spoil(&mut request);
        assert_eq!(complete(&request, &seller("demo")).unwrap_err().to_string(), said);
    }
    let mut off = seller("demo");
    off.enabled = false;
    assert!(complete(&request(Goods::Amount(yuan("1"))), &off).is_err());
    assert_eq!(off.app, AppId::from("demo"));
}

#[test]
fn the_fingerprint_is_of_the_content() {
    let base = || {
        let mut request = request(Goods::Rows(vec![asked(&[("gross", "100")])]));
        request.extras = json!({"a": 1, "b": {"c": 2, "d": 3}}).as_object().unwrap().clone();
        request
    };
    let same: [fn(&mut Request); 3] = [
        |r| r.goods = Goods::Rows(vec![asked(&[("gross", "100.00")])]),
        |r| r.notify = vec![Target { dialect: "gate".to_owned(), url: "https://a.b".to_owned() }],
        |r| r.extras = json!({"b": {"d": 3, "c": 2}, "a": 1}).as_object().unwrap().clone(),
    ];
    for change in same {
        let mut other = base();
        change(&mut other);
        assert_eq!(fingerprint(&other), fingerprint(&base()));
    }
    let different: [fn(&mut Request); 6] = [
        |r| r.goods = Goods::Rows(vec![asked(&[("gross", "100.01")])]),
        |r| r.goods = Goods::Rows(vec![asked(&[("net", "100")])]),
        |r| r.buyer.name.push('a'),
        |r| r.buyer.email.push('a'),
        |r| r.seller = TaxId::from("91110000MA00FAPA1B"),
        |r| drop(r.extras.insert("a".to_owned(), json!("1"))),
    ];
    for change in different {
        let mut other = base();
        change(&mut other);
        assert_ne!(fingerprint(&other), fingerprint(&base()));
    }
}

proptest! {
    /// Whatever amount of cents and rate: the row adds up, is within the tolerance, and has two decimals.
    #[test]
    fn every_amount_adds_up(cents in 1_i64..10_000_000_000, rate in 0_i64..300, quantity in 1_i64..1_000_000) {
        let gross = Decimal::new(cents, 2);
        let fraction = Decimal::new(rate, 3);
        let row = AskedRow { name: "项目".to_owned(), rate: Some(fraction), gross: Some(gross), ..AskedRow::default() };
        let rows = completed(vec![row.clone()]).unwrap();
        prop_assert_eq!(rows[0].net + rows[0].tax, gross);
        prop_assert!(rows[0].net.scale() <= 2 && rows[0].tax.scale() <= 2 && rows[0].tax >= Decimal::ZERO);
        prop_assert!((rows[0].net * fraction - rows[0].tax).abs() <= Decimal::new(1, 2));
        // The completed row, asked for again, is itself.
        let again = AskedRow { net: Some(rows[0].net), tax: Some(rows[0].tax), ..row.clone() };
        prop_assert_eq!(&completed(vec![again]).unwrap(), &rows);
        let priced = AskedRow { gross: None, quantity: Some(Decimal::new(quantity, 3)), price: Some(Decimal::new(cents, 4)), ..row };
        if let Ok(rows) = completed(vec![priced]) {
            prop_assert_eq!(rows[0].net + rows[0].tax, rows[0].gross);
        }
    }
}
