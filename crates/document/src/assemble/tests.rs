use proptest::prelude::*;

use super::{Glyph, assemble};
use crate::page::{Point, Rect, Rule, Turn};

/// Sets text from (x, baseline) in a font of `size`: ASCII half an em wide, a zero-width space none, all else a full em, with `spacing` after each letter.
fn set(text: &str, x: f32, baseline: f32, size: f32, spacing: f32, run: u32) -> Vec<Glyph> {
    let mut left = x;
    text.chars()
        .map(|ch| {
            let width = if ch == '\u{200B}' {
                0.0
            } else if ch.is_ascii() {
                0.5 * size
            } else {
                size
            };
            let area = Rect { left, top: baseline - 0.86 * size, right: left + width, bottom: baseline + 0.14 * size };
            let glyph = Glyph { ch, area, origin: Point { x: left, y: baseline }, size, turn: Turn::None, run };
            left += width + spacing;
            glyph
        })
        .collect()
}

/// Turns glyphs about the origin so that their lines run as `turn` says.
fn turned(glyphs: Vec<Glyph>, turn: Turn) -> Vec<Glyph> {
    let point = |p: Point| match turn {
        Turn::None => p,
        Turn::Quarter => Point { x: -p.y, y: p.x },
        Turn::Half => Point { x: -p.x, y: -p.y },
        Turn::ThreeQuarters => Point { x: p.y, y: -p.x },
    };
    let area = |r: Rect| {
        let (a, b) = (point(Point { x: r.left, y: r.top }), point(Point { x: r.right, y: r.bottom }));
        Rect { left: a.x.min(b.x), top: a.y.min(b.y), right: a.x.max(b.x), bottom: a.y.max(b.y) }
    };
    glyphs.into_iter().map(|g| Glyph { area: area(g.area), origin: point(g.origin), turn, ..g }).collect()
}

fn upright_rule(x: f32, top: f32, bottom: f32) -> Rule {
    Rule { from: Point { x, y: top }, to: Point { x, y: bottom } }
}

fn texts(glyphs: Vec<Glyph>, rules: &[Rule]) -> Vec<String> {
    assemble(glyphs, rules).iter().map(|line| line.text()).collect()
}

#[test]
fn runs_become_lines() {
    let one = |text: &str| set(text, 100.0, 50.0, 10.0, 0.0, 1);
    let then = |mut glyphs: Vec<Glyph>, text: &str, gap: f32, run: u32| {
        let right = glyphs.iter().map(|g| g.area.right).fold(0.0, f32::max);
        glyphs.extend(set(text, right + gap, 50.0, 10.0, 0.0, run));
        glyphs
    };
    let table: Vec<(&str, Vec<Glyph>, Vec<&str>)> = vec![
        ("one run", one("价税合计"), vec!["价税合计"]),
        ("a value right behind its label", then(one("名称："), "演示公司", 1.0, 2), vec!["名称:演示公司"]),
        ("columns of a table", then(one("100.00"), "13%", 4.0, 2), vec!["100.00", "13%"]),
        ("padding inside a run", one("名　　称：甲"), vec!["名 称:甲"]),
        ("padding of four full-width spaces", one("名　　　　称:"), vec!["名 称:"]),
        ("a wide gap inside one run", then(one("收款人"), "复核", 9.0, 1), vec!["收款人", "复核"]),
        ("an even letter spacing", set("电子发票", 100.0, 50.0, 10.0, 9.5, 1), vec!["电子发票"]),
        ("a space between Latin words", one("No 12"), vec!["No 12"]),
        ("a visible gap without a space", then(one("AB"), "CD", 2.8, 2), vec!["AB CD"]),
        ("text written backwards in the stream", then(one("乙"), "甲", -20.0, 2), vec!["甲乙"]),
    ];
    for (what, glyphs, expected) in table {
        assert_eq!(texts(glyphs, &[]), expected, "{what}");
    }
}

#[test]
fn one_glyph_for_each_run_still_makes_words() {
    let mut glyphs = set("91110000MA00FAPA0T", 100.0, 50.0, 10.0, 0.3, 0);
    for (run, glyph) in glyphs.iter_mut().enumerate() {
        glyph.run = run as u32;
    }
    glyphs.reverse();
    assert_eq!(texts(glyphs, &[]), ["91110000MA00FAPA0T"]);
}

