//! 定额发票: a sheet for one fixed amount, which stands on it in words, in figures or in both (通用定额发票: seven values from 壹元 to 壹佰元,
//! 175 × 70 mm; 定额发票 of one trade, 52 mm wide and smaller).

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::kind::Kind;
use invoice::{amount, words};
use rust_decimal::Decimal;

use super::FormReading;
use super::imprint::{self, EVERYWHERE, Imprint};
use super::journey::usual_height;
use super::signs::{Sign, extent, sign};
use super::supervision;
use crate::layout::Sheet;
use crate::layout::gather::{Piece, lines};

/// What speaks for it.
pub(super) const SIGNS: &[Sign] = &[
    sign("定额发票", 1.5),
    sign("定额专用发票", 1.5),
    sign("通用定额", 1.0),
    sign("定额", 0.5),
    // without a title, over which 监制章 may lie
    sign("收款单位", 0.4),
    sign("盖章有效", 0.4),
    sign("发票代码", 0.3),
    sign("发票号码", 0.3),
    sign("发票联", 0.2),
    sign("购买方", -2.0),
    sign("电子发票", -2.0),
    // a fixed sum for a passage is a toll's
    sign("通行费", -2.5),
    // the word may be misread in part
    sign("车辆通", -2.5),
    sign("通行费定额发票", -2.5),
    sign("过路费", -2.5),
    sign("过桥费", -2.5),
    sign("路桥费", -2.5),
];
/// The largest amount of a 定额发票; what is more is no value of one.
const LARGEST: Decimal = Decimal::from_parts(1000, 0, 0, false, 0);
/// How much larger than the other print the amount is on a form whose title was not read.
const LARGE: f32 = 1.5;
/// Words beside amounts that are prizes or limits.
const NO_VALUE: &[&str] = &["奖", "最高", "限额", "以内", "以下"];

/// Reads the sheet, or tells that it is none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let sheet = &imprint::unsealed(sheet);
    let title = imprint::title(sheet, &["定额"]);
    let imprint = Imprint::of(sheet);
    let all = lines(sheet.gather(&EVERYWHERE, 3.0));
    let said = all.iter().filter_map(|line| in_words(line)).max_by(|a, b| a.height.total_cmp(&b.height));
    let large = said.as_ref().is_some_and(|said| said.height > LARGE * usual_height(sheet));
    if !(title.is_some() && (imprint.code.is_some() || imprint.number.is_some() || said.is_some())) && !(large && imprint.code.is_some()) {
        return None;
    }
    let mut details = Details::new();
    if let Some((text, pieces)) = &title {
        details.set("title", sheet.field(text, pieces));
    }
    imprint.put(sheet, &mut details);
    put_amount(sheet, &all, said, &mut details);
    let said = sheet.spans.iter().any(|span| span.compact().contains("非经营性"));
    details.set("non_commercial_mark", Field::new(if said { "1" } else { "0" }, Source::Derived));
    supervision::put(sheet, &mut details);
    let area = extent(sheet);
    let mut form = FormReading::new(Kind::Quota, details, area);
    if title.is_none() {
        let below =
            imprint.code.iter().chain(&imprint.number).flat_map(|(_, pieces)| pieces).map(|p| p.area.top).fold(area.bottom, f32::min);
        form.heading = Some(Rect { top: sheet.area.top, bottom: below, ..area });
    }
    Some(form)
}

/// The amount: in words as printed, in figures as printed; the one that is not printed follows from the other.
fn put_amount(sheet: &Sheet, all: &[Vec<Piece>], said: Option<Value>, details: &mut Details) {
    let mut figures: Vec<Value> = all.iter().flat_map(|line| line.iter().filter_map(in_figures)).collect();
    if let Some(said) = &said {
        details.set("total_cn", sheet.field(&said.text, &said.pieces));
        // of several figures the one that the words confirm
        if figures.iter().any(|f| f.amount == said.amount) {
            figures.retain(|f| f.amount == said.amount);
        }
    }
    figures.dedup_by(|a, b| a.amount == b.amount);
    match (&figures[..], said) {
        ([figure], said) => {
            details.set("total", sheet.field(&figure.text, &figure.pieces));
            if said.is_none()
                && let Some(words) = words::write(figure.amount)
            {
                details.set("total_cn", Field::new(words, Source::Derived));
            }
        }
        ([], Some(said)) => {
            let mut amount = said.amount;
            amount.rescale(2);
            details.set("total", Field::new(amount::plain(amount), Source::Derived));
        }
        // several figures that nothing tells apart
        _ => {}
    }
}

/// A printed amount.
struct Value {
    amount: Decimal,
    text: String,
    pieces: Vec<Piece>,
    height: f32,
}

fn possible(amount: Decimal) -> bool {
    amount > Decimal::ZERO && amount <= LARGEST
}

