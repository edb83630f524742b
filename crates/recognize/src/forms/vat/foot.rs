//! The foot: who took the money, checked and issued; the remark; the copy of a paper form; the service of a digital one.

use document::page::Rect;
use invoice::details::{Details, Source};
use invoice::kind::Kind;

use super::items::{number, starts_signed};
use super::label::Label;
use super::party::is_of_seal;
use super::{Form, known};
use crate::layout::gather::{Piece, join, lines};
use crate::layout::label::is_one_off;

/// The labels that 数电票 print under the QR code, by reference/forms.
pub(super) const SERVICES: &[&str] = &[
    "建筑服务",
    "货物运输服务",
    "旅客运输服务",
    "不动产经营租赁服务",
    "不动产销售服务",
    "差额征税-差额开票",
    "差额征税-全额开票",
    "成品油",
    "稀土",
    "农产品收购",
    "自产农产品销售",
    "光伏收购",
    "代收车船税",
    "机动车",
    "通行费",
];

/// True when the middle of a label lies in a part of the sheet.
fn inside(part: &Rect, area: &Rect) -> bool {
    let c = area.center();
    c.x > part.left && c.x < part.right && c.y > part.top && c.y < part.bottom
}

/// Whether a line is twenty digits: no line of a cipher is all digits.
fn is_check_code(line: &[Piece]) -> bool {
    let text: String = line.iter().map(Piece::compact).collect();
    text.len() == 20 && text.chars().all(|c| c.is_ascii_digit())
}

/// The names of copies.
const COPIES: [&str; 4] = ["记账联", "抵扣联", "发票联", "存根联"];

/// Whether a line is the name of a copy, of which one character may be missing.
fn is_most(line: &str, name: &str) -> bool {
    let mut rest = name.chars();
    let in_order = line.chars().all(|c| rest.any(|own| own == c));
    in_order && line.chars().count() >= 2
}

/// Whether neighbouring texts of a line are the name of a copy: on a page that leans what stands left and right of it is in the same line.
fn holds_most(line: &[String], name: &str) -> bool {
    (0..line.len()).any(|from| (from + 1..=line.len()).any(|to| is_most(&line[from..to].concat(), name)))
}

/// The words behind which the second value of a line stands that a 数电票 writes into its remark: `地址:…;    电话:…;`.
const SECOND: &[&str] = &["电话:", "银行账号:", "复核人:", "租赁期起止:", "跨地(市)标志:"];

/// The words with which the tax platform begins such a line; what people write begins otherwise, and has marks of its own.
const FIRST: &[&str] = &["购方地址:", "购方开户银行:", "销方地址:", "销方开户银行:", "收款人:", "不动产地址:", "土地增值税项目编号:"];

/// A line of the remark of a 数电票 with the marks that the tax platform puts around its values: the semicolons that end them, which are read as colons or
/// passed over, and the colon before the figures of a telephone or an account.
fn semicolons(text: &str) -> String {
    let mut text = text.trim_end().to_owned();
    let written = FIRST.iter().any(|word| text.starts_with(word));
    for word in ["电话", "银行账号"].into_iter().filter(|_| written) {
        let figures = |at: &usize| text[at + word.len()..].starts_with(|c: char| c.is_ascii_digit());
        if let Some(at) = text.find(word).filter(figures) {
            text.insert(at + word.len(), ':');
        }
    }
    for word in SECOND {
        let Some(at) = text.find(word) else { continue };
        let before = text[..at].trim_end();
        let value = before.strip_suffix([':', '.', ',']).or_else(|| Some(before).filter(|before| written && !before.ends_with(';')));
        if let Some(value) = value.filter(|value| value.contains(':')) {
            text = format!("{value};{}{}", " ".repeat(at - before.len()), &text[at..]);
        }
    }
    match text.strip_suffix(':') {
        Some(value) if value.contains(':') => format!("{value};"),
        _ if ["电话:", "银行账号:"].iter().any(|word| text.contains(word)) && text.ends_with(|c: char| c.is_ascii_digit()) => {
            text + ";"
        }
        _ if text.contains("跨地(市)标志:") && text.ends_with(['是', '否']) => text + ";",
        _ => text,
    }
}

