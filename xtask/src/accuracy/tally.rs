//! Counts of what was read right, not at all, and wrong.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail};
use invoice::agreement::{Comparison, Verdict};
use render::damage::Level;
use render::specimen::Form;

/// What an invoice was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// XML, OFD or PDF.
    Digital,
    /// A picture at this level of damage.
    Picture(Level),
}

impl Column {
    pub(super) const ALL: [Column; 4] =
        [Column::Digital, Column::Picture(Level::None), Column::Picture(Level::Mild), Column::Picture(Level::Hard)];

    pub(super) fn name(self) -> &'static str {
        match self {
            Column::Digital => "digital",
            Column::Picture(level) => level.name(),
        }
    }

    pub(super) fn named(name: &str) -> Result<Column> {
        match Column::ALL.into_iter().find(|c| c.name() == name) {
            Some(column) => Ok(column),
            None => bail!("there is no level {name:?}; there are {}", Column::ALL.map(Column::name).join(", ")),
        }
    }
}

/// Fields and documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) right: usize,
    pub(super) empty: usize,
    pub(super) wrong: usize,
    pub(super) documents: usize,
    /// Documents all of whose fields are right.
    pub(super) whole: usize,
}

impl Count {
    fn add(&mut self, all: &[Comparison]) {
        let of = |verdict: Verdict| all.iter().filter(|c| c.verdict == verdict).count();
        self.right += of(Verdict::Right);
        self.empty += of(Verdict::Empty);
        self.wrong += of(Verdict::Wrong);
        self.documents += 1;
        self.whole += usize::from(of(Verdict::Right) == all.len());
    }

    pub(super) fn and(self, other: Count) -> Count {
        Count {
            right: self.right + other.right,
            empty: self.empty + other.empty,
            wrong: self.wrong + other.wrong,
            documents: self.documents + other.documents,
            whole: self.whole + other.whole,
        }
    }

    /// Right, empty and wrong in hundredths of a percent.
    pub(super) fn shares(self) -> [usize; 3] {
        let all = (self.right + self.empty + self.wrong).max(1);
        [self.right, self.empty, self.wrong].map(|n| (n * 10_000 + all / 2) / all)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [right, empty, wrong] = self.shares().map(percent);
        write!(f, "right {right} %, empty {empty} %, wrong {wrong} %, whole {} of {}", self.whole, self.documents)
    }
}

/// Hundredths of a percent as text.
pub(super) fn percent(hundredths: usize) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Counts by form and column, in the order of [`Form::ALL`] and [`Column::ALL`].
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<(usize, usize), Count>);

fn place(form: Form, column: Column) -> (usize, usize) {
    let of = |found: Option<usize>| found.unwrap_or(usize::MAX);
    (of(Form::ALL.iter().position(|f| *f == form)), of(Column::ALL.iter().position(|c| *c == column)))
}

impl Tally {
    pub(super) fn add(&mut self, form: Form, column: Column, all: &[Comparison]) {
        self.0.entry(place(form, column)).or_default().add(all);
    }

    /// Adds what another counted.
    pub(super) fn merge(&mut self, other: Tally) {
        for (place, count) in other.0 {
            let own = self.0.entry(place).or_default();
            *own = own.and(count);
        }
    }

    pub(super) fn of(&self, form: Form, column: Column) -> Option<Count> {
        self.0.get(&place(form, column)).copied()
    }

    /// All forms of one column together, if any was read.
    pub(super) fn column(&self, column: Column) -> Option<Count> {
        Form::ALL.into_iter().filter_map(|f| self.of(f, column)).reduce(Count::and)
    }

    pub(super) fn all(&self) -> Count {
        self.0.values().copied().fold(Count::default(), Count::and)
    }
}

/// Tickets on sheets of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tickets {
    pub(super) sheets: usize,
    pub(super) there: usize,
    pub(super) found: usize,
    /// Results beyond those of the tickets: an invoice read twice, or one that is none.
    pub(super) doubled: usize,
    pub(super) fields: Count,
}

