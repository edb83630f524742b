use invoice::details::{Row, Source};
use invoice::kind::Kind;

use super::super::drawn::{assert_fields, sheet};
use super::paper::is_uninsured;
use super::{FormReading, is_flight, money, read};
use crate::layout::{Ruling, Sheet};

const FORM: &[(&str, f32, f32, f32)] = &[
    ("电子发票(航空运输电子客票行程单)", 161.0, 23.0, 16.0),
    ("开具状态:", 425.0, 44.0, 8.0),
    ("正常", 470.0, 44.0, 8.0),
    ("GP单号:", 425.0, 61.0, 8.0),
    ("GP99000000017", 470.0, 61.0, 8.0),
    ("国内国际标识:", 20.0, 67.0, 8.0),
    ("国内", 80.0, 67.0, 8.0),
    ("发票号码:", 425.0, 79.0, 8.0),
    ("25999900000000000025", 470.0, 79.0, 8.0),
    ("旅客姓名", 20.0, 94.0, 8.0),
    ("有效身份证件号码", 130.0, 94.0, 8.0),
    ("签注", 348.0, 94.0, 8.0),
    ("沈乐", 24.0, 114.0, 8.0),
    ("990102********0018", 134.0, 114.0, 8.0),
    ("不得签转", 352.0, 114.0, 8.0),
    ("承运人", 124.0, 135.0, 8.0),
    ("航班号", 174.0, 135.0, 8.0),
    ("座位等级", 218.0, 135.0, 8.0),
    ("日期", 274.0, 135.0, 8.0),
    ("时间", 321.0, 135.0, 8.0),
    ("客票级别/客票类别", 354.0, 135.0, 8.0),
    ("客票生效日期", 432.0, 135.0, 8.0),
    ("有效截止日期", 488.0, 135.0, 8.0),
    ("免费行李", 541.0, 135.0, 8.0),
    ("票价", 114.0, 307.0, 8.0),
    ("燃油附加费", 179.0, 307.0, 8.0),
    ("增值税税率", 244.0, 307.0, 8.0),
    ("增值税税额", 290.0, 307.0, 8.0),
    ("民航发展基金", 355.0, 307.0, 8.0),
    ("其他税费", 420.0, 307.0, 8.0),
    ("合计", 484.0, 307.0, 8.0),
    ("CNY 917.43", 137.0, 322.0, 8.0),
    ("CNY 91.74", 206.0, 322.0, 8.0),
    ("9%", 281.0, 322.0, 8.0),
    ("CNY 90.83", 317.0, 322.0, 8.0),
    ("CNY 50.00", 382.0, 322.0, 8.0),
    ("CNY 0.00", 450.0, 322.0, 8.0),
    ("CNY 1150.00", 530.0, 322.0, 8.0),
    ("电子客票号码:", 20.0, 340.0, 8.0),
    ("9991234567890", 80.0, 340.0, 8.0),
    ("验证码:", 200.0, 340.0, 8.0),
    ("5557", 240.0, 340.0, 8.0),
    ("提示信息:", 290.0, 340.0, 8.0),
    ("航班时间以机场公告为准", 340.0, 340.0, 8.0),
    ("保险费:", 484.0, 340.0, 8.0),
    ("XXX", 520.0, 340.0, 8.0),
    ("销售网点代号:", 20.0, 362.0, 8.0),
    ("YZE001/09900017", 80.0, 362.0, 8.0),
    ("填开单位:", 200.0, 362.0, 8.0),
    ("云泽航空股份有限公司", 244.0, 362.0, 8.0),
    ("填开日期:", 476.0, 362.0, 8.0),
    ("2025-03-09", 520.0, 362.0, 8.0),
    ("购买方名称:", 20.0, 384.0, 8.0),
    ("云泽样张有限公司", 72.0, 384.0, 8.0),
    ("统一社会信用代码/纳税人识别号:", 298.0, 384.0, 8.0),
    ("919999000000000013", 432.0, 384.0, 8.0),
];
/// Two flights that stand half way between 自 and 至 of their own.
const PAIRS: &[(&str, f32, f32, f32)] = &[
    ("自:", 25.0, 150.0, 8.0),
    ("云泽 YZE", 40.0, 150.0, 8.0),
    ("至:", 25.0, 165.0, 8.0),
    ("白杭 BHG", 40.0, 165.0, 8.0),
    ("自:", 25.0, 180.0, 8.0),
    ("白杭 BHG", 40.0, 180.0, 8.0),
    ("至:", 25.0, 195.0, 8.0),
    ("北屿 BEY", 40.0, 195.0, 8.0),
    ("云航", 128.0, 157.0, 8.0),
    ("YZ8017", 174.0, 157.0, 8.0),
    ("V", 232.0, 157.0, 8.0),
    ("2025-03-10", 262.0, 157.0, 8.0),
    ("18:30", 319.0, 157.0, 8.0),
    ("Y50", 381.0, 157.0, 8.0),
    ("2025-03-10", 436.0, 157.0, 8.0),
    ("20K", 550.0, 157.0, 8.0),
    ("云航", 128.0, 187.0, 8.0),
    ("YZ8018", 174.0, 187.0, 8.0),
    ("W", 232.0, 187.0, 8.0),
    ("2025-03-11", 262.0, 187.0, 8.0),
    ("07:05", 319.0, 187.0, 8.0),
    ("Y52", 381.0, 187.0, 8.0),
    ("2026-03-10", 492.0, 187.0, 8.0),
    ("30K", 550.0, 187.0, 8.0),
];
/// The same with one station a row, each flight beside the station it leaves; the last row is unused.
const CHAIN: &[(&str, f32, f32, f32)] = &[
    ("自:云泽YZE", 25.0, 150.0, 8.0),
    ("至:T2 白杭BHG", 25.0, 180.0, 8.0),
    ("至:北屿BEY", 25.0, 210.0, 8.0),
    ("至:VOID", 25.0, 240.0, 8.0),
    ("YZ8017", 174.0, 150.0, 8.0),
    ("2025-03-10", 262.0, 150.0, 8.0),
    ("YZ8018", 174.0, 180.0, 8.0),
    ("2025-03-11", 262.0, 180.0, 8.0),
    ("VOID", 174.0, 210.0, 8.0),
];

