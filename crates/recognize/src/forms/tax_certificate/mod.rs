//! 税收完税证明 and 税收缴款书: certificates of taxes paid, and the books that they are paid with (forms of the State Taxation Administration, 税收票证
//! 管理办法). A head of labelled values, a table with one tax a row, their sum in words and figures, and a foot of boxes.

mod cut;
mod duty;
mod faint;
mod label;
pub(crate) mod subject;
mod unread;

use document::page::Rect;
use indexmap::IndexMap;
use invoice::details::{Details, Field, Row, Source};
use invoice::kind::Kind;
use invoice::{amount, date, tax_id, words};

use self::label::{Foot, Label, Lead, SPELLINGS};
use super::FormReading;
use super::beside::beside;
use super::listing::Grid;
use super::signs::{Sign, extent, sign};
use super::vat::is_words;
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::{Mark, distance, find, is_one_off};
use crate::layout::rows::rows;
use crate::layout::table::{Column, Sort};
use crate::layout::{Sheet, is_chinese, median};

/// What tells the form: its name, and the heads that no invoice has.
pub(super) const SIGNS: &[Sign] = &[
    sign("税收完税证明", 1.5),
    sign("税收缴款书", 1.5),
    sign("完税证", 0.4),
    sign("填发日期", 0.4),
    sign("原凭证号", 0.6),
    sign("税款所属时期", 0.6),
    sign("入(退)库日期", 0.6),
    sign("实缴(退)金额", 0.6),
    sign("收款国库", 0.6),
    sign("预算科目", 0.5),
    sign("填票人", 0.4),
    sign("发票代码", -1.0),
];

/// The names of these forms; over them stands 中华人民共和国.
const NAMES: &[&str] = &["税收完税证明", "税收缴款书"];
const COUNTRY: &str = "中华人民共和国";

/// How the names of treasuries begin.
const TREASURY: &str = "国家金库";

/// The digits and letters of a number of a taxpayer, and of the longest.
const TAX_ID: usize = 18;
const LONGEST_ID: usize = 20;

/// As many heads must stand beside each other.
const HEADS: usize = 3;

/// What stands in brackets behind the name of a 税收缴款书.
const USES: &[&str] = &["(银行经收专用)", "(税务收现专用)", "(出口货物劳务专用)"];

/// Reads the certificate, or tells that the sheet holds none.
pub(super) fn read(sheet: &Sheet) -> Option<FormReading> {
    let mut sheet = sheet.clone();
    if sheet.source == Source::Ocr {
        // recognisers that know both give the traditional form of the one character that stands everywhere here
        let glyphs = sheet.spans.iter_mut().flat_map(|span| &mut span.glyphs);
        glyphs.filter(|glyph| glyph.ch == '稅').for_each(|glyph| glyph.ch = '税');
    }
    let found = rows(&sheet);
    let marks = find(&mut sheet, &found, SPELLINGS);
    let form = Certificate::lay(sheet, marks)?;
    let mut details = Details::new();
    form.read_title(&mut details);
    form.read_number(&mut details);
    form.read_head(&mut details);
    form.read_items(&mut details);
    form.read_sum(&mut details);
    form.read_foot(&mut details);
    let named = details.has("title") && (details.has("number") || details.has("date"));
    if details.rows("items").is_empty() && !details.has("total") && !named {
        return None;
    }
    let area = extent(&form.sheet);
    let faint = form.faint(&details, area.right);
    Some(FormReading { faint, ..FormReading::new(Kind::TaxCertificate, details, area) })
}

/// The form on its sheet.
#[derive(Debug)]
struct Certificate {
    sheet: Sheet,
    /// The labels that are no heads of columns.
    marks: Vec<Mark<Label>>,
    grid: Grid,
    /// Where the row of the sum stands.
    sum: Option<Rect>,
}

