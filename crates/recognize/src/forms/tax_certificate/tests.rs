use invoice::details::{Details, Row, Source};
use invoice::kind::Kind;

use super::super::drawn::sheet;
use super::{code, named, number, read, series};

type Word = (&'static str, f32, f32, f32);

const CERTIFICATE: &[Word] = &[
    ("中 华 人 民 共 和 国", 230.0, 20.0, 11.0),
    ("税 收 完 税 证 明", 230.0, 36.0, 14.0),
    ("(231)样税证", 440.0, 22.0, 9.0),
    ("№ 99015064112", 440.0, 38.0, 10.0),
    ("填发日期: 2025年 3 月 9日", 60.0, 66.0, 9.0),
    ("税务机关:", 330.0, 66.0, 9.0),
    ("国家税务总局云泽市柳湖区税务局", 378.0, 66.0, 9.0),
    ("纳税人识别号", 60.0, 86.0, 9.0),
    ("919999000000000013", 140.0, 86.0, 9.0),
    ("纳税人名称", 300.0, 86.0, 9.0),
    ("云泽样张有限公司", 380.0, 86.0, 9.0),
    ("原凭证号", 70.0, 106.0, 9.0),
    ("税 种", 170.0, 106.0, 9.0),
    ("品目名称", 230.0, 106.0, 9.0),
    ("税款所属时期", 320.0, 106.0, 9.0),
    ("入(退)库日期", 420.0, 106.0, 9.0),
    ("实缴(退)金额", 500.0, 106.0, 9.0),
    ("999015250300012345", 50.0, 126.0, 8.0),
    ("印花税", 166.0, 126.0, 8.0),
    ("买卖合同", 232.0, 126.0, 8.0),
    ("2025-01-01至2025-01-31", 300.0, 126.0, 8.0),
    ("2025-02-13", 424.0, 126.0, 8.0),
    ("433.70", 524.0, 126.0, 8.0),
    ("999015250300012346", 50.0, 150.0, 8.0),
    ("城市维护", 166.0, 145.0, 8.0),
    ("建设税", 166.0, 155.0, 8.0),
    ("市区(增值税附征)", 224.0, 150.0, 8.0),
    ("2025-01-01至", 320.0, 145.0, 8.0),
    ("2025-01-31", 324.0, 155.0, 8.0),
    ("2025-02-13", 424.0, 150.0, 8.0),
    ("1,200.00", 516.0, 150.0, 8.0),
    ("金额合计", 60.0, 240.0, 9.0),
    ("(大写) 人民币壹仟陆佰叁拾叁元柒角整", 110.0, 240.0, 9.0),
    ("¥1,633.70", 500.0, 240.0, 9.0),
    ("税 务 机 关", 80.0, 262.0, 9.0),
    ("(盖章)", 84.0, 300.0, 9.0),
    ("填 票 人", 210.0, 262.0, 9.0),
    ("电子税务局", 206.0, 284.0, 9.0),
    ("备注:", 330.0, 262.0, 9.0),
    ("一般申报 正税 自行申报", 356.0, 262.0, 9.0),
    ("主管税务所:样张税务所", 330.0, 276.0, 9.0),
    ("妥 善 保 管", 270.0, 330.0, 11.0),
];

fn assert_fields(details: &Details, expected: &[(&str, &str)]) {
    for (key, value) in expected {
        assert_eq!(details.text(key), *value, "{key}");
    }
}

fn cells<'a>(row: &'a Row, keys: &[&str]) -> Vec<&'a str> {
    keys.iter().map(|key| row.get(*key).map_or("", |f| f.value.as_str())).collect()
}