/// Counts of sheets by level.
#[derive(Debug, Default)]
pub(super) struct Sheets([Tickets; 3]);

impl Sheets {
    fn at(&mut self, level: Level) -> &mut Tickets {
        let place = Level::ALL.iter().position(|l| *l == level).unwrap_or_default();
        &mut self.0[place]
    }

    pub(super) fn fields(&mut self, level: Level, all: &[Comparison]) {
        self.at(level).fields.add(all);
    }

    pub(super) fn tickets(&mut self, level: Level, there: usize, found: usize, doubled: usize) {
        let tickets = self.at(level);
        tickets.sheets += 1;
        tickets.there += there;
        tickets.found += found;
        tickets.doubled += doubled;
    }

    /// Adds what another counted.
    pub(super) fn merge(&mut self, other: Sheets) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            own.sheets += other.sheets;
            own.there += other.there;
            own.found += other.found;
            own.doubled += other.doubled;
            own.fields = own.fields.and(other.fields);
        }
    }

    pub(super) fn levels(&self) -> impl Iterator<Item = (Level, Tickets)> {
        Level::ALL.into_iter().zip(self.0).filter(|(_, t)| t.sheets > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(verdict: Verdict) -> Comparison {
        Comparison { field: "number".to_owned(), verdict, expected: "1".to_owned(), read: String::new() }
    }

    #[test]
    fn counts_add_up() {
        let mut tally = Tally::default();
        let mild = Column::Picture(Level::Mild);
        tally.add(Form::Rail, mild, &[field(Verdict::Right), field(Verdict::Right)]);
        tally.add(Form::Rail, mild, &[field(Verdict::Right), field(Verdict::Empty), field(Verdict::Wrong)]);
        tally.add(Form::Air, Column::Digital, &[field(Verdict::Right)]);
        let count = tally.of(Form::Rail, mild).expect("rail was read");
        assert_eq!(count, Count { right: 3, empty: 1, wrong: 1, documents: 2, whole: 1 });
        assert_eq!(count.shares(), [6_000, 2_000, 2_000]);
        assert_eq!(tally.column(Column::Digital).map(|c| c.right), Some(1));
        assert_eq!(tally.column(Column::Picture(Level::Hard)), None);
        assert_eq!(tally.all().right, 4);
    }

    #[test]
    fn what_several_counted_is_one_count() {
        let (mut one, mut other, mut all) = (Tally::default(), Tally::default(), Tally::default());
        let (mut sheets, mut others) = (Sheets::default(), Sheets::default());
        for (form, column, verdict) in [
            (Form::Rail, Column::Digital, Verdict::Right),
            (Form::Rail, Column::Digital, Verdict::Wrong),
            (Form::Air, Column::Digital, Verdict::Empty),
        ] {
            all.add(form, column, &[field(verdict)]);
            if verdict == Verdict::Right { &mut one } else { &mut other }.add(form, column, &[field(verdict)]);
        }
        one.merge(other);
        assert_eq!((one.of(Form::Rail, Column::Digital), one.all()), (all.of(Form::Rail, Column::Digital), all.all()));
        sheets.tickets(Level::Mild, 3, 2, 0);
        others.tickets(Level::Mild, 4, 4, 1);
        others.fields(Level::Mild, &[field(Verdict::Right)]);
        sheets.merge(others);
        let (level, tickets) = sheets.levels().next().expect("a level");
        assert_eq!(
            (level, tickets.sheets, tickets.there, tickets.found, tickets.doubled, tickets.fields.right),
            (Level::Mild, 2, 7, 6, 1, 1)
        );
    }

    #[test]
    fn levels_have_names() {
        for column in Column::ALL {
            assert_eq!(Column::named(column.name()).expect("a level"), column);
        }
        assert!(Column::named("awful").is_err());
    }
}
