//! Totals per tenant from an access log of one JSON object per line.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
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
/// `Cow` and not `&str`: a JSON string with an escape in it is not in the line as the text it means,
/// so there is nothing to borrow. And `borrow` has to be said, because without it serde fills every
/// `Cow<str>` with an owned copy.
#[derive(Deserialize)]
struct Event<'line> {
    #[serde(borrow)]
    at: Cow<'line, str>,
    #[serde(borrow)]
    tenant: Cow<'line, str>,
    bytes: u64,
}

/// Reads the log to its end and sums it up.
///
/// Allocates for a tenant's first line and for strings with escapes, not for every line.
///
/// # Errors
///
/// Fails with the first error of `input`.
pub fn summarise(mut input: impl BufRead) -> io::Result<Summary> {
    // While the log is read nobody needs an order, so the tenants are sorted once, at the end.
    let mut tenants: HashMap<String, Usage> = HashMap::new();
    let mut malformed = Vec::new();
    // One buffer for all lines; it grows to the longest. `lines()` makes a new `String` of each.
    let mut line = String::new();
    for number in 1.. {
        // `read_line` appends.
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        match serde_json::from_str::<Event<'_>>(&line) {
            Ok(event) => match tenants.get_mut(event.tenant.as_ref()) {
                Some(usage) => usage.add(&event),
                None => {
                    let usage = tenants.entry(event.tenant.as_ref().to_owned());
                    usage.or_default().add(&event);
                }
            },
            Err(_) => malformed.push(number),
        }
    }
    Ok(Summary {
        tenants: BTreeMap::from_iter(tenants),
        malformed,
    })
}

impl Usage {
    fn add(&mut self, event: &Event<'_>) {
        self.requests += 1;
        self.bytes += event.bytes;
        if *event.at > *self.latest {
            // In place: times are of one length, so the old buffer holds the new one.
            self.latest.clear();
            self.latest.push_str(&event.at);
        }
    }
}