impl Certificate {
    fn lay(mut sheet: Sheet, marks: Vec<Mark<Label>>) -> Option<Certificate> {
        let key = |m: &Mark<Label>| if let Label::Column(key) = m.label { Some(key) } else { None };
        let keys = |row: usize| {
            let mut keys: Vec<&str> = marks.iter().filter(|m| m.row == row).filter_map(key).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.len()
        };
        let row = marks.iter().filter(|m| key(m).is_some()).map(|m| m.row).max_by_key(|row| (keys(*row), std::cmp::Reverse(*row)))?;
        if keys(row) < HEADS {
            return None;
        }
        let own: Vec<Rect> = marks.iter().filter(|m| m.row == row && key(m).is_some()).map(|m| m.area).collect();
        let line = own.iter().map(Rect::height).fold(0.0, f32::max).max(1e-3);
        let middle = own.iter().map(|a| a.center().y).sum::<f32>() / own.len() as f32;
        let level = |m: &Mark<Label>| (m.area.center().y - middle).abs() < 2.4 * line;
        // under 预算科目 stand 编码, 名称 and 级次
        let rank = marks.iter().find(|m| key(m) == Some("budget_account_level") && level(m)).map(|m| m.area);
        let name = marks.iter().find(|m| key(m) == Some("name") && level(m)).map(|m| m.area.left);
        // where 级次 was not read they stand below 预算科目, left of the heads that are as high as both
        let lower = |m: &Mark<Label>| m.area.center().y > middle && level(m) && name.is_some_and(|x| m.area.right < x);
        let beside = |m: &Mark<Label>, r: Rect| m.area.right < r.left + line && (m.area.center().y - r.center().y).abs() < 0.8 * line;
        let budget = |m: &Mark<Label>| rank.map_or_else(|| lower(m), |r| beside(m, r));
        let mut columns: Vec<Column> = Vec::new();
        let mut rest = Vec::new();
        for mark in marks {
            let head = match mark.label {
                Label::Column(key) if level(&mark) => Some(key),
                Label::Code if budget(&mark) => Some("budget_account_code"),
                Label::Name if budget(&mark) => Some("budget_account_name"),
                _ => None,
            };
            match head {
                Some("budget") => {}
                Some(key) => match columns.iter_mut().find(|c| c.key == key) {
                    // a head of two lines
                    Some(column) if column.head.left < mark.area.right && mark.area.left < column.head.right => {
                        column.head = column.head.union(&mark.area);
                    }
                    Some(_) => mark.release(&mut sheet),
                    None => columns.push(Column { key, sort: sort(key), head: mark.area, walls: None }),
                },
                None if matches!(mark.label, Label::Column(_)) => mark.release(&mut sheet),
                None => rest.push(mark),
            }
        }
        let sum = rest.iter().filter(|m| m.label == Label::Lead(Lead::Sum)).map(|m| m.area);
        let foot = sum.map(|a| a.top).filter(|top| *top > middle + line).fold(f32::MAX, f32::min);
        unread::complete(&sheet, &mut columns, foot);
        columns.sort_by(|a, b| a.head.left.total_cmp(&b.head.left));
        let grid = Grid {
            columns,
            line,
            anchors: &["actual_paid_amount", "original_number", "total", "budget_account_code"],
            misfit,
            foot: &["金额合计", "合计", "(大写)"],
            parted: |piece| vec![piece],
        };
        let sum = rest.iter().filter(|m| m.label == Label::Lead(Lead::Sum)).map(|m| m.area).find(|a| a.top > grid.bottom());
        Some(Certificate { sheet, marks: rest, grid, sum })
    }

    fn put(&self, details: &mut Details, key: &str, value: &str, pieces: &[Piece]) {
        let bare = |p: &&Piece| p.compact().chars().count() == 1;
        if pieces.len() > 1 && self.sheet.source == Source::Ocr && matches!(key, "buyer" | "tax_authorities" | "receiving_treasury") {
            // characters of a stamp that stand by themselves are no part of a name
            let kept: Vec<Piece> = pieces.iter().filter(|p| !bare(p)).cloned().collect();
            if kept.len() < pieces.len() && !kept.is_empty() {
                return self.put(details, key, join(kept.clone(), "").trim(), &kept);
            }
        }
        if !key.is_empty() && !details.has(key) && !value.trim().is_empty() {
            details.set(key, self.sheet.field(value, pieces));
        }
    }