#[test]
fn a_certificate_with_two_taxes() {
    let mut words = CERTIFICATE.to_vec();
    // the order of the text in the file says nothing
    words.reverse();
    let reading = read(&sheet(&words)).unwrap();
    assert_eq!(reading.kind, Kind::TaxCertificate);
    assert_fields(
        &reading.details,
        &[
            ("title", "中华人民共和国税收完税证明"),
            ("serial_number", "(231)样税证"),
            ("number", "99015064112"),
            ("date", "2025年03月09日"),
            ("tax_authorities", "国家税务总局云泽市柳湖区税务局"),
            ("buyer_tax_id", "919999000000000013"),
            ("buyer", "云泽样张有限公司"),
            ("total", "1633.70"),
            ("total_cn", "壹仟陆佰叁拾叁元柒角整"),
            ("ticket_filler", "电子税务局"),
            ("remark", "一般申报 正税 自行申报 主管税务所:样张税务所"),
            ("receiving_treasury", ""),
            ("payer_stamp", ""),
        ],
    );
    let keys = ["original_number", "tax_type", "name", "tax_period", "entry_date", "actual_paid_amount", "total"];
    let taxes: Vec<_> = reading.details.rows("items").iter().map(|row| cells(row, &keys)).collect();
    assert_eq!(
        taxes,
        [
            ["999015250300012345", "印花税", "买卖合同", "2025-01-01至2025-01-31", "2025-02-13", "433.70", ""],
            ["999015250300012346", "城市维护建设税", "市区(增值税附征)", "2025-01-01至2025-01-31", "2025-02-13", "1200.00", ""],
        ]
    );
}

/// The book that is paid with at a bank: the budget's account in three columns, heads of two lines.
const BOOK: &[Word] = &[
    ("中华人民共和国", 240.0, 14.0, 10.0),
    ("税收缴款书(银行经收专用)", 200.0, 28.0, 13.0),
    ("(231)样税银", 450.0, 16.0, 9.0),
    ("№ 99000017", 450.0, 30.0, 9.0),
    ("登记注册类型:", 30.0, 50.0, 8.0),
    ("有限责任公司", 84.0, 50.0, 8.0),
    ("填发日期:2025年03月09日", 220.0, 50.0, 8.0),
    ("税务机关:云泽市税务局", 400.0, 50.0, 8.0),
    ("缴款单位(人)", 30.0, 72.0, 8.0),
    ("识别号", 100.0, 66.0, 8.0),
    ("919999000000000013", 150.0, 66.0, 8.0),
    ("开户银行", 300.0, 66.0, 8.0),
    ("样张银行云泽支行", 360.0, 66.0, 8.0),
    ("名 称", 100.0, 80.0, 8.0),
    ("云泽样张有限公司", 150.0, 80.0, 8.0),
    ("账 号", 300.0, 80.0, 8.0),
    ("9900017700012345678", 360.0, 80.0, 8.0),
    ("收款国库", 60.0, 96.0, 8.0),
    ("国家金库云泽市支库", 150.0, 96.0, 8.0),
    ("税款限缴日期", 296.0, 96.0, 8.0),
    ("2025年03月20日", 360.0, 96.0, 8.0),
    ("预算科目", 80.0, 112.0, 8.0),
    ("编码", 36.0, 126.0, 8.0),
    ("名称", 90.0, 126.0, 8.0),
    ("级次", 150.0, 126.0, 8.0),
    ("品目名称", 190.0, 119.0, 8.0),
    ("课税数量", 246.0, 119.0, 8.0),
    ("计税金额或", 294.0, 114.0, 8.0),
    ("销售收入", 298.0, 124.0, 8.0),
    ("税率或", 354.0, 114.0, 8.0),
    ("单位税额", 350.0, 124.0, 8.0),
    ("税款所属时期", 400.0, 119.0, 8.0),
    ("已缴或", 474.0, 114.0, 8.0),
    ("扣除额", 474.0, 124.0, 8.0),
    ("实缴金额", 530.0, 119.0, 8.0),
    ("101010106", 30.0, 146.0, 8.0),
    ("私营企业增值税", 76.0, 146.0, 8.0),
    ("中央50%", 142.0, 146.0, 8.0),
    ("货物", 196.0, 146.0, 8.0),
    ("12", 258.0, 146.0, 8.0),
    ("43920.00", 298.0, 146.0, 8.0),
    ("0.03", 358.0, 146.0, 8.0),
    ("2025-02-01至2025-02-28", 392.0, 146.0, 8.0),
    ("17.60", 490.0, 146.0, 8.0),
    ("1300.00", 534.0, 146.0, 8.0),
    ("金额合计", 36.0, 190.0, 8.0),
    ("(大写)壹仟叁佰元整", 90.0, 190.0, 8.0),
    ("¥1300.00", 530.0, 190.0, 8.0),
    ("税务机关", 40.0, 210.0, 8.0),
    ("(盖章)", 40.0, 230.0, 8.0),
    ("填票人", 110.0, 210.0, 8.0),
    ("沈乐", 112.0, 226.0, 8.0),
    ("缴款单位(人)盖章", 180.0, 210.0, 8.0),
    ("国库(银行)盖章", 330.0, 222.0, 8.0),
    ("上列款项已收妥并划转收款单位账户", 300.0, 210.0, 8.0),
    ("年 月 日", 340.0, 240.0, 8.0),
    ("备注:", 460.0, 210.0, 8.0),
];

