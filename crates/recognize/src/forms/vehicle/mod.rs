//! 机动车销售统一发票 and 二手车销售统一发票, on paper and as 数电票 (forms of the State Taxation Administration; reference forms.md,
//! Vehicles): a head with code, number, day and what the machine printed, a grid of labelled cells, and a foot with who issued it.

mod partner;
mod sale;
mod used;

pub(crate) use sale::read as sale;
pub(crate) use used::read as used;

use document::page::Rect;
use invoice::details::{Details, Field, Source};
use invoice::{date, number};

use super::grid::{Cell, Grid, Key, complete, extend};
use super::labelled::Labelled;
use super::signs::{Sign, sign};
use super::{supervision, vat};
use crate::closer::Faint;
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::{Mark, Spelling};
use crate::layout::{Moved, Sheet, is_chinese};

/// What tells 机动车销售统一发票.
pub(crate) const SALE_SIGNS: &[Sign] = &[sign(sale::TITLE, 2.0), sign("合格证号", 0.5), sign("发动机号码", 0.5), sign(used::TITLE, -2.0)];
/// What tells 二手车销售统一发票.
pub(crate) const USED_SIGNS: &[Sign] =
    &[sign(used::TITLE, 2.0), sign("登记证号", 0.5), sign("二手车市场", 0.5), sign("转入地车辆", 0.5), sign(sale::TITLE, -2.0)];

const fn label(key: Key, text: &'static str) -> Spelling<Key> {
    Spelling { label: key, text }
}

/// The labels of the head. They stand beside their values, but in no row of the grid.
const HEAD: [Spelling<Key>; 13] = [
    label("code", "发票代码"),
    label("number", "发票号码"),
    label("date", "开票日期"),
    label("machine_code", "机打代码"),
    label("machine_number", "机打号码"),
    label("machine_id", "机器编号"),
    label("machine_id", "机器编码"),
    label("electronic_number", "数电发票号码"),
    label("electronic_number", "数电票号码"),
    label("electronic_number", "全电发票号码"),
    label("electronic_number", "电子发票号码"),
    label("ciphertext", "税控码"),
    label("copies", "手写无效"),
];

/// Labels that several cells bear are named with a mark until the cells around them tell which they are.
const SHARED: char = '?';

fn is_head(key: Key) -> bool {
    matches!(key, "title" | "electronic_title" | "copies") || HEAD.iter().any(|s| s.label == key)
}

/// Finds the labels, without those that only read like one: words inside a value.
fn labels(
    sheet: &Sheet,
    own: &[Spelling<Key>],
    partners: &[(Key, Spelling<Key>)],
    whole: fn(Key) -> &'static [&'static str],
) -> Labelled<Key> {
    let all: Vec<Spelling<Key>> = HEAD.iter().chain(own).copied().collect();
    let mut labelled = Labelled::new(sheet, &all);
    begin(&mut labelled, &all);
    let (kept, strays): (Vec<Mark<Key>>, Vec<Mark<Key>>) = labelled.marks.iter().cloned().partition(|m| !glued(&labelled, m));
    for stray in &strays {
        stray.release(&mut labelled.sheet);
    }
    labelled.marks = kept;
    partner::find(&mut labelled, partners);
    let mut marks = std::mem::take(&mut labelled.marks);
    for mark in &mut marks {
        shorten(&mut labelled.sheet, mark, &all);
        extend(&mut labelled.sheet, mark, whole(mark.label));
    }
    labelled.marks = marks;
    labelled
}

/// Takes the first character into a label that was found by the others, for it was misread: 广牌型号 for 厂牌型号.
fn begin(labelled: &mut Labelled<Key>, spellings: &[Spelling<Key>]) {
    for mark in &mut labelled.marks {
        let Some(first) = mark.at.first().copied().filter(|at| at.glyph > 0) else { continue };
        let text: String = mark.at.iter().map(|at| labelled.sheet.spans[at.span].glyphs[at.glyph].ch).collect();
        let text = text.trim_end_matches([':', ';']);
        let without = |s: &Spelling<Key>| s.label == mark.label && s.text.chars().skip(1).eq(text.chars());
        let before = &mut labelled.sheet.spans[first.span].glyphs[..first.glyph];
        let Some((at, glyph)) = before.iter_mut().enumerate().rfind(|(_, g)| !g.ch.is_whitespace()) else { continue };
        let han = is_chinese(glyph.ch);
        if han && !glyph.label && text.chars().count() >= 2 && spellings.iter().any(without) {
            glyph.label = true;
            mark.area.left = glyph.left;
            mark.at.insert(0, crate::layout::rows::At { span: first.span, glyph: at });
        }
    }
}

