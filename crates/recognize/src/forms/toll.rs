//! 过路费发票: what a toll station or an operator of roads gives for a passage (reference/forms.md, Transport). Machine-printed strips name entrance and exit, vehicle, time and
//! money; fixed ones (定额) name the sum alone. 通行费 on a VAT form is another kind, and its columns speak against this one.

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::{date, words};
use rust_decimal::Decimal;

use super::FormReading;
use super::imprint::{self, EVERYWHERE, Imprint};
use super::labelled::Labelled;
use super::signs::{Sign, Words, extent, sign};
use super::{stamped, supervision};
use crate::closer::Faint;
use crate::layout::gather::Piece;
use crate::layout::label::Spelling;
use crate::layout::{Sheet, is_chinese};

/// What tells the form.
pub(crate) const SIGNS: &[Sign] = &[
    sign("通行费", 0.8),
    // longer words of the title, of which one character may be misread
    sign("车辆通", 0.8),
    sign("车辆通行费", 0.2),
    sign("通行费专用发票", 0.4),
    sign("通行费定额发票", 0.8),
    sign("过路费", 1.0),
    sign("过桥费", 1.0),
    sign("路桥费", 0.8),
    sign("收费站", 0.4),
    // who charges, at the foot of a fixed one: all that is left where a seal lies over the title
    sign("公路收费站", 0.4),
    sign("收费单位", 0.3),
    sign("高速公路", 0.3),
    sign("入口", 0.35),
    sign("出口", 0.35),
    sign("入站", 0.3),
    sign("出站", 0.3),
    sign("收费员", 0.4),
    sign("车型", 0.3),
    sign("车类", 0.3),
    sign("轴数", 0.2),
    sign("车道", 0.2),
    sign("税率", -1.0),
    sign("税额", -1.0),
    sign("价税合计", -1.0),
    sign("购买方", -0.8),
    sign("行程单", -1.0),
    sign("停车", -0.4),
];

/// What the labels of the form name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Imprint,
    Entrance,
    Exit,
    Day,
    Time,
    Amount,
    Words,
    /// What is known of no key: it ends the value before it.
    Other,
}

const fn spelling(label: Label, text: &'static str) -> Spelling<Label> {
    Spelling { label, text }
}