/// The amount in words on a line, its characters near each other or far apart.
fn in_words(line: &[Piece]) -> Option<Value> {
    let text: String = line.iter().map(Piece::compact).collect();
    if NO_VALUE.iter().any(|word| text.contains(word)) {
        return None;
    }
    let single = line.iter().map(|p| (p.compact(), vec![p.clone()]));
    single.chain([(text, line.to_vec())]).find_map(|(text, pieces)| {
        let words = text.trim_start_matches(|c: char| !is_word(c));
        let end = words.find(|c: char| !is_word(c)).unwrap_or(words.len());
        let words = &words[..end];
        let amount = words::parse(words).filter(|a| possible(*a) && words.contains(['元', '圆', '角', '分']))?;
        let height = pieces.iter().map(|p| p.area.height()).fold(0.0, f32::max);
        Some(Value { amount, text: words.to_owned(), pieces, height })
    })
}

/// A character of an amount in words.
fn is_word(c: char) -> bool {
    "零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟一二三四五六七八九十百千元圆圓角分整正".contains(c)
}

/// An amount in figures that says of itself that it is one: by its sign, or by the unit behind it.
fn in_figures(piece: &Piece) -> Option<Value> {
    let text = piece.compact();
    if NO_VALUE.iter().any(|word| text.contains(word)) {
        return None;
    }
    let mut rest = text.as_str();
    for label in ["金额", "面额", "票面", "人民币", "小写", "(小写)", ":"] {
        rest = rest.strip_prefix(label).unwrap_or(rest);
    }
    let signed = rest.starts_with(['¥', '￥']) || rest.starts_with("RMB") || rest.ends_with(['元', '圆']) || rest.ends_with("元整");
    let amount = amount::parse(rest).filter(|a| signed && possible(*a))?;
    Some(Value { amount, text: amount::plain(amount), pieces: vec![piece.clone()], height: piece.area.height() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::drawn;

    fn details(words: &[(&str, f32, f32, f32)]) -> Details {
        let head = [
            ("国家税务总局云泽省税务局通用定额发票", 80.0, 10.0, 14.0),
            ("发票代码 199001910002", 300.0, 30.0, 9.0),
            ("发票号码 00412345", 300.0, 42.0, 9.0),
            ("收款单位(盖章有效)", 20.0, 150.0, 9.0),
        ];
        let words: Vec<_> = head.into_iter().chain(words.iter().copied()).collect();
        let reading = crate::forms::read(&drawn::sheet(&words)).expect("a form");
        assert_eq!(reading.kind, Kind::Quota);
        reading.details
    }

    #[test]
    fn the_amount_in_words_and_in_figures() {
        type Case = (&'static [(&'static str, f32, f32, f32)], &'static str, &'static str);
        let cases: &[Case] = &[
            (&[("伍拾元整", 100.0, 80.0, 30.0)], "50.00", "伍拾元整"),
            (&[("伍", 60.0, 80.0, 30.0), ("拾", 130.0, 80.0, 30.0), ("元", 200.0, 80.0, 30.0)], "50.00", "伍拾元"),
            (&[("人民币壹佰圆整", 60.0, 80.0, 20.0), ("¥100.00", 60.0, 110.0, 12.0)], "100.00", "壹佰圆整"),
            (&[("¥20.00", 60.0, 80.0, 20.0)], "20.00", "贰拾圆整"),
            (&[("10元", 60.0, 80.0, 20.0)], "10", "壹拾圆整"),
            // a prize is no value
            (&[("伍元", 60.0, 80.0, 20.0), ("最高奖伍佰元", 60.0, 110.0, 9.0), ("奖金5000元", 60.0, 130.0, 9.0)], "5.00", "伍元"),
            (&[("¥20.00", 60.0, 80.0, 20.0), ("¥30.00", 60.0, 110.0, 20.0)], "", ""),
            // both are given where they disagree: the check says so
            (&[("伍拾元整", 60.0, 80.0, 20.0), ("¥30.00", 60.0, 110.0, 20.0)], "30.00", "伍拾元整"),
        ];
        for (words, total, total_cn) in cases {
            let details = details(words);
            assert_eq!((details.text("total"), details.text("total_cn")), (*total, *total_cn), "{words:?}");
        }
    }

    #[test]
    fn without_its_title_the_large_amount_tells_it() {
        let words = |size: f32| {
            [
                ("发票联", 100.0, 30.0, 10.0),
                ("发票代码 199001910002", 300.0, 30.0, 9.0),
                ("发票号码 00412345", 300.0, 42.0, 9.0),
                ("伍拾元整", 100.0, 80.0, size),
                ("收款单位(盖章有效)", 20.0, 150.0, 9.0),
            ]
        };
        let form = crate::forms::read(&drawn::sheet(&words(30.0))).expect("a form");
        assert_eq!((form.kind, form.details.text("total")), (Kind::Quota, "50.00"));
        assert!(form.heading.is_some_and(|band| band.bottom <= 32.0));
        assert!(crate::forms::read(&drawn::sheet(&words(9.0))).is_none_or(|form| form.kind != Kind::Quota));
    }

    #[test]
    fn head_and_marks() {
        let plain = details(&[("伍拾元整", 100.0, 80.0, 30.0)]);
        assert_eq!(plain.text("title"), "国家税务总局云泽省税务局通用定额发票");
        assert_eq!((plain.text("code"), plain.text("number")), ("199001910002", "00412345"));
        assert_eq!(plain.text("non_commercial_mark"), "0");
        assert_eq!(details(&[("非经营性收费专用", 20.0, 60.0, 9.0)]).text("non_commercial_mark"), "1");
    }
}
