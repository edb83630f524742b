use invoice::details::{Row, Source};
use invoice::kind::Kind;

use super::super::drawn::{assert_fields, sheet};
use super::{dashed, eleven, phone, read, sum};
use crate::layout::Sheet;

type Word = (&'static str, f32, f32, f32);

const HEAD: &[Word] = &[
    ("云滴出行—行程单", 220.0, 40.0, 18.0),
    ("YUNDI TRAVEL - TRIP TABLE", 230.0, 62.0, 8.0),
    ("申请日期:2025-03-09", 40.0, 84.0, 8.0),
    ("行程起止日期:2025-03-01 至 2025-03-08", 220.0, 84.0, 8.0),
    ("行程人手机号:19900000017", 40.0, 98.0, 8.0),
    ("共2笔行程, 合计 58.90元", 220.0, 98.0, 8.0),
];
/// Heads of which two have their unit on a line of its own.
const HEADS: &[Word] = &[
    ("序号", 40.0, 126.0, 8.0),
    ("车型", 72.0, 126.0, 8.0),
    ("上车时间", 110.0, 126.0, 8.0),
    ("城 市", 180.0, 126.0, 8.0),
    ("起点", 250.0, 126.0, 8.0),
    ("终点", 370.0, 126.0, 8.0),
    ("里程", 450.0, 119.0, 8.0),
    ("[公里]", 447.0, 133.0, 8.0),
    ("金额", 500.0, 119.0, 8.0),
    ("[元]", 500.0, 133.0, 8.0),
    ("备注", 540.0, 126.0, 8.0),
];
/// Two rides whose cells wrap around the middle of their row.
const RIDES: &[Word] = &[
    ("1", 46.0, 160.0, 8.0),
    ("云滴快", 68.0, 155.0, 8.0),
    ("车", 76.0, 164.0, 8.0),
    ("03-01 22:51 周六", 98.0, 160.0, 8.0),
    ("云泽市", 178.0, 160.0, 8.0),
    ("柳湖区|青石路地铁", 224.0, 155.0, 8.0),
    ("站A口", 248.0, 164.0, 8.0),
    ("石桥区|城市广场", 344.0, 160.0, 8.0),
    ("10.5", 450.0, 160.0, 8.0),
    ("41.50", 498.0, 160.0, 8.0),
    ("2", 46.0, 190.0, 8.0),
    ("专车", 72.0, 190.0, 8.0),
    ("03-08 07:05 周六", 98.0, 190.0, 8.0),
    ("白杭市", 178.0, 190.0, 8.0),
    ("白杭东站", 240.0, 190.0, 8.0),
    ("新圩区|望湖大", 348.0, 185.0, 8.0),
    ("道12号", 360.0, 194.0, 8.0),
    ("3.8", 452.0, 190.0, 8.0),
    ("17.40", 498.0, 190.0, 8.0),
    ("页码:1/1", 520.0, 400.0, 8.0),
];

fn words(parts: &[&[Word]]) -> Sheet {
    sheet(&parts.concat())
}

fn cells<'a>(row: &'a Row, keys: &[&str]) -> Vec<&'a str> {
    keys.iter().map(|key| row.get(*key).map_or("", |f| f.value.as_str())).collect()
}

#[test]
fn rides_with_cells_that_wrap_around_the_middle_of_their_row() {
    let mut drawn = [HEAD, HEADS, RIDES].concat();
    // the order of the text in the file says nothing
    drawn.reverse();
    let reading = read(&sheet(&drawn)).unwrap();
    assert_eq!(reading.kind, Kind::RideItinerary);
    assert_eq!(reading.pages, Some((1, 1)));
    assert_fields(
        &reading.details,
        &[
            ("title", "云滴出行—行程单"),
            ("date", "2025年03月09日"),
            ("date_start", "2025年03月01日"),
            ("date_end", "2025年03月08日"),
            ("phone", "19900000017"),
            ("total", "58.90"),
        ],
        "",
    );
    let keys = ["car_type", "time_geton", "city", "station_geton", "station_getoff", "mileage", "total", "index"];
    let rides: Vec<_> = reading.details.rows("items").iter().map(|row| cells(row, &keys)).collect();
    assert_eq!(
        rides,
        [
            ["云滴快车", "03-01 22:51 周六", "云泽市", "柳湖区|青石路地铁站A口", "石桥区|城市广场", "10.5", "41.50", ""],
            ["专车", "03-08 07:05 周六", "白杭市", "白杭东站", "新圩区|望湖大道12号", "3.8", "17.40", ""],
        ]
    );
}