fn form(flights: &[(&str, f32, f32, f32)]) -> Sheet {
    let words: Vec<_> = FORM.iter().chain(flights).rev().copied().collect();
    sheet(&words)
}

fn cells(row: &Row, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|k| row.get(*k).map(|f| f.value.clone()).unwrap_or_default()).collect()
}

const KEYS: &[&str] =
    &["from", "to", "carrier", "flight_number", "seat", "date", "time", "fare_basis", "not_valid_before", "not_valid_after", "allow"];

#[test]
fn every_field_and_two_flights() {
    let reading = read(&form(PAIRS)).unwrap();
    assert_eq!(reading.kind, Kind::Air);
    assert_fields(
        &reading.details,
        &[
            ("title", "电子发票（航空运输电子客票行程单）"),
            ("electronic_number", "25999900000000000025"),
            ("issuing_status", "正常"),
            ("number_of_gp_order", "GP99000000017"),
            ("international_flag", "国内"),
            ("user_name", "沈乐"),
            ("user_id", "990102********0018"),
            ("endorsement", "不得签转"),
            ("fare", "917.43"),
            ("fuel_surcharge", "91.74"),
            ("tax_rate", "9%"),
            ("tax", "90.83"),
            ("caac_development_fund", "50.00"),
            ("other_taxes", "0.00"),
            ("total", "1150.00"),
            ("number", "9991234567890"),
            ("check_code", "5557"),
            ("prompt_information", "航班时间以机场公告为准"),
            ("insurance", "XXX"),
            ("agentcode", "YZE001/09900017"),
            ("issue_by", "云泽航空股份有限公司"),
            ("date", "2025年03月09日"),
            ("buyer", "云泽样张有限公司"),
            ("buyer_tax_id", "919999000000000013"),
            ("electronic_mark", "1"),
            ("voucher_mark", "1"),
        ],
        "",
    );
    let flights: Vec<_> = reading.details.rows("flights").iter().map(|row| cells(row, KEYS)).collect();
    assert_eq!(
        flights,
        [
            ["云泽", "白杭", "云航", "YZ8017", "V", "2025年03月10日", "18:30", "Y50", "2025年03月10日", "", "20K"],
            ["白杭", "北屿", "云航", "YZ8018", "W", "2025年03月11日", "07:05", "Y52", "", "2026年03月10日", "30K"],
        ]
    );
}

