//! A profile as JSON: what the tables name, as numbers.

use serde_json::{Value, json};

use super::profile::{Heading, named};
use crate::engine::{Function, Origin, Place, Profile, Site};

/// So many lines that allocate are named, most bytes first.
const SITES: usize = 20;

/// The keys of the document, but for the version and the files that were written.
pub fn json(heading: &Heading, profile: &Profile) -> Value {
    let samples = profile.samples();
    let functions = named(profile).into_iter();
    let sites = profile.sites();
    let bytes = sites.iter().map(|site| site.bytes).sum();
    let count = sites.iter().map(|site| site.count).sum();
    let lines = sites.iter().take(SITES);
    json!({
        "exercise": heading.exercise,
        "of": heading.whose,
        "workload": profile.workload,
        "opt_level": heading.opt_level,
        "cpu": {
            "samples": samples,
            "calls": profile.calls,
            "functions": functions.map(|it| function(&it, samples)).collect::<Vec<_>>(),
        },
        "heap": {
            "bytes": bytes,
            "allocations": count,
            "lines": lines.map(|it| site(it, bytes, count)).collect::<Vec<_>>(),
        },
    })
}

fn function(function: &Function, samples: u64) -> Value {
    let library = function.library.as_ref();
    json!({
        "name": function.name,
        "origin": match function.origin {
            Origin::Own => "own",
            Origin::Workload => "workload",
            Origin::Library => "library",
            Origin::Probe => "probe",
        },
        "self": share(function.own, samples),
        "total": share(function.total, samples),
        "mostly_at": function.hottest.as_ref().map(place),
        "mostly_in": library.map(|(name, count)| json!({ "name": name, "share": share(*count, samples) })),
    })
}

fn site(site: &Site, bytes: u64, count: u64) -> Value {
    json!({
        "function": site.function,
        "at": site.place.as_ref().map(place),
        "by": site.library,
        "bytes": site.bytes,
        "bytes_share": share(site.bytes, bytes),
        "allocations": site.count,
        "allocations_share": share(site.count, count),
    })
}

fn place((file, line): &Place) -> Value {
    json!({ "file": file, "line": line })
}

/// From 0 to 1, to four digits: more is noise.
fn share(part: u64, whole: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = part as f64 / whole.max(1) as f64;
    (share * 1e4).round() / 1e4
}