/// A line of the remark of 建筑服务 in which the lone dash was passed over that the tax platform prints where no 土地增值税项目编号 was given: nothing but signs
/// stands between its label and the next.
fn undashed(text: &str) -> String {
    const NUMBER: &str = "土地增值税项目编号";
    const NEXT: &str = "跨地";
    let Some((before, rest)) = text.split_once(NUMBER) else { return text.to_owned() };
    match rest.split_once(NEXT) {
        Some((between, after)) if between.chars().all(|c| c.is_whitespace() || ":;.,-_—一".contains(c)) => {
            format!("{before}{NUMBER}:-; {NEXT}{after}")
        }
        _ => text.to_owned(),
    }
}

/// A line of the remark that begins as the tax platform writes it on invoices of 差额征税, one character misread: `差额征税:55084.98。`
fn deducted(text: &str) -> String {
    const WORDS: &str = "差额征税";
    let Some((before, rest)) = text.split_once(':') else { return text.to_owned() };
    let amount: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let end = &rest[amount.len()..];
    let own = before == WORDS || is_one_off(before, WORDS);
    if !own || invoice::amount::parse(amount.trim_end_matches('.')).is_none() || !end.chars().all(|c| "。.,o°0".contains(c)) {
        return text.to_owned();
    }
    format!("{WORDS}:{}。", amount.trim_end_matches('.'))
}

/// Takes characters out that were read by themselves, far from a remark: what they are of (a seal, an upright label) stands in its field.
fn without_specks(pieces: &mut Vec<Piece>) {
    let alone = |piece: &Piece| piece.compact().chars().count() == 1;
    if pieces.iter().any(|piece| !alone(piece)) {
        pieces.retain(|piece| !alone(piece));
    }
}

impl Form {
    /// Reads names, remark, cipher and copy.
    pub(super) fn read_foot(&self, details: &mut Details) {
        for (label, key) in [(Label::Payee, "receiptor"), (Label::Reviewer, "reviewer"), (Label::Issuer, "issuer")] {
            if self.digital && label != Label::Issuer {
                continue; // the form has no place for them; its remark may name them
            }
            let after = self.words.map_or(self.header.bottom, |w| w.top);
            let Some(mark) = self.all(label).filter(|m| m.area.top > after).last() else { continue };
            let pieces = self.beside(mark, self.right());
            // a name stands right behind its label; what stands further off belongs to a seal
            let pieces: Vec<Piece> = pieces.into_iter().take(1).filter(|p| p.area.left - mark.area.right < 8.0 * self.line).collect();
            let text = join(pieces.clone(), "");
            // the label's colon, however it was read
            let text =
                text.trim_start_matches(|c: char| self.sheet.source == Source::Ocr && (c.is_ascii_punctuation() || "、。；".contains(c)));
            if !text.contains("(章") && !text.starts_with("销售方") {
                self.put(details, key, text, &pieces);
            }
        }
        // a seal may hide the end of 销售方:(章): nothing else in the foot's row begins so
        let at_foot = |m: &&crate::layout::label::Mark<Label>| self.foot.is_some_and(|f| m.area.top < f.bottom && m.area.bottom > f.top);
        let printed = self.all(Label::SellerSeal).next().is_some() || self.all(Label::Seller).any(|m| at_foot(&m)) || self.has_seal_mark();
        // on a picture a seal may hide the label: only a text layer shows that there is none
        if printed || self.sheet.source != Source::Ocr {
            let mut mark = known(if printed { "1" } else { "0" });
            mark.source = self.sheet.source;
            details.set("company_seal_mark", mark);
        }
        self.read_remark(details);
        if !self.digital {
            self.read_cipher(details);
            self.read_copy(details);
        }
    }

