use invoice::check::{self, Outcome};
use invoice::kind::Kind;
use invoice::qr::{self, Payload, Qr};

use crate::{details, row};

fn payload(text: &str) -> Payload {
    match qr::parse(text) {
        Qr::Invoice(payload) => payload,
        other => panic!("{other:?}"),
    }
}

/// The checks made, as `name` or `!name` where they failed.
fn made(outcomes: &[Outcome]) -> Vec<String> {
    outcomes.iter().map(|outcome| format!("{}{}", if outcome.passed { "" } else { "!" }, outcome.name)).collect()
}

const RIGHT: &[(&str, &str)] = &[
    ("title", "浙江增值税电子普通发票"),
    ("code", "033002600111"),
    ("number", "00000017"),
    ("date", "2026年01月05日"),
    ("pretax_amount", "52.72"),
    ("tax", "1.58"),
    ("total", "54.30"),
    ("total_cn", "伍拾肆圆叁角整"),
    ("check_code", "12345678901234567890"),
];

fn electronic(changes: &[(&str, &str)]) -> invoice::details::Details {
    let mut read = details(RIGHT);
    for (key, value) in changes {
        read.set(key, invoice::details::Field::new(*value, invoice::details::Source::Ocr));
    }
    *read.rows_mut("items") = vec![
        row(&[("quantity", "1"), ("price", "67.57"), ("total", "67.57"), ("tax_rate", "3%"), ("tax", "2.03")]),
        row(&[("total", "-14.85"), ("tax_rate", "3%"), ("tax", "-0.45")]),
    ];
    read
}

#[test]
fn a_right_invoice_passes_everything() {
    let text = qr::write("10", "033002600111", "00000017", "52.72".parse().unwrap(), jiff::civil::date(2026, 1, 5), "12345678901234567890");
    let outcomes = check::all(Kind::VatElectronic, &electronic(&[]), &[payload(&text)]);
    assert_eq!(
        made(&outcomes),
        [
            "net_tax_total",
            "words",
            "items_sum",
            "items_tax",
            "row_price",
            "row_tax",
            "row_tax",
            "qr_checksum",
            "qr_kind",
            "qr_code",
            "qr_number",
            "qr_date",
            "qr_check_code",
            "qr_amount",
            "kind_digits",
            "title",
            "code_year",
            "region",
        ]
    );
}

#[test]
fn a_wrong_field_fails_its_checks() {
    let code = payload("01,10,033002600111,00000017,52.72,20260105,12345678901234567890,");
    for (change, failing) in [
        (("total", "54.80"), &["!net_tax_total", "!words"][..]),
        (("pretax_amount", "52.73"), &["!net_tax_total", "!items_sum", "!qr_amount"]),
        (("tax", "1.59"), &["!net_tax_total", "!items_tax"]),
        (("total_cn", "伍拾肆圆捌角整"), &["!words"]),
        (("number", "00000011"), &["!qr_number"]),
        (("code", "033002600011"), &["!qr_code"]),
        (("code", "033002600104"), &["!qr_code", "!kind_digits"]),
        (("date", "2025年01月05日"), &["!qr_date", "!code_year"]),
        (("check_code", "12345678901234567891"), &["!qr_check_code"]),
        (("title", "广东增值税电子普通发票"), &["!region"]),
        (("title", "浙江增值税专用发票"), &["!title"]),
    ] {
        let outcomes = check::all(Kind::VatElectronic, &electronic(&[change]), std::slice::from_ref(&code));
        let failed: Vec<String> = made(&outcomes).into_iter().filter(|name| name.starts_with('!')).collect();
        assert_eq!(failed, failing, "{change:?}");
    }
}

#[test]
fn what_is_missing_is_not_checked() {
    assert_eq!(check::all(Kind::VatElectronic, &details(&[]), &[]), []);
    assert_eq!(made(&check::all(Kind::VatElectronic, &details(&[("total", "1.00"), ("tax", "0.10")]), &[])), Vec::<String>::new());
    // One row without an amount: no sum.
    let mut read = details(&[("pretax_amount", "1.00")]);
    *read.rows_mut("items") = vec![row(&[("total", "1.00")]), row(&[("name", "某物")])];
    assert_eq!(check::all(Kind::VatElectronic, &read, &[]), []);
}

