//! The head of the form: title, code, number, date, check code, machine number.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::kind::Kind;

use super::Form;
use super::label::Label;
use crate::layout::gather::Piece;
use crate::layout::label::distance;
use crate::layout::{Sheet, Span, is_chinese};

/// The digits of a number.
const NUMBER: usize = 8;

/// How the titles of these forms end; before it stands the province or the planned city, or nothing. The last is that of block-chain invoices.
const TITLES: &[&str] = &[
    "增值税电子专用发票",
    "增值税电子普通发票",
    "增值税专用发票",
    "增值税普通发票",
    "电子发票(增值税专用发票)",
    "电子发票(普通发票)",
    "电子普通发票",
];

/// Whose name stands before the title: provinces and the planned cities, by their short names (GB/T 2260); old samples have none.
const ISSUERS: &[&str] = &[
    "",
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "大连",
    "青岛",
    "宁波",
    "厦门",
    "深圳",
];

impl Form {
    /// Reads the head.
    pub(super) fn read_head(&self, details: &mut Details) {
        self.read_labelled(details, Label::Code, "code", |t| digits(t).filter(|d| matches!(d.len(), 10 | 12)));
        self.read_labelled(details, Label::Number, "number", |t| digits(t).filter(|d| matches!(d.len(), 8 | 20)));
        self.read_labelled(details, Label::Date, "date", invoice::date::wire);
        self.read_labelled(details, Label::CheckCode, "check_code", check_code);
        self.read_labelled(details, Label::Machine, "machine_code", |t| digits(t).filter(|d| d.len() == 12));
        if !self.digital {
            self.read_unlabelled(details);
        } else if !details.has("number") {
            self.read_long_number(details);
        }
        if self.is_list() && !details.has("number") {
            self.read_list_number(details);
        }
        if !details.has("machine_code") {
            self.read_machine(details);
        }
        if let Some((raw, area)) = title(&self.sheet, &self.header)
            && let Some(title) = settle_title(&raw, details.text("code"), self.titles(details))
        {
            let mut field = self.sheet.field(&title, &[]);
            field.area = Some(self.sheet.pixels(&area));
            details.set("title", field);
        }
    }

