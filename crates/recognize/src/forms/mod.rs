//! The printed forms, one file each: how to recognise it, where its fields are relative to its printed labels.
//!
//! A form is a line of [`FORMS`]: the words that tell it from the others, and its reader. The form for which the words of a sheet say most
//! is tried first; a reader that does not find its form on the sheet says so, and the next is tried.

mod air;
mod beside;
mod bus;
mod clock;
mod column;
mod counterpart;
mod currency;
#[cfg(test)]
pub(crate) mod drawn;
mod ferry;
mod goods;
mod grid;
pub(crate) mod heads;
mod imprint;
mod journey;
mod labelled;
mod listing;
mod machine_printed;
mod quota;
mod rail;
mod receipt;
mod reimbursable;
mod ride;
mod roll;
pub(crate) mod signs;
mod slip;
pub(crate) mod stamped;
mod supervision;
pub(crate) mod tax_certificate;
mod taxi;
mod toll;
mod train;
pub(crate) mod vat;
mod vehicle;

use document::page::Rect;
use invoice::details::Details;
use invoice::kind::Kind;

pub(crate) use self::receipt::is_till;
use self::signs::{Sign, Words, sign};
use crate::blanks::Blank;
use crate::closer::Faint;
use crate::layout::Sheet;
use crate::overprint::Overprint;

/// A form and what tells it from the others.
struct Form {
    /// The words that speak for it.
    signs: &'static [Sign],
    /// Reads it, or tells that the sheet holds another.
    read: fn(&Sheet) -> Option<FormReading>,
}

impl Form {
    /// Whether a word, or one that it is part of, is among what stands on the form.
    fn prints(&self, word: &str) -> bool {
        self.signs.iter().any(|sign| sign.weight >= 0.0 && sign.word.contains(word))
    }
}

/// What the words of a sheet must say for a form at least before its reader is asked.
const CLAIM: f32 = 1.0;

/// Every form, those first that win when the words say as much for another.
const FORMS: &[Form] = &[
    Form {
        signs: &[
            sign("航班号", 1.0),
            // goods have carriers too
            sign("承运人", 0.5),
            sign("航空运输电子客票", 1.5),
            sign("FORAIRTRANSPORT", 1.0),
            sign("旅客姓名", 0.5),
            sign("民航发展基金", 0.5),
            sign("燃油附加费", 0.5),
            sign("填开单位", 0.5),
            sign("座位等级", 0.5),
            sign("电子客票号码", 0.0),
        ],
        read: air::read,
    },
    Form { signs: rail::SIGNS, read: rail::read },
    Form { signs: quota::SIGNS, read: quota::read },
    Form { signs: bus::SIGNS, read: bus::read },
    Form { signs: ferry::SIGNS, read: ferry::read },
    Form { signs: vehicle::SALE_SIGNS, read: vehicle::sale },
    Form { signs: vehicle::USED_SIGNS, read: vehicle::used },
    Form { signs: roll::SIGNS, read: roll::read },
    Form { signs: machine_printed::SIGNS, read: machine_printed::read },
    Form { signs: ride::SIGNS, read: ride::read },
    Form { signs: tax_certificate::SIGNS, read: tax_certificate::read },
    Form { signs: taxi::SIGNS, read: taxi::read },
    Form { signs: train::SIGNS, read: train::read },
    Form { signs: toll::SIGNS, read: toll::read },
];

/// Words that stand on a VAT form once.
const VAT_ONCE: &[Sign] = &[sign("价税合计", 1.0), sign("开票日期", 1.0)];

/// Words that stand on a VAT form together and on none of [`FORMS`].
const VAT_FRAME: &[Sign] = &[sign("价税合计", 0.5), sign("项目名称", 0.5), sign("货物或应税劳务", 0.5)];

/// Forms that are looked for when the sheet holds none of the others: what they have in common is that little is printed on all of them.
const LAST: &[Form] = &[Form { signs: reimbursable::SIGNS, read: reimbursable::read }];