#[test]
fn untaxed_invoices() {
    let mut read = details(&[("pretax_amount", "19.49"), ("tax", "***"), ("total", "19.49")]);
    *read.rows_mut("items") = vec![row(&[("total", "19.49"), ("tax_rate", "免税"), ("tax", "***")])];
    assert_eq!(made(&check::all(Kind::VatElectronic, &read, &[])), ["net_tax_total", "items_sum", "items_tax"]);
}

#[test]
fn rows() {
    for (cells, expected) in [
        (&[("quantity", "6"), ("price", "174.75728155"), ("total", "1048.54")][..], &["row_price"][..]),
        (&[("quantity", "1"), ("price", "37990.566038"), ("total", "37990.57")], &["row_price"]),
        (&[("quantity", "40.99"), ("price", "7.32"), ("total", "300.05")], &["row_price"]),
        (&[("quantity", "5949"), ("price", "2.14128502"), ("total", "12738.50")], &["row_price"]),
        (&[("quantity", "6"), ("price", "174.75"), ("total", "1049.54")], &["!row_price"]),
        (&[("quantity", "-2"), ("price", "5.00"), ("total", "-10.00")], &["row_price"]),
        (&[("total", "1048.54"), ("tax_rate", "3%"), ("tax", "31.46")], &["row_tax"]),
        (&[("total", "1048.54"), ("tax_rate", "3%"), ("tax", "31.47")], &["row_tax"]),
        (&[("total", "1048.54"), ("tax_rate", "3%"), ("tax", "37.46")], &["!row_tax"]),
        (&[("total", "1.00"), ("tax_rate", "***"), ("tax", "0.06")], &[]),
        // The longest number that a decimal holds overflows the product: nothing is said.
        (&[("quantity", "79228162514264337593543950335"), ("price", "9"), ("total", "1")], &[]),
        (&[("quantity", "0.5"), ("price", "0.0000000000000000000000000002"), ("total", "0.00")], &["row_price"]),
    ] {
        let mut read = details(&[]);
        *read.rows_mut("items") = vec![row(cells)];
        assert_eq!(made(&check::all(Kind::DigitalOrdinary, &read, &[])), expected, "{cells:?}");
    }
    let mut read = details(&[("service_type", "差额征税-差额开票")]);
    *read.rows_mut("items") = vec![row(&[("total", "100.00"), ("tax_rate", "6%"), ("tax", "1.20")])];
    assert_eq!(check::all(Kind::DigitalOrdinary, &read, &[]), []);
}

#[test]
fn other_kinds() {
    let air = details(&[
        ("fare", "477.06"),
        ("fuel_surcharge", "45.87"),
        ("tax", "47.07"),
        ("caac_development_fund", "50.00"),
        ("other_taxes", "0.00"),
        ("insurance", "XXX"),
        ("total", "620.00"),
    ]);
    assert_eq!(made(&check::all(Kind::Air, &air, &[])), ["air_identity"]);
    let mut rides = details(&[("total", "55.80")]);
    *rides.rows_mut("items") = ["26.12", "13.26", "16.42"].map(|total| row(&[("total", total)])).to_vec();
    assert_eq!(made(&check::all(Kind::RideItinerary, &rides, &[])), ["items_sum"]);
    let quota = details(&[("total", "50"), ("total_cn", "伍拾元整")]);
    assert_eq!(made(&check::all(Kind::Quota, &quota, &[])), ["words"]);
    let digital = details(&[("number", "26322000000000000017"), ("date", "2025年01月05日")]);
    assert_eq!(made(&check::all(Kind::DigitalSpecial, &digital, &[])), ["!number_year"]);
    let stamped = details(&[("number", "00000017"), ("number_confirm", "00000018")]);
    assert_eq!(made(&check::all(Kind::VatSpecial, &stamped, &[])), ["!confirm"]);
    let ids = details(&[("seller_tax_id", "91350211M0000XUF46"), ("buyer_tax_id", "个人")]);
    assert_eq!(made(&check::all(Kind::VatSpecial, &ids, &[])), ["!tax_id"]);
    // A train ticket's date is that of travel; the QR code carries the day of issue, the total and the e-invoice's number.
    let train =
        details(&[("number", "E0000017"), ("electronic_number", "26119110000000000017"), ("date", "2026年01月03日"), ("total", "74.00")]);
    let code = payload("01,51,,26119110000000000017,74.00,20260105,,");
    assert_eq!(made(&check::all(Kind::Train, &train, &[code])), ["qr_kind", "qr_number", "qr_amount"]);
}
