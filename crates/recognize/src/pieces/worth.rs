//! What the readings of the parts of a page are worth: how many forms were read whole.

use invoice::kind::Kind;

use crate::forms::FormReading;

/// Fields that name a document.
const NAMES: &[&str] = &["number", "code", "electronic_number", "train_number"];
/// Fields that say how much was paid.
const AMOUNTS: &[&str] = &["total", "fare", "actual_paid_amount", "amount_paid"];
/// Fields that say when.
const DATES: &[&str] = &["date", "date_of_issue", "date_start", "time"];

/// What a form that was read whole counts; one that was read in part counts one.
const WHOLE: u32 = 2;

/// Which of the three things that every document says were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    name: bool,
    amount: bool,
    date: bool,
}

impl Said {
    fn by(reading: &FormReading) -> Said {
        let any = |keys: &[&str]| keys.iter().any(|key| reading.details.has(key));
        Said { name: any(NAMES), amount: any(AMOUNTS), date: any(DATES) }
    }

    fn count(self) -> u32 {
        u32::from(self.name) + u32::from(self.amount) + u32::from(self.date)
    }

    /// Two of the three.
    fn is_solid(self) -> bool {
        self.count() >= 2
    }

    fn is_nothing(self) -> bool {
        !(self.name || self.amount || self.date)
    }

    /// Whether the other says nothing that this does not.
    fn covers(self, other: Said) -> bool {
        self.name >= other.name && self.amount >= other.amount && self.date >= other.date
    }
}

/// Whether so much of a form was read that it is one document, not a part of one.
pub(super) fn is_solid(reading: &FormReading) -> bool {
    Said::by(reading).is_solid()
}

/// Whether a reading says no amount.
pub(super) fn lacks_amount(reading: &FormReading) -> bool {
    !Said::by(reading).amount
}

/// Whether a reading says neither the name of its document nor its day.
pub(super) fn is_nameless(reading: &FormReading) -> bool {
    named(reading).next().is_none()
}

/// What a reading says of the name of its document and of its day.
pub(super) fn named(reading: &FormReading) -> impl Iterator<Item = (&str, &str)> {
    let keys = NAMES.iter().chain(DATES).copied();
    keys.map(|key| (key, reading.details.text(key))).filter(|(_, value)| !value.is_empty())
}

/// Whether two readings name the same document: one number, and one code where both say it. The head of a VAT form says both, its code at the left and
/// its number at the right: where one reading has only the one and another only the other, they are its two sides.
pub(super) fn is_same(a: &FormReading, b: &FormReading) -> bool {
    let name = |reading: &FormReading| ["number", "code"].map(|key| reading.details.text(key).to_owned());
    let ([number, code], [other_number, other_code]) = (name(a), name(b));
    let said = |one: &str, other: &str| !one.is_empty() && !other.is_empty();
    let [both_number, both_code] = [said(&number, &other_number), said(&code, &other_code)];
    let vat = a.kind.is_vat() && b.kind.is_vat();
    let sides = vat && (said(&code, &other_number) || said(&number, &other_code)) && !both_number && !both_code;
    (vat || a.kind == b.kind) && (sides || both_number && number == other_number && (!both_code || code == other_code))
}

/// Whether a reading is one of a frame whose head was not read: that head says its name.
fn lacks_head(kind: Kind, said: Said) -> bool {
    kind.is_vat() && !said.name
}

/// Whether a reading may be the head of a form whose frame says this: it has the name, and not all of what every such form says below it.
fn may_be_head(kind: Kind, own: Said, below: Said) -> bool {
    (kind.is_vat() || kind == Kind::MachinePrinted) && own.name && !own.covers(below)
}

/// What a division of a page is worth: how many forms were read, where that is equal how much they say of what every document says, and then how much of
/// them was read: a form that lost its head to another may be taken for one with more fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    forms: u32,
    said: u32,
    fields: usize,
}

/// How much was read of a form.
pub(super) fn fields(reading: &FormReading) -> usize {
    let rows = reading.details.lists().flat_map(|(_, rows)| rows);
    reading.details.fields().count() + rows.map(indexmap::IndexMap::len).sum::<usize>()
}

