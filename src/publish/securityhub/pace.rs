//! Time between calls: the rates that AWS documents for one account and region, and the waits after a
//! failure that may pass. The clock comes from outside, so that tests need no time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(30);

/// Time as a publisher sees it; tests bring their own.
pub trait Pace: Send + Sync {
    /// Returns how long it has taken so far.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn pause(&self, wait: Duration) -> BoxFuture<'_, ()>;
}

/// The time on the wall.
#[derive(Debug)]
pub struct WallPace {
    start: Instant,
}

impl WallPace {
    /// Begins now.
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }
}

impl Pace for WallPace {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn pause(&self, wait: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A token bucket, kept as the moment at which it will be full again: no fractions, no drift.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Time in which one token comes back.
    interval: Duration,
    /// How far ahead of the time the bucket may be drained.
    slack: Duration,
    full_at: Mutex<Duration>,
}

impl Bucket {
    /// `BatchImportFindings`: 10 a second, 30 at once.
    pub(super) fn imports() -> Self {
        Self::new(10, 30)
    }

    /// `GetFindings`: 3 a second, 6 at once.
    pub(super) fn reads() -> Self {
        Self::new(3, 6)
    }

    fn new(rate: u32, burst: u32) -> Self {
        // Rounded up: a rate is never exceeded by a fraction.
        let interval = Duration::from_secs(1) / rate + Duration::from_nanos(1);
        Self { interval, slack: interval * burst.saturating_sub(1), full_at: Mutex::default() }
    }

    /// Takes a token and returns how long to wait before it may be used.
    fn take(&self, now: Duration) -> Duration {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let at = full_at.max(now);
        *full_at = at + self.interval;
        at.saturating_sub(now + self.slack)
    }

    /// Waits for a token.
    pub(super) async fn admit(&self, pace: &dyn Pace) {
        let wait = self.take(pace.elapsed());
        if !wait.is_zero() {
            pace.pause(wait).await;
        }
    }
}

/// Returns the wait after the failure of a try, counted from 0.
pub(super) fn backoff(tries: u32) -> Duration {
    Duration::from_millis(500).saturating_mul(2_u32.saturating_pow(tries.min(10))).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_at_once_and_then_its_rate() {
        let bucket = Bucket::new(10, 30);
        let at_once = (0..30).filter(|_| bucket.take(Duration::ZERO).is_zero()).count();
        assert_eq!(at_once, 30);
        let next = bucket.take(Duration::ZERO);
        assert!(next >= Duration::from_millis(100) && next < Duration::from_millis(101), "{next:?}");
        // A long rest fills it, and not further than to the brim.
        let later = Duration::from_hours(1);
        assert_eq!((0..40).filter(|_| bucket.take(later).is_zero()).count(), 30);
    }

    #[test]
    fn waits_double_up_to_half_a_minute() {
        assert_eq!(backoff(0), Duration::from_millis(500));
        assert_eq!(backoff(3), Duration::from_secs(4));
        assert_eq!(backoff(40), LONGEST);
    }
}