const SPELLINGS: &[Spelling<Label>] = &[
    spelling(Label::Imprint, "发票代码"),
    spelling(Label::Imprint, "发票号码"),
    spelling(Label::Imprint, "机打号码"),
    spelling(Label::Imprint, "机打代码"),
    spelling(Label::Entrance, "入口"),
    spelling(Label::Entrance, "入口站"),
    spelling(Label::Entrance, "入口站名"),
    spelling(Label::Entrance, "入口收费站"),
    spelling(Label::Entrance, "入站"),
    spelling(Label::Entrance, "入站口"),
    spelling(Label::Entrance, "驶入站"),
    spelling(Label::Exit, "出口"),
    spelling(Label::Exit, "出口站"),
    spelling(Label::Exit, "出口站名"),
    spelling(Label::Exit, "出口收费站"),
    spelling(Label::Exit, "出站"),
    spelling(Label::Exit, "出站口"),
    spelling(Label::Exit, "驶出站"),
    spelling(Label::Day, "日期"),
    spelling(Label::Day, "出口日期"),
    spelling(Label::Day, "通行日期"),
    spelling(Label::Day, "开票日期"),
    spelling(Label::Day, "收费日期"),
    spelling(Label::Time, "时间"),
    spelling(Label::Time, "出口时间"),
    spelling(Label::Time, "出站时间"),
    spelling(Label::Time, "通行时间"),
    spelling(Label::Time, "收费时间"),
    spelling(Label::Time, "打印时间"),
    spelling(Label::Time, "交易时间"),
    spelling(Label::Amount, "金额"),
    spelling(Label::Amount, "实收金额"),
    spelling(Label::Amount, "收费金额"),
    spelling(Label::Amount, "应收金额"),
    spelling(Label::Amount, "通行费金额"),
    spelling(Label::Amount, "金额(元)"),
    spelling(Label::Amount, "车辆通行费"),
    spelling(Label::Amount, "通行费"),
    spelling(Label::Amount, "收费"),
    spelling(Label::Amount, "实收"),
    spelling(Label::Amount, "合计"),
    spelling(Label::Amount, "小写"),
    spelling(Label::Words, "大写"),
    spelling(Label::Words, "金额大写"),
    spelling(Label::Words, "金额(大写)"),
    spelling(Label::Words, "人民币大写"),
    spelling(Label::Other, "入口时间"),
    spelling(Label::Other, "入口日期"),
    spelling(Label::Other, "入站时间"),
    spelling(Label::Other, "车型"),
    spelling(Label::Other, "车类"),
    spelling(Label::Other, "车种"),
    spelling(Label::Other, "车牌"),
    spelling(Label::Other, "车牌号"),
    spelling(Label::Other, "车牌号码"),
    spelling(Label::Other, "车号"),
    spelling(Label::Other, "收费员"),
    spelling(Label::Other, "收费员号"),
    spelling(Label::Other, "工号"),
    spelling(Label::Other, "车道"),
    spelling(Label::Other, "车道号"),
    spelling(Label::Other, "轴数"),
    spelling(Label::Other, "轴型"),
    spelling(Label::Other, "重量"),
    spelling(Label::Other, "总重"),
    spelling(Label::Other, "车货总重"),
    spelling(Label::Other, "超限率"),
    spelling(Label::Other, "里程"),
    spelling(Label::Other, "流水号"),
    spelling(Label::Other, "票号"),
    spelling(Label::Other, "班次"),
    spelling(Label::Other, "收费单位"),
    spelling(Label::Other, "收款单位"),
    spelling(Label::Other, "收费站"),
    spelling(Label::Other, "支付方式"),
    spelling(Label::Other, "付款方式"),
    spelling(Label::Other, "监督电话"),
    spelling(Label::Other, "电话"),
];
/// The words of which a title has one.
const TITLES: &[&str] = &["通行费", "过路费", "过桥费", "路桥", "高速", "公路", "收费"];

/// The title stands so many heights of the code's line over it at most.
const HEAD: f32 = 4.0;
/// How titles end.
const ENDS: &[&str] = &["车辆通行费定额发票", "车辆通行费专用发票", "车辆通行费通用发票"];

/// Reads the receipt, or tells that it is none.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    // numbers of the form may be printed in red
    let sheet = &imprint::unsealed(sheet);
    let form = Labelled::new(sheet, SPELLINGS);
    let printed = Words::of(sheet);
    let title = imprint::title(sheet, TITLES).or_else(|| imprint::title(sheet, &["发票", "收据", "票据"]));
    let title = title.map(|(text, pieces)| (if sheet.source == Source::Ocr { mended(&text) } else { text }, pieces));
    let imprint = Imprint::of(sheet);
    let journey = form.first(Label::Entrance).is_some() as u8 + form.first(Label::Exit).is_some() as u8;
    let stationed = printed.has("公路收费站") && imprint.code.is_some();
    let named = stationed
        || ["通行费", "车辆通", "通行费专用发票", "通行费定额发票", "过路费", "过桥费", "路桥费"].iter().any(|word| printed.has(word));
    // a road's name and a price alone make no receipt
    if journey == 0 && !(named && (title.is_some() || imprint.code.is_some())) {
        return None;
    }
    let mut details = Details::new();
    // the seal's name read into the title
    let whole =
        |text: &str| if sheet.source == Source::Ocr { filled(text).filter(|text| !text.contains('章')) } else { Some(text.to_owned()) };
    if let Some((text, pieces)) = title.as_ref().and_then(|(text, pieces)| Some((whole(text)?, pieces))) {
        form.put(&mut details, "title", &text, pieces);
    }
    imprint.put(sheet, &mut details);
    let stations = read_stations(&form, &mut details);
    read_moment(&form, &mut details);
    read_amount(&form, &mut details);
    supervision::put(sheet, &mut details);
    if !stations && !details.has("total") && !details.has("code") {
        return None;
    }
    let highway = printed.has("高速");
    details.set("highway_flag", Field::new(if highway { "1" } else { "0" }, Source::Derived));
    let mut reading = form.reading(Kind::Toll, details);
    reading.faint.extend(imprint.faint());
    reading.heading = heading(sheet, &imprint).filter(|_| title.is_none());
    // a seal lies over the title more often than not
    if let Some((text, pieces)) = title.filter(|_| sheet.source == Source::Ocr)
        && !titled(&text)
        && let Some(line) = pieces.iter().map(|p| p.area).reduce(|a, b| a.union(&b))
    {
        reading.faint.push(Faint { area: line, fits: titled });
    }
    Some(reading)
}