#[test]
fn orders_with_their_hours_and_their_providers() {
    let drawn = words(&[
        &[("云地地图—打车—行程单", 200.0, 30.0, 18.0), ("申请时间:2025-03-09", 40.0, 60.0, 8.0)],
        &[("行程时间:2025-03-01 22:40至2025-03-01 23:20", 220.0, 60.0, 8.0), ("共计1单行程,合计41.50元", 220.0, 74.0, 8.0)],
        &[("序号", 40.0, 100.0, 8.0), ("服务商", 66.0, 100.0, 8.0), ("车型", 110.0, 100.0, 8.0), ("下单时间", 140.0, 100.0, 8.0)],
        &[("上车", 216.0, 95.0, 8.0), ("时间", 216.0, 105.0, 8.0), ("下车时间", 270.0, 100.0, 8.0), ("城市", 336.0, 100.0, 8.0)],
        &[("起点", 390.0, 100.0, 8.0), ("终点", 470.0, 100.0, 8.0), ("金额", 540.0, 100.0, 8.0)],
        &[("1", 44.0, 130.0, 8.0), ("添云出行", 62.0, 130.0, 8.0), ("经济型", 106.0, 130.0, 8.0), ("2025-03-01", 136.0, 125.0, 8.0)],
        &[("22:40", 146.0, 135.0, 8.0), ("2025-03-01", 202.0, 125.0, 8.0), ("22:51", 212.0, 135.0, 8.0), ("2025-03-01", 266.0, 125.0, 8.0)],
        &[
            ("23:20", 276.0, 135.0, 8.0),
            ("云泽市", 332.0, 130.0, 8.0),
            ("青石路", 386.0, 130.0, 8.0),
            ("柳堤街", 466.0, 130.0, 8.0),
            ("41.50元", 534.0, 130.0, 8.0),
        ],
    ]);
    let details = read(&drawn).unwrap().details;
    assert_fields(
        &details,
        &[("title", "云地地图—打车—行程单"), ("date", "2025年03月09日"), ("date_end", "2025年03月01日"), ("total", "41.50")],
        "",
    );
    let keys = ["producer", "car_type", "time_order", "time_geton", "time_getoff", "city", "station_geton", "station_getoff", "total"];
    assert_eq!(
        cells(&details.rows("items")[0], &keys),
        ["添云出行", "经济型", "2025-03-01 22:40", "2025-03-01 22:51", "2025-03-01 23:20", "云泽市", "青石路", "柳堤街", "41.50"]
    );
}

#[test]
fn a_page_read_by_eye_and_without_its_head() {
    let mut drawn = words(&[HEADS, RIDES]);
    drawn.source = Source::Ocr;
    let details = read(&drawn).unwrap().details;
    assert_fields(&details, &[("title", ""), ("total", ""), ("date", ""), ("phone", "")], "");
    assert_eq!(details.rows("items").len(), 2);
}

#[test]
fn neither_a_head_without_table_nor_a_table_without_rides_is_one() {
    assert!(read(&words(&[HEAD])).is_none());
    assert!(read(&words(&[HEAD, HEADS])).is_none());
}

#[test]
fn shapes_of_the_head() {
    for (text, value) in [
        ("滴滴出行一行程单", "滴滴出行—行程单"),
        ("高德地图—打车——行程单", "高德地图—打车——行程单"),
        ("云地地图一打车一行程单", "云地地图—打车—行程单"),
        ("曹操出行行程单", "曹操出行行程单"),
        ("T3出行-行程单", "T3出行-行程单"),
        ("行程单", "行程单"),
    ] {
        assert_eq!(dashed(text), value, "{text}");
    }
    for (text, value) in
        [("490.83元", Some("490.83")), (":¥1,024.50", Some("1024.50")), ("3笔", None), ("金额", None), ("共3笔 12.00元", None)]
    {
        assert_eq!(sum(text).as_deref(), value, "{text}");
    }
    for (text, value) in [("13012345678", Some("13012345678")), (":199****0017 ", Some("199****0017")), ("无", None), ("123", None)] {
        assert_eq!(phone(text).as_deref(), value, "{text}");
    }
}