    fn above(&self) -> Rect {
        Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: self.grid.top() }
    }

    /// 中华人民共和国 over the name, and what is in brackets behind the name.
    fn read_title(&self, details: &mut Details) {
        let title = self
            .marks
            .iter()
            .filter(|m| m.label == Label::Title && m.area.bottom < self.grid.top())
            .max_by(|a, b| a.area.height().total_cmp(&b.area.height()));
        let Some(title) = title else {
            self.put_known_title(details);
            return;
        };
        let printed = |mark: &Mark<Label>| {
            mark.at.iter().map(|at| self.sheet.spans[at.span].glyphs[at.glyph].ch).filter(|c| *c != ':').collect::<String>()
        };
        let (mut text, mut area) = (printed(title), title.area);
        let country = self
            .marks
            .iter()
            .find(|m| m.label == Label::Country && m.area.top <= area.top && m.area.bottom > area.top - 2.5 * area.height());
        if let Some(country) = country {
            text.insert_str(0, &printed(country));
            area = area.union(&country.area);
        }
        if self.sheet.source == Source::Ocr {
            text = named(text);
        }
        let height = title.area.height();
        let part = Rect {
            left: title.area.right - 0.2 * height,
            right: title.area.right + 14.0 * height,
            top: title.area.top - 0.5 * height,
            bottom: title.area.bottom + 0.5 * height,
        };
        if let Some(behind) = self.sheet.gather(&part, 2.0).into_iter().find(|p| p.compact().starts_with('(') && p.compact().ends_with(')'))
        {
            let words = behind.compact();
            // of the uses that are printed there one
            let alike = |use_: &&&str| {
                let (a, b): (Vec<char>, Vec<char>) = (words.chars().collect(), use_.chars().collect());
                self.sheet.source == Source::Ocr && a.len() == b.len() && distance(&a, &b) == 1
            };
            let words = USES.iter().find(alike).map_or(words.clone(), |known| (*known).to_owned());
            if words.contains(['专', '用', '式', '章']) {
                text.push_str(&words);
                area = area.union(&behind.area);
            }
        }
        let mut field = self.sheet.field(&text, &[]);
        field.area = Some(self.sheet.pixels(&area));
        details.set("title", field);
    }

    /// The name under a seal is known by the table: these heads stand together on 税收完税证明 (表格式) alone, whose name has 中华人民共和国 over it.
    fn put_known_title(&self, details: &mut Details) {
        let Some(country) = self.marks.iter().find(|m| m.label == Label::Country && m.area.bottom < self.grid.top()) else { return };
        let heads = ["original_number", "tax_type", "tax_period", "entry_date"];
        if heads.iter().all(|key| self.grid.columns.iter().any(|c| c.key == *key)) {
            let mut field = Field::new("中华人民共和国税收完税证明", Source::Derived);
            field.area = Some(self.sheet.pixels(&country.area));
            details.set("title", field);
        }
    }

    /// The number and the letters of its series, at the top right: `(201)沪国证 № 00123456`.
    fn read_number(&self, details: &mut Details) {
        let date = self.marks.iter().find(|m| m.label == Label::Lead(Lead::Field("date"))).map_or(self.grid.top(), |m| m.area.top);
        let pieces = self.sheet.gather(&Rect { bottom: date, ..self.above() }, 2.0);
        for line in lines(pieces) {
            let text: String = line.iter().map(Piece::compact).collect();
            if let Some(series) = series(&text) {
                self.put(details, "serial_number", &series, &line);
            }
            if let Some(number) = number(&text) {
                self.put(details, "number", &number, &line);
            }
        }
    }

    fn read_head(&self, details: &mut Details) {
        for mark in self.marks.iter().filter(|m| m.area.bottom < self.grid.top()) {
            let mut pieces = beside(&self.sheet, &self.marks, mark);
            pieces.retain(|piece| self.own(mark, piece));
            let text = join(pieces.clone(), "");
            let text = text.trim_start_matches([':', ' ']).trim();
            let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let (key, value) = match mark.label {
                Label::Lead(Lead::Field("date")) => ("date", date::find(text).map(date::text).unwrap_or_default()),
                Label::Lead(Lead::Field(key @ "tax_payment_limited_time")) => {
                    (key, if bare.contains(|c: char| c.is_ascii_digit()) { bare } else { String::new() })
                }
                Label::Lead(Lead::Field(key @ ("buyer_tax_id" | "buyer_account" | "tax_agency_code"))) => (key, code(&bare)),
                Label::Lead(Lead::Field(key)) => (key, text.to_owned()),
                Label::Lead(Lead::Bureau) => ("tax_authorities", text.to_owned()),
                Label::Name => ("buyer", text.to_owned()),
                Label::Code => ("buyer_tax_id", code(&bare)),
                _ => continue,
            };
            // the row of the treasury stands below the payer's, and its label may not have been read
            if let Some(at) = value.find(TREASURY).filter(|at| key == "buyer" && *at > 0) {
                self.put(details, "receiving_treasury", &value[at..], &pieces);
                self.put(details, key, &value[..at], &pieces);
            }
            if key == "buyer" && self.sheet.source == Source::Ocr {
                pieces = self.read_beyond(details, pieces);
                self.put(details, key, join(pieces.clone(), "").trim_start_matches([':', ' ']).trim(), &pieces);
                continue;
            }
            self.put(details, key, &value, &pieces);
        }
    }

    /// The payer's name less what stands beyond it where 账号 was misread: the label, and the number that it leads.
    fn read_beyond(&self, details: &mut Details, mut pieces: Vec<Piece>) -> Vec<Piece> {
        let number = pieces.iter().position(|p| p.compact().len() >= 9 && p.compact().bytes().all(|b| b.is_ascii_digit()));
        let Some(number) = number.filter(|at| *at > 0) else { return pieces };
        let account = pieces[number].compact();
        self.put(details, "buyer_account", &account, &pieces[number..=number]);
        let short = |p: &Piece| p.compact().trim_end_matches(':').chars().count() <= 2;
        pieces.truncate(if number > 1 && short(&pieces[number - 1]) { number - 1 } else { number });
        pieces
    }

    /// Whether a value beside a label is no nearer to another in the same column of labels: rows of the head stand close, and values low in them.
    fn own(&self, mark: &Mark<Label>, piece: &Piece) -> bool {
        let off = |m: &Mark<Label>| (m.area.center().y - piece.middle()).abs();
        let height = mark.area.height();
        let above = |m: &&Mark<Label>| m.area.right > mark.area.left && m.area.right < piece.area.left + 0.5 * height;
        self.marks.iter().filter(above).all(|other| off(other) >= off(mark))
    }

    fn read_items(&self, details: &mut Details) {
        let limit = self.sum.map_or(f32::MAX, |s| s.top);
        let body = self.grid.read(&self.sheet, limit);
        let rows = body.rows.iter().map(|cells| {
            let mut row: Row = IndexMap::new();
            for (column, pieces) in self.grid.columns.iter().zip(cells) {
                if let Some(value) = cell(column.key, pieces) {
                    row.insert(column.key.to_owned(), self.sheet.field(&value, pieces));
                }
            }
            if self.sheet.source == Source::Ocr {
                duty::settle(&mut row, self.grid.columns.iter().any(|c| c.key == "budget_account_code"));
                subject::settle(&mut row);
            }
            row
        });
        let mut rows: Vec<Row> = rows.collect();
        if self.sheet.source == Source::Ocr {
            cut::leave_out(&mut rows);
        }
        *details.rows_mut("items") = rows;
    }

    /// The sum: in words after (大写), in figures at the end of the row.
    fn read_sum(&self, details: &mut Details) {
        let Some(sum) = self.sum else { return };
        let height = sum.height();
        let optical = self.sheet.source == Source::Ocr;
        let part = Rect { left: sum.left, top: sum.top - 0.6 * height, right: f32::MAX, bottom: sum.bottom + 0.6 * height };
        for piece in self.sheet.gather(&part, 2.0).into_iter().flat_map(figures_apart) {
            let text = piece.compact();
            let said = text.trim_start_matches(':').trim_start_matches("人民币");
            // a speck behind the sign of money, and a letter for the sign
            let figures = text.trim_start_matches(':').trim_start_matches("¥.");
            let figures = if optical { figures.trim_start_matches(['V', 'Y']) } else { figures };
            if let Some(amount) = amount::parse(figures) {
                self.put(details, "total", &amount::plain(amount), std::slice::from_ref(&piece));
            } else if words::parse(said).is_some() || optical && is_words(said) {
                // 叁 is the only capital three; recognisers give the letters that it comes from
                let said: String = said.chars().map(|c| if optical && "参參叄".contains(c) { '叁' } else { c }).collect();
                self.put(details, "total_cn", &said, std::slice::from_ref(&piece));
            }
        }
    }

    /// The boxes below the sum.
    fn read_foot(&self, details: &mut Details) {
        let top = self.sum.map_or(self.grid.bottom(), |s| s.bottom - 0.3 * s.height());
        let boxes: Vec<&Mark<Label>> = self
            .marks
            .iter()
            .filter(|m| {
                m.area.top > top
                    && matches!(
                        m.label,
                        Label::Foot(Foot::Filler | Foot::Remark | Foot::Payer | Foot::Treasury) | Label::Lead(Lead::Bureau)
                    )
            })
            .collect();
        for mark in &boxes {
            let (key, seals) = match mark.label {
                Label::Foot(Foot::Filler) => ("ticket_filler", false),
                Label::Foot(Foot::Remark) => ("remark", false),
                Label::Foot(Foot::Payer) => ("payer_stamp", true),
                Label::Foot(Foot::Treasury) => ("treasury_stamp", true),
                _ => continue,
            };
            let height = mark.area.height();
            let right = boxes
                .iter()
                .filter(|o| o.area.left > mark.area.right && o.area.top < mark.area.bottom + 8.0 * height)
                .map(|o| o.area.left)
                .fold(f32::MAX, f32::min);
            let left = boxes.iter().filter(|o| o.area.right < mark.area.left).map(|o| o.area.right).fold(f32::MIN, f32::max);
            let walls: Vec<f32> = self
                .sheet
                .rulings
                .iter()
                .filter(|r| r.upright && r.from < mark.area.bottom && r.to > mark.area.top)
                .map(|r| r.at)
                .collect();
            let wall_left = walls.iter().copied().filter(|x| *x < mark.area.left).fold(f32::MIN, f32::max);
            let wall_right = walls.iter().copied().filter(|x| *x > mark.area.right).fold(f32::MAX, f32::min);
            let below = self
                .marks
                .iter()
                .filter(|m| m.area.top > mark.area.bottom && across(&m.area, &mark.area) && m.label != Label::Foot(Foot::Noise));
            let shut = self
                .marks
                .iter()
                .filter(|m| m.label == Label::Foot(Foot::Noise) && m.area.top > mark.area.bottom && !seals)
                .map(|m| m.area.top);
            let bottom = below.map(|m| m.area.top).chain(shut).fold(f32::MAX, f32::min);
            let part = Rect {
                left: wall_left.max(if left == f32::MIN { f32::MIN } else { (left + mark.area.left) / 2.0 }),
                top: mark.area.top - 0.3 * height,
                right: wall_right.min(right - 0.2 * height),
                bottom: bottom.min(mark.area.bottom + 12.0 * height),
            };
            let mut sheet = self.sheet.clone();
            if seals {
                sheet.spans.iter_mut().for_each(|s| s.seal = false);
            }
            let mut pieces = sheet.gather(&part, 3.0);
            if key == "remark" && self.sheet.source == Source::Ocr {
                pieces = self.upright(pieces);
            }
            let text = join(pieces.clone(), if key == "remark" { " " } else { "" });
            let text = text.trim_start_matches([':', ' ', '.']).trim();
            let own = ["盖章", "缴款单位", "(章)"].iter().any(|word| text.contains(word));
            if seals && !stamped(text) || key == "ticket_filler" && own {
                continue;
            }
            self.put(details, key, text, &pieces);
        }
        self.read_unled_remark(details);
    }

    /// The remark whose label was not read: in books of payment its box is the last of the foot, right of the treasury's.
    fn read_unled_remark(&self, details: &mut Details) {
        let led = self.marks.iter().any(|m| m.label == Label::Foot(Foot::Remark));
        let treasury = self.marks.iter().find(|m| m.label == Label::Foot(Foot::Treasury)).map(|m| m.area);
        let (Some(treasury), Some(sum), false) = (treasury, self.sum, led || self.sheet.source != Source::Ocr) else { return };
        let height = treasury.height();
        let part = Rect {
            left: treasury.right + 2.0 * height,
            top: sum.bottom.max(treasury.top - 3.0 * height),
            right: f32::MAX,
            bottom: treasury.bottom + 4.0 * height,
        };
        let pieces = self.upright(self.sheet.gather(&part, 3.0));
        let text = join(pieces.clone(), " ");
        if text.chars().filter(|c| is_chinese(*c)).count() >= 4 {
            self.put(details, "remark", text.trim(), &pieces);
        }
    }

    /// Pieces less those that are much taller than the labels of the form: words of a stamp that lies aslant.
    fn upright(&self, mut pieces: Vec<Piece>) -> Vec<Piece> {
        let usual = median(self.marks.iter().map(|m| m.area.height())).unwrap_or(f32::MAX);
        pieces.retain(|p| p.area.height() < 1.25 * usual);
        pieces
    }
}

