//! `if:` of jobs and steps.

use crate::{Ended, Occasion};

/// What a condition may ask for.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'f> {
    pub(crate) occasion: &'f Occasion,
    pub(crate) needs: &'f [(&'f str, Ended)],
    /// What `success()` says.
    pub(crate) fine: bool,
    /// What `failure()` says.
    pub(crate) failed: bool,
}

/// Whether a job or step runs. Without one of the four functions, `success()` is meant as well.
pub(crate) fn holds(condition: Option<&str>, facts: &Facts<'_>) -> Result<bool, String> {
    let Some(text) = condition else {
        return Ok(facts.fine);
    };
    let text = text.trim();
    let inner = text
        .strip_prefix("${{")
        .and_then(|text| text.strip_suffix("}}"))
        .unwrap_or(text);
    let mut reader = Reader {
        rest: inner,
        facts,
        has_status: false,
    };
    let value = reader.either()?;
    if !reader.rest.trim().is_empty() {
        return Err(format!(
            "`if: {text}`: `{}` is not read here",
            reader.rest.trim()
        ));
    }
    Ok(value && (reader.has_status || facts.fine))
}

struct Reader<'r> {
    rest: &'r str,
    facts: &'r Facts<'r>,
    has_status: bool,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(token);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn either(&mut self) -> Result<bool, String> {
        let mut value = self.both()?;
        while self.take("||") {
            value |= self.both()?;
        }
        Ok(value)
    }

    fn both(&mut self) -> Result<bool, String> {
        let mut value = self.one()?;
        while self.take("&&") {
            value &= self.one()?;
        }
        Ok(value)
    }

    fn one(&mut self) -> Result<bool, String> {
        if self.take("!") {
            return Ok(!self.one()?);
        }
        if self.take("(") {
            let value = self.either()?;
            return if self.take(")") {
                Ok(value)
            } else {
                Err("`if`: a bracket is not closed".to_owned())
            };
        }
        for (name, value) in [
            ("always()", true),
            ("success()", self.facts.fine),
            ("failure()", self.facts.failed),
            // Nobody cancels on paper.
            ("cancelled()", false),
        ] {
            if self.take(name) {
                self.has_status = true;
                return Ok(value);
            }
        }
        let left = self.value()?;
        if self.take("==") {
            Ok(left == self.value()?)
        } else if self.take("!=") {
            Ok(left != self.value()?)
        } else {
            Err(format!(
                "`if`: what of `{left}`? `==` and `!=` are read here"
            ))
        }
    }

    fn value(&mut self) -> Result<String, String> {
        if self.take("'") {
            let (text, rest) = self
                .rest
                .split_once('\'')
                .ok_or("`if`: a quote is not closed")?;
            self.rest = rest;
            return Ok(text.to_owned());
        }
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c));
        let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
        self.rest = rest;
        let git_ref = self.facts.occasion.git_ref;
        if let Some(job) = name
            .strip_prefix("needs.")
            .and_then(|name| name.strip_suffix(".result"))
        {
            let need = self.facts.needs.iter().find(|(name, _)| *name == job);
            let (_, how) = need.ok_or_else(|| format!("`if`: `{job}` is not in `needs`"))?;
            return Ok(match how {
                Ended::Success => "success",
                Ended::Failure => "failure",
                Ended::Skipped => "skipped",
            }
            .to_owned());
        }
        match name {
            "github.ref" => Ok(git_ref.to_owned()),
            "github.ref_name" => Ok(git_ref.rsplit('/').next().unwrap_or_default().to_owned()),
            "github.event_name" => Ok(self.facts.occasion.event.to_owned()),
            _ => Err(format!("`if`: `{name}` is not read here")),
        }
    }
}