#[test]
fn heads_with_a_character_misread_head_their_columns_all_the_same() {
    let misread = |word: &Word| {
        let text = match word.0 {
            "终点" => "概点",
            "城 市" => "城布",
            other => other,
        };
        (text, word.1, word.2, word.3)
    };
    let heads: Vec<Word> = HEADS.iter().map(misread).collect();
    let rows = |heads: &[Word]| {
        let mut drawn = words(&[heads, RIDES]);
        drawn.source = Source::Ocr;
        let details = read(&drawn).unwrap().details;
        let text = |row: &Row| row.iter().map(|(key, field)| (key.clone(), field.value.clone())).collect::<Vec<_>>();
        details.rows("items").iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(rows(&heads), rows(HEADS));
}

#[test]
fn the_mileage_whose_head_is_under_a_stamp_is_no_amount() {
    let heads: Vec<Word> = HEADS.iter().filter(|w| !matches!(w.0, "里程" | "[公里]")).copied().collect();
    let keys = ["mileage", "total"];
    let rows = |heads: &[Word]| {
        let details = read(&words(&[heads, RIDES])).unwrap().details;
        let own = |row: &Row| cells(row, &keys).into_iter().map(str::to_owned).collect::<Vec<_>>();
        details.rows("items").iter().map(own).collect::<Vec<_>>()
    };
    assert_eq!(rows(&heads), rows(HEADS));
}

#[test]
fn masked_numbers_have_eleven_places() {
    for (text, value) in [
        ("199***7875", Some("199****7875")),
        ("199****7875", Some("199****7875")),
        ("13012345678", Some("13012345678")),
        ("400-123-4567", Some("400-123-4567")),
        // no number begins so
        ("10929447377", None),
        ("1999873785", None),
        // a figure too few before the stars, or too many behind them
        ("19****1739", None),
        ("199****87800", None),
    ] {
        assert_eq!(eleven(text.to_owned()).as_deref(), value, "{text}");
    }
}

#[test]
fn a_table_whose_heads_were_not_read_is_told_by_its_cells() {
    let mut sheet = words(&[HEAD, RIDES]);
    assert!(read(&sheet).is_none(), "a text layer has all of its heads");
    sheet.source = Source::Ocr;
    let details = read(&sheet).unwrap().details;
    let keys = ["time_geton", "city", "station_geton", "station_getoff", "mileage", "total"];
    let rows: Vec<Vec<&str>> = details.rows("items").iter().map(|row| cells(row, &keys)).collect();
    assert_eq!(
        rows,
        [
            ["03-01 22:51 周六", "云泽市", "柳湖区|青石路地铁站A口", "石桥区|城市广场", "10.5", "41.50"],
            ["03-08 07:05 周六", "白杭市", "白杭东站", "新圩区|望湖大道12号", "3.8", "17.40"],
        ]
    );
}

#[test]
fn a_cell_that_reaches_a_little_under_the_head_beside_its_own_is_no_part_of_that_column() {
    // the heads of hours and towns are white on dark
    let heads: Vec<Word> = HEADS.iter().filter(|(text, ..)| !["上车时间", "城 市"].contains(text)).copied().collect();
    // the head before ends at 88
    for (left, expected) in [(84.0, "03-01 22:51 周六"), (98.0, "03-01 22:51 周六")] {
        let moved = RIDES.iter().map(|(text, x, y, size)| (*text, if text.contains(':') { *x - 98.0 + left } else { *x }, *y, *size));
        let rides: Vec<Word> = moved.collect();
        let mut sheet = words(&[HEAD, &heads, &rides]);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_eq!(cells(&details.rows("items")[0], &["time_geton", "city"]), [expected, "云泽市"], "{left}");
    }
}

#[test]
fn a_place_with_a_character_that_is_more_likely_another_is_none() {
    for (character, confidence, expected) in
        [('城', 0.4, ""), ('城', 0.54, ""), ('城', 0.6, "石桥区|城市广场"), ('|', 0.4, "石桥区|城市广场")]
    {
        let mut sheet = words(&[HEAD, HEADS, RIDES]);
        sheet.source = Source::Ocr;
        let place = sheet.spans.iter_mut().find(|span| span.compact() == "石桥区|城市广场").unwrap();
        place.glyphs.iter_mut().filter(|glyph| glyph.ch == character).for_each(|glyph| glyph.confidence = confidence);
        let details = read(&sheet).unwrap().details;
        assert_eq!(cells(&details.rows("items")[0], &["station_getoff"]), [expected], "{character} {confidence}");
    }
}

#[test]
fn a_town_with_a_character_that_is_more_likely_another_is_none() {
    for (confidence, expected) in [(0.4, ""), (0.58, ""), (0.65, "云泽市")] {
        let mut sheet = words(&[HEAD, HEADS, RIDES]);
        sheet.source = Source::Ocr;
        let town = sheet.spans.iter_mut().find(|span| span.compact() == "云泽市").unwrap();
        town.glyphs.iter_mut().filter(|glyph| glyph.ch == '泽').for_each(|glyph| glyph.confidence = confidence);
        let details = read(&sheet).unwrap().details;
        assert_eq!(cells(&details.rows("items")[0], &["city"]), [expected], "{confidence}");
    }
}

#[test]
fn a_misread_head_does_not_take_the_place_of_one_that_was_read() {
    let heads = |order: &'static str| {
        words(&[
            HEAD,
            &[("序号", 40.0, 126.0, 8.0), (order, 70.0, 126.0, 8.0), ("上车时间", 130.0, 126.0, 8.0), ("起点", 250.0, 126.0, 8.0)],
            &[("终点", 370.0, 126.0, 8.0), ("金额", 500.0, 126.0, 8.0)],
            &[("1", 46.0, 160.0, 8.0), ("2025-03-01", 66.0, 155.0, 8.0), ("22:40", 76.0, 164.0, 8.0), ("2025-03-01", 126.0, 155.0, 8.0)],
            &[("22:51", 136.0, 164.0, 8.0), ("白杭东站", 240.0, 160.0, 8.0), ("青石路", 366.0, 160.0, 8.0), ("41.50", 498.0, 160.0, 8.0)],
            &[("2", 46.0, 190.0, 8.0), ("2025-03-08", 66.0, 185.0, 8.0), ("07:01", 76.0, 194.0, 8.0), ("2025-03-08", 126.0, 185.0, 8.0)],
            &[("07:05", 136.0, 194.0, 8.0), ("柳堤街", 244.0, 190.0, 8.0), ("白杭东站", 364.0, 190.0, 8.0), ("17.40", 498.0, 190.0, 8.0)],
        ])
    };
    for order in ["下单时间", "用章时间"] {
        let mut sheet = heads(order);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        let hours: Vec<Vec<&str>> = details.rows("items").iter().map(|row| cells(row, &["time_order", "time_geton"])).collect();
        assert_eq!(hours, [["2025-03-01 22:40", "2025-03-01 22:51"], ["2025-03-08 07:01", "2025-03-08 07:05"]], "{order}");
    }
}