#[test]
fn letters_drawn_too_small_for_their_places_still_make_words() {
    let mut glyphs = Vec::new();
    for (row, text) in ["统一社会信用代码", "91110000MA00FAPA0T", "价税合计"].into_iter().enumerate() {
        for (index, mut glyph) in set(text, 0.0, 60.0 * row as f32, 9.0, 0.0, 0).into_iter().enumerate() {
            let shift = glyph.area.left * 1.8;
            (glyph.area.left, glyph.area.right, glyph.origin.x) =
                (glyph.area.left + shift, glyph.area.right + shift, glyph.origin.x + shift);
            glyph.run = (row * 100 + index) as u32;
            glyphs.push(glyph);
        }
    }
    assert_eq!(texts(glyphs, &[]), ["统一社会信用代码", "91110000MA00FAPA0T", "价税合计"]);
}

#[test]
fn a_value_between_printed_words_is_one_line_with_them() {
    let mut glyphs = set("2019　09　19", 100.0, 50.0, 10.0, 0.0, 1);
    glyphs.extend(set("年", 120.0, 50.2, 10.0, 0.0, 2));
    glyphs.extend(set("月", 140.0, 50.2, 10.0, 0.0, 3));
    assert_eq!(texts(glyphs, &[]), ["2019年09月19"]);
}

#[test]
fn a_label_set_apart_is_one_line() {
    let mut glyphs = set("校", 100.0, 50.0, 9.0, 0.0, 1);
    glyphs.extend(set("验", 113.5, 50.3, 9.0, 0.0, 2));
    glyphs.extend(set("码：", 126.2, 50.6, 9.0, 0.0, 3));
    assert_eq!(texts(glyphs, &[]), ["校验码:"]);
}

#[test]
fn struck_twice_counts_once() {
    let mut glyphs = set("发票号码11", 100.0, 50.0, 10.0, 0.0, 1);
    glyphs.extend(set("发票号码11", 100.3, 50.2, 10.0, 0.0, 2));
    assert_eq!(texts(glyphs, &[]), ["发票号码11"]);
    // Letters that are narrow by nature stand nearer than a third of an em without being one.
    let mut narrow = set("ll", 0.0, 50.0, 10.0, 0.0, 1);
    narrow[0].area.right = 2.2;
    (narrow[1].area.left, narrow[1].area.right, narrow[1].origin.x) = (2.2, 4.4, 2.2);
    assert_eq!(texts(narrow, &[]), ["ll"]);
}

#[test]
fn a_ruled_line_divides() {
    let row = |gap: f32, run: u32| {
        let mut glyphs = set("单价", 100.0, 50.0, 10.0, 0.0, 1);
        glyphs.extend(set("金额", 120.0 + gap, 50.0, 10.0, 0.0, run));
        glyphs
    };
    let line = |x: f32| [upright_rule(x, 30.0, 70.0)];
    assert_eq!(texts(row(1.0, 2), &[]), ["单价金额"]);
    assert_eq!(texts(row(1.0, 2), &line(120.5)), ["单价", "金额"], "two runs");
    assert_eq!(texts(row(3.0, 1), &line(121.5)), ["单价", "金额"], "one run with a gap");
    assert_eq!(texts(row(0.0, 1), &line(120.0)), ["单价金额"], "one run without a gap has outgrown its cell");
    assert_eq!(texts(row(1.0, 2), &[upright_rule(120.5, 55.0, 90.0)]), ["单价金额"], "a line that begins below the text");
    let level = [Rule { from: Point { x: 0.0, y: 46.0 }, to: Point { x: 300.0, y: 46.0 } }];
    assert_eq!(texts(row(1.0, 2), &level), ["单价金额"], "a level line");
}