/// A label that was taken for a longer one, with what stands behind it misread as its end (买方单位/个人 and a name for 买方单位/个人住址).
fn shorten(sheet: &mut Sheet, mark: &mut Mark<Key>, spellings: &[Spelling<Key>]) {
    let text: String = mark.at.iter().map(|at| sheet.spans[at.span].glyphs[at.glyph].ch).collect();
    let text = text.trim_end_matches([':', ';']);
    if spellings.iter().any(|s| s.text == text) {
        return;
    }
    let prefix = spellings.iter().filter(|s| s.label != mark.label && text.starts_with(s.text)).max_by_key(|s| s.text.len());
    let whole = prefix.and_then(|short| spellings.iter().find(|s| s.label == mark.label && s.text.starts_with(short.text)));
    let (Some(short), Some(whole)) = (prefix, whole) else { return };
    let (read, printed) = (&text[short.text.len()..], &whole.text[short.text.len()..]);
    if read.chars().any(|c| printed.contains(c)) {
        return;
    }
    let rest = mark.at.split_off(short.text.chars().count());
    for at in &rest {
        sheet.spans[at.span].glyphs[at.glyph].label = false;
    }
    if let Some(last) = mark.at.last() {
        mark.area.right = sheet.spans[last.span].glyphs[last.glyph].right;
    }
    (mark.label, mark.colon) = (short.label, false);
}

/// Whether a label is the end of a longer word (云泽二手车市场).
fn glued(labelled: &Labelled<Key>, mark: &Mark<Key>) -> bool {
    let Some(first) = mark.at.first() else { return false };
    let span = &labelled.sheet.spans[first.span];
    let before = span.glyphs[..first.glyph].iter().rfind(|g| !g.ch.is_whitespace());
    before.is_some_and(|g| !g.label && g.ch.is_alphanumeric() && span.glyphs[first.glyph].left - g.right < 0.25 * span.height())
}

/// Of each label that a form has once the leftmost place; the others are values that begin like it (二手车市场有限公司).
fn once(labelled: &mut Labelled<Key>) {
    let all = labelled.marks.clone();
    let better = |a: &Mark<Key>, b: &Mark<Key>| a.area.left < b.area.left - 2.0 * b.area.height();
    let (kept, strays): (Vec<Mark<Key>>, Vec<Mark<Key>>) = all
        .iter()
        .cloned()
        .partition(|m| m.label.starts_with(SHARED) || is_head(m.label) || !all.iter().any(|o| o.label == m.label && better(o, m)));
    for stray in &strays {
        stray.release(&mut labelled.sheet);
    }
    labelled.marks = kept;
}

/// The last of these labels that stands in a label's row or above it: the section of the form that it belongs to.
fn section(marks: &[Mark<Key>], mark: &Mark<Key>, anchors: &[Key]) -> Option<Key> {
    let reach = mark.area.center().y + 0.7 * mark.area.height();
    let above = marks.iter().filter(|m| anchors.contains(&m.label) && m.area.center().y <= reach);
    above.max_by(|a, b| a.area.center().y.total_cmp(&b.area.center().y)).map(|m| m.label)
}

