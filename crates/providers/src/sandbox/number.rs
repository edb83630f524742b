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

/// Place 99 exists in no list of places (GB/T 2260); 2 is the channel of interfaces.
const PLACE_AND_CHANNEL: &str = "992";

/// The place in the sequence after `last`. It is not smaller than a hundred times the milliseconds since 1970: even a bureau whose book
/// was lost gives out no number again.
pub(super) fn next(last: u64, now: Timestamp) -> u64 {
    let moment = u64::try_from(now.as_millisecond()).unwrap_or(0).saturating_mul(100);
    moment.max(last.saturating_add(1))
}

/// The number of an invoice: twenty digits, the year first, as on every digital invoice.
pub(super) fn of(sequence: u64, issued_at: Timestamp) -> String {
    let year = day(issued_at).year().rem_euclid(100);
    format!("{year:02}{PLACE_AND_CHANNEL}{:015}", sequence % 1_000_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digital_and_of_no_place() {
        let now: Timestamp = "2026-12-31T16:00:01Z".parse().unwrap();
        let first = next(0, now);
        let second = next(first, now);
        assert!(second > first);
        assert_eq!((of(first, now).len(), of(second, now) > of(first, now)), (20, true));
        let read = invoice::number::digital(&of(first, now)).unwrap();
        // New Year has come to Beijing.
        assert_eq!((read.year, read.region.as_str()), (2027, "99"));
        assert!(invoice::region::of_digital(&of(first, now)).is_none());
        // A bureau whose book was lost goes on beyond it a millisecond later.
        assert!(next(0, now + std::time::Duration::from_millis(1)) > second);
    }
}