    /// Whether a part of 销售方:(章) was read where the whole was not: in the foot's row, to the right of the names.
    fn has_seal_mark(&self) -> bool {
        let Some(foot) = self.foot else { return false };
        let issuer = self.all(Label::Issuer).map(|m| m.area.right).fold(f32::MIN, f32::max);
        self.sheet.spans.iter().filter(|s| !s.vertical && s.area.left > issuer).any(|s| {
            let (middle, text) = (s.area.center().y, s.compact());
            // parts of 销售方:(章) or 销货单位:(章), which the seal lies over
            let own = text.chars().all(|c| "销售方货单位:()章".contains(c)) && text.contains(['销', '售', '方', '货']);
            let level = middle > foot.top - 0.5 * self.line && middle < foot.bottom + 0.5 * self.line;
            // every form of the tax control system has the words there: where a seal was read over their place, they are below it
            let under = !self.digital && ["专用", "用章"].iter().any(|word| text.contains(word));
            level && (own || under || text.starts_with('(') && text.contains('章'))
        })
    }

    fn read_remark(&self, details: &mut Details) {
        let top = self.words.map_or(self.header.bottom, |w| w.bottom);
        let bottom = self.foot.map_or(f32::MAX, |f| f.top + 0.2 * self.line);
        let band = Rect { left: f32::MIN, top: top - 0.5 * self.line, right: f32::MAX, bottom };
        let Some(label) = self.remark_label(&band) else { return };
        let bottom = if self.foot.is_some() { bottom } else { bottom.min(label.bottom + 3.0 * self.line) };
        let part = Rect { left: label.right - 0.2 * self.line, top: top.min(label.top) - 0.3 * self.line, right: self.right(), bottom };
        // words that are labels elsewhere (收款人, 名称) are part of a remark
        let mut sheet = self.sheet.clone();
        let of_total = |label: Label| matches!(label, Label::Words | Label::Figures);
        for mark in self.marks.iter().filter(|m| m.label != Label::Remark && !of_total(m.label) && inside(&part, &m.area)) {
            mark.release(&mut sheet);
        }
        // on a page that leans the row of the total may reach into the band: its amount is no remark
        let totals: Vec<Rect> = self.marks.iter().filter(|m| of_total(m.label)).map(|m| m.area).collect();
        let is_total = |text: &str| starts_signed(text) || number(text).is_some_and(|value| value == details.text("total"));
        let on_total = |p: &Piece| is_total(&p.compact()) && totals.iter().any(|t| (t.center().y - p.middle()).abs() < 0.6 * t.height());
        // what began in the seller's block is no remark
        let over = !self.digital && self.sheet.source == Source::Ocr;
        let wall = label.left - 0.2 * self.line;
        let of_part = if over {
            let across = sheet.gather(&Rect { left: f32::MIN, ..part }, 6.0);
            let behind = across.into_iter().filter_map(|piece| super::wall::parted(piece, wall).1);
            behind.filter_map(|piece| super::wall::behind(&piece, part.left)).collect()
        } else {
            sheet.gather(&part, 6.0)
        };
        let of_label = |p: &Piece| self.sheet.source == Source::Ocr && matches!(p.compact().as_str(), "备" | "注");
        // what is printed or stamped across a specimen is no remark either
        let of_seal = |p: &Piece| {
            self.sheet.source == Source::Ocr && (is_of_seal(&p.compact(), details.text("seller_tax_id")) || p.compact() == "SPECIMEN")
        };
        let mut pieces: Vec<Piece> = of_part.into_iter().filter(|p| !on_total(p) && !of_seal(p) && !of_label(p)).collect();
        if over {
            without_specks(&mut pieces);
        }
        let by_eye = self.digital && self.sheet.source == Source::Ocr;
        let row = |line: Vec<Piece>| {
            let text = line.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
            if by_eye { deducted(&semicolons(&undashed(&text))) } else { text }
        };
        let rows: Vec<String> = lines(pieces.clone()).into_iter().map(row).collect();
        self.put(details, "remark", rows.join(" ").trim(), &pieces);
        if self.digital {
            for (key, field) in crate::payloads::remarked(&rows.join("\n"), self.sheet.source).fields() {
                if !details.has(key) {
                    details.set(key, field.clone());
                }
            }
        }
    }