#[test]
fn chained_stations_make_flights_and_void_rows_none() {
    let reading = read(&form(CHAIN)).unwrap();
    let flights: Vec<_> = reading.details.rows("flights").iter().map(|row| cells(row, &["from", "to", "flight_number", "date"])).collect();
    assert_eq!(flights, [["云泽", "白杭", "YZ8017", "2025年03月10日"], ["白杭", "北屿", "YZ8018", "2025年03月11日"]]);
}

#[test]
fn ruled_columns_hold_what_is_not_under_its_head() {
    let mut sheet = form(PAIRS);
    // an identity number longer than its head, which begins left of it
    for span in sheet.spans.iter_mut().filter(|s| s.compact().starts_with("990102")) {
        for glyph in &mut span.glyphs {
            (glyph.left, glyph.right) = (glyph.left - 20.0, glyph.right - 20.0);
        }
        (span.area.left, span.area.right) = (span.area.left - 20.0, span.area.right - 20.0);
    }
    sheet.rulings.extend([20.0, 112.0, 348.0].map(|at| Ruling { upright: true, at, from: 90.0, to: 131.0 }));
    assert_fields(&read(&sheet).unwrap().details, &[("user_name", "沈乐"), ("user_id", "990102********0018")], "");
}

#[test]
fn misread_heads_keep_rate_and_tax_apart() {
    let mut sheet = form(PAIRS);
    sheet.source = Source::Ocr;
    for (from, to) in [("民航发展基金", '墓'), ("旅客姓名", '各')] {
        for span in sheet.spans.iter_mut().filter(|s| s.compact() == from) {
            let last = span.glyphs.len() - 1;
            span.glyphs[last].ch = to;
        }
    }
    let details = read(&sheet).unwrap().details;
    assert_fields(&details, &[("tax_rate", "9%"), ("tax", "90.83"), ("caac_development_fund", "50.00"), ("user_name", "沈乐")], "");
}

#[test]
fn a_check_code_is_its_figures() {
    let mut sheet = form(PAIRS);
    sheet.source = Source::Ocr;
    for span in sheet.spans.iter_mut().filter(|s| s.compact() == "5557") {
        let last = span.glyphs[span.glyphs.len() - 1];
        span.glyphs.extend("提示".chars().map(|ch| crate::layout::Glyph { ch, ..last }));
    }
    assert_fields(&read(&sheet).unwrap().details, &[("check_code", "5557")], "");
}

#[test]
fn a_rate_whose_sign_was_misread_is_the_one_that_was_charged() {
    for (rate, expected) in [("99", "9%"), ("69", "")] {
        let mut sheet = form(PAIRS);
        sheet.source = Source::Ocr;
        for span in sheet.spans.iter_mut().filter(|s| s.compact() == "9%") {
            span.glyphs.iter_mut().zip(rate.chars()).for_each(|(glyph, ch)| glyph.ch = ch);
        }
        assert_fields(&read(&sheet).unwrap().details, &[("tax_rate", expected), ("tax", "90.83"), ("fare", "917.43")], "");
    }
}

#[test]
fn a_head_that_was_not_read_takes_no_other_value_along() {
    let mut sheet = form(PAIRS);
    sheet.spans.retain(|s| s.compact() != "增值税税额");
    let details = read(&sheet).unwrap().details;
    // all seven values stand in their order
    assert_fields(&details, &[("tax", "90.83"), ("tax_rate", "9%"), ("caac_development_fund", "50.00"), ("other_taxes", "0.00")], "");
    // one more that is none of them
    let mut sheet = form(&[PAIRS, &[("1.00", 30.0, 322.0, 8.0)]].concat());
    sheet.spans.retain(|s| s.compact() != "增值税税额");
    let details = read(&sheet).unwrap().details;
    assert_fields(&details, &[("tax", ""), ("tax_rate", "9%"), ("caac_development_fund", "50.00"), ("other_taxes", "")], "");
}

#[test]
fn a_form_without_tables_is_none() {
    assert!(read(&sheet(&FORM[..9])).is_none());
}