/// The grid of the labels that are not the head's, once their keys are settled. Labels one right below the other are one label of two lines.
fn grid(labelled: &Labelled<Key>, key: impl Fn(&Mark<Key>) -> Option<Key>, whole: fn(Key) -> &'static [&'static str]) -> Grid {
    let mut cells: Vec<Cell> = Vec::new();
    for mark in labelled.marks.iter().filter(|m| !is_head(m.label)) {
        let Some(key) = key(mark) else { continue };
        let line = mark.area.height();
        // other labels right below belong to the next row, but for the buyer's number, which shares the cell of the name
        let id = |key: Key| matches!(key, "buyer_id" | "buyer_tax_id");
        let one = |c: &Cell| c.key == key || c.key == "buyer" && key == "buyer_id" || id(c.key) && id(key);
        let column = |c: &Cell| {
            let shared = c.area.right.min(mark.area.right) - c.area.left.max(mark.area.left);
            let narrow = c.area.width().min(mark.area.width());
            shared > 0.6 * narrow && mark.area.top - c.area.bottom < 0.45 * line && mark.area.center().y > c.area.center().y
        };
        match cells.iter_mut().rfind(|c| one(c) && column(c)) {
            Some(cell) => cell.area = cell.area.union(&mark.area),
            None => cells.push(Cell { key, area: mark.area }),
        }
    }
    let mut sheet = labelled.sheet.clone();
    complete(&mut sheet, &mut cells, whole);
    if let Some(moved) = registration(&sheet, &cells) {
        vat::registration::apply(&mut sheet, moved);
    }
    Grid::lay(sheet, cells)
}

/// How far down or up the stamped values lie against the printed form, where all those that are known by their look (the vehicle's number,
/// the amount in words, the rate) stand off their labels alike, by more than they would in their cells.
fn registration(sheet: &Sheet, cells: &[Cell]) -> Option<Moved> {
    let everything = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
    let pieces = sheet.gather(&everything, 1.5);
    type Look = fn(&str) -> bool;
    let looks: [(Key, Look); 3] = [
        ("car_code", |text| invoice::vin::parse(text).is_some()),
        ("total_cn", |text| invoice::words::parse(text.trim_start_matches(|c: char| !"零壹贰叁肆伍陆柒捌玖拾".contains(c))).is_some()),
        ("tax_rate", |text| text.len() <= 4 && text.ends_with('%')),
    ];
    let mut offs: Vec<(f32, f32)> = Vec::new();
    for (key, look) in looks {
        let Some(label) = cells.iter().find(|c| c.key == key) else { continue };
        let own = pieces.iter().filter(|p| p.area.left > label.area.left && look(&p.compact()));
        let nearest = own.map(|p| p.middle() - label.area.center().y).min_by(|a, b| a.abs().total_cmp(&b.abs()));
        offs.extend(nearest.map(|off| (off, label.area.height())));
    }
    offs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (off, line) = *offs.get(offs.len() / 2)?;
    let alike = offs.iter().all(|(other, _)| (other - off).abs() < 0.5 * line);
    (offs.len() >= 2 && alike && off.abs() > 0.6 * line && off.abs() < 6.0 * line).then_some(Moved { x: 0.0, stretch: 1.0, y: off })
}

/// The digits beside a label, if they are of one of these lengths.
fn digits(labelled: &Labelled<Key>, label: Key, lengths: &[usize]) -> Option<(String, Piece)> {
    labelled.all(label).find_map(|mark| {
        let pieces = super::beside::beside(&labelled.sheet, &labelled.marks, mark);
        pieces.into_iter().find_map(|piece| {
            let text = piece.compact();
            let text = text.trim_start_matches(['N', 'n', 'o', '№', '.', ':', '|']);
            let read = number::digits(text).filter(|d| lengths.contains(&d.len()));
            let optical = labelled.sheet.source == Source::Ocr;
            let read = read.or_else(|| number::repair(text, lengths).filter(|_| optical));
            read.map(|digits| (digits, piece))
        })
    })
}

/// Reads the head: title, code and number as printed and as the machine printed them, day, 数电 number. `title` is what the form is called.
fn head(labelled: &Labelled<Key>, title: &str, details: &mut Details) {
    let electronic = labelled.first("electronic_title");
    if let Some(mark) = electronic {
        labelled.put_printed(details, "title", &format!("电子发票（{title}）"), Some(&mark.area));
    } else if let Some(mark) = labelled.first("title") {
        labelled.put_printed(details, "title", title, Some(&mark.area));
    }
    for (key, lengths) in [
        ("number", &[8, 20][..]),
        ("code", &[12, 10]),
        ("electronic_number", &[20]),
        ("machine_code", &[12, 10]),
        ("machine_number", &[8]),
        ("machine_id", &[12]),
    ] {
        if let Some((value, piece)) = digits(labelled, key, lengths) {
            labelled.put(details, key, &value, std::slice::from_ref(&piece));
        }
    }
    if number::digital(details.text("number")).is_some()
        && let Some(field) = details.get("number").cloned()
    {
        details.set("electronic_number", field);
    }
    let pieces = labelled.beside("date");
    let beside = date::find(&join(pieces.clone(), " ")).map(|day| (date::text(day), pieces));
    if let Some((day, pieces)) = beside.or_else(|| dated(labelled)) {
        labelled.put(details, "date", &day, &pieces);
    }
    supervised(labelled, details);
    if electronic.is_some() || number::digital(details.text("number")).is_some() {
        details.set("electronic_mark", Field::new("1", Source::Derived));
    }
}