/// Where the title of a form stands, over the line of its code: across the whole paper and up to some lines higher.
fn heading(sheet: &Sheet, imprint: &Imprint) -> Option<Rect> {
    let line = imprint.code.as_ref().filter(|_| sheet.source == Source::Ocr)?.1.iter().map(|p| p.area).reduce(|a, b| a.union(&b))?;
    let extent = extent(sheet);
    let margin = HEAD * line.height();
    Some(Rect { left: extent.left - margin, top: line.top - margin, right: extent.right + margin, bottom: line.top })
}

/// A title whose end has at most two characters other than the one end that it must then be.
fn mended(title: &str) -> String {
    let chars: Vec<char> = title.chars().collect();
    let near = |end: &&&str| {
        let end: Vec<char> = end.chars().collect();
        let off = |part: &[char]| part.iter().zip(&end).filter(|(a, b)| a != b).count();
        chars.len() > end.len() && off(&chars[chars.len() - end.len()..]) <= 2
    };
    let mut ends = ENDS.iter().filter(near);
    match (ends.next(), ends.next()) {
        (Some(end), None) => chars[..chars.len() - end.chars().count()].iter().chain(&end.chars().collect::<Vec<_>>()).collect(),
        _ => title.to_owned(),
    }
}

/// What titles are put together from behind the name of the place.
const ROADS: &[&str] = &["", "高速公路", "收费公路", "公路"];
const FEES: &[&str] = &["车辆通行费", "通行费"];
const SORTS: &[&str] = &["", "定额", "专用", "通用", "通用机打"];

/// A title of which a seal hid some characters, where they can be only one thing; nothing where they can be several. Any other as it is.
fn filled(title: &str) -> Option<String> {
    let Some(at) = title.find(['省', '市']).map(|at| at + '省'.len_utf8()) else { return Some(title.to_owned()) };
    let (place, rest) = title.split_at(at);
    let all = ROADS.iter().flat_map(|road| FEES.iter().flat_map(move |fee| SORTS.iter().map(move |sort| format!("{road}{fee}{sort}发票"))));
    let all: Vec<String> = all.collect();
    let within = |whole: &&String| {
        let mut letters = whole.chars();
        rest.chars().all(|c| letters.any(|letter| letter == c))
    };
    if all.iter().any(|whole| whole == rest) || !rest.ends_with("发票") {
        return Some(title.to_owned());
    }
    let mut may_be = all.iter().filter(within);
    match (may_be.next(), may_be.next()) {
        (None, _) => Some(title.to_owned()),
        (Some(whole), None) => Some(format!("{place}{whole}")),
        _ => None,
    }
}

/// Whether a text is a title as these forms have it.
fn titled(text: &str) -> bool {
    text.ends_with("发票")
        && ["通行费专用", "通行费定额", "通行费通用", "通行费发票", "过路费", "过桥费"].iter().any(|word| text.contains(word))
}

/// Entrance and exit: a name or the number of a station, beside the label or below it.
fn read_stations(form: &Labelled<Label>, details: &mut Details) -> bool {
    for (label, key) in [(Label::Entrance, "entrance"), (Label::Exit, "exit")] {
        let mut pieces = form.beside(label);
        if pieces.is_empty() {
            pieces = form.below(label, 1.7);
        }
        let Some(piece) = pieces.first() else { continue };
        if let Some(name) = station(&piece.compact()) {
            form.put(details, key, &name, std::slice::from_ref(piece));
        }
    }
    details.has("entrance") || details.has("exit")
}