/// The form on paper: labels over their English lines.
const PRINTED: &[(&str, f32, f32, f32)] = &[
    ("航空运输电子客票行程单", 200.0, 12.0, 14.0),
    ("ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT", 190.0, 28.0, 6.0),
    ("印刷序号:", 460.0, 14.0, 7.0),
    ("SERIAL NUMBER:", 460.0, 22.0, 5.0),
    ("99000000017 4", 510.0, 17.0, 8.0),
    ("旅客姓名", 20.0, 42.0, 7.0),
    ("NAME OF PASSENGER", 52.0, 43.0, 5.0),
    ("有效身份证件号码", 200.0, 42.0, 7.0),
    ("ID.NO.", 260.0, 43.0, 5.0),
    ("签注", 360.0, 42.0, 7.0),
    ("ENDORSEMENTS/RESTRICTIONS(CARBON)", 378.0, 43.0, 5.0),
    ("承运人", 150.0, 74.0, 7.0),
    ("CARRIER", 150.0, 82.0, 5.0),
    ("航班号", 190.0, 74.0, 7.0),
    ("FLIGHT", 192.0, 82.0, 5.0),
    ("座位等级", 232.0, 74.0, 7.0),
    ("CLASS", 238.0, 82.0, 5.0),
    ("日期", 284.0, 74.0, 7.0),
    ("DATE", 284.0, 82.0, 5.0),
    ("时间", 324.0, 74.0, 7.0),
    ("TIME", 324.0, 82.0, 5.0),
    ("客票级别/客票类别", 350.0, 74.0, 7.0),
    ("FARE BASIS", 366.0, 82.0, 5.0),
    ("客票生效日期", 420.0, 74.0, 7.0),
    ("NOT VALID BEFORE", 420.0, 82.0, 5.0),
    ("有效截止日期", 476.0, 74.0, 7.0),
    ("NOT VALID AFTER", 476.0, 82.0, 5.0),
    ("免费行李", 532.0, 74.0, 7.0),
    ("ALLOW", 538.0, 82.0, 5.0),
    ("自", 22.0, 92.0, 7.0),
    ("FROM", 30.0, 93.0, 5.0),
    ("至", 22.0, 106.0, 7.0),
    ("TO", 30.0, 107.0, 5.0),
    ("至", 22.0, 120.0, 7.0),
    ("TO", 30.0, 121.0, 5.0),
    ("票价", 150.0, 150.0, 7.0),
    ("FARE", 166.0, 151.0, 5.0),
    ("民航发展基金", 212.0, 150.0, 7.0),
    ("CAAC DEVELOPMENT FUND", 256.0, 151.0, 5.0),
    ("燃油附加费", 320.0, 150.0, 7.0),
    ("FUEL SURCHARGE", 358.0, 151.0, 5.0),
    ("其他税费", 404.0, 150.0, 7.0),
    ("OTHER TAXES", 434.0, 151.0, 5.0),
    ("合计", 490.0, 150.0, 7.0),
    ("TOTAL", 506.0, 151.0, 5.0),
    ("电子客票号码", 20.0, 180.0, 7.0),
    ("E-TICKET NO.", 20.0, 188.0, 5.0),
    ("验证码", 170.0, 180.0, 7.0),
    ("CK.", 170.0, 188.0, 5.0),
    ("提示信息", 236.0, 180.0, 7.0),
    ("INFORMATION", 236.0, 188.0, 5.0),
    ("保险费", 460.0, 180.0, 7.0),
    ("INSURANCE", 460.0, 188.0, 5.0),
    ("销售单位代号", 20.0, 204.0, 7.0),
    ("AGENT CODE", 20.0, 212.0, 5.0),
    ("填开单位", 170.0, 204.0, 7.0),
    ("ISSUED BY", 170.0, 212.0, 5.0),
    ("填开日期", 440.0, 204.0, 7.0),
    ("DATE OF ISSUE", 440.0, 212.0, 5.0),
];
const STAMPED: &[(&str, f32, f32, f32)] = &[
    ("沈乐", 40.0, 54.0, 8.0),
    ("990102199001010018", 210.0, 54.0, 8.0),
    ("不得签转/变更退票收费", 366.0, 54.0, 8.0),
    ("T2 云泽YZE", 56.0, 91.0, 8.0),
    ("云航", 152.0, 91.0, 8.0),
    ("YZ8017", 190.0, 91.0, 8.0),
    ("V", 240.0, 91.0, 8.0),
    ("2018-02-20", 268.0, 91.0, 8.0),
    ("0835", 322.0, 91.0, 8.0),
    ("Y50", 372.0, 91.0, 8.0),
    ("20FEB", 480.0, 91.0, 8.0),
    ("20K", 538.0, 91.0, 8.0),
    ("白杭BHG", 56.0, 105.0, 8.0),
    ("VOID", 152.0, 105.0, 8.0),
    ("VOID", 56.0, 119.0, 8.0),
    ("CNY", 152.0, 162.0, 8.0),
    ("730.00", 176.0, 162.0, 8.0),
    ("CN 50.00", 226.0, 162.0, 8.0),
    ("EXEMPTYQ", 336.0, 162.0, 8.0),
    ("10.00", 430.0, 162.0, 8.0),
    ("CNY 790.00", 496.0, 162.0, 8.0),
    ("999-1234567890", 70.0, 182.0, 8.0),
    ("5557", 200.0, 182.0, 8.0),
    ("XXX", 510.0, 182.0, 8.0),
    ("YZE098", 70.0, 202.0, 8.0),
    ("09900017", 70.0, 210.0, 8.0),
    ("云泽航空服务有限公司", 210.0, 206.0, 8.0),
    ("2018-02-19", 500.0, 206.0, 8.0),
];
const PAPER_FIELDS: &[(&str, &str)] = &[
    ("title", "航空运输电子客票行程单"),
    ("print_number", "990000000174"),
    ("user_name", "沈乐"),
    ("user_id", "990102199001010018"),
    ("endorsement", "不得签转/变更退票收费"),
    ("fare", "730.00"),
    ("caac_development_fund", "50.00"),
    ("fuel_surcharge", "EXEMPTYQ"),
    ("tax", "10.00"),
    ("other_taxes", ""),
    ("total", "790.00"),
    ("number", "9991234567890"),
    ("check_code", "5557"),
    ("insurance", "XXX"),
    ("prompt_information", ""),
    ("agentcode", "YZE098,09900017"),
    ("issue_by", "云泽航空服务有限公司"),
    ("date", "2018年02月19日"),
    ("electronic_mark", ""),
    ("electronic_number", ""),
];

