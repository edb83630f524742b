use invoice::details::Source;

use super::super::drawn;
use super::*;

/// The head of an invented city's form.
const HEAD: &[(&str, f32, f32, f32)] = &[
    ("云泽市出租汽车专用发票", 40.0, 10.0, 16.0),
    ("国家税务总局", 80.0, 32.0, 8.0),
    ("云泽市税务局", 80.0, 44.0, 8.0),
    ("发票代码199002370119", 30.0, 60.0, 12.0),
    ("发票号码00412345", 30.0, 78.0, 12.0),
    ("单位名称:云泽样张出租汽车有限公司", 30.0, 96.0, 10.0),
];
const LABELS: &[&str] =
    &["车号:", "证号:", "日期:", "上车:", "下车:", "单价:", "里程:", "等候:", "金额:", "另收附加费:", "另收电召费:", "卡号:"];
const VALUES: &[&str] =
    &["BAG6458", "9000115520", "2023年12月08日", "23:01", "23:16", "3.51元", "4.05KM", "00:09:12", "¥27.00元", "¥1.00元", "¥0.00元"];

/// The form with its values so many points off their labels, set so many points apart; labels stand 20 points apart.
fn receipt(labels: &[&'static str], values: &[&'static str], off: f32, step: f32) -> Sheet {
    let mut words = HEAD.to_vec();
    words.extend(labels.iter().enumerate().map(|(i, label)| (*label, 40.0, 120.0 + 20.0 * i as f32, 12.0)));
    words.extend(values.iter().enumerate().map(|(i, value)| (*value, 130.0, 120.0 + off + step * i as f32, 12.0)));
    drawn::sheet(&words)
}

const WHOLE: &[(&str, &str)] = &[
    ("title", "云泽市出租汽车专用发票"),
    ("code", "199002370119"),
    ("number", "00412345"),
    ("seller", "云泽样张出租汽车有限公司"),
    ("license_plate", "BAG6458"),
    ("date", "2023年12月08日"),
    ("time_geton", "23:01"),
    ("time_getoff", "23:16"),
    ("mileage", "4.05"),
    ("fare", "27.00"),
    ("surcharge", "1.00"),
    ("total", "28.00"),
    ("producer_stamp", "国家税务总局云泽市税务局"),
];

fn assert_fields(sheet: &Sheet, expected: &[(&str, &str)], when: &str) {
    let details = read(sheet).expect("a taxi's receipt").details;
    drawn::assert_fields(&details, expected, when);
}

#[test]
fn values_belong_to_labels_by_their_order() {
    for (off, step) in [(0.0, 20.0), (-6.0, 20.0), (10.0, 20.0), (20.0, 20.0), (28.0, 20.0), (36.0, 20.0), (-3.0, 21.0), (4.0, 19.0)] {
        assert_fields(&receipt(LABELS, VALUES, off, step), WHOLE, &format!("moved by {off}, every {step}"));
    }
}

#[test]
fn a_value_that_was_not_read_is_absent_and_shifts_none() {
    for (missing, key) in [(0, "license_plate"), (2, "date"), (3, "time_geton"), (6, "mileage"), (9, "surcharge")] {
        let values: Vec<&str> = VALUES.iter().enumerate().map(|(i, v)| if i == missing { "" } else { *v }).collect();
        let words: Vec<&'static str> = values.iter().zip(VALUES).map(|(v, own)| if v.is_empty() { "—" } else { *own }).collect();
        let details = read(&receipt(LABELS, &words, 24.0, 20.0)).expect("a taxi's receipt").details;
        assert!(!details.has(key), "{key}: {}", details.text(key));
        for (other, value) in WHOLE.iter().filter(|(other, _)| *other != key && *other != "total") {
            assert_eq!(details.text(other), *value, "{other} without {key}");
        }
    }
}

#[test]
fn a_label_of_the_sum_gives_the_total() {
    let labels = ["车号", "日期", "时间", "单价", "里程", "等候", "金额", "燃油附加费", "实收金额"];
    let values = ["B.P1234", "2024-05-12", "08:26-08:45", "2.30", "12.3", "00:05:12", "45.00", "1.00", "46.00元"];
    assert_fields(
        &receipt(&labels, &values, 2.0, 20.0),
        &[
            ("license_plate", "B.P1234"),
            ("date", "2024年05月12日"),
            ("time_geton", "08:26"),
            ("time_getoff", "08:45"),
            ("mileage", "12.3"),
            ("fare", "45.00"),
            ("surcharge", "1.00"),
            ("total", "46.00"),
        ],
        "with a sum",
    );
}

