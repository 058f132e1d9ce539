// Reads figures as strictly as a scraper does, and says what it does not understand.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeMap;

use worker_queue::{Metered, Timestamp};

/// What a text of figures says.
#[derive(Debug, Default)]
pub struct Scrape {
    /// By name and labels, as they are written.
    series: BTreeMap<String, f64>,
    /// The kind of each family.
    kinds: BTreeMap<String, String>,
}

/// The store's figures at that time.
#[track_caller]
pub fn figures(store: &dyn Metered, now: u64) -> Scrape {
    let figures = store.figures(Timestamp::from_millis(now));
    let figures = figures.unwrap_or_else(|error| panic!("figures at {now} ms: {error}"));
    read(&figures.to_string())
}

#[track_caller]
pub fn read(text: &str) -> Scrape {
    let mut scrape = Scrape::default();
    let mut family = String::new();
    assert!(
        text.ends_with('\n'),
        "the last line has an end as well: {text:?}"
    );
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (word, name) = (words.next(), words.next().unwrap_or_default());
            let rest = words.next().unwrap_or_default();
            assert!(!rest.is_empty(), "{line:?} says nothing of {name:?}");
            if word == Some("TYPE") {
                let known = scrape.kinds.insert(name.to_owned(), rest.to_owned());
                assert_eq!(
                    known, None,
                    "{name} has one `TYPE`, and all its samples behind it"
                );
                family = name.to_owned();
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a name and a value");
        let name = series.split('{').next().unwrap_or_default();
        let kind = scrape.kinds.get(&family).map_or("", String::as_str);
        let of_histogram = ["_bucket", "_sum", "_count"]
            .iter()
            .any(|end| kind == "histogram" && name.strip_suffix(end) == Some(&*family));
        assert!(
            name == family || of_histogram,
            "{line:?} stands among the samples of {family:?}: the samples of a family are together, behind its `TYPE`"
        );
        assert!(
            kind != "counter" || name.ends_with("_total"),
            "{name} is a counter, and the names of counters end in `_total`"
        );
        let value = value
            .parse()
            .unwrap_or_else(|_| panic!("{line:?}: a value is a number"));
        let twice = scrape.series.insert(series.to_owned(), value);
        assert_eq!(twice, None, "{series} is there twice");
    }
    scrape
}

impl Scrape {
    #[track_caller]
    pub fn value(&self, series: &str) -> f64 {
        let value = self.series.get(series);
        *value.unwrap_or_else(|| panic!("there is no `{series}` in {:#?}", self.series))
    }

    #[track_caller]
    pub fn kind(&self, family: &str) -> &str {
        let kind = self.kinds.get(family);
        kind.unwrap_or_else(|| panic!("there is no `{family}` in {:#?}", self.kinds))
    }

    #[track_caller]
    pub fn jobs(&self, state: &str) -> f64 {
        self.value(&format!("worker_queue_jobs{{state=\"{state}\"}}"))
    }

    #[track_caller]
    pub fn ended(&self, outcome: &str) -> f64 {
        self.value(&format!(
            "worker_queue_attempts_total{{outcome=\"{outcome}\"}}"
        ))
    }

    /// Completed, failed, expired, returned, cancelled.
    #[track_caller]
    pub fn outcomes(&self) -> [f64; 5] {
        ["completed", "failed", "expired", "returned", "cancelled"].map(|name| self.ended(name))
    }

    #[track_caller]
    pub fn bucket(&self, bound: &str) -> f64 {
        self.value(&format!(
            "worker_queue_latency_seconds_bucket{{le=\"{bound}\"}}"
        ))
    }

    /// That each lease is held, or is over in one way.
    #[track_caller]
    pub fn balanced(&self, when: &str) {
        let leases = self.value("worker_queue_leases_total");
        let (held, over) = (self.jobs("leased"), self.outcomes());
        assert!(
            leases == held + over.iter().sum::<f64>(),
            "{when}: {leases} leases were given, {held} are held, and {over:?} were completed, failed, expired, returned and \
             cancelled. Each is one of these"
        );
    }
}