    /// The endings that the title may have. On a picture a seal may hide the 增值税 that only block-chain invoices lack, so there the code or the check
    /// code has to say that it is one.
    fn titles(&self, details: &Details) -> &'static [&'static str] {
        let all = TITLES;
        let known = || of_chain(details.text("code"), details.text("check_code"));
        if self.sheet.source != invoice::details::Source::Ocr || known() { all } else { &all[..all.len() - 1] }
    }

    fn read_labelled(&self, details: &mut Details, label: Label, key: &str, read: impl Fn(&str) -> Option<String>) {
        for mark in self.all(label).filter(|m| m.area.center().y < self.header.top) {
            let pieces = self.beside(mark, self.right());
            // the value is what stands nearest; print further to the right belongs to something else. A check code is all its groups
            let n = pieces.len();
            let runs = (0..n).flat_map(|from| (from + 1..=n).map(move |to| (from, to)));
            let mut tries: Vec<(String, usize, usize)> = runs
                .filter_map(|(from, to)| {
                    let text = pieces[from..to].iter().map(Piece::text).collect::<Vec<_>>().join(" ");
                    read(&text).map(|value| (value, from, to))
                })
                .collect();
            if label == Label::CheckCode {
                tries.retain(|(value, ..)| value.len() > 5 || !is_group(&pieces.iter().map(Piece::compact).collect::<Vec<_>>()));
                tries.sort_by_key(|(value, from, _)| (std::cmp::Reverse(value.len()), *from));
            }
            if let Some((value, from, to)) = tries.into_iter().next() {
                self.put(details, key, &value, &pieces[from..to]);
                return;
            }
        }
    }

    /// The pieces above the buyer's block that no label claims.
    pub(super) fn head_pieces(&self) -> Vec<Piece> {
        let bottom = self
            .marks
            .iter()
            .filter(|m| matches!(m.label, Label::Name | Label::TaxId | Label::CreditCode) && m.area.bottom < self.header.top)
            .map(|m| m.area.top)
            .fold(self.header.top - 4.0 * self.line, f32::min);
        let part = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom };
        self.sheet.gather(&part, 3.0)
    }

    /// Paper forms: code and number are printed without labels, large, and stamped again, small, at the top right.
    fn read_unlabelled(&self, details: &mut Details) {
        let mut codes: Vec<(f32, String, Piece)> = Vec::new();
        let mut numbers: Vec<(f32, String, Piece)> = Vec::new();
        let mut joined: Vec<(String, Piece)> = Vec::new();
        for piece in self.head_pieces() {
            let text = piece.compact();
            if invoice::date::wire(&piece.text()).is_some() {
                continue;
            }
            let bare: String = text.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
            let lead = text.chars().count() - bare.chars().count();
            let taken = details.text("machine_code") == bare;
            if taken || lead > 3 || !bare.chars().all(|c| c.is_ascii_digit()) {
                continue;
            }
            // what was misread of a check code is no code
            let fits = |text: &str| self.sheet.source != Source::Ocr || invoice::number::code(text).is_some_and(|c| c.kind.is_some());
            match bare.len() {
                10 | 12 if fits(&bare) => codes.push((piece.area.height(), bare, piece)),
                8 => numbers.push((piece.area.height(), bare, piece)),
                9 | 18 | 20 if text.starts_with('N') || text.starts_with('№') => joined.push((bare, piece)),
                _ => {}
            }
        }
        // the printed number runs into the code that is stamped beside it, where what is printed or stamped elsewhere says so
        for (bare, piece) in joined {
            let (number, code) = bare.split_at(NUMBER);
            let stamped = codes.iter().any(|(_, other, _)| other == code);
            if !stamped && numbers.iter().all(|(_, other, _)| other != number) {
                continue;
            }
            let (own, rest) = super::wall::halves(&piece, code.len());
            let height = piece.area.height();
            numbers.extend(own.map(|own| (height, number.to_owned(), own)));
            codes.extend(rest.filter(|_| stamped).map(|rest| (0.5 * height, code.to_owned(), rest)));
        }
        for (key, confirm, mut found) in [("code", "code_confirm", codes), ("number", "number_confirm", numbers)] {
            // the printed one is larger, and left of the stamped one
            found.sort_by(|a, b| b.0.total_cmp(&a.0));
            // a code under a QR code may leave eight digits that look like a number
            found.retain(|f| key != "number" || !details.text("code").contains(&f.1));
            let mut found = found.into_iter();
            if !details.has(key)
                && let Some((_, value, piece)) = found.next()
            {
                self.put(details, key, &value, std::slice::from_ref(&piece));
            }
            if let Some((_, value, piece)) = found.next() {
                self.put(details, confirm, &value, std::slice::from_ref(&piece));
            }
        }
        if !details.has("date") {
            for piece in self.head_pieces() {
                if let Some(date) = invoice::date::wire(&piece.text()) {
                    self.put(details, "date", &date, std::slice::from_ref(&piece));
                    break;
                }
            }
        }
        if !details.has("check_code") {
            self.read_check_code(details);
        }
    }

    /// The number of the tax control machine whose label was not read: twelve digits above the buyer's block on the left, where no other such number is.
    fn read_machine(&self, details: &mut Details) {
        let Some(part) = self.frame.map(|frame| frame.machine()) else { return };
        let mut found = self.sheet.gather(&part, 3.0).into_iter().filter_map(|piece| {
            let text: String = piece.compact().chars().skip_while(|c| !c.is_ascii_digit()).collect();
            digits(&text).filter(|d| d.len() == 12 && *d != details.text("code")).map(|value| (value, piece))
        });
        if let (Some((value, piece)), None) = (found.next(), found.next()) {
            self.put(details, "machine_code", &value, std::slice::from_ref(&piece));
        }
    }

    /// The number of the invoice that a list of goods belongs to: to the right of its code, behind a plain 号码.
    fn read_list_number(&self, details: &mut Details) {
        let Some(code) = self.all(Label::Code).next().map(|m| m.area) else { return };
        let part = Rect { left: code.right, top: code.top - 0.5 * self.line, right: f32::MAX, bottom: code.bottom + 0.5 * self.line };
        for piece in self.sheet.gather(&part, 1.2) {
            let text: String = piece.compact().chars().skip_while(|c| !c.is_ascii_digit()).collect();
            if let Some(value) = digits(&text).filter(|d| matches!(d.len(), 8 | 20)) {
                self.put(details, "number", &value, std::slice::from_ref(&piece));
                return;
            }
        }
    }

    /// A check code whose label was not read: four groups of five digits, anywhere above the items.
    fn read_check_code(&self, details: &mut Details) {
        let part = Rect { left: f32::MIN, top: f32::MIN, right: f32::MAX, bottom: self.header.top };
        for line in crate::layout::gather::lines(self.sheet.gather(&part, 3.0)) {
            let text = line.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
            let tail: String = text.chars().skip_while(|c| !c.is_ascii_digit()).collect();
            let whole = digits(&tail).filter(|d| d.len() == 20 && text.contains('码'));
            if let Some(value) = whole.or_else(|| four_groups(&text)) {
                self.put(details, "check_code", &value, &line);
                return;
            }
        }
    }

    /// A 20-digit number whose label was not read.
    fn read_long_number(&self, details: &mut Details) {
        for piece in self.head_pieces() {
            if let Some(value) = digits(&piece.text()).filter(|d| d.len() == 20) {
                self.put(details, "number", &value, std::slice::from_ref(&piece));
                return;
            }
        }
    }
}

