//! A class of a thousand, graded by a scripted grader, so that nothing compiles: what is shown is that
//! nothing is lost, and nothing done twice.

use std::collections::BTreeMap;
use std::sync::Mutex;

use tempfile::TempDir;

use super::fixture::grade;
use super::merge::{Merged, merge};
use super::plan::{Shard, deal, parts};
use super::record::{Grade, Kind};
use super::run::{Grader, Job, RunError, run};
use super::store::Store;
use crate::engine::Stop;

const SHARDS: usize = 8;

/// Counts what it grades, and may be killed.
#[derive(Default)]
struct Scripted {
    graded: Mutex<BTreeMap<String, usize>>,
    /// Raised after so many.
    killed_after: Option<(usize, Stop)>,
}

impl Grader for Scripted {
    fn grade(&self, job: &Job) -> Grade {
        let mut graded = self.graded.lock().expect("nobody panics");
        *graded.entry(job.key.clone()).or_default() += 1;
        if let Some((after, stop)) = &self.killed_after
            && graded.len() > *after
        {
            stop.raise();
        }
        Grade {
            key: job.key.clone(),
            ..grade(
                &job.submission,
                &job.exercise,
                &[("checks::a", true, Kind::Visible)],
            )
        }
    }
}

/// A thousand learners, three exercises; every tenth learner has copied from the one before.
fn class() -> Vec<Job> {
    let mut jobs = Vec::new();
    for learner in 0..1_000_u64 {
        for (exercise, cost) in [("small", 1), ("middle", 3), ("large", 9)] {
            let whose = if learner % 10 == 9 {
                learner - 1
            } else {
                learner
            };
            jobs.push(Job {
                submission: format!("learner-{learner:04}"),
                exercise: exercise.to_owned(),
                key: format!("{exercise}-{whose}"),
                cost,
            });
        }
    }
    jobs
}

fn work(
    jobs: &[Job],
    index: usize,
    grader: &Scripted,
    folder: &TempDir,
    stop: &Stop,
) -> Result<super::run::Tally, RunError> {
    let shard = Shard {
        index,
        count: SHARDS,
    };
    let path = folder.path().join(format!("shard-{index}"));
    let mut store = Store::open(&path).expect("folders can be made");
    run(jobs, shard, grader, &mut store, 4, stop, &mut |_| {})
}

fn text(store: &Store) -> String {
    let all: Vec<&Grade> = store.grades().collect();
    serde_json::to_string(&all).expect("results are JSON")
}

#[test]
fn of_a_thousand_submissions_nothing_is_lost_and_nothing_graded_twice() {
    let (jobs, folder) = (class(), TempDir::new().expect("a temporary folder"));
    let grader = Scripted::default();
    let stop = Stop::default();
    for index in [1, 2, 4, 5, 6, 7, 8] {
        work(&jobs, index, &grader, &folder, &stop).expect("nobody stops it");
    }
    // One is killed in the middle, and started again.
    let killed = Stop::default();
    let dying = Scripted {
        killed_after: Some((40, killed.clone())),
        ..Scripted::default()
    };
    let ended = work(&jobs, 3, &dying, &folder, &killed);
    assert!(matches!(ended, Err(RunError::Stopped)), "{ended:?}");
    let again = work(&jobs, 3, &grader, &folder, &stop).expect("nobody stops it");
    assert!(
        again.known >= 30,
        "what was done before the end is kept: {again:?}"
    );

    let open = |name: &str| Store::open(&folder.path().join(name)).expect("folders can be made");
    let mut all = open("all");
    for index in 1..=SHARDS {
        merge(&mut all, &open(&format!("shard-{index}"))).expect("results can be written");
    }
    assert_eq!(all.grades().count(), jobs.len());
    for job in &jobs {
        let grade = all
            .find(&job.submission, &job.exercise)
            .expect("nothing is lost");
        assert_eq!(grade.key, job.key);
    }
    let graded = grader.graded.lock().expect("nobody panics");
    let twice: Vec<_> = graded.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "graded twice: {twice:?}");
    // Nine hundred different sets of files for each exercise; what the killed one had kept is not done again.
    assert!((2_600..2_700).contains(&graded.len()), "{}", graded.len());

    // Again, and in another order: the same.
    let before = text(&all);
    for index in (1..=SHARDS).rev() {
        let merged =
            merge(&mut all, &open(&format!("shard-{index}"))).expect("results can be written");
        assert_eq!(merged.taken, 0);
    }
    assert_eq!(text(&all), before);
    let mut other = open("other");
    for index in [5, 1, 8, 3, 2, 7, 4, 6, 3] {
        merge(&mut other, &open(&format!("shard-{index}"))).expect("results can be written");
    }
    assert_eq!(text(&other), before);
}