/// A station's name or number, without the moment that may run into it.
fn station(text: &str) -> Option<String> {
    let text = text.trim_start_matches([':', '.', '-']);
    let name = match text.find("20").filter(|at| stamped::day(&text[*at..]).is_some()) {
        Some(at) => &text[..at],
        None => text,
    };
    let name = name.trim_end_matches([':', ',', '(', '-']);
    let letters = name.chars().all(|c| c.is_alphanumeric() || "()-·".contains(c));
    let day = stamped::day(name).is_some() && name.len() > 6;
    let count = name.chars().count();
    // a character by itself is a seal's, and none of a name
    let alone = count == 1 && name.chars().all(is_chinese);
    (letters && !day && (1..=16).contains(&count) && !alone && !is_class(name)).then(|| name.to_owned())
}

/// Whether a text is the class of a vehicle (JT/T 489: 客1 to 客4, 货1 to 货6, 专1 to 专6), which is printed near the stations.
fn is_class(text: &str) -> bool {
    let mut chars = text.trim_end_matches('型').chars();
    let kind = chars.next().is_some_and(|c| "客货专".contains(c));
    let class = chars.next().is_some_and(|c| ('1'..='6').contains(&c) || "一二三四五六".contains(c));
    kind && class && chars.next().is_none()
}

/// Day and time of the passage: under their labels, together or apart, else the only ones on the form.
fn read_moment(form: &Labelled<Label>, details: &mut Details) {
    let led: Vec<Piece> = [Label::Time, Label::Day]
        .into_iter()
        .flat_map(|label| {
            let beside = form.beside(label);
            if beside.is_empty() { form.below(label, 1.7) } else { beside }
        })
        .collect();
    let all = form.sheet.gather(&EVERYWHERE, 2.0);
    for pieces in [&led, &all] {
        if !details.has("date") {
            let found = pieces.iter().find_map(|p| Some((moment(&p.compact())?, p)));
            if let Some(((day, time), piece)) = found {
                form.put(details, "date", &day, std::slice::from_ref(piece));
                if let Some(time) = time {
                    form.put(details, "time", &time, std::slice::from_ref(piece));
                }
            }
        }
        if !details.has("time")
            && let Some((time, piece)) = pieces.iter().find_map(|p| Some((date::time(&p.compact())?, p)))
        {
            form.put(details, "time", &time, std::slice::from_ref(piece));
        }
    }
}

/// A day, and the time that follows it: `2018-01-10 12:14:33`, `2018年01月10日12时14分`, `2018/01/1012:14`.
fn moment(text: &str) -> Option<(String, Option<String>)> {
    // a time that runs into the day: two digits belong to the hour
    if let Some(colon) = text.find([':', '时']).filter(|at| *at >= 10 && text.is_char_boundary(at - 2)) {
        let (day, time) = text.split_at(colon - 2);
        let time = time.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '分' && c != '秒');
        if let (Some(day), Some(time)) = (stamped::day(day), date::time(time)) {
            return Some((day, Some(time)));
        }
    }
    let signed = text.contains(['年', '月', '-', '/', '.']) || text.len() == 8;
    stamped::day(text).filter(|_| signed).map(|day| (day, None))
}