fn stamped(by: f32) -> Sheet {
    let moved = STAMPED.iter().map(|(text, x, y, size)| (*text, *x, *y + by, *size));
    sheet(&PRINTED.iter().copied().chain(moved).collect::<Vec<_>>())
}

#[test]
fn the_form_on_paper_stamped_in_place_or_askew() {
    for by in [0.0, 9.0, -6.5] {
        let details = read(&stamped(by)).unwrap().details;
        assert_fields(&details, PAPER_FIELDS, "");
        let flights: Vec<_> = details.rows("flights").iter().map(|row| cells(row, KEYS)).collect();
        assert_eq!(
            flights,
            [["云泽", "白杭", "云航", "YZ8017", "V", "2018年02月20日", "08:35", "Y50", "", "02月20日", "20K"]],
            "moved by {by}"
        );
    }
}

#[test]
fn the_line_of_a_flight_is_worth_a_closer_look_where_its_airline_or_cabin_was_passed_over() {
    let without = |passed: &[&str], source: Source| {
        let words: Vec<_> = PRINTED.iter().chain(STAMPED).filter(|(text, ..)| !passed.contains(text)).copied().collect();
        let mut sheet = sheet(&words);
        sheet.source = source;
        read(&sheet).unwrap().faint
    };
    // what was passed over, where the line is looked at begins and ends, and what is read there
    let cases: [(&[&str], _, _, &str); 3] = [
        (&["V"], 180.0..191.0, 300.0..322.0, "YZ8017V2018-02-20"),
        (&["云航"], 130.0..152.0, 205.0..240.0, "云航YZ8017"),
        (&["V", "云航"], 130.0..152.0, 300.0..322.0, "云航YZ8017V2018-02-20"),
    ];
    for (passed, left, right, text) in cases {
        let faint = without(passed, Source::Ocr);
        let [line] = &faint[..] else { panic!("{passed:?}: {faint:?}") };
        assert!(left.contains(&line.area.left) && right.contains(&line.area.right), "{passed:?}: {line:?}");
        assert!((line.area.top..line.area.bottom).contains(&95.0), "{passed:?}: {line:?}");
        assert!((line.fits)(text) && !(line.fits)("YZ80172018-02-20"), "{passed:?}");
    }
    assert!(without(&[], Source::Ocr).is_empty());
    assert!(without(&["V"], Source::TextLayer).is_empty());
}