#[test]
fn a_form_whose_title_was_not_read_is_told_by_its_labels() {
    let mut sheet = receipt(LABELS, VALUES, 0.0, 20.0);
    sheet.spans.retain(|s| s.area.top > 100.0);
    assert_fields(&sheet, &[("date", "2023年12月08日"), ("total", "28.00"), ("title", ""), ("place", "")], "without a head");
    sheet.spans.retain(|s| !["上车:", "里程:", "证号:", "单价:", "车号:", "等候:", "下车:", "卡号:"].contains(&s.compact().as_str()));
    assert!(read(&sheet).is_none());
}

#[test]
fn the_place_is_the_citys_of_the_title() {
    let mut sheet = receipt(LABELS, VALUES, 0.0, 20.0);
    let other = drawn::sheet(&[("深圳市出租汽车专用发票", 40.0, 10.0, 16.0)]);
    sheet.spans[0] = other.spans[0].clone();
    assert_fields(&sheet, &[("place", "广东省深圳市")], "in Shenzhen");
}

#[test]
fn misread_print_gives_what_it_alone_can_be() {
    let values = ["9DH1167", ":000193123", "2024年01月74日", "00 849", "01806", "3.51元", "12.08KM", "10:03803", "≤51.00元", "00元"];
    let mut sheet = receipt(LABELS, &values, 3.0, 20.0);
    sheet.source = Source::Ocr;
    let expected = [
        ("time_geton", "00:49"),
        ("time_getoff", "01:06"),
        ("mileage", "12.08"),
        ("fare", "51.00"),
        ("license_plate", ""),
        ("surcharge", ""),
    ];
    assert_fields(&sheet, &expected, "misread");
}

#[test]
fn a_distance_printed_over_a_label_is_no_value_and_hides_none() {
    // the print of the meter is moved by a row
    let labels = ["车号", "日期", "上车", "下车", "单价", "里程", "燃油附加费0公里", "总金额"];
    let values = ["BAG6458", "2023年12月08日", "23:01", "23:16", "2.40元", "", "¥1.00元", "¥28.00元"];
    let mut words = HEAD.to_vec();
    words.extend(labels.iter().enumerate().map(|(i, label)| (*label, 40.0, 120.0 + 20.0 * i as f32, 12.0)));
    let printed = values.iter().enumerate().filter(|(_, value)| !value.is_empty());
    words.extend(printed.map(|(i, value)| (*value, 130.0, 140.0 + 20.0 * i as f32, 12.0)));
    let expected = [("mileage", ""), ("surcharge", "1.00"), ("total", "28.00"), ("time_getoff", "23:16")];
    assert_fields(&drawn::sheet(&words), &expected, "a distance under a label");
}

#[test]
fn a_yuan_sign_that_was_read_as_a_digit_is_no_fee() {
    // printed, then the surcharge and the total that are read
    let cases = [
        (["¥27.00元", "40.00元"], "", "27.00"),
        (["¥27.00元", "¥1.00元"], "1.00", "28.00"),
        (["¥27.00元", "0.00元"], "0.00", "27.00"),
        (["¥27.00元", "0.50元"], "", "27.00"),
        (["27.00元", "1.00元"], "1.00", "28.00"),
    ];
    for ([fare, fee], surcharge, total) in cases {
        let values: Vec<&'static str> = VALUES[..8].iter().copied().chain([fare, fee]).collect();
        let mut sheet = receipt(LABELS, &values, 3.0, 20.0);
        sheet.source = Source::Ocr;
        assert_fields(&sheet, &[("surcharge", surcharge), ("total", total)], fee);
    }
}

#[test]
fn a_yuan_sign_that_was_read_as_a_nine_is_no_amount() {
    for (amount, expected) in [("931.50", false), ("91.50", true), ("1031.50", true), ("899.00", true), ("61450", false)] {
        assert_eq!(is_fare(amount.parse().unwrap()), expected, "{amount}");
    }
    for (text, expected) in [("90.00元", false), ("¥0.00元", true), ("1.00元", true)] {
        assert_eq!(is_fee(text), expected, "{text}");
    }
}

#[test]
fn a_ride_costs_what_a_meter_counts_and_no_more_than_its_way_can() {
    // the way, at 3.51 yuan a kilometre; what was read as the fare; the fare, as read from a picture
    let cases = [
        ("4.05KM", "¥8150.00元", ""),
        ("4.05KM", "¥328.40元", "328.40"),
        ("4.05KM", "¥328.50元", ""),
        ("—", "¥8150.00元", "8150.00"),
        ("4.05KM", "¥56.59元", ""),
        ("4.05KM", "¥56.50元", "56.50"),
    ];
    for (way, fare, expected) in cases {
        let values: Vec<&'static str> = VALUES[..6].iter().copied().chain([way, VALUES[7], fare, "¥0.00元"]).collect();
        let mut sheet = receipt(LABELS, &values, 3.0, 20.0);
        let printed = fare.trim_matches(['¥', '元']);
        assert_fields(&sheet, &[("fare", printed), ("total", printed)], "in a file");
        sheet.source = Source::Ocr;
        assert_fields(&sheet, &[("fare", expected), ("total", expected)], fare);
    }
}