    /// The cipher: its lines joined by commas, as the API gives them.
    fn read_cipher(&self, details: &mut Details) {
        let Some(block) = self
            .marks
            .iter()
            .filter(|m| matches!(m.label, Label::Name | Label::TaxId | Label::Address | Label::Bank) && m.area.bottom < self.header.top)
            .map(|m| m.area)
            .reduce(|a, b| a.union(&b))
        else {
            return;
        };
        let Some(left) = self.cipher_left(&block) else { return };
        let part = Rect { left, top: block.top - self.line, right: self.right(), bottom: self.header.top + 0.3 * self.line };
        let pieces: Vec<Piece> = self
            .sheet
            .gather(&part, 3.0)
            .into_iter()
            .filter(|p| {
                let text = p.compact();
                text.chars().count() >= 4 && text.chars().all(|c| c.is_ascii_digit() || "<>+-*/".contains(c))
            })
            .collect();
        // the check code may stand right above
        let rows: Vec<Vec<Piece>> = lines(pieces).into_iter().filter(|line| !is_check_code(line)).collect();
        let rows_of: Vec<String> = rows.iter().map(|l| l.iter().map(Piece::compact).collect()).collect();
        // four lines of 21 or 27 characters, of block-chain invoices three: anything else was not read whole
        let alike = rows_of.iter().all(|line| line.len() == rows_of[0].len());
        let chain = self.kind(details) == Kind::VatBlockChain;
        let whole = alike && (rows_of.len() == 4 && matches!(rows_of[0].len(), 21 | 27) || rows_of.len() == 3 && chain);
        if self.sheet.source == Source::Ocr && !whole {
            return;
        }
        let text = rows_of.join(",");
        let pieces: Vec<Piece> = rows.into_iter().flatten().collect();
        self.put(details, "ciphertext", &text, &pieces);
    }

    /// Which copy of a paper form it is: 第二联 发票联, down the right side, or under the title.
    fn read_copy(&self, details: &mut Details) {
        for span in &self.sheet.spans {
            let text = span.compact();
            let Some(at) = text.find('第') else { continue };
            let mut rest = text[at..].chars();
            let (_, which, joint) = (rest.next(), rest.next(), rest.next());
            if let (Some(which), Some('联')) = (which, joint)
                && "一二三四五六".contains(which)
            {
                let mut field = known(&format!("第{which}联"));
                (field.source, field.area) = (self.sheet.source, Some(self.sheet.pixels(&span.area)));
                details.set("form_type", field);
                break;
            }
        }
        for name in COPIES {
            if let Some(span) = self.sheet.spans.iter().find(|s| s.compact().contains(name)) {
                let mut field = known(name);
                (field.source, field.area) = (self.sheet.source, Some(self.sheet.pixels(&span.area)));
                details.set("form_name", field);
                break;
            }
        }
        if self.sheet.source == Source::Ocr {
            self.read_copy_apart(details);
        }
    }

    /// The copy of a paper form whose name under the title, its characters far apart, was read in parts; and what its ordinal and its name say of each other, since
    /// each copy has its own: 记账联, for 专票 抵扣联, and 发票联.
    fn read_copy_apart(&self, details: &mut Details) {
        let kind = self.kind(details);
        let copies: &[&str] = match kind {
            Kind::VatSpecial => &["记账联", "抵扣联", "发票联"],
            Kind::VatOrdinary => &["记账联", "发票联"],
            _ => return,
        };
        let field = |value: &str| {
            let mut field = known(value);
            field.source = self.sheet.source;
            field
        };
        if !details.has("form_name") {
            let rows: Vec<Vec<String>> =
                lines(self.head_pieces()).into_iter().map(|line| line.iter().map(Piece::compact).collect()).collect();
            if let Some(name) = copies.iter().find(|name| rows.iter().any(|row| holds_most(row, name))) {
                details.set("form_name", field(name));
            }
        }
        let ordinal = |at: usize| format!("第{}联", ['一', '二', '三'][at.min(2)]);
        let by_name = copies.iter().position(|name| *name == details.text("form_name"));
        let by_ordinal = (0..copies.len()).find(|at| ordinal(*at) == details.text("form_type"));
        match (details.has("form_type"), details.has("form_name"), by_ordinal, by_name) {
            (false, true, _, Some(at)) => details.set("form_type", field(&ordinal(at))),
            (true, false, Some(at), _) => details.set("form_name", field(copies[at])),
            _ => {}
        }
    }