#[test]
fn a_book_of_payment_with_its_budget_account() {
    let details = read(&sheet(BOOK)).unwrap().details;
    assert_fields(
        &details,
        &[
            ("title", "中华人民共和国税收缴款书(银行经收专用)"),
            ("serial_number", "(231)样税银"),
            ("number", "99000017"),
            ("date", "2025年03月09日"),
            ("tax_authorities", "云泽市税务局"),
            ("buyer_tax_id", "919999000000000013"),
            ("buyer", "云泽样张有限公司"),
            ("buyer_deposit_bank", "样张银行云泽支行"),
            ("buyer_account", "9900017700012345678"),
            ("receiving_treasury", "国家金库云泽市支库"),
            ("tax_payment_limited_time", "2025年03月20日"),
            ("total", "1300.00"),
            ("total_cn", "壹仟叁佰元整"),
            ("ticket_filler", "沈乐"),
            ("payer_stamp", ""),
            ("treasury_stamp", ""),
            ("remark", ""),
        ],
    );
    let keys = [
        "budget_account_code",
        "budget_account_name",
        "budget_account_level",
        "name",
        "quantity",
        "total",
        "tax_rate",
        "tax_period",
        "amount_paid",
        "actual_paid_amount",
    ];
    let taxes: Vec<_> = details.rows("items").iter().map(|row| cells(row, &keys)).collect();
    assert_eq!(
        taxes,
        [["101010106", "私营企业增值税", "中央50%", "货物", "12", "43920.00", "0.03", "2025-02-01至2025-02-28", "17.60", "1300.00"]]
    );
}