/// The sum: in figures beside a label, else in words, else the only money with a sign on the form. Figures and words that differ settle nothing.
fn read_amount(form: &Labelled<Label>, details: &mut Details) {
    let amount = |text: &str| {
        // the label before it may have been misread
        let text = text.rsplit_once(':').map_or(text, |(_, value)| value).trim_start_matches(['(', ')']);
        stamped::money(text).or_else(|| stamped::whole_money(text)).filter(|value| *value > Decimal::ZERO)
    };
    let beside =
        form.marks.iter().filter(|m| m.label == Label::Amount).flat_map(|mark| super::beside::beside(&form.sheet, &form.marks, mark));
    let figures = beside.into_iter().find_map(|p| {
        let text = p.compact();
        // a bare number beside 金额(元)
        let bare =
            || text.bytes().all(|b| b.is_ascii_digit()).then(|| invoice::amount::parse(&text)).flatten().filter(|v| *v > Decimal::ZERO);
        Some((amount(&text).or_else(bare)?, p))
    });
    let all = form.sheet.gather(&EVERYWHERE, 2.0);
    let said = all.iter().find_map(|p| Some((words::parse(&spoken(&p.compact())?).filter(|v| *v > Decimal::ZERO)?, p.clone())));
    let signed = || {
        let mut found = all.iter().filter(|p| p.compact().contains(['¥', '元'])).filter_map(|p| Some((amount(&p.compact())?, p.clone())));
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            (Some(first), Some(second)) if first.0 == second.0 => Some(first),
            _ => None,
        }
    };
    if let Some((value, piece)) = figures.or(said).or_else(signed) {
        form.put(details, "total", &stamped::cents(value), std::slice::from_ref(&piece));
    }
}

/// The part of a text that is an amount in words.
fn spoken(text: &str) -> Option<String> {
    let digits = "零壹贰叁肆伍陆柒捌玖拾佰仟万元圆角分整正";
    let run: String = text.chars().skip_while(|c| !digits.contains(*c)).take_while(|c| digits.contains(*c)).collect();
    (run.chars().count() >= 3 && run.contains(['元', '圆'])).then_some(run)
}

#[cfg(test)]
mod tests {
    use super::super::drawn;
    use super::*;

    fn assert_fields(words: &[(&str, f32, f32, f32)], expected: &[(&str, &str)]) {
        let reading = read(&drawn::sheet(words)).expect("a toll receipt");
        assert_eq!(reading.kind, Kind::Toll);
        drawn::assert_fields(&reading.details, expected, "");
    }

    const HEAD: &[(&str, f32, f32, f32)] = &[
        ("云泽省高速公路车辆通行费专用发票", 20.0, 10.0, 14.0),
        ("发票代码199001510001", 20.0, 40.0, 10.0),
        ("发票号码00412345", 20.0, 56.0, 10.0),
    ];

    #[test]
    fn titles_are_mended_where_one_end_remains() {
        for (read, expected) in [
            ("云泽省牛辆通角费定额发票", "云泽省车辆通行费定额发票"),
            ("云泽省车辆通行费专用发票", "云泽省车辆通行费专用发票"),
            // 专用 or 通用
            ("云泽省车辆通行费口用发票", "云泽省车辆通行费口用发票"),
            ("云泽省过路费发票", "云泽省过路费发票"),
        ] {
            assert_eq!(mended(read), expected);
        }
    }

    #[test]
    fn titles_are_filled_in_where_one_is_left() {
        for (read, expected) in [
            ("云泽省高速公路车行费定额发票", Some("云泽省高速公路车辆通行费定额发票")),
            ("云泽省收费公路车行费专用发票", Some("云泽省收费公路车辆通行费专用发票")),
            ("云泽省高速公路车行费专用发票", Some("云泽省高速公路车辆通行费专用发票")),
            // 专用 or 通用
            ("云泽省高速公行费用发票", None),
            ("云泽省通行费发票", Some("云泽省通行费发票")),
            ("云泽省过路费发票", Some("云泽省过路费发票")),
            ("云泽大桥行费发票", Some("云泽大桥行费发票")),
        ] {
            assert_eq!(filled(read).as_deref(), expected, "{read}");
        }
    }

    #[test]
    fn where_a_title_stands_that_was_not_read() {
        let words = [
            ("发票代码199001510001", 20.0, 60.0, 10.0),
            ("发票号码00412345", 20.0, 76.0, 10.0),
            ("收费单位:云泽公路收费站", 20.0, 130.0, 10.0),
        ];
        let mut sheet = drawn::sheet(&words);
        sheet.source = Source::Ocr;
        let band = read(&sheet).expect("a toll receipt").heading.expect("a band");
        assert!((band.top - 20.0).abs() < 1.0 && (band.bottom - 60.0).abs() < 1.0, "{band:?}");
        let mut titled = drawn::sheet(&[&[("云泽省车辆通行费专用发票", 20.0, 20.0, 20.0)], words.as_slice()].concat());
        titled.source = Source::Ocr;
        assert_eq!(read(&titled).expect("a toll receipt").heading, None);
    }