    /// The special service of a digital form: its label at the top left, or the columns that only it has.
    pub(super) fn read_service(&self, details: &mut Details, _kind: Kind) {
        let above = |s: &&crate::layout::Span| s.area.center().y < self.header.top;
        let printed = self.sheet.spans.iter().filter(above).find_map(|s| {
            let text = s.compact();
            SERVICES.iter().find(|name| text == **name).map(|name| (*name, s.area))
        });
        let has = |key: &str| self.marks.iter().any(|m| matches!(m.label, Label::Column(k, _) | Label::Transport(k, _) if k == key));
        let service = match printed {
            Some((name, _)) => name,
            None if has("building_name") => "建筑服务",
            None if has("title_certificate_number") => "不动产经营租赁服务",
            None if has("passenger") => "旅客运输服务",
            None if has("goods_name") => "货物运输服务",
            None => return,
        };
        let mut field = known(service);
        field.source = self.sheet.source;
        field.area = printed.map(|p| self.sheet.pixels(&p.1));
        details.set("service_type", field.clone());
        if service == "建筑服务" {
            field.value = "1".to_owned();
            details.set("building_mark", field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The foot of a paper form: what stands in its remark, and over 销售方:(章).
    fn foot(remark: &[(&str, f32, f32)], seal: &str) -> Details {
        let mut words = vec![("增值税普通发票", 180.0, 10.0, 20.0), ("项目名称", 40.0, 100.0, 10.0), ("数量", 259.0, 100.0, 10.0)];
        words.extend([("单价", 310.0, 100.0, 10.0), ("金额", 375.0, 100.0, 10.0), ("税额", 470.0, 100.0, 10.0)]);
        words.extend([("价税合计(大写)", 30.0, 200.0, 10.0), ("(小写)", 360.0, 200.0, 10.0), ("名称:", 20.0, 222.0, 10.0)]);
        words.extend([("云泽拾光信息技术有限公司(云泽第三营业部)", 120.0, 222.0, 10.0), ("纳税人识别号:", 20.0, 236.0, 10.0)]);
        words.extend([("91993126PHRMTGP125", 120.0, 236.0, 10.0), ("开票人:", 250.0, 270.0, 10.0), (seal, 400.0, 270.0, 10.0)]);
        words.extend(remark.iter().map(|(text, x, y)| (*text, *x, *y, 10.0)));
        let mut sheet = crate::forms::drawn::sheet(&words);
        sheet.source = Source::Ocr;
        super::super::read(&sheet).unwrap().details
    }

    #[test]
    fn a_remark_is_what_stands_in_its_field() {
        let cases: [&[(&str, f32, f32)]; 6] = [
            &[("订单号:1234", 340.0, 222.0)],
            &[("订单号:1234", 340.0, 222.0), ("SPECIMEN", 420.0, 240.0)],
            // the total of a page that leans, its sign misread
            &[("V335564.17", 420.0, 204.0), ("订单号:1234", 340.0, 222.0)],
            // of an upright label and of the seal
            &[("订单号:1234", 340.0, 222.0), ("务", 500.0, 240.0)],
            &[("订单号:1234", 340.0, 222.0), ("3126PHRMTG", 420.0, 240.0)],
            &[("备", 322.0, 222.0), ("订单号:1234", 340.0, 222.0)],
        ];
        for words in cases {
            let details = foot(words, "");
            assert_eq!(details.text("remark"), "订单号:1234", "{words:?}");
            assert_eq!(details.text("seller"), "云泽拾光信息技术有限公司(云泽第三营业部)", "{words:?}");
        }
    }

    #[test]
    fn words_of_a_seal_in_the_foot_stand_over_its_place() {
        for (seal, expected) in [("荐张专用意", "1"), ("张用章", "1"), ("荐张意", ""), ("方:(章)", "1")] {
            assert_eq!(foot(&[], seal).text("company_seal_mark"), expected, "{seal}");
        }
    }

    #[test]
    fn a_copy_is_told_by_most_of_its_name() {
        let cases = [
            ("记账联", "记账联", true),
            ("账联", "记账联", true),
            ("联", "记账联", false),
            ("联账", "记账联", false),
            ("发夏联", "发票联", false),
        ];
        for (line, name, expected) in cases {
            assert_eq!(is_most(line, name), expected, "{line}");
        }
    }

    #[test]
    fn the_name_of_a_copy_stands_anywhere_in_a_line() {
        let line = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        assert!(holds_most(&line(&["990273085900", "记", "账联", "2018"]), "记账联"));
        assert!(!holds_most(&line(&["990273085900", "联", "记"]), "记账联"));
    }

    #[test]
    fn the_words_of_a_deduction_are_known() {
        let cases = [
            ("差腰征税:55084.98", "差额征税:55084.98。"),
            ("差额征税:55084.98。", "差额征税:55084.98。"),
            ("差额征税:另附", "差额征税:另附"),
            ("应纳税:55084.98", "应纳税:55084.98"),
        ];
        for (text, expected) in cases {
            assert_eq!(deducted(text), expected);
        }
    }

    #[test]
    fn where_no_number_was_given_a_dash_stands() {
        let cases = [
            ("土地增值税项目编号跨地(市)标志:否;", "土地增值税项目编号:-; 跨地(市)标志:否;"),
            ("土地增值税项目编号::  跨地(市)标志:否;", "土地增值税项目编号:-; 跨地(市)标志:否;"),
            ("土地增值税项目编号:-; 跨地(市)标志:是;", "土地增值税项目编号:-; 跨地(市)标志:是;"),
            ("土地增值税项目编号:99010820240001; 跨地(市)标志:是;", "土地增值税项目编号:99010820240001; 跨地(市)标志:是;"),
            ("土地增值税项目编号:", "土地增值税项目编号:"),
        ];
        for (text, expected) in cases {
            assert_eq!(undashed(text), expected);
        }
    }

    #[test]
    fn values_of_a_remark_end_with_semicolons() {
        let cases = [
            ("销方地址:云泽市1室: 电话:0990-88370811;", "销方地址:云泽市1室; 电话:0990-88370811;"),
            ("销方开户银行:云泽支行;    银行账号:3020085503773227913:", "销方开户银行:云泽支行;    银行账号:3020085503773227913;"),
            ("收款人:袁小满;    复核人:沈明;", "收款人:袁小满;    复核人:沈明;"),
            ("销方开户银行:云泽支行;    银行账号:3020085503773227913", "销方开户银行:云泽支行;    银行账号:3020085503773227913;"),
            ("土地增值税项目编号:-; 跨地(市)标志:否", "土地增值税项目编号:-; 跨地(市)标志:否;"),
            // signs that were passed over
            ("销方开户银行:云泽支行 银行账号:3020085503773227913;", "销方开户银行:云泽支行; 银行账号:3020085503773227913;"),
            ("销方开户银行:云泽支行;银行账号3020085503773227913;", "销方开户银行:云泽支行;银行账号:3020085503773227913;"),
            ("收款人:袁小满 复核人:沈明;", "收款人:袁小满; 复核人:沈明;"),
            ("销方开户银行:云泽支行; 银行账号见合同", "销方开户银行:云泽支行; 银行账号见合同"),
            // another's words
            ("联系方式: 电话:见合同", "联系方式: 电话:见合同"),
            ("开户行:云泽支行 银行账号:3020085503773227913;", "开户行:云泽支行 银行账号:3020085503773227913;"),
            ("户名:袁小满 银行账号3020085503773227913", "户名:袁小满 银行账号3020085503773227913"),
            ("备注:", "备注:"),
        ];
        for (text, expected) in cases {
            assert_eq!(semicolons(text), expected);
        }
    }
}