#[test]
fn a_column_of_places_is_told_where_hours_stand_below_their_days() {
    let row = |top: f32, off: &'static str| -> Vec<Word> {
        let mut row = vec![("2025-03-01", 106.0, top, 8.0), ("22:40", 116.0, top + 9.0, 8.0), ("白杭东站", 240.0, top, 8.0)];
        row.extend([(off, 364.0, top, 8.0), ("41.50", 498.0, top, 8.0)].into_iter().filter(|w| !w.0.is_empty()));
        row
    };
    let heads: &[Word] =
        &[("上车时间", 110.0, 126.0, 8.0), ("城市", 180.0, 126.0, 8.0), ("起点", 250.0, 126.0, 8.0), ("金额", 500.0, 126.0, 8.0)];
    for (third, told) in [("柳堤街12号", true), ("", false)] {
        let rows = [row(150.0, "青石路8号"), row(180.0, ""), row(210.0, third), row(240.0, ""), row(270.0, "")].concat();
        let mut sheet = words(&[HEAD, heads, &rows]);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_eq!(details.rows("items")[0].contains_key("station_getoff"), told, "{third}");
    }
}

#[test]
fn a_list_of_which_only_the_head_was_read_is_one() {
    let mut sheet = words(&[HEAD]);
    sheet.source = Source::Ocr;
    let reading = read(&sheet).unwrap();
    assert_eq!(reading.kind, Kind::RideItinerary);
    assert!(reading.details.rows("items").is_empty());
    for (key, expected) in [("date_start", "2025年03月01日"), ("total", "58.90")] {
        assert_eq!(reading.details.get(key).map(|f| f.value.as_str()), Some(expected));
    }
}

#[test]
fn a_blurred_list_is_told_by_its_name_and_two_heads() {
    let told = |heads: &[Word], source: Source| {
        let mut sheet = words(&[&HEAD[..1], heads]);
        sheet.source = source;
        read(&sheet).map(|reading| reading.details.text("title").to_owned())
    };
    assert_eq!(told(&HEADS[4..6], Source::Ocr).as_deref(), Some("云滴出行—行程单"));
    assert_eq!(told(&HEADS[4..5], Source::Ocr), None);
    assert_eq!(told(&HEADS[4..6], Source::TextLayer), None);
}