/// What a division of a page is worth. The same document twice, as on a ticket and its stub, counts once, and a frame beside the head that was cut off it
/// not at all. A part on which little was read counts
/// only where it cannot be the missing half of another: when that one says all that it says.
pub(super) fn score<'a>(readings: impl Iterator<Item = Option<&'a FormReading>>) -> Worth {
    let readings: Vec<(Kind, Said, &FormReading)> = readings.flatten().map(|r| (r.kind, Said::by(r), r)).collect();
    let mut worth = Worth { forms: 0, said: 0, fields: 0 };
    for (at, (kind, said, reading)) in readings.iter().enumerate() {
        let rest = || readings.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, reading)| reading);
        if said.is_solid() {
            let again = readings.iter().take(at).any(|(_, earlier, other)| earlier.is_solid() && is_same(other, reading));
            let cut_off = lacks_head(*kind, *said) && rest().any(|(kind, other, _)| may_be_head(*kind, *other, *said));
            if !again && !cut_off {
                worth.forms += WHOLE;
                worth.said += said.count();
                worth.fields += fields(reading);
            }
        } else if !said.is_nothing() {
            let alike = || rest().filter(|(k, ..)| k == kind);
            let whole_beside = alike().next().is_none() || alike().any(|(_, other, _)| other.is_solid() && other.covers(*said));
            let no_half = whole_beside && !rest().any(|(_, _, other)| is_same(other, reading));
            // the head of a form, cut off, may be read as another kind: its foot then lacks just what the head says
            let no_head = !rest().any(|(k, other, _)| k != kind && other.is_solid() && !other.covers(*said));
            worth.forms += u32::from(no_half && no_head);
        }
    }
    worth
}

#[cfg(test)]
mod tests {
    use super::super::laid::reading;
    use super::*;

    #[test]
    fn whole_forms_count_and_halves_of_one_do_not() {
        let whole = reading(Kind::Taxi, &[("number", "11725339"), ("date", "2024年01月09日"), ("total", "94.50")]);
        let another = reading(Kind::Taxi, &[("number", "00432598"), ("date", "2024年01月14日"), ("total", "59.50")]);
        let poor = reading(Kind::Taxi, &[("date", "2024年01月14日")]);
        let top = reading(Kind::Taxi, &[("number", "11725339")]);
        let foot = reading(Kind::Taxi, &[("date", "2024年01月09日"), ("total", "94.50")]);
        let train = reading(Kind::Train, &[("train_number", "G150")]);
        let nothing = reading(Kind::Train, &[]);
        let head = reading(Kind::MachinePrinted, &[("number", "11725339")]);
        // a machine-printed form cut in two: its frame is that of a VAT form
        let [dated, paid] = [("date", "2014年08月10日"), ("total", "2104.38")];
        let frame = reading(Kind::VatOrdinary, &[dated, paid]);
        let stolen = reading(Kind::MachinePrinted, &[("number", "31440022"), ("total", "116.00")]);
        let machine = reading(Kind::MachinePrinted, &[("number", "31440022"), dated, paid]);
        // the two sides of one
        let left = reading(Kind::VatSpecial, &[("code", "9900192130"), dated]);
        let right = reading(Kind::VatSpecial, &[("number", "10501215"), dated, paid]);
        let poorer = reading(Kind::VatOrdinary, &[("code", "9900192130")]);
        let other = reading(Kind::VatSpecial, &[("code", "9900192130"), ("number", "10501216"), dated, paid]);
        let cases: [(&[&FormReading], u32); 18] = [
            (&[&frame, &stolen], 2),
            (&[&frame, &head], 0),
            (&[&frame, &machine], 4),
            (&[&frame, &train], 2),
            (&[&left, &right], 2),
            (&[&poorer, &right], 2),
            (&[&right, &other], 4),
            (&[&poorer, &train], 2),
            (&[&whole], 2),
            (&[&whole, &another], 4),
            (&[&whole, &whole], 2),
            (&[&top, &foot], 2),
            (&[&whole, &poor], 3),
            (&[&whole, &train], 3),
            (&[&whole, &head], 3),
            (&[&head, &foot], 2),
            (&[&whole, &nothing], 2),
            (&[], 0),
        ];
        for (readings, expected) in cases {
            assert_eq!(score(readings.iter().map(|r| Some(*r))).forms, expected, "{readings:?}");
        }
    }

    #[test]
    fn of_as_many_forms_those_count_more_that_say_their_name() {
        let [dated, paid] = [("date", "2014年08月10日"), ("total", "2104.38")];
        let bill = reading(Kind::Reimbursable, &[("code", "99352751"), dated, paid]);
        // the same without the columns at its left, which another took
        let frame = reading(Kind::VatOrdinary, &[dated, paid, ("seller", "云泽样张有限公司"), ("issuer", "沈乐"), ("buyer", "个人")]);
        let score = |reading: &FormReading| score(std::iter::once(Some(reading)));
        assert!(score(&bill) > score(&frame));
        assert!(score(&reading(Kind::VatOrdinary, &[dated, paid])) < score(&frame));
    }
}