/// The book as it is read by eye, some of its words otherwise.
fn book_by_eye(others: &[(&str, &'static str)]) -> Details {
    let read_as =
        |word: &Word| others.iter().find(|(printed, _)| *printed == word.0).map_or(*word, |(_, read)| (*read, word.1, word.2, word.3));
    let words: Vec<Word> = BOOK.iter().map(read_as).filter(|word| !word.0.is_empty()).collect();
    let mut sheet = sheet(&words);
    sheet.source = Source::Ocr;
    read(&sheet).unwrap().details
}

#[test]
fn the_account_whose_label_was_misread_is_no_part_of_the_name() {
    let details = book_by_eye(&[("账 号", "深号")]);
    assert_fields(&details, &[("buyer", "云泽样张有限公司"), ("buyer_account", "9900017700012345678")]);
}

#[test]
fn a_letter_for_the_sign_of_money() {
    assert_fields(&book_by_eye(&[("¥1300.00", "V1300.00")]), &[("total", "1300.00")]);
}

#[test]
fn the_level_under_a_stamp_is_told_by_its_look() {
    let details = book_by_eye(&[("名称", ""), ("级次", ""), ("私营企业增值税", ""), ("中央50%", "中央50")]);
    let row = &details.rows("items")[0];
    assert_eq!(cells(row, &["budget_account_code", "budget_account_level", "name"]), ["101010106", "中央50%", "货物"]);
}

#[test]
fn what_is_left_of_a_period_is_no_rate() {
    let details = book_by_eye(&[("2025-02-01至2025-02-28", "2025")]);
    assert_eq!(cells(&details.rows("items")[0], &["tax_rate", "total"]), ["0.03", "43920.00"]);
}

#[test]
fn the_remark_without_its_label_is_the_last_of_the_boxes() {
    assert_fields(&book_by_eye(&[("备注:", "(样税)自行申报")]), &[("remark", "(样税)自行申报"), ("treasury_stamp", "")]);
}

#[test]
fn the_traditional_form_of_tax() {
    let details = book_by_eye(&[("单位税额", "单位稅额"), ("私营企业增值税", "私营企业增值稅")]);
    assert_eq!(cells(&details.rows("items")[0], &["budget_account_name", "tax_rate"]), ["私营企业增值税", "0.03"]);
}

#[test]
fn a_remark_that_was_not_seen_is_looked_for_beside_its_label() {
    let faint = |words: &[Word]| {
        let mut sheet = sheet(words);
        sheet.source = Source::Ocr;
        read(&sheet).unwrap().faint.iter().filter(|cell| (cell.fits)("一般申报 正税")).count()
    };
    let without: Vec<Word> = CERTIFICATE.iter().filter(|w| !w.0.starts_with("一般申报") && !w.0.starts_with("主管")).copied().collect();
    assert_eq!(faint(&without), faint(CERTIFICATE) + 1);
}

#[test]
fn what_is_not_printed_is_absent() {
    let words: Vec<_> = CERTIFICATE
        .iter()
        .filter(|w| !w.0.starts_with('№') && w.0 != "电子税务局" && w.0 != "2025-02-13" && !w.0.starts_with('¥'))
        .copied()
        .collect();
    let details = read(&sheet(&words)).unwrap().details;
    assert_fields(&details, &[("number", ""), ("ticket_filler", ""), ("total", "")]);
    assert!(!details.rows("items")[0].contains_key("entry_date"));
}

#[test]
fn words_of_a_certificate_without_its_table_make_none() {
    assert!(read(&sheet(&CERTIFICATE[..11])).is_none());
}

#[test]
fn numbers_and_series() {
    for (text, expected) in [
        ("№15064112", Some("15064112")),
        ("No.333015230400012345", Some("333015230400012345")),
        ("(201)沪国证15064112", Some("15064112")),
        ("15064112", Some("15064112")),
        ("Ng99742207", Some("99742207")),
        ("2025年03月1234567", None),
        ("电话:12345", None),
    ] {
        assert_eq!(number(text).as_deref(), expected, "{text}");
    }
    for (text, expected) in [
        ("(201)沪国证№15064112", Some("(201)沪国证")),
        ("(2018)京税银电1234567号", Some("(2018)京税银电")),
        ("(银行经收专用)", None),
        ("(20)", None),
    ] {
        assert_eq!(series(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_misread_name_is_the_one_that_it_looks_like() {
    let cases = [
        ("中华人民共和国税收莞税证明", "中华人民共和国税收完税证明"),
        ("中华人民共和国税收完税证明", "中华人民共和国税收完税证明"),
        ("税收缴软书", "税收缴款书"),
        ("中华人民共和国税收通用完税证", "中华人民共和国税收通用完税证"),
        ("税收充锐证明", "税收充锐证明"),
    ];
    for (read, expected) in cases {
        assert_eq!(named(read.to_owned()), expected);
    }
}

#[test]
fn letters_across_the_page_are_no_part_of_a_number() {
    let cases = [
        ("91993126PHRMTGP125ENEN", "91993126PHRMTGP125"),
        ("91993126PHRMTGP125", "91993126PHRMTGP125"),
        // twenty is the longest of numbers, and what passes no check says nothing
        ("91993126PHRMTGP12501", "91993126PHRMTGP12501"),
        ("91993126PHRMTGP126ENEN", "91993126PHRMTGP126ENEN"),
        ("510***********2318名称", "510***********2318"),
    ];
    for (read, expected) in cases {
        assert_eq!(code(read), expected);
    }
}
