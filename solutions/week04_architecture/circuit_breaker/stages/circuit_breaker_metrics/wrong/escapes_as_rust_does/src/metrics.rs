//! The figures of breakers, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::breaker::Breaker;
use crate::circuit::State;
use crate::events::{Totals, Transitions};

/// Shows breakers under names. Clones are the same.
///
/// It keeps no figures: whatever is counted is counted once, by the breaker, and read when somebody asks.
#[derive(Clone, Default)]
pub struct Metrics {
    // In the order of their names, so that two texts can be compared.
    breakers: Arc<Mutex<BTreeMap<String, Breaker>>>,
}

/// What a breaker has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    pub state: State,
    pub totals: Totals,
    pub transitions: Transitions,
}

impl Metrics {
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows this breaker under that name, from now on. If there was another of that name, it is not shown any more.
    pub fn add(&self, name: &str, breaker: &Breaker) {
        self.lock().insert(name.to_owned(), breaker.clone());
    }

    /// The figures of all breakers, each of them of one moment.
    pub fn render(&self) -> String {
        let figures: Vec<(String, Figures)> = (self.lock().iter())
            .map(|(name, breaker)| (escaped(name), breaker.figures()))
            .collect();
        let mut text = String::new();
        // Family by family, and not breaker by breaker: a second `TYPE` of a name makes Prometheus refuse the whole text.
        for family in &FAMILIES {
            family.write(&figures, &mut text);
        }
        text
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is measured, with a sample for each value of its label.
struct Family {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    samples: &'static [Sample],
}

struct Sample {
    /// Static, so that no value of it can come from a request. All of them are written always, also at nought: of a counter that
    /// first appears at 1, nobody can tell that it has risen.
    label: Option<(&'static str, &'static str)>,
    value: fn(&Figures) -> u64,
}

const FAMILIES: [Family; 4] = [
    Family {
        name: "circuit_breaker_state",
        kind: "gauge",
        help: "1 for the state that the circuit is in.",
        samples: &[
            Sample::of("state", "closed", |it| u64::from(it.state == State::Closed)),
            Sample::of("state", "open", |it| u64::from(it.state == State::Open)),
            Sample::of("state", "half_open", |it| {
                u64::from(it.state == State::HalfOpen)
            }),
        ],
    },
    Family {
        name: "circuit_breaker_calls_total",
        kind: "counter",
        help: "Calls that have ended, each in one way.",
        // Without `admitted`: those calls are here already, by how they ended.
        samples: &[
            Sample::of("outcome", "succeeded", |it| it.totals.succeeded),
            Sample::of("outcome", "failed", |it| it.totals.failed),
            Sample::of("outcome", "abandoned", |it| it.totals.abandoned),
            Sample::of("outcome", "refused", |it| it.totals.refused),
        ],
    },
    Family {
        name: "circuit_breaker_calls_in_flight",
        kind: "gauge",
        help: "Calls that were let through and have not ended.",
        samples: &[Sample {
            label: None,
            value: |it| it.totals.in_flight(),
        }],
    },
    Family {
        name: "circuit_breaker_transitions_total",
        kind: "counter",
        help: "Changes of state, by the state that was entered.",
        samples: &[
            Sample::of("to", "open", |it| it.transitions.opened),
            Sample::of("to", "half_open", |it| it.transitions.half_opened),
            Sample::of("to", "closed", |it| it.transitions.closed),
        ],
    },
];

impl Sample {
    const fn of(label: &'static str, value: &'static str, figure: fn(&Figures) -> u64) -> Self {
        Self {
            label: Some((label, value)),
            value: figure,
        }
    }
}

impl Family {
    fn write(&self, figures: &[(String, Figures)], text: &mut String) {
        let Self {
            name, kind, help, ..
        } = self;
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        for (breaker, figures) in figures {
            for sample in self.samples {
                let _ = write!(text, "{name}{{breaker=\"{breaker}\"");
                if let Some((label, value)) = sample.label {
                    let _ = write!(text, ",{label}=\"{value}\"");
                }
                let _ = writeln!(text, "}} {}", (sample.value)(figures));
            }
        }
    }
}

/// As the value of a label.
fn escaped(name: &str) -> String {
    let quoted = format!("{name:?}");
    quoted[1..quoted.len() - 1].to_owned()
}