/// The letters and digits at the beginning of a text: an id, an account.
fn code(text: &str) -> String {
    let code: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '-')).collect();
    // what stands behind the number of a taxpayer that passes was printed across the page: no number is as long as both
    let whole = code.get(..TAX_ID).filter(|id| code.len() > LONGEST_ID && tax_id::score(id) == Some(tax_id::Score::Passes));
    whole.map_or_else(|| code.clone(), str::to_owned)
}

/// The name of the form, of which one character was misread.
fn named(text: String) -> String {
    let (country, name) = text.strip_prefix(COUNTRY).map_or(("", text.as_str()), |name| (COUNTRY, name));
    let mut alike = NAMES.iter().filter(|known| is_one_off(name, known));
    match (alike.next(), alike.next()) {
        (Some(known), None) => format!("{country}{known}"),
        _ => text,
    }
}

fn across(a: &Rect, b: &Rect) -> bool {
    a.left < b.right && b.left < a.right
}

/// Whether the text of a stamp's box is more than the form's own words for a day.
fn stamped(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii() && !"年月日盖章()".contains(*c)).count() >= 4
}

/// A piece in which the figures of the sum follow its words, parted before their sign.
fn figures_apart(piece: Piece) -> Vec<Piece> {
    let Some(at) = piece.glyphs.iter().position(|g| g.ch == '¥').filter(|at| *at > 0) else { return vec![piece] };
    let part = |glyphs: &[crate::layout::Glyph]| {
        let inked = |g: &crate::layout::Glyph| !g.ch.is_whitespace();
        let (from, to) = (glyphs.iter().position(inked)?, glyphs.iter().rposition(inked)?);
        let glyphs = glyphs[from..=to].to_vec();
        let area = Rect { left: glyphs.first()?.left, right: glyphs.last()?.right, ..piece.area };
        Some(Piece { glyphs, area, span: piece.span })
    };
    [part(&piece.glyphs[..at]), part(&piece.glyphs[at..])].into_iter().flatten().collect()
}