/// Where the title must stand when it was not read: between the left edge and the printed numbers, above the grid.
fn heading(labelled: &Labelled<Key>, details: &Details) -> Option<Rect> {
    let text = labelled.sheet.spans.iter().map(|s| s.area).reduce(|a, b| a.union(&b)).filter(|_| !details.has("title"))?;
    let numbers = labelled.marks.iter().filter(|m| matches!(m.label, "code" | "number")).map(|m| m.area);
    let right = numbers.clone().map(|a| a.left).fold(text.right, f32::min);
    let bottom = labelled.marks.iter().filter(|m| !matches!(m.label, "code" | "number" | "date")).map(|m| m.area.top);
    let height = numbers.map(|a| a.height()).fold(0.0, f32::max);
    let (left, top) = (text.left + 0.15 * text.width(), text.top - height);
    let bottom = bottom.fold(f32::MAX, f32::min);
    (bottom < f32::MAX && right > left).then_some(Rect { left, top, right, bottom })
}

/// The bureau in the seal over the title. Others are named in the grid.
fn supervised(labelled: &Labelled<Key>, details: &mut Details) {
    let mut above = labelled.sheet.clone();
    let bottom = labelled.marks.iter().filter(|m| !is_head(m.label)).map(|m| m.area.top).fold(f32::MAX, f32::min);
    above.spans.retain(|span| span.area.bottom < bottom);
    supervision::put(&above, details);
}

/// A day that stands by itself in the head, where its label was not read or stands apart from it.
fn dated(labelled: &Labelled<Key>) -> Option<(String, Vec<Piece>)> {
    let bottom = labelled.marks.iter().filter(|m| !is_head(m.label)).map(|m| m.area.top).fold(f32::MAX, f32::min);
    let part = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom };
    let pieces = labelled.sheet.gather(&part, 2.0);
    pieces.into_iter().find_map(|piece| Some((date::text(date::parse(&piece.text())?), vec![piece])))
}

/// Name and number that share a cell: the words that look like an identity number, and all else.
fn name_and_id(pieces: &[Piece]) -> ((String, Vec<Piece>), (String, Vec<Piece>)) {
    let (mut name, mut id) = ((String::new(), Vec::new()), (String::new(), Vec::new()));
    for line in lines(pieces.to_vec()) {
        for piece in line {
            let text = piece.text();
            let words: Vec<&str> = text.split_whitespace().collect();
            // letters and digits of one number may be set apart
            let whole: String = words.concat();
            if is_id(&whole) {
                id.0.push_str(&whole);
                id.1.push(piece);
                continue;
            }
            let (ids, names): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|w| is_id(w));
            if !ids.is_empty() {
                id.0.push_str(&ids.concat());
                id.1.push(piece.clone());
            }
            if !names.is_empty() {
                name.0.push_str(&names.join(" "));
                name.1.push(piece);
            }
        }
    }
    (name, id)
}

/// A tax id, the number of an identity card, of a passport or of an organisation (12345678-9).
fn is_id(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (8..=20).contains(&text.len()) && digits >= 5 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"*-()".contains(&b))
}

/// An amount in words, without the crossed circle before it, which is read as anything. A character that was misread stays, for the figures to settle it.
fn words(pieces: &[Piece]) -> Option<(String, Piece)> {
    // 叁 is the only capital three; recognisers give the letters that it comes from
    let three = |c: char| if "参參叄".contains(c) { '叁' } else { c };
    let chinese = |c: &char| is_chinese(*c);
    pieces.iter().filter(|piece| vat::is_words(&piece.compact())).find_map(|piece| {
        let text: Vec<char> = piece.compact().chars().map(three).skip_while(|c| !chinese(c)).collect();
        let end = text.iter().rposition(chinese)?;
        (end >= 2).then(|| (text[..=end].iter().collect(), piece.clone()))
    })
}

