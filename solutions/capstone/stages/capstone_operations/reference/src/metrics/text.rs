//! The text that Prometheus reads, version 0.0.4.

use std::fmt::Write;

#[derive(Default)]
pub(super) struct Text {
    text: String,
    family: &'static str,
}

impl Text {
    /// Begins what is said about one metric. All of its samples follow, and it comes once.
    pub(super) fn family(&mut self, name: &'static str, kind: &str, help: &str) -> &mut Self {
        self.family = name;
        // Writing into a text can't fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        self
    }

    /// A sample of the metric; of a histogram, of this part of it.
    pub(super) fn sample(&mut self, part: &str, labels: &[(&str, &str)], value: f64) {
        let _ = write!(self.text, "{}{part}", self.family);
        for (at, (label, value)) in labels.iter().enumerate() {
            let before = if at == 0 { '{' } else { ',' };
            let _ = write!(self.text, "{before}{label}=\"{}\"", escaped(value));
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{after} {value}");
    }

    pub(super) fn done(self) -> String {
        self.text
    }
}

/// No value of ours needs it, as long as nobody writes a route with a quote in it.
fn escaped(value: &str) -> String {
    // The backslash first, or it would escape the escapes.
    let value = value.replace('\\', r"\\").replace('"', "\\\"");
    value.replace('\n', r"\n")
}