/// The series of a certificate: the year's digits in brackets, the province, the bureau and the kind of paper: (201)沪国证, (2018)京税银电.
fn series(text: &str) -> Option<String> {
    let start = text.find('(')?;
    let rest = &text[start + 1..];
    let (year, rest) = rest.split_once(')')?;
    if !(2..=4).contains(&year.len()) || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let letters: String = rest.chars().take_while(|c| is_chinese(*c) && *c != '号' && *c != '第').collect();
    (1..=8).contains(&letters.chars().count()).then(|| format!("({year}){letters}"))
}

/// The number of a certificate: the digits at the end of a line, behind № or the series or alone.
fn number(text: &str) -> Option<String> {
    let text = text.trim_end_matches('号');
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, number) = text.split_at(text.len() - digits);
    let led = before.is_empty()
        || before.ends_with(['№', '.', 'o', 'O', '0', 'º', '°', ':', '第', 'N'])
        || before.strip_suffix(|c: char| c.is_ascii_lowercase()).is_some_and(|sign| sign.ends_with('N'))
        || before.ends_with(|c: char| "证缴完税电银现专".contains(c));
    (7..=20).contains(&digits).then_some(number).filter(|_| led && !before.ends_with(['年', '月', '-'])).map(str::to_owned)
}

fn sort(key: &str) -> Sort {
    match key {
        "actual_paid_amount" | "amount_paid" | "total" => Sort::Money,
        "quantity" => Sort::Number,
        "tax_type" | "name" | "budget_account_name" | "tax_agency" => Sort::Text,
        _ => Sort::Code,
    }
}