/// What is looked at again by itself where it was not read as what it must be: what stands in these cells, and whether a text is that.
type Doubtful = (Key, fn(&str) -> bool);

/// The cells of the grid that do not hold what they must.
fn faint(grid: &Grid, doubtful: &[Doubtful], right: f32) -> Vec<Faint> {
    doubtful.iter().filter_map(|(key, fits)| grid.faint(key, *fits, right)).collect()
}

/// Whether a text is an amount as these forms print them, with its two decimals.
fn is_amount(text: &str) -> bool {
    super::grid::money(text).is_some_and(|value| value.split_once('.').is_some_and(|(_, cents)| cents.len() == 2))
}

/// Whether a text says an amount in words.
fn is_said(text: &str) -> bool {
    let from = text.find(|c: char| "零壹贰叁肆伍陆柒捌玖拾".contains(c)).unwrap_or(0);
    vat::is_words(text) && invoice::words::parse(&text[from..]).is_some()
}

/// Whether a text is a taxpayer's number, its check character right.
fn is_tax_id(text: &str) -> bool {
    invoice::tax_id::score(text) == Some(invoice::tax_id::Score::Passes)
}

/// Whether a text is a vehicle's number, its check character right.
fn is_vin(text: &str) -> bool {
    invoice::vin::score(text) == Some(invoice::tax_id::Score::Passes)
}

/// A vehicle's number that was read in the cell of another, its own label unread.
fn astray(grid: &Grid, details: &mut Details, key: Key) {
    if grid.sheet.source != Source::Ocr || grid.has("car_code") {
        return;
    }
    let (own, others): (Vec<Piece>, Vec<Piece>) = grid.value(key).into_iter().partition(|piece| is_vin(&piece.compact()));
    if let [piece] = &own[..] {
        grid.put(details, "car_code", &piece.compact(), std::slice::from_ref(piece));
        let text: String = others.iter().map(Piece::compact).collect();
        grid.put(details, key, &text, &others);
    }
}

/// The fewest characters of words that are known without their label.
const SAID: usize = 5;

/// The total in figures and in words, from the row of the total. `figures` is the key of the label 小写, `total_cn` that of the words.
fn totals(grid: &Grid, details: &mut Details) {
    let row: Vec<Piece> = grid.value("total_cn").into_iter().chain(grid.value("total")).collect();
    if let Some((text, piece)) = words(&row) {
        grid.put(details, "total_cn", &text, std::slice::from_ref(&piece));
    }
    grid.amount(details, "total");
    // where the label of the words was not read they are known by their look: nothing else on the form is said in words
    if !details.has("total_cn") {
        let everything = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: f32::MAX };
        let said = |p: &&Piece| vat::is_words(&p.compact()) && p.compact().chars().count() >= SAID;
        let whole: Vec<Piece> = grid.sheet.gather(&everything, 2.0).iter().filter(said).cloned().collect();
        if let (Some((text, piece)), true) = (words(&whole), whole.len() == 1) {
            grid.put(details, "total_cn", &text, std::slice::from_ref(&piece));
        }
    }
    // without the label 小写 the amount stands behind the words
    let figures = grid.value("total_cn").into_iter().find_map(|p| Some((super::grid::money(&p.compact())?, p)));
    if let Some((value, piece)) = figures {
        grid.put(details, "total", &value, std::slice::from_ref(&piece));
    }
}

/// The first piece behind a label of the foot; what stands further off belongs to a seal.
fn signed(grid: &Grid, details: &mut Details, key: Key) {
    let nearest = grid.value(key).into_iter().min_by(|a, b| a.area.left.total_cmp(&b.area.left));
    let pieces: Vec<Piece> = nearest.into_iter().collect();
    let text = join(pieces.clone(), "");
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if text.chars().count() <= 12 && !text.contains(['章', ':']) {
        grid.put(details, key, text, &pieces);
    }
}
