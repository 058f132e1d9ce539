//! Cuts the work into shards: a pure function of what there is to do, so that every worker finds its own part
//! without asking anybody.

use std::collections::BTreeMap;

use serde::Serialize;

use super::run::Job;

/// Which part of the work: number `index` of `count`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub index: usize,
    /// How many.
    pub count: usize,
}

impl Shard {
    /// All of it.
    pub const WHOLE: Shard = Shard { index: 1, count: 1 };
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Shard { index, count }),
            _ => Err("a shard is `INDEX/COUNT`, counted from 1, as in `3/8`".to_owned()),
        }
    }
}

/// What a shard has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// From 1.
    pub shard: usize,
    /// How much it is, in the measure of [`Job::cost`].
    pub cost: u64,
    /// Each job, as `submission/exercise`.
    pub jobs: Vec<String>,
}

/// Deals jobs out to so many shards: jobs with the same key go together, since one result serves them all;
/// the costly go first, each to whoever has least.
pub fn deal(jobs: &[Job], count: usize) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, job) in jobs.iter().enumerate() {
        groups.entry(&job.key).or_default().push(at);
    }
    let mut groups: Vec<(u64, &str, Vec<usize>)> = groups
        .into_iter()
        .map(|(key, members)| (jobs[members[0]].cost, key, members))
        .collect();
    groups.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut shards: Vec<(u64, Vec<usize>)> = vec![(0, Vec::new()); count.max(1)];
    for (cost, _, members) in groups {
        let least = (0..shards.len())
            .min_by_key(|&at| shards[at].0)
            .unwrap_or(0);
        shards[least].0 += cost;
        shards[least].1.extend(members);
    }
    let mut shards: Vec<Vec<usize>> = shards.into_iter().map(|(_, members)| members).collect();
    for members in &mut shards {
        members.sort_unstable();
    }
    shards
}

/// The plan, to be shown.
pub fn parts(jobs: &[Job], count: usize) -> Vec<Part> {
    let dealt = deal(jobs, count).into_iter().enumerate();
    dealt
        .map(|(at, members)| {
            let mut keys: Vec<&str> = members.iter().map(|&at| jobs[at].key.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            let cost = |key: &&str| {
                jobs.iter()
                    .find(|job| job.key == **key)
                    .map_or(0, |job| job.cost)
            };
            Part {
                shard: at + 1,
                cost: keys.iter().map(cost).sum(),
                jobs: (members.iter())
                    .map(|&at| format!("{}/{}", jobs[at].submission, jobs[at].exercise))
                    .collect(),
            }
        })
        .collect()
}
