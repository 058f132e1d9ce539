//! Which lines are written.

use tracing::Level;
use tracing::level_filters::LevelFilter;

/// Down to which level lines are written: in general, and by module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    general: LevelFilter,
    /// Each with its own.
    modules: Vec<(String, LevelFilter)>,
}

impl Default for Levels {
    /// `info`.
    fn default() -> Self {
        Self {
            general: LevelFilter::INFO,
            modules: Vec::new(),
        }
    }
}

impl Levels {
    /// Reads a list such as `warn,capstone::jobs=debug`: levels of modules, and one in general, which is `info` where it
    /// is not said. `None` if anything in it is not understood.
    ///
    /// `EnvFilter` would take it, too, and take `inof` for the name of a module of which all is to be written, and
    /// nothing of any other.
    pub fn parse(text: &str) -> Option<Self> {
        let mut general = None;
        let mut modules: Vec<(String, LevelFilter)> = Vec::new();
        for item in text.split(',').map(str::trim) {
            match item.split_once('=') {
                None if general.is_none() => general = Some(level(item)?),
                Some((module, it)) if is_module(module) => {
                    if modules.iter().any(|(there, _)| there == module) {
                        return None;
                    }
                    modules.push((module.to_owned(), level(it)?));
                }
                _ => return None,
            }
        }
        let general = general.unwrap_or(LevelFilter::INFO);
        Some(Self { general, modules })
    }

    /// Whether a line of this module and this level is written. The longest name that fits decides.
    pub(super) fn allow(&self, module: &str, level: &Level) -> bool {
        let fits = |name: &str| {
            let rest = module.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let named = self.modules.iter().filter(|(name, _)| fits(name));
        let closest = named.max_by_key(|(name, _)| name.len());
        *level <= closest.map_or(self.general, |(_, level)| *level)
    }

    /// Above this, nothing is written.
    pub(super) fn most(&self) -> LevelFilter {
        let named = self.modules.iter().map(|(_, level)| *level);
        named.fold(self.general, LevelFilter::max)
    }
}

fn level(word: &str) -> Option<LevelFilter> {
    Some(match word {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" => LevelFilter::TRACE,
        _ => return None,
    })
}

/// Names with `::` between them.
fn is_module(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
    };
    text.split("::").all(is_name)
}