/// What a form's reader read from a sheet.
#[derive(Debug, Clone)]
pub(crate) struct FormReading {
    /// Which kind it is, as far as the form itself tells.
    pub(crate) kind: Kind,
    /// The fields.
    pub(crate) details: Details,
    /// The part of the sheet that the form covers, in sheet units.
    pub(crate) area: Rect,
    /// Running page and count of pages that belong to one invoice, where printed (共 N 页 第 M 页).
    pub(crate) pages: Option<(u32, u32)>,
    /// Cells of its table in which nothing was read.
    pub(crate) blanks: Vec<Blank>,
    /// Cells whose print was not read as what it must be.
    pub(crate) faint: Vec<Faint>,
    /// Values that stand over words of the form.
    pub(crate) over: Overprint,
    /// Where its title must stand, in sheet units, when it was not read.
    pub(crate) heading: Option<Rect>,
    /// True for a list of goods that belongs to an invoice on an earlier page.
    pub(crate) list: bool,
}

impl FormReading {
    /// A form that stands whole on its sheet.
    pub(crate) fn new(kind: Kind, details: Details, area: Rect) -> FormReading {
        FormReading {
            kind,
            details,
            area,
            pages: None,
            blanks: Vec::new(),
            faint: Vec::new(),
            over: Overprint::default(),
            heading: None,
            list: false,
        }
    }
}

/// Reads whichever form is on a sheet. Those without a title of their own are looked for after those that have signs and without asking for
/// any: a till's receipt is told by how narrow it is and by its sums, the VAT form, whose columns receipts have too, by its frame of labels.
pub(crate) fn read(sheet: &Sheet) -> Option<FormReading> {
    read_by(sheet, &Words::of(sheet))
}

/// The same with the sheet's words at hand.
pub(crate) fn read_by(sheet: &Sheet, words: &Words) -> Option<FormReading> {
    let claimed = |forms: &'static [Form]| {
        let mut claims: Vec<(f32, &Form)> =
            forms.iter().map(|form| (words.claim(form.signs), form)).filter(|(claim, _)| *claim >= CLAIM).collect();
        // a stable sort: the order of the table decides between equals
        claims.sort_by(|a, b| b.0.total_cmp(&a.0));
        claims.into_iter().find_map(|(_, form)| (form.read)(sheet))
    };
    claimed(FORMS).or_else(|| receipt::read(sheet)).or_else(|| claimed(LAST)).or_else(|| tax_controlled(sheet))
}

/// Reads a form of the tax control system: what has the code of a roll is one, though too few of its words were read.
fn tax_controlled(sheet: &Sheet) -> Option<FormReading> {
    let is_roll = |text: &str| invoice::number::code(text).and_then(|code| code.kind) == Some(Kind::VatRoll);
    let coded = sheet.spans.iter().any(|span| is_roll(span.compact().trim_start_matches(|c: char| !c.is_ascii_digit())));
    let roll = if coded { roll::read(sheet) } else { None };
    roll.or_else(|| vat::read(sheet))
}

/// Whether the words of a sheet speak for one of the forms that have words of their own.
pub(crate) fn is_told(sheet: &Sheet) -> bool {
    let words = Words::of(sheet);
    FORMS.iter().any(|form| words.claim(form.signs) >= CLAIM)
}

/// Whether anything on a sheet speaks for a form, if only for a part of it.
pub(crate) fn speaks(sheet: &Sheet, words: &Words) -> bool {
    FORMS.iter().chain(LAST).any(|form| words.claim(form.signs) >= CLAIM)
        || words.claim(VAT_FRAME) >= CLAIM
        || !vat::heads(sheet).is_empty()
        || is_till(words.text())
}

/// Whether the words of a sheet speak for more than one form: for two kinds, or several times for one. Words may mislead; what is read decides.
pub(crate) fn several(sheet: &Sheet, words: &Words) -> bool {
    let claiming = claiming(words);
    if claiming.len() > 1 || claiming.iter().any(|form| words.repeated(form.signs)) {
        return true;
    }
    // papers that lie each their own way have no head that is level on the page
    let framed = usize::from(words.claim(VAT_FRAME) >= CLAIM);
    // other forms have amounts and taxes beside each other too, but not the rest of the frame
    let heads = if framed > 0 || words.by_eye() { vat::heads(sheet).len() } else { 0 };
    claiming.len() + heads.max(framed) > 1 || words.repeated(VAT_ONCE)
}

