use invoice::date;
use jiff::civil::Date;
use proptest::prelude::*;

#[test]
fn printed_days() {
    for (printed, wire) in [
        ("2019年05月08日", "2019年05月08日"),
        ("2019 年 05 月 08 日", "2019年05月08日"),
        ("2019 05 08", "2019年05月08日"),
        ("2022年12月8日", "2022年12月08日"),
        ("2022-03-17", "2022年03月17日"),
        ("2022-03-17 10:01:02", "2022年03月17日"),
        ("2022-03-17T10:01:02", "2022年03月17日"),
        ("2022-03-17T10:01:02.123+08:00", "2022年03月17日"),
        ("2022/3/7", "2022年03月07日"),
        ("2018.02.12", "2018年02月12日"),
        ("20180212", "2018年02月12日"),
        ("20180212 093000", "2018年02月12日"),
        ("20180212093000", "2018年02月12日"),
        ("２０１８年０２月１２日", "2018年02月12日"),
        (" 2018年02月12号", "2018年02月12日"),
        ("2020年02月29日", "2020年02月29日"),
    ] {
        assert_eq!(date::wire(printed).as_deref(), Some(wire), "{printed}");
        assert_eq!(date::find(&format!("开票日期:{printed} 校验码")).map(date::text).as_deref(), Some(wire), "{printed}");
    }
}

#[test]
fn no_days() {
    for printed in [
        "",
        "2019年02月30日",
        "2021年02月29日",
        "2019年13月01日",
        "0019年01月01日",
        "9999年01月01日",
        "19年05月08日",
        "2019年05月",
        "201905",
        "2019050812",
        "2019-05-08 and more",
        "5月8日",
        "2019年05月08日 25:00",
        "2019-123-01",
        "20191",
        "2019------05-08",
    ] {
        assert_eq!(date::parse(printed), None, "{printed}");
    }
}

#[test]
fn the_first_day_in_a_text() {
    let text = "No 12345678 2017年09月27日16:52开 2018年01月01日";
    assert_eq!(date::find(text), Date::new(2017, 9, 27).ok());
    assert_eq!(date::find("24322000000489101796"), None);
    assert_eq!(date::find(""), None);
}

#[test]
fn times() {
    for (printed, wire) in [
        ("16:52", Some("16:52")),
        ("8:02", Some("08:02")),
        ("１６：５２", Some("16:52")),
        ("16 : 52", Some("16:52")),
        ("16时52分", Some("16:52")),
        ("12:22:22", Some("12:22:22")),
        ("12时22分05秒", Some("12:22:05")),
        ("24:00", None),
        ("12:60", None),
        ("12:5", None),
        ("12", None),
        ("", None),
        ("1:2:3:4", None),
        ("a:bc", None),
    ] {
        assert_eq!(date::time(printed).as_deref(), wire, "{printed}");
    }
}

proptest! {
    #[test]
    fn every_printing_is_the_same_day(year in 1949_i16..2200, month in 1_i8..=12, day in 1_i8..=28, separators in "[-/. ]") {
        let date = Date::new(year, month, day).unwrap();
        prop_assert_eq!(date::parse(&date::text(date)), Some(date));
        prop_assert_eq!(date::parse(&format!("{year}年{month}月{day}日")), Some(date));
        prop_assert_eq!(date::parse(&format!("{year}{separators}{month:02}{separators}{day:02}")), Some(date));
        prop_assert_eq!(date::parse(&format!("{year}{month:02}{day:02}")), Some(date));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = (date::find(&text), date::time(&text));
        if let Some(date) = date::parse(&text) {
            prop_assert_eq!(date::find(&text), Some(date));
        }
    }
}