#[test]
fn a_unit_heads_its_column_where_the_word_over_it_was_not_read() {
    // beside it, and close, the other of the two
    for unread in [&["里程", "金额"][..], &["里程"]] {
        let heads = HEADS.iter().filter(|w| !unread.contains(&w.0));
        let heads: Vec<Word> = heads.map(|w| if w.0 == "[公里]" { ("[公里]", 462.0, w.2, w.3) } else { *w }).collect();
        let mut sheet = words(&[HEAD, &heads, RIDES]);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_eq!(cells(&details.rows("items")[0], &["mileage", "total"]), ["10.5", "41.50"]);
    }
}

#[test]
fn an_amount_whose_point_was_read_as_a_gap_or_a_colon() {
    for read_as in ["41 50", "41  50", "141:50"] {
        let rides: Vec<Word> = RIDES.iter().map(|w| if w.0 == "41.50" { (read_as, w.1, w.2, w.3) } else { *w }).collect();
        let head: Vec<Word> = HEAD.iter().filter(|w| !w.0.starts_with('共')).copied().collect();
        let mut sheet = words(&[&head, HEADS, &rides]);
        sheet.source = Source::Ocr;
        let expected = read_as.replace("  ", ".").replace([' ', ':'], ".");
        assert_eq!(cells(&read(&sheet).unwrap().details.rows("items")[0], &["mileage", "total"]), ["10.5", &expected]);
    }
}

#[test]
fn days_and_sum_are_told_without_their_labels() {
    let misread = [
        ("云滴出行—行程单", 220.0, 40.0, 18.0),
        ("申请日期:2025-03-09", 40.0, 84.0, 8.0),
        ("行止日.2025-03-01 至 2025-03-08", 220.0, 84.0, 8.0),
        ("共2第行程,自计58.90元", 220.0, 98.0, 8.0),
    ];
    let mut sheet = words(&[&misread, HEADS, RIDES]);
    sheet.source = Source::Ocr;
    let details = read(&sheet).unwrap().details;
    for (key, expected) in [("date_start", "2025年03月01日"), ("date_end", "2025年03月08日"), ("total", "58.90")] {
        assert_eq!(details.get(key).map(|f| f.value.as_str()), Some(expected));
    }
}

#[test]
fn two_places_in_one_line_are_parted_where_the_second_begin() {
    for (line, expected) in [
        ("柳湖区|青石路地铁站C口旁 石桥区|城市广场", ["柳湖区|青石路地铁站C口旁", "石桥区|城市广场"]),
        ("云泽 柳湖区|青石路", ["云泽 柳湖区|青石路", ""]),
    ] {
        let rides = RIDES.iter().filter(|w| !matches!(w.0, "石桥区|城市广场" | "柳湖区|青石路地铁" | "站A口"));
        let rides: Vec<Word> = rides.copied().chain([(line, 250.0, 160.0, 8.0)]).collect();
        let mut sheet = words(&[HEAD, HEADS, &rides]);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_eq!(cells(&details.rows("items")[0], &["station_geton", "station_getoff"]), expected);
    }
}

#[test]
fn kinds_of_cars_are_told_beside_those_who_drive() {
    let table = |cars: [&'static str; 2]| {
        words(&[
            &[("云图地图—打车—行程单", 200.0, 30.0, 18.0), ("服务商", 66.0, 100.0, 8.0), ("上车时间", 160.0, 100.0, 8.0)],
            &[("起点", 260.0, 100.0, 8.0), ("终点", 370.0, 100.0, 8.0), ("金额", 500.0, 100.0, 8.0)],
            &[("添云出行", 62.0, 130.0, 8.0), (cars[0], 116.0, 130.0, 8.0), ("2025-03-01 22:40", 150.0, 130.0, 8.0)],
            &[("青石路", 256.0, 130.0, 8.0), ("柳堤街", 366.0, 130.0, 8.0), ("41.50", 498.0, 130.0, 8.0)],
            &[("飞羽打车", 62.0, 150.0, 8.0), (cars[1], 116.0, 150.0, 8.0), ("2025-03-02 22:40", 150.0, 150.0, 8.0)],
            &[("柳堤街", 256.0, 150.0, 8.0), ("青石路", 366.0, 150.0, 8.0), ("17.40", 498.0, 150.0, 8.0)],
        ])
    };
    for (cars, expected) in [(["舒适型", "经济型"], "舒适型"), (["云泽队", "白杭队"], "")] {
        let mut sheet = table(cars);
        sheet.source = Source::Ocr;
        let details = read(&sheet).unwrap().details;
        assert_eq!(cells(&details.rows("items")[0], &["car_type"]), [expected]);
    }
}