#[test]
fn vertical_labels_are_one_line() {
    let column = |text: &str, x: f32, top: f32, step: f32| -> Vec<Glyph> {
        text.chars().enumerate().flat_map(|(i, ch)| set(&ch.to_string(), x, top + step * i as f32, 10.0, 0.0, i as u32 + 50)).collect()
    };
    // A label beside lines at another pitch.
    let mut label = column("购买方", 10.0, 20.0, 12.0);
    label.extend(set("名称：甲公司", 40.0, 27.0, 10.0, 0.0, 1));
    let lines = assemble(label, &[]);
    let found = lines.iter().find(|line| line.text() == "购买方").expect("the label is one line");
    assert_eq!(found.turn, Turn::None);
    assert_eq!((found.area.left, found.area.right), (10.0, 20.0));
    assert!(found.area.height() > 30.0);
    // Two labels at the same height.
    let mut pair = column("购买方", 10.0, 20.0, 12.0);
    pair.extend(column("销售方", 210.0, 20.0, 12.0));
    assert_eq!(texts(pair, &[]), ["购买方", "销售方"]);
    // A table's column of units: every one belongs to its row.
    let mut units = column("个个次", 100.0, 20.0, 12.0);
    for row in 0..3 {
        units.extend(set("12.50", 140.0, 20.0 + 12.0 * row as f32, 10.0, 0.0, row));
    }
    assert_eq!(texts(units, &[]).iter().filter(|text| text.chars().count() == 1).count(), 3);
    // Digits below each other are no label.
    assert_eq!(texts(column("123", 10.0, 20.0, 12.0), &[]), ["1", "2", "3"]);
}

#[test]
fn turned_lines_read_their_own_way() {
    for turn in [Turn::Quarter, Turn::Half, Turn::ThreeQuarters] {
        let lines = assemble(turned(set("下载次数: 1", 100.0, 50.0, 10.0, 0.0, 1), turn), &[]);
        assert_eq!(lines.len(), 1, "{turn:?}");
        assert_eq!((lines[0].text().as_str(), lines[0].turn), ("下载次数: 1", turn));
        let boxes: Vec<Rect> = lines[0].chars.iter().map(|c| c.area).collect();
        assert!(boxes.iter().all(|b| b.left <= b.right && b.top <= b.bottom), "{turn:?} {boxes:?}");
    }
}

#[test]
fn reading_order_is_rows_then_columns() {
    let mut glyphs = set("右", 200.0, 20.6, 10.0, 0.0, 1);
    glyphs.extend(set("下", 0.0, 60.0, 10.0, 0.0, 2));
    glyphs.extend(set("左", 0.0, 20.0, 10.0, 0.0, 3));
    assert_eq!(texts(glyphs, &[]), ["左", "右", "下"]);
}

#[test]
fn characters_are_folded() {
    let table =
        [("（１２．５０）", "(12.50)"), ("￥１", "¥1"), ("㎡", "m2"), ("⼦⾦", "子金"), ("\u{FFFD}", "\u{FFFD}"), ("a\u{200B}b", "ab")];
    for (text, expected) in table {
        assert_eq!(texts(set(text, 0.0, 10.0, 10.0, 0.0, 1), &[]), [expected]);
    }
    let line = &assemble(set("㎡", 0.0, 10.0, 10.0, 0.0, 1), &[])[0];
    assert_eq!((line.chars[0].area.right, line.chars[1].area.left), (5.0, 5.0), "the box is shared");
}

#[test]
fn nothing_that_is_not_a_number_gets_in() {
    let mut glyphs = set("好", 0.0, 10.0, 10.0, 0.0, 1);
    for (index, value) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].into_iter().enumerate() {
        let mut bad = glyphs[0];
        bad.area.left = value;
        bad.run = 10 + index as u32;
        glyphs.push(bad);
        glyphs.push(Glyph { size: value, ..glyphs[0] });
    }
    assert_eq!(texts(glyphs, &[]), ["好"]);
}

proptest! {
    /// Whatever the glyphs, none is invented, every line's box holds its characters, and the order they came in does not matter
    /// when each is a run of its own.
    #[test]
    fn any_glyphs(places in prop::collection::vec((0..40i32, 0..40i32, 0..3u8, prop::char::range('一', '十')), 0..60)) {
        let glyphs: Vec<Glyph> = places
            .iter()
            .enumerate()
            .flat_map(|(run, (x, y, size, ch))| set(&ch.to_string(), *x as f32 * 7.0, *y as f32 * 5.0, 8.0 + f32::from(*size), 0.0, run as u32))
            .collect();
        let lines = assemble(glyphs.clone(), &[]);
        let count: usize = lines.iter().flat_map(|l| &l.chars).filter(|c| c.ch != ' ').count();
        prop_assert!(count <= glyphs.len());
        for line in &lines {
            for c in &line.chars {
                prop_assert!(c.area.left >= line.area.left - 0.01 && c.area.right <= line.area.right + 0.01);
            }
        }
        let rows: Vec<f32> = lines.iter().map(|l| l.area.top).collect();
        prop_assert!(rows.iter().all(|top| top.is_finite()));
    }
}
