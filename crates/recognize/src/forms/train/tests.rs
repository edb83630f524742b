use super::super::drawn;
use super::*;

/// An invented ticket.
const TICKET: &[(&str, f32, f32, f32)] = &[
    ("Z54H006881", 20.0, 26.0, 14.0),
    ("检票:9A", 220.0, 27.0, 12.0),
    ("云泽", 30.0, 40.0, 22.0),
    ("站", 78.0, 46.0, 14.0),
    ("G7391", 130.0, 44.0, 16.0),
    ("白杭东站", 200.0, 40.0, 22.0),
    ("Yunze", 40.0, 66.0, 12.0),
    ("Baihangdong", 210.0, 66.0, 12.0),
    ("2018年04月19日10:51开", 20.0, 84.0, 12.0),
    ("07车12B号", 200.0, 84.0, 12.0),
    ("¥53.0元", 20.0, 104.0, 12.0),
    ("网折", 120.0, 104.0, 12.0),
    ("二等座", 215.0, 104.0, 12.0),
    ("限乘当日当次车", 20.0, 122.0, 12.0),
    ("始发改签", 20.0, 140.0, 12.0),
    ("9901022000****0018", 20.0, 158.0, 12.0),
    ("沈小满", 140.0, 158.0, 12.0),
    ("买票请到12306 发货请到95306", 60.0, 172.0, 10.0),
    ("中国铁路祝您旅途愉快", 80.0, 182.0, 10.0),
    ("33406311030420H006881", 20.0, 194.0, 12.0),
    ("云泽售", 160.0, 194.0, 12.0),
];

const FIELDS: &[(&str, &str)] = &[
    ("number", "Z54H006881"),
    ("gate_number", "9A"),
    ("station_geton", "云泽"),
    ("station_getoff", "白杭东"),
    ("phonics_of_departure_station", "Yunze"),
    ("phonics_of_destination_station", "Baihangdong"),
    ("train_number", "G7391"),
    ("date", "2018年04月19日"),
    ("time", "10:51"),
    ("seat_number", "07车12B号"),
    ("seat", "二等座"),
    ("total", "53.00"),
    ("ticket_content", "网折,限乘当日当次车,始发改签"),
    ("type_of_business", "改签"),
    ("user_id", "9901022000****0018"),
    ("name", "沈小满"),
    ("serial_number", "33406311030420H006881"),
    ("pick_up_address", "云泽售"),
];

fn assert_fields(sheet: &Sheet, expected: &[(&str, &str)]) {
    let reading = read(sheet).expect("a ticket");
    assert_eq!(reading.kind, Kind::Train);
    drawn::assert_fields(&reading.details, expected, "");
}

#[test]
fn a_whole_ticket() {
    assert_fields(&drawn::sheet(TICKET), FIELDS);
}

#[test]
fn what_stands_beside_the_ticket_is_none_of_it() {
    let mut words = TICKET.to_vec();
    words.extend([
        ("seat_category", 420.0, 104.0, 12.0),
        ("一等座", 520.0, 104.0, 12.0),
        ("¥99.0元", 520.0, 90.0, 12.0),
        ("南汀站", 520.0, 40.0, 22.0),
    ]);
    assert_fields(&drawn::sheet(&words), FIELDS);
}

#[test]
fn misread_print_is_made_up_for() {
    let mut words = TICKET.to_vec();
    for word in &mut words {
        word.0 = match word.0 {
            "Z54H006881" => "Z541006881",
            "2018年04月19日10:51开" => "201804月19日10:51开",
            "二等座" => "=等座",
            "07车12B号" => "07年12B号",
            other => other,
        };
    }
    assert_fields(&drawn::sheet(&words), FIELDS);
}