/// The forms for which the words of a sheet speak. Where every word was read, each has to be told by words that the others do not print: what paper train
/// tickets wish their travellers, electronic ones do too.
fn claiming(words: &Words) -> Vec<&'static Form> {
    let mut told: Vec<&Form> = FORMS.iter().filter(|form| words.claim(form.signs) >= CLAIM).collect();
    while told.len() > 1 && !words.by_eye() {
        let own = |at: usize, form: &Form| {
            let others = || told.iter().enumerate().filter(|(other, _)| *other != at);
            let is_own = |sign: &&Sign| sign.weight < 0.0 || !others().any(|(_, other)| other.prints(sign.word));
            words.claim(&form.signs.iter().filter(is_own).copied().collect::<Vec<_>>())
        };
        let least = told.iter().enumerate().map(|(at, form)| (at, own(at, form))).min_by(|a, b| a.1.total_cmp(&b.1));
        match least {
            Some((at, own)) if own < CLAIM => told.remove(at),
            _ => break,
        };
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_roll_tells_it_where_its_title_was_not_read() {
        let lines = |code: &'static str| {
            let words = [("发票代码:", code), ("发票号码:", "56419070"), ("机打号码:", "56419070"), ("销售方名称:", "云泽拾光有限公司")];
            let rest = [("纳税人识别号:", "91993126PHRMTGP125"), ("开票日期:", "2021-07-15"), ("合计金额:", "¥1529.37")];
            let line = |(row, (label, value)): (u8, (&'static str, &'static str))| {
                let top = 20.0 + 14.0 * f32::from(row);
                [(label, 20.0, top, 10.0), (value, 100.0, top, 10.0)]
            };
            let lines: Vec<_> = (0..).zip(words.into_iter().chain(rest)).flat_map(line).collect();
            read(&drawn::sheet(&lines))
        };
        assert_eq!(lines("099002100707").map(|form| form.kind), Some(Kind::VatRoll));
        assert_ne!(lines("099002100704").map(|form| form.kind), Some(Kind::VatRoll));
    }

    #[test]
    fn a_text_layer_speaks_for_several_forms_by_words_of_their_own_alone() {
        let rail = [("电子发票(铁路电子客票)", 20.0, 20.0, 10.0), ("电子客票号:306712A086012090014332022", 20.0, 40.0, 10.0)];
        let foot =
            [("一等座", 20.0, 60.0, 10.0), ("买票请到12306 发货请到95306", 20.0, 80.0, 10.0), ("中国铁路祝您旅途愉快", 20.0, 100.0, 10.0)];
        let taxes = [("金额:¥45.28", 20.0, 120.0, 10.0), ("税率:6%", 120.0, 120.0, 10.0), ("税额:¥2.72", 220.0, 120.0, 10.0)];
        let paper = [("限乘当日当次车", 20.0, 220.0, 10.0)];
        let trips = [("出行行程单", 20.0, 240.0, 10.0), ("共1笔行程", 20.0, 260.0, 10.0)];
        let carrier = [("价税合计", 20.0, 20.0, 10.0), ("项目名称", 20.0, 40.0, 10.0), ("承运人姓名 承运人身份证号码", 20.0, 60.0, 10.0)];
        let ticket = [rail.as_slice(), &foot, &taxes].concat();
        let cases: [(Vec<_>, bool); 5] = [
            (ticket.clone(), false),
            ([ticket.as_slice(), &paper].concat(), true),
            ([ticket.as_slice(), &trips].concat(), true),
            ([ticket.as_slice(), &rail.map(|(word, x, y, size)| (word, x, y + 200.0, size))].concat(), true),
            (carrier.to_vec(), false),
        ];
        for (lines, expected) in cases {
            let sheet = drawn::sheet(&lines);
            assert_eq!(several(&sheet, &Words::of(&sheet)), expected, "{lines:?}");
        }
    }

    #[test]
    fn the_frame_of_a_vat_form_speaks_for_one_more_form() {
        let list = [("出行行程单", 20.0, 20.0, 10.0), ("笔行程", 20.0, 40.0, 10.0)];
        // lines of a frame that leans, whose head is no row
        let frame = [("项目名称", 20.0, 140.0, 10.0), ("价税合计", 20.0, 180.0, 10.0)];
        let several = |lines: &[(&str, f32, f32, f32)]| {
            let sheet = drawn::sheet(lines);
            several(&sheet, &Words::of(&sheet))
        };
        assert!(!several(&list));
        assert!(!several(&frame));
        assert!(!several(&[list.as_slice(), &frame[1..]].concat()));
        assert!(several(&[list, frame].concat()));
    }
}
