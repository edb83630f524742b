//! How one field of a kind is described: its key, its label, its shape, and when the recognition API returns it.

use crate::details::Details;

/// One documented field of a kind, or one key of the rows of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldSpec {
    /// The key on the wire, in the spelling of the recognition API.
    pub key: &'static str,
    /// What the field is called on the forms, in Chinese; the head of a column.
    pub label: &'static str,
    /// What its text looks like.
    pub shape: Shape,
    /// When the key is returned.
    pub presence: Presence,
    /// What is returned when the field was not read.
    pub unread: Unread,
}

/// What the text of a field looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Text as printed.
    Text,
    /// A day, `YYYY年MM月DD日`.
    Date,
    /// A plain decimal number: money, a quantity, a distance. A mark such as `***` may stand in its place.
    Amount,
    /// `1` for yes and `0` for no.
    Flag,
    /// Rows with these keys.
    List(&'static [FieldSpec]),
}

/// When a key is returned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Presence {
    /// Whether read or not.
    Always,
    /// Only in this case (the seed's 仅…返回).
    Only(Case),
}

/// What is returned for a field that was not read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unread {
    /// The empty string: nobody knows.
    Blank,
    /// A flag that follows from other things: `1` in this case, else `0`.
    Follows(Case),
}

/// A case that an invoice may be, told by what was read from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Case {
    /// Any invoice.
    Any,
    /// No invoice.
    None,
    /// Its `service_type` begins with one of these (建筑服务 …).
    Service(&'static [&'static str]),
    /// It is an electronic voucher (电子凭证): `voucher_mark` is 1.
    Voucher,
    /// It is an electronic ticket or invoice: `electronic_mark` or `voucher_mark` is 1, or it has a 数电 number besides.
    Electronic,
    /// It has more pages than one.
    SeveralPages,
    /// It has no 数电 number (`electronic_number`).
    WithoutElectronicNumber,
}

impl Case {
    /// Whether the invoice is this case.
    pub fn holds(self, details: &Details) -> bool {
        match self {
            Case::Any => true,
            Case::None => false,
            Case::Service(stems) => stems.iter().any(|stem| details.text("service_type").starts_with(stem)),
            Case::Voucher => details.text("voucher_mark") == "1",
            Case::Electronic => Case::Voucher.holds(details) || details.text("electronic_mark") == "1" || details.has("electronic_number"),
            Case::SeveralPages => details.text("page_count").parse::<u32>().is_ok_and(|pages| pages > 1),
            Case::WithoutElectronicNumber => !details.has("electronic_number"),
        }
    }

    /// Whether a value that was read is withheld when the case does not hold. Where it is not, having read the value is
    /// itself the sign of the case: a passenger can only stand on a transport invoice.
    fn withholds(self) -> bool {
        matches!(self, Case::None | Case::SeveralPages | Case::WithoutElectronicNumber)
    }
}

impl FieldSpec {
    /// A field of text.
    pub const fn text(key: &'static str, label: &'static str) -> FieldSpec {
        FieldSpec { key, label, shape: Shape::Text, presence: Presence::Always, unread: Unread::Blank }
    }

    /// A day.
    pub const fn date(key: &'static str, label: &'static str) -> FieldSpec {
        FieldSpec { shape: Shape::Date, ..FieldSpec::text(key, label) }
    }

    /// A decimal number.
    pub const fn amount(key: &'static str, label: &'static str) -> FieldSpec {
        FieldSpec { shape: Shape::Amount, ..FieldSpec::text(key, label) }
    }

    /// Yes or no, unknown when not read.
    pub const fn flag(key: &'static str, label: &'static str) -> FieldSpec {
        FieldSpec { shape: Shape::Flag, ..FieldSpec::text(key, label) }
    }

    /// A list of rows.
    pub const fn list(key: &'static str, label: &'static str, rows: &'static [FieldSpec]) -> FieldSpec {
        FieldSpec { shape: Shape::List(rows), ..FieldSpec::text(key, label) }
    }

    /// The same, returned only in a case.
    pub const fn only(self, case: Case) -> FieldSpec {
        FieldSpec { presence: Presence::Only(case), ..self }
    }

    /// The same flag, which when not read is `1` in a case and `0` in all others.
    pub const fn follows(self, case: Case) -> FieldSpec {
        FieldSpec { unread: Unread::Follows(case), ..self }
    }

    /// The keys of the rows, for a list.
    pub fn rows(&self) -> Option<&'static [FieldSpec]> {
        match self.shape {
            Shape::List(rows) => Some(rows),
            _ => None,
        }
    }

    /// Whether the key is returned for this invoice, given the text that was read for it (or the empty string).
    pub fn returned(&self, details: &Details, text: &str) -> bool {
        let read = !(text.is_empty() || self.shape == Shape::Flag && text == "0");
        match self.presence {
            Presence::Always => true,
            Presence::Only(case) => case.holds(details) || (read && !case.withholds()),
        }
    }

    /// What is returned when the field was not read.
    pub fn unread(&self, details: &Details) -> &'static str {
        match self.unread {
            Unread::Blank => "",
            Unread::Follows(case) if case.holds(details) => "1",
            Unread::Follows(_) => "0",
        }
    }
}