#[test]
fn a_form_whose_head_a_seal_hides_is_told_by_its_foot() {
    let title = ["航空运输电子客票行程单", "ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT"];
    let passenger = ["旅客姓名", "有效身份证件号码", "签注"];
    let heads = ["承运人", "航班号", "座位等级", "日期", "时间", "客票级别/客票类别", "客票生效日期", "有效截止日期", "免费行李"];
    let foot = ["电子客票号码", "验证码", "提示信息", "保险费", "销售单位代号", "填开单位", "填开日期"];
    // a second flight, so that one remains whose number was read
    let second =
        [("云航", 152.0, 105.0, 8.0), ("YZ8018", 190.0, 105.0, 8.0), ("2018-02-21", 268.0, 105.0, 8.0), ("09:15", 322.0, 105.0, 8.0)];
    let form = |hidden: &[&[&str]]| {
        let shown = |word: &&(&str, f32, f32, f32)| !hidden.iter().any(|words| words.contains(&word.0)) && word.0 != "VOID";
        // without their heads hours are told by their colon
        let hour = |(text, x, y, size)| (if text == "0835" { "08:35" } else { text }, x, y, size);
        let words: Vec<_> = PRINTED.iter().chain(STAMPED).filter(shown).chain(&second).copied().map(hour).collect();
        let mut sheet = sheet(&words);
        sheet.source = Source::Ocr;
        read(&sheet)
    };
    let flights = |form: FormReading| {
        let text = |row: &Row, key: &str| row.get(key).map_or(String::new(), |f| f.value.clone());
        form.details.rows("flights").iter().map(|row| (text(row, "flight_number"), text(row, "date"))).collect::<Vec<_>>()
    };
    let whole = form(&[&title, &passenger]).expect("its foot tells it");
    assert!(whole.heading.is_some() && !whole.details.has("title"), "its title is looked for");
    let both = [("YZ8017".to_owned(), "2018年02月20日".to_owned()), ("YZ8018".to_owned(), "2018年02月21日".to_owned())];
    assert_eq!(flights(whole), both);
    assert_eq!(flights(form(&[&title, &passenger, &heads]).expect("its foot tells it")), both);
    let first = form(&[&title, &passenger, &heads, &["YZ8017"]]).expect("its foot tells it");
    assert_eq!(flights(first), [(String::new(), "2018年02月20日".to_owned()), both[1].clone()], "the first flight is none less");
    assert!(form(&[&title, &passenger, &foot[..4]]).is_none(), "three labels of a foot are not enough");
}

#[test]
fn the_mark_of_no_insurance_is_read_though_its_letters_were_miscounted() {
    for (text, yes) in [("XXX", true), ("XX", true), ("XXXX", true), ("X", false), ("XXY", false), ("20.00", false), ("", false)] {
        assert_eq!(is_uninsured(text), yes, "{text}");
    }
    for (printed, expected) in [("XX", "XXX"), ("X", ""), ("20.00", "20.00")] {
        let insured = |(text, x, y, size): &(&'static str, f32, f32, f32)| (if *text == "XXX" { printed } else { *text }, *x, *y, *size);
        let words: Vec<_> = PRINTED.iter().chain(STAMPED).map(insured).collect();
        let mut sheet = sheet(&words);
        sheet.source = Source::Ocr;
        assert_eq!(read(&sheet).unwrap().details.text("insurance"), expected, "{printed}");
    }
}

#[test]
fn shapes_of_cells() {
    for (text, value) in [("CNY477.06", Some("477.06")), ("CN50.00", Some("50.00")), ("0.00", Some("0.00")), ("EXEMPTYQ", None)] {
        assert_eq!(money(text).as_deref(), value, "{text}");
    }
    for (text, yes) in [("CZ8866", true), ("3U8633", true), ("MU513A", true), ("VOID", false), ("12345", false), ("20K", false)] {
        assert_eq!(is_flight(text), yes, "{text}");
    }
}
