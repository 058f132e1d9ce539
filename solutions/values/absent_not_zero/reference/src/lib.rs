//! Which build each instance of a service runs, for the page that the release engineers look at.

use std::fmt::Write as _;
use std::num::NonZeroU64;

/// One running instance of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    name: String,
    // Builds are counted from 1, so zero is free to be `None`: the option is as small as the number.
    build: Option<NonZeroU64>,
}

impl Instance {
    /// The name, such as `web-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The build that it runs, if that is known.
    pub fn build(&self) -> Option<NonZeroU64> {
        self.build
    }

    /// How many builds it is behind the target, if that is known; negative if it is ahead.
    pub fn behind(&self, target: u64) -> Option<i64> {
        // Every i64 is a distance, zero and -1 included, so there is no number left to stand for
        // "unknown". This option has to pay for its tag, and lives for a moment.
        self.build
            .map(|build| target.cast_signed() - build.get().cast_signed())
    }

    /// Whether it is known to run build `needs` or a later one.
    fn has_reached(&self, needs: u64) -> bool {
        self.build.is_some_and(|build| build.get() >= needs)
    }
}

/// Reads what the instances report, one `name build` a line.
pub fn read(status: &str) -> Vec<Instance> {
    status
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, build)| Instance {
            name: name.to_owned(),
            // `?`, `-1` of the old agents and `0` of the older ones end here, at the one place where
            // text becomes a value. Nothing behind it has to know how agents spell "unknown".
            build: build.parse().ok(),
        })
        .collect()
}

/// The oldest build that is known to run. `None` if no build is known.
///
/// An instance that does not say is passed over, so this is no answer to "does every instance …".
pub fn oldest(fleet: &[Instance]) -> Option<NonZeroU64> {
    // Not `min` over the options: `None` is less than every `Some`.
    fleet.iter().filter_map(Instance::build).min()
}

/// Whether the database schema may be changed so that only builds from `needs` on can read it: every
/// instance, and at least one, is known to be that new.
pub fn may_migrate(fleet: &[Instance], needs: u64) -> bool {
    !fleet.is_empty() && fleet.iter().all(|instance| instance.has_reached(needs))
}

/// The page: a line for each instance, and one for the oldest build.
pub fn page(fleet: &[Instance], target: u64) -> String {
    let mut page = String::new();
    for instance in fleet {
        page.push_str(instance.name());
        match (instance.build(), instance.behind(target)) {
            (Some(build), Some(0)) => write!(page, ": {build}"),
            (Some(build), Some(lag @ 1..)) => write!(page, ": {build}, {lag} behind"),
            (Some(build), Some(lag)) => write!(page, ": {build}, {} ahead", -lag),
            (None, _) | (_, None) => write!(page, ": unknown"),
        }
        .expect("a String takes every write");
        page.push('\n');
    }
    let oldest = oldest(fleet).map_or_else(|| "unknown".to_owned(), |build| build.to_string());
    writeln!(page, "oldest: {oldest}").expect("a String takes every write");
    page
}