#[test]
fn shards_are_even_whole_and_the_same_for_every_worker() {
    let jobs = class();
    let dealt = deal(&jobs, SHARDS);
    let mut all: Vec<usize> = dealt.concat();
    all.sort_unstable();
    assert_eq!(all, (0..jobs.len()).collect::<Vec<_>>());
    let costs: Vec<u64> = parts(&jobs, SHARDS).iter().map(|part| part.cost).collect();
    let (least, most) = (costs.iter().min().copied(), costs.iter().max().copied());
    assert!(
        most.zip(least)
            .is_some_and(|(most, least)| most - least <= 9),
        "{costs:?}"
    );
    let mut shuffled = jobs.clone();
    shuffled.reverse();
    let names = |jobs: &[Job], shard: &[usize]| {
        let mut names: Vec<String> = shard
            .iter()
            .map(|&at| format!("{}/{}", jobs[at].submission, jobs[at].exercise))
            .collect();
        names.sort();
        names
    };
    for (one, other) in dealt.iter().zip(deal(&shuffled, SHARDS)) {
        assert_eq!(names(&jobs, one), names(&shuffled, &other));
    }
}

#[test]
fn a_judgement_takes_the_place_of_none_and_never_the_other_way_round() {
    let folder = TempDir::new().expect("a temporary folder");
    let open = |name: &str| Store::open(&folder.path().join(name)).expect("folders can be made");
    let judged = grade("ann", "till", &[("checks::a", false, Kind::Visible)]);
    let mut unknown = grade("ann", "till", &[]);
    unknown.outcome = super::record::Outcome::grader("no disk");
    let (mut one, mut other, mut all) = (open("one"), open("other"), open("all"));
    one.put(unknown).expect("results can be written");
    other.put(judged.clone()).expect("results can be written");
    for store in [&one, &other, &one] {
        merge(&mut all, store).expect("results can be written");
    }
    assert_eq!(all.find("ann", "till"), Some(&judged));
    assert_eq!(
        merge(&mut all, &other).expect("it is there"),
        Merged { taken: 0, kept: 1 }
    );
}

#[test]
fn somebody_who_can_not_be_judged_is_judged_again() {
    let folder = TempDir::new().expect("a temporary folder");
    let jobs = &class()[..1];
    let grader = Scripted::default();
    let mut store = Store::open(folder.path()).expect("folders can be made");
    let mut unknown = grade(&jobs[0].submission, &jobs[0].exercise, &[]);
    unknown.key.clone_from(&jobs[0].key);
    unknown.outcome = super::record::Outcome::grader("no disk");
    store.put(unknown).expect("results can be written");
    let tally = run(
        jobs,
        Shard::WHOLE,
        &grader,
        &mut store,
        1,
        &Stop::default(),
        &mut |_| {},
    );
    assert_eq!(tally.expect("nobody stops it").graded, 1);
    let tally = run(
        jobs,
        Shard::WHOLE,
        &grader,
        &mut store,
        1,
        &Stop::default(),
        &mut |_| {},
    );
    assert_eq!(tally.expect("nobody stops it").known, 1);
}

#[test]
fn results_come_in_the_order_of_what_was_handed_in() {
    let folder = TempDir::new().expect("a folder");
    let mut store = Store::open(folder.path()).expect("it is empty");
    let jobs: Vec<Job> = class().into_iter().take(300).collect();
    let mut told = Vec::new();
    let mut on = |super::run::Told::Done { grade, known }: super::run::Told<'_>| {
        if !known {
            told.push((grade.submission.clone(), grade.exercise.clone()));
        }
    };
    let whole = Shard::WHOLE;
    let grader = Scripted::default();
    run(
        &jobs,
        whole,
        &grader,
        &mut store,
        1,
        &Stop::default(),
        &mut on,
    )
    .expect("nobody stops it");
    let all = jobs
        .iter()
        .map(|job| (job.submission.clone(), job.exercise.clone()));
    let first: Vec<(String, String)> = all.filter(|(whose, _)| !whose.ends_with('9')).collect();
    assert_eq!(told, first);
}