#[test]
fn a_fee_of_which_a_digit_is_unsure_is_none() {
    for (fee, unsure, surcharge, total) in [
        ("¥0.90元", true, "", "27.00"),
        ("¥0.90元", false, "0.90", "27.90"),
        ("¥0.00元", true, "0.00", "27.00"),
        ("¥0.95元", false, "", "27.00"),
    ] {
        let values: Vec<&'static str> = VALUES[..8].iter().copied().chain(["¥27.00元", fee]).collect();
        let mut sheet = receipt(LABELS, &values, 3.0, 20.0);
        sheet.source = Source::Ocr;
        for glyph in sheet.spans.iter_mut().filter(|span| unsure && span.compact() == fee).flat_map(|span| &mut span.glyphs) {
            glyph.confidence = if glyph.ch == '9' || glyph.ch == '0' { 0.7 } else { 1.0 };
        }
        assert_fields(&sheet, &[("surcharge", surcharge), ("total", total)], fee);
    }
}

/// A form with labels in two columns, its values a row lower; the distance stands over the label of the fee for fuel.
fn moved_down(distance: (&'static str, f32)) -> Sheet {
    let mut words = HEAD.to_vec();
    let labels = ["服务证号", "上车时间:", "下车时间:", "单价:", "里程:", "燃油附加费", "总金额:"];
    words.extend(labels.iter().enumerate().map(|(i, label)| (*label, 40.0, 120.0 + 20.0 * i as f32, 12.0)));
    words.push(("等候时间:", 240.0, 180.0, 12.0));
    words.push(("金额:", 240.0, 200.0, 12.0));
    let values = ["15:17", "16:19", "2.80元", "", "¥2.00元", "¥21.50元"];
    let printed = values.iter().enumerate().filter(|(_, value)| !value.is_empty());
    words.extend(printed.map(|(i, value)| (*value, 104.0 + if i < 3 { 0.0 } else { 66.0 }, 160.0 + 20.0 * i as f32, 12.0)));
    words.extend([("00:08:12", 340.0, 200.0, 12.0), ("¥19.50元", 320.0, 220.0, 12.0), (distance.0, distance.1, 220.0, 12.0)]);
    let mut sheet = drawn::sheet(&words);
    sheet.source = Source::Ocr;
    sheet
}

#[test]
fn a_distance_over_a_label_is_read_by_its_ink() {
    // read as one line with the label, of which the unit is left; and clear of it
    let mut over = moved_down(("公里", 100.0));
    let label = over.spans.iter().position(|s| s.compact() == "燃油附加费").expect("the label");
    let rest = over.spans.iter().position(|s| s.compact() == "公里").expect("the unit");
    let glyphs = over.spans[rest].glyphs.clone();
    over.spans[label].glyphs.extend(glyphs);
    over.spans.remove(rest);
    let reading = read(&over).expect("a taxi's receipt");
    drawn::assert_fields(&reading.details, &[("mileage", ""), ("surcharge", "2.00"), ("fare", "19.50"), ("total", "21.50")], "over");
    let keys: Vec<&str> = reading.over.cells.iter().map(|cell| cell.key).collect();
    assert_eq!(keys, ["mileage"]);
    let cell = &reading.over.cells[0];
    assert!(cell.area.left < 102.0 && cell.area.right <= 240.0 && cell.area.holds(document::page::Point { x: 110.0, y: 226.0 }));
    assert!(!reading.over.form.is_empty() && !reading.over.values.is_empty());
    for (text, value) in [("4.9公里", Some("4.9")), ("9", None), ("4.9", None), ("2.80元", None)] {
        assert_eq!((cell.value)(text).as_deref(), value, "{text}");
    }
    let clear = read(&moved_down(("4.9公里", 120.0))).expect("a taxi's receipt");
    drawn::assert_fields(&clear.details, &[("mileage", "4.9")], "clear");
}

#[test]
fn a_way_without_its_point_is_borne_out_by_price_and_hours() {
    for (way, paid, source, expected) in [
        ("4KM", "¥27.00元", Source::Ocr, "4"),
        // it costs more, and is too far for a quarter of an hour
        ("25KM", "¥27.00元", Source::Ocr, ""),
        ("28KM", "¥97.00元", Source::Ocr, "28"),
        ("405KM", "¥27.00元", Source::Ocr, ""),
        ("4.05KM", "¥27.00元", Source::Ocr, "4.05"),
        ("405KM", "¥27.00元", Source::TextLayer, "405"),
    ] {
        let mut values = VALUES.to_vec();
        (values[6], values[8]) = (way, paid);
        let mut sheet = receipt(LABELS, &values, 0.0, 20.0);
        sheet.source = source;
        assert_eq!(read(&sheet).expect("a taxi's receipt").details.text("mileage"), expected, "{way} {paid}");
    }
}