#[test]
fn what_was_not_read_is_absent() {
    let terms = ["限乘当日当次车", "买票请到12306 发货请到95306"];
    let missing = ["Z54H006881", "G7391", "沈小满", "¥53.0元", "二等座"];
    let words: Vec<_> = TICKET.iter().filter(|w| !missing.contains(&w.0) && !terms.contains(&w.0)).copied().collect();
    // neither a train, a class nor terms: nothing tells a ticket
    assert!(read(&drawn::sheet(&words)).is_none());
    let words: Vec<_> = TICKET.iter().filter(|w| !missing.contains(&w.0)).copied().collect();
    assert!(read(&drawn::sheet(&words)).is_some_and(|r| !r.details.has("train_number")));
    let words: Vec<_> = TICKET.iter().filter(|w| !["Z54H006881", "沈小满", "¥53.0元", "07车12B号"].contains(&w.0)).copied().collect();
    let details = read(&drawn::sheet(&words)).expect("a ticket").details;
    for key in ["number", "name", "total", "seat_number", "refund_content"] {
        assert!(!details.has(key), "{key}: {}", details.text(key));
    }
}

#[test]
fn parts() {
    for (text, expected, rest) in [
        ("07车12B号", Some("07车12B号"), ""),
        ("06车无座", Some("06车无座"), ""),
        ("93车021号中铺", Some("93车021号中铺"), ""),
        ("08年056号中铺", Some("08车056号中铺"), ""),
        ("加1车08号", Some("加1车08号"), ""),
        ("07车12B号二等座", Some("07车12B号"), "二等座"),
        ("01车0D号", None, "01车0D号"),
        ("10车7C9", None, "10车7C9"),
    ] {
        assert_eq!(parts::seat(text), (expected.map(str::to_owned), rest), "{text}");
    }
    for (text, expected) in [
        ("-等座", Some("一等座")),
        ("=等座", Some("二等座")),
        ("新空调硬卧", Some("新空调硬卧")),
        ("软卧代软座", Some("软卧代软座")),
        ("等座", None),
        ("请就座", None),
    ] {
        assert_eq!(parts::class(text).as_deref(), expected, "{text}");
    }
    for (text, expected) in
        [("财务专用章新空调硬卧", Some("新空调硬卧")), ("软卧代包座", None), ("软卧代硬座", None), ("章-等座", Some("一等座"))]
    {
        assert_eq!(parts::class_behind(text).as_deref(), expected, "{text}");
    }
    for (text, expected) in [
        ("云泽站", true),
        ("云泽", true),
        ("云泽站报销", true),
        ("报销专用章", false),
        ("财务章", false),
        ("检票口", false),
        ("G7391", false),
    ] {
        assert_eq!(parts::is_station(text), expected, "{text}");
    }
    for (text, serial, expected) in [
        ("K051971", None, Some("K051971")),
        ("1421048953", Some("65773311420224J048953"), Some("142J048953")),
        ("1008544", Some("10157300341017L008544"), Some("L008544")),
        ("1421048953", None, None),
        ("0655", Some("17364300351118F065566"), None),
    ] {
        assert_eq!(parts::number(text, serial).as_deref(), expected, "{text}");
    }
    for (text, expected) in [
        ("G7383", Some("G7383")),
        ("1461", Some("1461")),
        ("D6502—", Some("D6502")),
        ("C558", Some("C558")),
        ("K7374销", Some("K7374")),
        ("D241Q", Some("D2410")),
        ("GO", None),
        ("14车", None),
        ("019", None),
        ("V", None),
    ] {
        assert_eq!(parts::train(text).as_deref(), expected, "{text}");
    }
    for (text, expected) in [("襄垣售", Some("襄垣售")), ("J048953 郑州东售", Some("郑州东售")), ("售", None), ("售票处", None)]
    {
        assert_eq!(parts::sold(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_day_that_is_hardly_printed_leaves_the_rest() {
    let faint: Vec<(&str, f32, f32, f32)> = TICKET.iter().filter(|(text, ..)| !text.contains("04月")).copied().collect();
    let expected: Vec<(&str, &str)> =
        FIELDS.iter().map(|(key, value)| if matches!(*key, "date" | "time") { (*key, "") } else { (*key, *value) }).collect();
    assert_fields(&drawn::sheet(&faint), &expected);
    let expected: Vec<(&str, &str)> = expected.into_iter().map(|(key, value)| (key, if key == "seat" { "" } else { value })).collect();
    let unseated: Vec<(&str, f32, f32, f32)> = faint.iter().filter(|(text, ..)| *text != "二等座").copied().collect();
    assert_fields(&drawn::sheet(&unseated), &expected);
    // without a class of seats and its terms it may be anything with a number between two names
    let terms = ["限乘当日当次车", "买票请到12306 发货请到95306"];
    let less: Vec<(&str, f32, f32, f32)> = unseated.iter().filter(|(text, ..)| !terms.contains(text)).copied().collect();
    assert!(read(&drawn::sheet(&less)).is_none());
}

#[test]
fn one_station_tells_where_a_day_that_is_hardly_printed_stands() {
    let without = |words: &[&str]| -> Sheet {
        let rest: Vec<(&str, f32, f32, f32)> =
            TICKET.iter().filter(|(text, ..)| !text.contains("04月") && !words.contains(text)).copied().collect();
        drawn::sheet(&rest)
    };
    assert_fields(
        &without(&["白杭东站", "Baihangdong"]),
        &[
            ("station_geton", "云泽"),
            ("station_getoff", ""),
            ("train_number", "G7391"),
            ("seat", "二等座"),
            ("total", "53.00"),
            ("date", ""),
        ],
    );
    assert_fields(
        &without(&["云泽", "站", "Yunze"]),
        &[("station_geton", ""), ("station_getoff", "白杭东"), ("train_number", "G7391"), ("total", "53.00")],
    );
    // a name alone may be any, and without a price nothing says where the day stands
    assert!(read(&without(&["白杭东站", "站"])).is_none() && read(&without(&["白杭东站", "¥53.0元"])).is_none());
}

#[test]
fn a_name_that_ends_before_its_spelling_is_left_out() {
    let cut: Vec<(&str, f32, f32, f32)> =
        TICKET.iter().map(|(text, x, y, h)| if *text == "白杭东站" { ("白杭", *x, *y, *h) } else { (*text, *x, *y, *h) }).collect();
    assert_fields(
        &drawn::sheet(&cut),
        &[("station_getoff", ""), ("station_geton", "云泽"), ("phonics_of_destination_station", "Baihangdong")],
    );
}

#[test]
fn a_spelling_is_of_syllables() {
    for (text, expected) in [
        ("Hangzhoudong", true),
        ("Shijiazhuang", true),
        ("Xi'an", true),
        ("Lvliang", true),
        ("Wulumuqinan", true),
        ("Haerbinxi", true),
        ("Kattenghet", false),
        ("refeinan", true),
        ("Hefeinn", false),
        ("", false),
    ] {
        assert_eq!(parts::is_pinyin(text), expected, "{text}");
    }
}

#[test]
fn a_stamp_over_the_ticket_hides_no_more_than_it_covers() {
    let mut words = TICKET.to_vec();
    let mut set = |old: &str, text: &'static str| words.iter_mut().find(|w| w.0 == old).unwrap().0 = text;
    set("G7391", "G7391销");
    set("2018年04月19日10:51开", "2018年04月19日10:5");
    set("二等座", "专用章二等座");
    words.extend([("报", 100.0, 42.0, 22.0), ("核", 180.0, 42.0, 18.0)]);
    let hidden = ["time"];
    let expected: Vec<(&str, &str)> = FIELDS.iter().filter(|(key, _)| !hidden.contains(key)).copied().collect();
    let sheet = drawn::sheet(&words);
    assert_fields(&sheet, &expected);
    assert!(!read(&sheet).unwrap().details.has("time"));
}

#[test]
fn spellings_have_as_many_syllables_as_names_have_characters() {
    for (text, expected) in [("Yunze", Some((2, 2))), ("Xian", Some((1, 2))), ("Yanzhouxi", Some((3, 4))), ("TICKET", None), ("", None)] {
        assert_eq!(parts::syllables(text), expected, "{text}");
    }
}

#[test]
fn numbers_and_cards_have_their_shape() {
    for (text, expected) in [("Z54H006881", true), ("142J048953", true), ("A006881", true), ("XS1V561061", false)] {
        assert_eq!(parts::number(text, None).is_some(), expected, "{text}");
    }
    for (text, expected) in [("9906482968***6990沈子墨", "9906482968****6990"), ("9906482968****6990", "9906482968****6990")] {
        assert_eq!(parts::identity(text).map(|(id, _)| id).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn letters_of_a_stamp_before_a_name() {
    for (name, spelt, expected) in [
        ("云泽", None, Some("云泽")),
        ("销云泽", Some((2, 2)), Some("云泽")),
        ("销云泽", None, None),
        ("销云泽", Some((5, 6)), None),
        ("章丘", Some((2, 2)), Some("章丘")),
        ("章丘北", Some((3, 4)), Some("章丘北")),
    ] {
        assert_eq!(super::parts::unstamped(name.to_owned(), spelt).as_deref(), expected, "{name}");
    }
}

#[test]
fn a_stamp_over_the_ticket_hides_no_numbers() {
    let mut stamped = drawn::sheet(TICKET);
    stamped.spans.iter_mut().filter(|s| s.compact().chars().any(|c| c.is_ascii_digit())).for_each(|s| s.seal = s.area.top > 70.0);
    assert_fields(
        &stamped,
        &[("user_id", "9901022000****0018"), ("serial_number", "33406311030420H006881"), ("date", "2018年04月19日"), ("total", "53.00")],
    );
    // letters of a stamp before the carriage, and among those of the number
    let read: Vec<(&str, f32, f32, f32)> = TICKET
        .iter()
        .map(|(text, x, y, h)| if text.starts_with("07车") { ("样07车12B号", *x, *y, *h) } else { (*text, *x, *y, *h) })
        .collect();
    assert_fields(&drawn::sheet(&read), &[("seat_number", "07车12B号")]);
    assert_eq!(parts::number("ZS4H006881", Some("33406311030420H006881")), None);
}

#[test]
fn a_price_keeps_one_of_its_marks() {
    for (text, expected) in [
        ("¥344.5元", Some("344.5")),
        ("¥53.50元", Some("53.50")),
        ("Y344.5x", Some("344.5")),
        ("V60.0元", Some("60.0")),
        ("¥421.0s", Some("421.0")),
        ("票价¥12.5元", Some("12.5")),
        ("344.5元", Some("344.5")),
        // no mark, no point, no price
        ("344.5", None),
        ("Y3445<", None),
        ("Y344.5xx", None),
        ("Y0.5", None),
    ] {
        let expected = expected.map(|price| invoice::amount::parse(price).unwrap());
        assert_eq!(parts::price(text), expected, "{text}");
    }
}

#[test]
fn what_was_not_read_is_looked_for_where_tickets_have_it() {
    let faint = |unread: &[&str], source: Source| {
        let words: Vec<_> = TICKET.iter().filter(|w| !unread.contains(&w.0)).copied().collect();
        let mut sheet = drawn::sheet(&words);
        sheet.source = source;
        read(&sheet).expect("a ticket").faint
    };
    assert!(faint(&[], Source::Ocr).is_empty());
    for unread in ["07车12B号", "二等座", "网折", "沈小满", "云泽售"] {
        let cells = faint(&[unread], Source::Ocr);
        assert_eq!(cells.len(), 1, "{unread}");
        assert!((cells[0].fits)(unread) && !(cells[0].fits)("12306"), "{unread}");
        let word = TICKET.iter().find(|w| w.0 == unread).unwrap();
        let place = drawn::sheet(&[*word]).spans[0].area;
        let (area, middle) = (cells[0].area, place.center());
        assert!(area.left <= place.left && area.right >= place.right && area.holds(middle), "{unread} {area:?} {place:?}");
        assert!(faint(&[unread], Source::TextLayer).is_empty());
    }
    // nothing stands beside the price where the seat and its class are known
    assert_eq!(faint(&["网折", "¥53.0元"], Source::Ocr).len(), 1);
}
