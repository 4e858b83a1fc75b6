//! Time and randomness that a test decides.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use event_store::{Clock, Random};

/// 2026-11-22T09:00:00Z, where every test begins.
const BEGIN_MICROS: i64 = 1_795_338_000_000_000;

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(BEGIN_MICROS))
    }
}

impl TestClock {
    /// Lets time pass; a negative span is a clock that was set back.
    pub fn advance(&self, span: TimeDelta) {
        let micros = span.num_microseconds().expect("a test's spans are short");
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::Relaxed)).expect("an instant of our time")
    }
}

/// The bytes that follow from a seed (`SplitMix64`). Anybody can guess them: for tests only.
#[derive(Debug)]
pub struct SeededRandom(AtomicU64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl SeededRandom {
    /// Of a name: every test has its own.
    pub fn named(name: &str) -> Self {
        let seed = name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self(AtomicU64::new(seed))
    }

    /// From now on as this one.
    pub fn go_on_as(&self, other: &Self) {
        self.0.store(other.0.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        mixed(self.0.fetch_add(GOLDEN, Ordering::Relaxed).wrapping_add(GOLDEN))
    }

    /// A number below `end`.
    pub fn below(&self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("less than a usize")
    }

    /// So many letters and digits, which nothing compresses much.
    pub fn letters(&self, count: usize) -> String {
        let all: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
        (0..count).map(|_| *self.pick(&all)).collect()
    }

    /// One of these.
    pub fn pick<'a, T>(&self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}