/// Whether these are of a block-chain invoice. The codes of twelve digits that the tax control system gives begin with 0, but for the first electronic
/// ones; its check codes are twenty digits, so five characters with a letter among them are no part of one.
fn of_chain(code: &str, check_code: &str) -> bool {
    let local = code.len() == 12 && code.starts_with('1');
    let kind = invoice::number::code(code).and_then(|c| c.kind);
    let short = check_code.len() == 5 && check_code.chars().any(|c| c.is_ascii_alphabetic());
    kind == Some(Kind::VatBlockChain) || local && kind.is_none() || short && kind.is_none()
}

/// A check code: twenty digits, or on block-chain invoices five letters and digits.
fn check_code(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let short = bare.len() == 5 && bare.chars().all(|c| c.is_ascii_alphanumeric()) && bare.chars().any(|c| c.is_ascii_digit());
    digits(text).filter(|d| d.len() == 20).or_else(|| short.then_some(bare))
}

/// The four groups of five digits of a check code, which follow each other in a line of other print.
fn four_groups(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let five = |word: &&str| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit());
    words.windows(4).find(|four| four.iter().all(five)).map(<[&str]>::concat)
}

/// Whether of the texts beside the label of a check code several are groups of it, so that none of them is a short code by itself.
fn is_group(texts: &[String]) -> bool {
    let group = |text: &&String| text.len() >= 4 && text.bytes().filter(u8::is_ascii_digit).count() >= 3;
    texts.iter().filter(group).count() > 1
}

/// The digits of a text that holds nothing else but white space.
pub(super) fn digits(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (!bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit())).then_some(bare)
}

/// The title as it was read and where: the largest print above the items that names a form of invoice, or at least speaks of one, with what stands
/// beside it in the same size.
pub(super) fn title(sheet: &Sheet, header: &Rect) -> Option<(String, Rect)> {
    let speaks = |s: &Span| {
        let text = s.compact();
        let of_invoice = text.contains("发票") || text.contains("增值税");
        of_invoice && !text.contains(':') && !text.contains("发票代码") && !text.contains("发票号码")
    };
    let mut largest: Vec<&Span> = sheet.spans.iter().filter(|s| !s.vertical && s.area.center().y < header.top && speaks(s)).collect();
    largest.sort_by(|a, b| a.height().total_cmp(&b.height()));
    let mut rows = largest.into_iter().rev().filter_map(|best| row(sheet, best));
    let first = rows.next()?;
    if names_form(&first.0) {
        return Some(first);
    }
    Some(rows.find(|(text, _)| names_form(text)).unwrap_or(first))
}

/// Whether a text names a form. What a program writes over an invoice that it shows (发票详情) speaks of an invoice, too, and is larger.
fn names_form(text: &str) -> bool {
    ["增值税", "专用", "普通", "电子"].iter().any(|word| text.contains(word))
}

