//! Processes that share a row, as the database keeps it.

use proptest::prelude::*;

use super::*;

const BEGIN: i64 = 1_795_338_000_000_000;

/// What the statement of `lease` does.
#[derive(Default)]
struct Row(Option<i64>);

impl Row {
    fn take(&mut self, quota: Quota, wanted: u32, now: DateTime<Utc>) -> Leased {
        let now = now.timestamp_micros();
        let before = self.0.unwrap_or(now);
        let fits = (quota.furthest() - (before - now).max(0)) / quota.every();
        let granted = i64::from(wanted).min(fits).max(0);
        let full_at = before.max(now) + granted * quota.every();
        self.0 = Some(full_at);
        Leased { granted: u32::try_from(granted).unwrap(), full_at }
    }
}

struct Nodes {
    quota: Quota,
    row: Row,
    held: Vec<Held>,
    micros: i64,
}

impl Nodes {
    fn new(count: usize, per_hour: u32) -> Self {
        let held = (0..count).map(|_| Held::default()).collect();
        Self { quota: Quota::per_hour(per_hour), row: Row::default(), held, micros: BEGIN }
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.micros).unwrap()
    }

    fn pass_seconds(&mut self, seconds: u64) {
        self.micros += i64::try_from(seconds).unwrap() * 1_000_000;
    }

    /// A request to a node: granted, or when it may be tried again.
    fn ask(&mut self, node: usize) -> Result<Standing, u64> {
        let (quota, now) = (self.quota, self.now());
        let held = &mut self.held[node];
        let mut asked = held.ask(quota, now);
        if asked == Asked::Empty {
            held.add(&self.row.take(quota, quota.chunk(), now), now);
            asked = held.ask(quota, now);
        }
        match asked {
            Asked::Granted { renew } => {
                if renew {
                    let missing = held.missing(quota);
                    held.add(&self.row.take(quota, missing, now), now);
                }
                Ok(held.standing(quota, now))
            }
            Asked::Refused { retry_after } => Err(retry_after),
            Asked::Empty => panic!("nothing was taken, and nothing is said of when"),
        }
    }
}

#[test]
fn one_process_counts_down_to_nothing_and_says_when_all_is_back() {
    let mut nodes = Nodes::new(1, 1000);
    for left in (0..1000).rev() {
        assert_eq!(nodes.ask(0).unwrap().remaining, left);
    }
    let Standing { full_in, full_at, .. } = nodes.ask(0).unwrap();
    assert_eq!((full_in, full_at), (3604, 1_795_338_000 + 3604), "one more than told: 3.6 seconds more than an hour");
    let slack = std::iter::repeat_with(|| nodes.ask(0)).take_while(Result::is_ok).count();
    assert_eq!(slack, 39);
    assert_eq!(nodes.ask(0).unwrap_err(), 4, "3.6 seconds, rounded up");
    nodes.pass_seconds(3);
    assert_eq!(nodes.ask(0).unwrap_err(), 1);
    nodes.pass_seconds(1);
    assert_eq!(nodes.ask(0).unwrap().remaining, 0);
    nodes.pass_seconds(3600 + 144);
    assert_eq!(nodes.ask(0).unwrap().remaining, 999, "the hour is over, and what was beyond it");
}

#[test]
fn what_was_given_back_is_there_again() {
    let mut nodes = Nodes::new(1, 1000);
    let before = nodes.ask(0).unwrap();
    for _ in 0..5000 {
        nodes.ask(0).unwrap();
        nodes.held[0].give_back(nodes.quota);
    }
    assert_eq!(nodes.held[0].standing(nodes.quota, nodes.now()), before);
}

#[test]
fn a_small_limit_is_exact_whatever_the_number_of_processes() {
    let mut nodes = Nodes::new(3, 50);
    let granted = (0..300).filter(|turn| nodes.ask(turn % 3).is_ok()).count();
    assert_eq!(granted, 50);
}

proptest! {
    /// Whatever they do, and however many are killed: no more is served in any span than one exact bucket would serve, but
    /// for the slack and what the processes held when it began.
    #[test]
    fn processes_together_stay_within_the_stated_error(
        per_hour in 1_u32..5000,
        count in 1_usize..6,
        steps in prop::collection::vec((0_usize..6, 0_i64..3_000_000, 0_u8..20), 1..1500),
        from in 0_usize..1500,
    ) {
        let mut nodes = Nodes::new(count, per_hour);
        let (mut granted, mut began) = (0_i64, None);
        for (step, (node, pause, act)) in steps.into_iter().enumerate() {
            let node = node % count;
            nodes.micros += pause;
            if step >= from && began.is_none() {
                (granted, began) = (0, Some(nodes.micros));
            }
            match act {
                0 => nodes.held[node] = Held::default(),
                1..4 => if nodes.ask(node).is_ok() { nodes.held[node].give_back(nodes.quota) },
                _ => granted += i64::from(nodes.ask(node).is_ok()),
            }
        }
        let spent = began.map_or(0, |began| nodes.micros - began);
        let held = 2 * i64::from(nodes.quota.chunk()) * i64::try_from(count).unwrap();
        let most = nodes.quota.furthest() / nodes.quota.every() + spent / nodes.quota.every() + 1 + held;
        prop_assert!(began.is_none() || granted <= most, "{granted} of {most}");
    }

    /// Whoever sends nothing more once nothing remains, until it is said to be back, is never refused, whichever process
    /// answers them.
    #[test]
    fn a_client_that_honours_what_it_is_told_is_never_refused(
        per_hour in 1_u32..3000,
        count in 1_usize..5,
        steps in prop::collection::vec((0_usize..5, 0_i64..400_000, prop::bool::weighted(0.2)), 1..4000),
    ) {
        let mut nodes = Nodes::new(count, per_hour);
        for (node, pause, free) in steps {
            let node = node % count;
            nodes.micros += pause;
            let told = nodes.ask(node);
            prop_assert!(told.is_ok(), "{told:?}");
            if free {
                nodes.held[node].give_back(nodes.quota);
            }
            let told = nodes.held[node].standing(nodes.quota, nodes.now());
            if told.remaining == 0 {
                nodes.pass_seconds(told.full_in);
            }
        }
    }
}
