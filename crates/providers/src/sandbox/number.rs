//! Invoice numbers that no bureau gives out.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

/// Where invoices are dated: Beijing time, which has no summer time.
fn beijing() -> TimeZone {
    TimeZone::fixed(tz::offset(8))
}

/// The day of a moment in Beijing.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(beijing()).date()
}

/// Numbers in a row. Each is greater than the one before and than a hundred times the milliseconds since 1970: after a restart they go
/// on where no number was given out yet, without anything being written down.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    last: u64,
}

/// Place 99 exists in no list of places (GB/T 2260); 2 is the channel of interfaces.
const PLACE_AND_CHANNEL: &str = "992";

impl Numbers {
    /// The number of an invoice that is issued now: twenty digits, the year first, as on every digital invoice.
    pub(super) fn next(&mut self, issued_at: Timestamp, now: Timestamp) -> String {
        let moment = u64::try_from(now.as_millisecond()).unwrap_or(0).saturating_mul(100);
        self.last = moment.max(self.last.saturating_add(1));
        let year = day(issued_at).year().rem_euclid(100);
        format!("{year:02}{PLACE_AND_CHANNEL}{:015}", self.last % 1_000_000_000_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digital_and_of_no_place() {
        let now: Timestamp = "2026-12-31T16:00:01Z".parse().unwrap();
        let mut numbers = Numbers::default();
        let (first, second) = (numbers.next(now, now), numbers.next(now, now));
        assert!(first < second && first.len() == 20);
        let read = invoice::number::digital(&first).unwrap();
        // New Year has come to Beijing.
        assert_eq!((read.year, read.region.as_str()), (2027, "99"));
        assert!(invoice::region::of_digital(&first).is_none());
        // Another process that starts a millisecond later gives out no number again.
        let later = Numbers::default().next(now, now + std::time::Duration::from_millis(1));
        assert!(later > second);
    }
}
