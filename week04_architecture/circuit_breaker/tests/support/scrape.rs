// Reads a text as Prometheus does, and is as strict.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeMap;

use circuit_breaker::Metrics;

/// The samples of a text. A series is its name and its labels, sorted: `name{breaker="tax",state="open"}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scrape {
    pub kinds: BTreeMap<String, String>,
    pub samples: BTreeMap<String, u64>,
    text: String,
}

/// Reads what there is to scrape at this moment.
pub fn scrape(metrics: &Metrics) -> Scrape {
    let text = metrics.render();
    let (mut kinds, mut helps) = (BTreeMap::new(), BTreeMap::new());
    let mut samples = BTreeMap::new();
    let mut family = String::new();
    assert!(
        text.is_empty() || text.ends_with('\n'),
        "the last line has to end with a line feed, or Prometheus refuses the text:\n{text}"
    );
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (word, name) = (words.next(), words.next().unwrap_or_default().to_owned());
            let rest = words.next().unwrap_or_default().to_owned();
            let seen = match word {
                Some("TYPE") => kinds.insert(name.clone(), rest),
                Some("HELP") => helps.insert(name.clone(), rest),
                _ => None,
            };
            assert!(
                seen.is_none(),
                "{line:?} is the second of its kind for {name}: Prometheus refuses the whole text. Each family is written once, \
                 with the samples of all breakers:\n{text}"
            );
            family = name;
            continue;
        }
        let (name, labels, value) = sample(line).unwrap_or_else(|| {
            panic!("{line:?} was expected to be `name{{label=\"value\",…}} number`:\n{text}")
        });
        assert!(
            name == family && kinds.contains_key(&name) && helps.contains_key(&name),
            "{line:?} does not stand behind `HELP` and `TYPE` of its own family:\n{text}"
        );
        let labels: Vec<String> = (labels.iter())
            .map(|(label, value)| format!("{label}={value:?}"))
            .collect();
        let series = format!("{name}{{{}}}", labels.join(","));
        assert!(
            samples.insert(series.clone(), value).is_none(),
            "{series} is there twice, and Prometheus refuses the text:\n{text}"
        );
    }
    Scrape {
        kinds,
        samples,
        text,
    }
}

/// Name, labels by name, value.
fn sample(line: &str) -> Option<(String, BTreeMap<String, String>, u64)> {
    let (name, rest) = line.split_once('{')?;
    let mut labels = BTreeMap::new();
    let mut rest = rest;
    while !rest.starts_with('}') {
        let (label, after) = rest.split_once("=\"")?;
        let (value, after) = unescaped(after)?;
        labels.insert(label.to_owned(), value);
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    let value: f64 = rest.strip_prefix("} ")?.parse().ok()?;
    // All that is shown here are counts.
    (value >= 0.0 && value.fract() == 0.0).then_some((name.to_owned(), labels, value as u64))
}

/// A label's value up to its quote, and what is behind that.
fn unescaped(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                escaped @ ('"' | '\\') => value.push(escaped),
                _ => return None,
            },
            other => value.push(other),
        }
    }
    None
}

impl Scrape {
    /// The value of a series.
    pub fn at(&self, series: &str) -> u64 {
        *self.samples.get(series).unwrap_or_else(|| {
            panic!("{series} was expected to be there:\n{}", self.text);
        })
    }

    /// The values of a family's series, in this order of its label.
    pub fn of<const N: usize>(
        &self,
        family: &str,
        breaker: &str,
        label: &str,
        values: [&str; N],
    ) -> [u64; N] {
        values.map(|value| {
            self.at(&format!(
                "{family}{{breaker={breaker:?},{label}={value:?}}}"
            ))
        })
    }

    /// Succeeded, failed, abandoned, refused.
    pub fn calls(&self, breaker: &str) -> [u64; 4] {
        let outcomes = ["succeeded", "failed", "abandoned", "refused"];
        self.of("circuit_breaker_calls_total", breaker, "outcome", outcomes)
    }

    /// Closed, open, half-open.
    pub fn state(&self, breaker: &str) -> [u64; 3] {
        let states = ["closed", "open", "half_open"];
        self.of("circuit_breaker_state", breaker, "state", states)
    }

    /// To open, to half-open, to closed.
    pub fn transitions(&self, breaker: &str) -> [u64; 3] {
        let states = ["open", "half_open", "closed"];
        self.of("circuit_breaker_transitions_total", breaker, "to", states)
    }

    pub fn in_flight(&self, breaker: &str) -> u64 {
        self.at(&format!(
            "circuit_breaker_calls_in_flight{{breaker={breaker:?}}}"
        ))
    }

    /// What all series of a family are together.
    pub fn sum(&self, family: &str) -> u64 {
        let prefix = format!("{family}{{");
        let samples = self.samples.iter();
        samples
            .filter(|(series, _)| series.starts_with(&prefix))
            .map(|(_, value)| value)
            .sum()
    }
}