/// What stands beside a span in the same size, and where: a seal often parts a title.
fn row(sheet: &Sheet, best: &Span) -> Option<(String, Rect)> {
    let mut parts: Vec<&Span> = sheet
        .spans
        .iter()
        .filter(|s| {
            let same_row = (s.area.center().y - best.area.center().y).abs() < 0.5 * best.height();
            let same_size = s.height() > 0.6 * best.height() && s.height() < 1.6 * best.height();
            let gap = (s.area.left - best.area.right).max(best.area.left - s.area.right);
            let han = s.glyphs.iter().any(|g| !g.ch.is_ascii() && !g.ch.is_whitespace());
            // 数电票 name their special service to the left of the title
            let service = super::foot::SERVICES.contains(&s.compact().as_str());
            !s.vertical && !service && same_row && same_size && gap < 4.0 * best.height() && han && s.glyphs.iter().all(|g| !g.label)
        })
        .collect();
    parts.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    let area = parts.iter().map(|s| s.area).reduce(|a, b| a.union(&b))?;
    Some((parts.iter().map(|s| s.compact()).collect(), area))
}

/// The title that was printed: the set of titles is closed, so a few characters under a seal do not matter as long as one of them is
/// clearly nearest. The code decides between titles equally near.
fn settle_title(raw: &str, code: &str, titles: &[&str]) -> Option<String> {
    if let Some(title) = plain_title(raw, titles) {
        return Some(title);
    }
    let raw: Vec<char> = raw.chars().collect();
    // the last digits of a code of twelve name the form; a seal over the title often hides 电子
    let by_code = invoice::number::code(code).filter(|_| code.len() == 12).and_then(|c| Some((c.kind?, c.electronic)));
    let mut best: Option<(usize, bool, String)> = None;
    for ending in titles {
        let prefixes: &[&str] = if ending.starts_with("电子发票") { &[""] } else { ISSUERS };
        for prefix in prefixes {
            let title = format!("{prefix}{ending}");
            let errors = distance(&raw, &title.chars().collect::<Vec<_>>());
            let odd = by_code.is_some_and(|(kind, electronic)| {
                let special = kind == Kind::VatSpecial;
                special != ending.contains("专用") || electronic != ending.contains("电子")
            });
            let errors = errors + if odd { 3 } else { 0 };
            if best.as_ref().is_none_or(|(e, o, _)| (errors, odd) < (*e, *o)) {
                best = Some((errors, odd, title));
            }
        }
    }
    let (errors, _, title) = best?;
    (errors * 3 <= title.chars().count()).then(|| title.replace('(', "（").replace(')', "）"))
}

