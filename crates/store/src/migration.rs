//! Migrations: written once, never changed, applied in their order. What was applied is known by its checksum.

use sha2::{Digest, Sha256};

use crate::open::OpenError;

/// A migration of one engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// Its number, from 1.
    pub(crate) id: i64,
    /// What it makes.
    pub(crate) name: &'static str,
    /// Its statements.
    pub(crate) sql: &'static str,
}

impl Migration {
    /// SHA-256 of its statements, in hexadecimal digits. Ends of lines do not count: a checkout may turn them round.
    pub(crate) fn checksum(&self) -> String {
        let mut sha = Sha256::new();
        for line in self.sql.lines() {
            sha.update(line.as_bytes());
            sha.update(b"\n");
        }
        sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A migration as a store remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

/// Those that are still to be applied.
///
/// # Errors
/// When the store knows one that we do not know, or another one under the same number.
pub(crate) fn outstanding(place: &str, applied: &[Applied], known: &'static [Migration]) -> Result<&'static [Migration], OpenError> {
    for (at, theirs) in applied.iter().enumerate() {
        let Some(ours) = known.get(at) else {
            let known = known.last().map_or(0, |last| last.id);
            return Err(OpenError::Newer { place: place.to_owned(), applied: applied.last().map_or(0, |last| last.id), known });
        };
        let checksum = ours.checksum();
        if (theirs.id, theirs.name.as_str(), theirs.checksum.as_str()) != (ours.id, ours.name, checksum.as_str()) {
            return Err(OpenError::Foreign {
                place: place.to_owned(),
                id: theirs.id,
                found: described(&theirs.name, &theirs.checksum),
                ours: described(ours.name, &checksum),
            });
        }
    }
    Ok(&known[applied.len().min(known.len())..])
}

fn described(name: &str, checksum: &str) -> String {
    format!("{name} ({})", checksum.chars().take(12).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Migration] = &[
        Migration { id: 1, name: "orders", sql: "CREATE TABLE a (b);\nCREATE TABLE c (d);\n" },
        Migration { id: 2, name: "more", sql: "ALTER TABLE a ADD e;" },
    ];

    fn applied(of: &Migration) -> Applied {
        Applied { id: of.id, name: of.name.to_owned(), checksum: of.checksum() }
    }

    #[test]
    fn what_is_missing_is_applied() {
        let both = [applied(&KNOWN[0]), applied(&KNOWN[1])];
        let ids = |applied: &[Applied]| outstanding("x", applied, KNOWN).unwrap().iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(&[]), [1, 2]);
        assert_eq!(ids(&both[..1]), [2]);
        assert_eq!(ids(&both), [0; 0]);
    }

    #[test]
    fn later_and_changed_ones_are_refused() {
        let mut three = vec![applied(&KNOWN[0]), applied(&KNOWN[1]), applied(&KNOWN[1])];
        three[2].id = 3;
        assert!(matches!(outstanding("x", &three, KNOWN), Err(OpenError::Newer { applied: 3, known: 2, .. })));
        let mut changed = applied(&KNOWN[0]);
        changed.checksum = KNOWN[1].checksum();
        assert!(matches!(outstanding("x", &[changed], KNOWN), Err(OpenError::Foreign { id: 1, .. })));
        // The first one is missing.
        assert!(matches!(outstanding("x", &[applied(&KNOWN[1])], KNOWN), Err(OpenError::Foreign { id: 2, .. })));
    }

    #[test]
    fn ends_of_lines_do_not_count() {
        let turned = Migration { sql: "CREATE TABLE a (b);\r\nCREATE TABLE c (d);\r\n", ..KNOWN[0] };
        assert_eq!(turned.checksum(), KNOWN[0].checksum());
        let other = Migration { sql: "CREATE TABLE a (b);CREATE TABLE c (d);", ..KNOWN[0] };
        assert_ne!(other.checksum(), KNOWN[0].checksum());
    }
}
