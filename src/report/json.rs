//! JSON for scripts: one document a command, without colours, with a version.

use serde::Serialize;
use serde_json::{Value, json};

use crate::engine::{CheckState, Failure, Verdict};

/// The version of every JSON document. It rises when a key changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// A document with the version and these keys.
///
/// # Panics
///
/// Panics if the value is not a JSON object, which is a mistake of the caller.
pub fn document(value: impl Serialize) -> String {
    let mut document = json!({ "version": VERSION });
    let value = serde_json::to_value(value).unwrap_or(Value::Null);
    let Value::Object(keys) = value else {
        panic!("a JSON document is an object");
    };
    if let Value::Object(root) = &mut document {
        root.extend(keys);
    }
    // A Value has only string keys and finite numbers, so it can always be printed.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// A verdict without ANSI colours in the compiler's messages.
pub fn verdict(verdict: &Verdict) -> Verdict {
    let mut plain = verdict.clone();
    let strip = |texts: &mut Vec<String>| {
        for text in texts {
            *text = anstream::adapter::strip_str(text).to_string();
        }
    };
    strip(&mut plain.warnings);
    for check in &mut plain.checks {
        if let CheckState::Failed {
            failure:
                Failure::DoesNotBuild { errors }
                | Failure::TestsDoNotBuild { errors, .. }
                | Failure::OtherError { errors, .. }
                | Failure::Lint { warnings: errors },
        } = &mut check.state
        {
            strip(errors);
        }
    }
    plain
}