/// A title that reads as it is printed: a known ending behind the name of its issuer. A name one character away from a known one
/// is a misreading, not another issuer.
fn plain_title(raw: &str, titles: &[&str]) -> Option<String> {
    let ending = titles.iter().copied().filter(|t| raw.contains(t)).max_by_key(|t| t.len())?;
    let before = &raw[..raw.find(ending)?];
    let issuer: Vec<char> = before.chars().filter(|c| is_chinese(*c)).collect();
    let nearest = ISSUERS.iter().map(|known| distance(&issuer, &known.chars().collect::<Vec<_>>())).min()?;
    let fits =
        if ending.starts_with("电子发票") { issuer.is_empty() } else { nearest == 0 || nearest > 1 && (2..=3).contains(&issuer.len()) };
    fits.then(|| format!("{}{ending}", issuer.iter().collect::<String>()).replace('(', "（").replace(')', "）"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_code_is_four_groups_in_a_row() {
        let cases = [
            ("权验研 63738 78814 63543 92828", Some("63738788146354392828")),
            ("990273085900 63738 78814 63543 92828 记 账联", Some("63738788146354392828")),
            ("63738 78814 63543 9282", None),
            ("63738 78814 635A3 92828", None),
        ];
        for (text, expected) in cases {
            assert_eq!(four_groups(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_number_that_runs_into_the_stamped_code_is_parted_from_it() {
        // what was read at the top right, on paper whose code is 9900191320
        let cases: [(&[&str], [&str; 4]); 7] = [
            (&["No253127169900191320", "25312716"], ["9900191320", "9900191320", "25312716", "25312716"]),
            (&["No253127169", "9900191320", "25312716"], ["9900191320", "9900191320", "25312716", "25312716"]),
            // another's code, and a number that nothing confirms
            (&["No253127169900194130"], ["9900191320", "", "", ""]),
            (&["No253127169"], ["9900191320", "", "", ""]),
            // what a QR code left of the code
            (&["00191320"], ["9900191320", "", "", ""]),
            (&["No00191320", "25312716"], ["9900191320", "", "25312716", ""]),
            // what was misread of a check code
            (&["No25312716", "3890733409"], ["9900191320", "", "25312716", ""]),
        ];
        for (texts, expected) in cases {
            let mut words = vec![("9900191320", 40.0, 20.0, 14.0), ("增值税普通发票", 180.0, 20.0, 20.0), ("名称:", 20.0, 80.0, 10.0)];
            words.extend([
                ("纳税人识别号:", 20.0, 94.0, 10.0),
                ("项目名称", 40.0, 150.0, 10.0),
                ("金额", 375.0, 150.0, 10.0),
                ("税额", 470.0, 150.0, 10.0),
            ]);
            words.extend(
                texts
                    .iter()
                    .zip([(330.0, 20.0, 14.0), (480.0, 18.0, 9.0), (480.0, 30.0, 9.0)])
                    .map(|(text, (x, y, size))| (*text, x, y, size)),
            );
            let mut sheet = crate::forms::drawn::sheet(&words);
            sheet.source = invoice::details::Source::Ocr;
            let details = super::super::read(&sheet).unwrap().details;
            assert_eq!(["code", "code_confirm", "number", "number_confirm"].map(|key| details.text(key)), expected, "{texts:?}");
        }
    }

    #[test]
    fn the_title_is_the_largest_print_that_names_a_form() {
        let header = Rect { left: 0.0, top: 150.0, right: 500.0, bottom: 160.0 };
        type Case<'a> = (&'a [(&'a str, f32, f32, f32)], Option<&'a str>);
        let cases: [Case<'_>; 5] = [
            (&[("上海增值税普通发票", 180.0, 60.0, 20.0), ("普通发票说明", 20.0, 100.0, 9.0)], Some("上海增值税普通发票")),
            // what shows the invoice writes of it, larger
            (&[("发票详情", 200.0, 10.0, 28.0), ("上海增值税普通发票", 180.0, 60.0, 20.0)], Some("上海增值税普通发票")),
            // parted by a seal
            (&[("上海增值税", 180.0, 60.0, 20.0), ("通发票", 300.0, 60.0, 20.0)], Some("上海增值税通发票")),
            // misread all over: still the one that speaks of an invoice
            (&[("上海曾直兑晋通发票", 180.0, 60.0, 20.0)], Some("上海曾直兑晋通发票")),
            (&[("上海市税务局", 180.0, 60.0, 20.0)], None),
        ];
        for (words, expected) in cases {
            let sheet = crate::forms::drawn::sheet(words);
            assert_eq!(title(&sheet, &header).map(|found| found.0).as_deref(), expected, "{words:?}");
        }
    }

    #[test]
    fn a_group_of_a_check_code_is_no_short_one() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        assert!(is_group(&texts(&["30810", "25684", "720l2", "0341"])));
        assert!(is_group(&texts(&["51730", "09927276414653"])));
        assert!(!is_group(&texts(&["4bb96"])));
        assert!(!is_group(&texts(&["4bb96", "发票联"])));
    }

    #[test]
    fn block_chain_invoices_are_told_by_their_code_or_check_code() {
        let cases = [
            ("144031909110", "", true),
            // another issuer than Shenzhen
            ("153001900110", "", true),
            ("", "4bb96", true),
            // one group of a check code of twenty digits
            ("", "04404", false),
            ("044031900211", "4bb96", false),
            ("4403183320", "", false),
            ("", "", false),
        ];
        for (code, check_code, expected) in cases {
            assert_eq!(of_chain(code, check_code), expected, "{code} {check_code}");
        }
    }
}