/// How little a text looks like what the column holds, in line heights of distance.
fn misfit(key: &str, text: &str) -> f32 {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let money = amount::parse(&bare).is_some();
    let cents = money && bare.contains('.');
    let long = bare.len() >= 8 && bare.bytes().all(|b| b.is_ascii_digit());
    let day = date::find(&bare).is_some() && !long;
    let words = !bare.is_ascii() && !day;
    match key {
        "actual_paid_amount" | "amount_paid" | "total" if cents => 0.0,
        "tax_rate" if is_begun(&bare) => 2.0,
        "total" | "quantity" | "tax_rate" if money && !long => 0.3,
        "tax_rate" if bare.ends_with(['%', '‰', '元']) => 0.0,
        "actual_paid_amount" | "amount_paid" | "total" | "quantity" | "tax_rate" => 6.0,
        "original_number" if bare.bytes().all(|b| b.is_ascii_digit()) => {
            if long {
                0.0
            } else {
                1.0
            }
        }
        "budget_account_code" if bare.bytes().all(|b| b.is_ascii_digit()) => {
            if bare.len() >= 5 {
                0.0
            } else {
                1.0
            }
        }
        "original_number" | "budget_account_code" => 4.0,
        "entry_date" if day && !bare.contains('至') => 0.0,
        "tax_period" if day || bare.contains('至') => 0.0,
        // what a stamp leaves of a day
        "entry_date" | "tax_period" if is_begun(&bare) => 0.5,
        "entry_date" | "tax_period" => 4.0,
        _ if words => 0.0,
        _ if day => 4.0,
        _ => 2.0,
    }
}

/// Whether a text is a year with or without what follows it in a day.
fn is_begun(text: &str) -> bool {
    let year =
        text.get(..4).is_some_and(|year| ["19", "20"].iter().any(|c| year.starts_with(c)) && year.bytes().all(|b| b.is_ascii_digit()));
    year && text[4..].chars().all(|c| c.is_ascii_digit() || c == '-') && (text.len() == 4 || text[4..].starts_with('-'))
}

/// The value of a tax's cell, or `None` when it holds none of its kind.
fn cell(key: &str, pieces: &[Piece]) -> Option<String> {
    let text: String = join(pieces.to_vec(), "").chars().filter(|c| !c.is_whitespace()).collect();
    match key {
        "actual_paid_amount" | "amount_paid" | "total" | "quantity" => amount::parse(&text).map(amount::plain),
        "entry_date" => date::find(&text).map(|_| text),
        // a share is printed with its sign
        "budget_account_level" if unread::is_rank(&text) && !text.ends_with('%') => Some(format!("{text}%")),
        _ => Some(text).filter(|t| !t.is_empty() && t != "-" && t != "--"),
    }
}

#[cfg(test)]
mod tests;
