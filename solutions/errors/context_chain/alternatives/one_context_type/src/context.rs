//! One error type for all layers in between: what was being done, and what came of it.

use std::error::Error;
use std::fmt;

type Cause = Box<dyn Error + Send + Sync>;

/// What was being done when `cause` happened. Without a cause it is the root.
#[derive(Debug)]
pub(crate) struct Context {
    doing: String,
    cause: Option<Cause>,
}

impl Context {
    pub(crate) fn root(text: String) -> Self {
        Self {
            doing: text,
            cause: None,
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)
    }
}

impl Error for Context {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // Out of the box: a `&Box<dyn Error>` would hide the type that callers downcast to.
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// `result.doing(|| …)?` in place of a bare `?`.
pub(crate) trait Doing<T> {
    fn doing(self, text: impl FnOnce() -> String) -> Result<T, Context>;
}

impl<T, E: Into<Cause>> Doing<T> for Result<T, E> {
    fn doing(self, text: impl FnOnce() -> String) -> Result<T, Context> {
        self.map_err(|cause| Context {
            doing: text(),
            cause: Some(cause.into()),
        })
    }
}
