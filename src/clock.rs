//! The only place that asks for the time.

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

/// Returns the moment of the reading, from which a live audit counts how long something still holds.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Returns today's date in UTC, so that a waiver ends at the same moment on every machine.
pub fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}
