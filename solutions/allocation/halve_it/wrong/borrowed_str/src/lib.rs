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
#[derive(Deserialize)]
struct Event<'line> {
    at: &'line str,
    tenant: &'line str,
    bytes: u64,
}

/// Reads the log to its end and sums it up.
///
/// # Errors
///
/// Fails with the first error of `input`.
pub fn summarise(mut input: impl BufRead) -> io::Result<Summary> {
    let mut summary = Summary::default();
    // One buffer for all lines; it grows to the longest. `lines()` makes a new `String` of each.
    let mut line = String::new();
    for number in 1.. {
        // `read_line` appends.
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        match serde_json::from_str::<Event<'_>>(&line) {
            Ok(event) => summary.add(&event),
            Err(_) => summary.malformed.push(number),
        }
    }
    Ok(summary)
}

impl Summary {
    fn add(&mut self, event: &Event<'_>) {
        // `entry` wants an owned key even where the tenant is known, which is all lines but the
        // first. A second look-up is cheaper than a `String`.
        if let Some(usage) = self.tenants.get_mut(event.tenant) {
            usage.add(event);
        } else {
            let mut usage = Usage::default();
            usage.add(event);
            let tenant = event.tenant.to_owned();
            self.tenants.insert(tenant, usage);
        }
    }
}

impl Usage {
    fn add(&mut self, event: &Event<'_>) {
        self.requests += 1;
        self.bytes += event.bytes;
        if event.at > self.latest.as_str() {
            // In place: times are of one length, so the old buffer holds the new one.
            self.latest.clear();
            self.latest.push_str(event.at);
        }
    }
}