    #[test]
    fn a_strip_with_stations() {
        let mut words = HEAD.to_vec();
        words.extend([
            ("入口:云泽南", 20.0, 80.0, 10.0),
            ("出口:白杭东站", 20.0, 96.0, 10.0),
            ("车型:客1", 20.0, 112.0, 10.0),
            ("金额:74.00元", 20.0, 128.0, 10.0),
            ("时间:2018-01-10 12:14:33", 20.0, 144.0, 10.0),
            ("收费员:4006", 20.0, 160.0, 10.0),
        ]);
        assert_fields(
            &words,
            &[
                ("title", "云泽省高速公路车辆通行费专用发票"),
                ("code", "199001510001"),
                ("number", "00412345"),
                ("entrance", "云泽南"),
                ("exit", "白杭东站"),
                ("total", "74.00"),
                ("date", "2018年01月10日"),
                ("time", "12:14:33"),
                ("highway_flag", "1"),
            ],
        );
    }

    #[test]
    fn stations_by_number_in_two_columns() {
        let words = [
            ("云泽省车辆通行费通用机打发票", 20.0, 10.0, 14.0),
            ("入口:4001", 20.0, 80.0, 10.0),
            ("出口:6754", 120.0, 80.0, 10.0),
            ("车类:1", 20.0, 96.0, 10.0),
            ("通行费:15元", 120.0, 96.0, 10.0),
            ("2018/01/10 08:05", 20.0, 112.0, 10.0),
        ];
        assert_fields(
            &words,
            &[
                ("entrance", "4001"),
                ("exit", "6754"),
                ("total", "15.00"),
                ("date", "2018年01月10日"),
                ("time", "08:05"),
                ("highway_flag", "0"),
            ],
        );
    }

    #[test]
    fn a_fixed_sum_in_words() {
        let mut words = HEAD.to_vec();
        words.extend([("伍元整", 60.0, 90.0, 24.0), ("云泽样张公路收费站", 40.0, 130.0, 10.0)]);
        assert_fields(&words, &[("total", "5.00"), ("entrance", ""), ("date", "")]);
    }

    #[test]
    fn other_papers_are_none() {
        let remark =
            [("发票号码25999900000000000017", 20.0, 10.0, 10.0), ("备注:高速通行费", 20.0, 80.0, 10.0), ("¥74.00", 90.0, 100.0, 10.0)];
        let claim = Words::of(&drawn::sheet(&remark)).claim(SIGNS);
        assert!(claim < 1.0 || read(&drawn::sheet(&remark)).is_none());
        assert!(read(&drawn::sheet(&[("安全出口", 20.0, 10.0, 20.0)])).is_none());
    }

    #[test]
    fn moments_and_stations() {
        let both = |day: &str, time: &str| Some((day.to_owned(), Some(time.to_owned())));
        for (text, expected) in [
            ("2018-01-1012:14:33", both("2018年01月10日", "12:14:33")),
            ("2018年01月10日12时14分", both("2018年01月10日", "12:14")),
            ("2018/01/10", Some(("2018年01月10日".to_owned(), None))),
            ("12:14:33", None),
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        for (text, expected) in
            [("云泽南", Some("云泽南")), ("4001", Some("4001")), ("云泽南2018-01-1012:00", Some("云泽南")), ("2018-01-10", None)]
        {
            assert_eq!(station(text).as_deref(), expected, "{text}");
        }
        for text in ["核", "客1", "货3型", "客一"] {
            assert_eq!(station(text), None, "{text}");
        }
        assert_eq!(station("客家北").as_deref(), Some("客家北"));
    }
}
