//! Time between requests. No randomness: one upload per job needs no jitter, and the same answers
//! give the same waits.

use std::thread;
use std::time::{Duration, Instant};

/// The first wait after a passing failure; every further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// The first wait for the processing.
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// GitHub asks for at least this long after a secondary rate limit that names no time.
const LIMITED: Duration = Duration::from_mins(1);

/// Time as an upload sees it; tests bring their own.
pub trait Pace {
    /// Returns how long the upload has taken so far.
    fn elapsed(&self) -> Duration;
    /// Waits.
    fn pause(&self, wait: Duration);
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

    fn pause(&self, wait: Duration) {
        thread::sleep(wait);
    }
}

/// Returns the wait after the failure of a try, counted from 0.
pub(super) fn backoff(tries: u32) -> Duration {
    doubled(FIRST_WAIT, tries)
}

/// Returns the wait after a rate limit that names no time.
pub(super) fn limited(tries: u32) -> Duration {
    doubled(LIMITED, tries)
}

/// Returns the wait after a look at a processing that goes on, counted from 0.
pub(super) fn look(looks: u32) -> Duration {
    doubled(FIRST_LOOK, looks)
}

fn doubled(first: Duration, times: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(times.min(20)))
}
