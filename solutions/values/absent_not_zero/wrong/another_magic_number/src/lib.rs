//! Which build each instance of a service runs, for the page that the release engineers look at.

use std::fmt::Write as _;

/// Stands for a build that is not known.
const UNKNOWN: i64 = i64::MIN;

/// One running instance of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    name: String,
    build: i64,
}

impl Instance {
    /// The name, such as `web-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The build that it runs. `i64::MIN` if that is not known.
    pub fn build(&self) -> i64 {
        self.build
    }

    /// How many builds it is behind the target; negative if it is ahead. `i64::MIN` if that is not known.
    pub fn behind(&self, target: u64) -> i64 {
        if self.build == UNKNOWN {
            return UNKNOWN;
        }
        target as i64 - self.build
    }
}

/// Reads what the instances report, one `name build` a line.
pub fn read(status: &str) -> Vec<Instance> {
    status
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, build)| Instance {
            name: name.to_owned(),
            build: build
                .parse()
                .ok()
                .filter(|build| *build > 0)
                .unwrap_or(UNKNOWN),
        })
        .collect()
}

/// The oldest build that runs. `i64::MIN` if that is not known.
pub fn oldest(fleet: &[Instance]) -> i64 {
    fleet
        .iter()
        .map(Instance::build)
        // So that the page does not say that the oldest build is a number.
        .filter(|build| *build != UNKNOWN)
        .min()
        .unwrap_or(UNKNOWN)
}

/// Whether the database schema may be changed so that only builds from `needs` on can read it.
pub fn may_migrate(fleet: &[Instance], needs: u64) -> bool {
    oldest(fleet) >= needs as i64
}

/// The page: a line for each instance, and one for the oldest build.
pub fn page(fleet: &[Instance], target: u64) -> String {
    let mut page = String::new();
    for instance in fleet {
        let name = instance.name();
        let build = instance.build();
        let line = match instance.behind(target) {
            UNKNOWN => format!("{name}: unknown"),
            0 => format!("{name}: {build}"),
            behind if behind < 0 => format!("{name}: {build}, {} ahead", -behind),
            behind => format!("{name}: {build}, {behind} behind"),
        };
        page.push_str(&line);
        page.push('\n');
    }
    let oldest = match oldest(fleet) {
        UNKNOWN => "unknown".to_owned(),
        build => build.to_string(),
    };
    writeln!(page, "oldest: {oldest}").expect("a String takes every write");
    page
}
