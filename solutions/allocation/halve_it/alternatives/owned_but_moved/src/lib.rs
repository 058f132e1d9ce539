//! Totals per tenant from an access log of one JSON object per line.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde::Deserialize;

/// What a log says, by tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The usage of each tenant that the log names.
    pub tenants: BTreeMap<String, Usage>,
    /// The numbers, from 1, of the lines that are not an event. Billing asks for these again.
    pub malformed: Vec<u64>,
}

/// What one tenant used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// How many requests there were.
    pub requests: u64,
    /// How many bytes were sent in answer to them.
    pub bytes: u64,
    /// The greatest `at` of them. All writers use one format, so the order of text is that of time.
    pub latest: String,
}

/// The members of a line that the summary needs; others are ignored.
///
/// Owned, because an owned string is right for every line, and each of the two is moved into the
/// summary where it is new there.
#[derive(Deserialize)]
struct Event {
    at: String,
    tenant: String,
    bytes: u64,
}

/// Reads the log to its end and sums it up.
///
/// # Errors
///
/// Fails with the first error of `input`.
pub fn summarise(mut input: impl BufRead) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut line = String::new();
    for number in 1.. {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        let Ok(event) = serde_json::from_str::<Event>(&line) else {
            summary.malformed.push(number);
            continue;
        };
        let usage = summary.tenants.entry(event.tenant).or_default();
        usage.requests += 1;
        usage.bytes += event.bytes;
        if event.at > usage.latest {
            usage.latest = event.at;
        }
    }
    Ok(summary)
}
