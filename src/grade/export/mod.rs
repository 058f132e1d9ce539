//! Results in the forms that others read. All of them apply the policy's visibility, and none lets through
//! what a submission printed as anything but text.

mod classroom;
mod csv;
mod exercism;
mod github;
mod gradescope;
mod html;
mod junit;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::points::{Score, Times, score};
use super::policy::Policy;
use super::record::Grade;
use super::show::{Shown, shown};

/// A form that others read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// `JUnit` XML, one suite for each submission and exercise.
    Junit,
    /// Annotations for GitHub Actions, and a job summary behind them.
    Github,
    /// Gradescope's `results.json`, for each submission.
    Gradescope,
    /// Exercism's test runner results, version 3, for each submission and exercise.
    Exercism,
    /// What GitHub Classroom's reporter reads, for each submission.
    Classroom,
    /// A table.
    Csv,
    /// A report on the class: one page that needs no network.
    Html,
}

/// What an exporter works with.
pub struct Export<'g> {
    /// Results, by submission and exercise.
    pub grades: Vec<&'g Grade>,
    /// The policy.
    pub policy: &'g Policy,
    /// When each submission came in.
    pub times: &'g Times,
    /// What is shown depends on it.
    pub now: Timestamp,
}

/// One file.
#[derive(Debug, PartialEq, Eq)]
pub struct Exported {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Export<'_> {
    /// The files of a format; one, or one for each submission.
    ///
    /// # Errors
    ///
    /// What can't be written as text.
    pub fn files(&self, format: Format) -> Result<Vec<Exported>, String> {
        let one = |name: &str, text: String| {
            let name = name.to_owned();
            vec![Exported { name, text }]
        };
        Ok(match format {
            Format::Junit => one("junit.xml", junit::write(self)?),
            Format::Github => vec![
                Exported {
                    name: "annotations.txt".to_owned(),
                    text: github::annotations(self),
                },
                Exported {
                    name: "summary.md".to_owned(),
                    text: github::summary(self),
                },
            ],
            Format::Gradescope => self.each(|name, grades| Exported {
                name: format!("{name}/results.json"),
                text: gradescope::write(self, grades),
            }),
            Format::Classroom => self.each(|name, grades| Exported {
                name: format!("{name}/classroom.json"),
                text: classroom::write(self, grades),
            }),
            Format::Exercism => (self.grades.iter())
                .map(|grade| Exported {
                    name: format!("{}/{}/results.json", grade.submission, grade.exercise),
                    text: exercism::write(self, grade),
                })
                .collect(),
            Format::Csv => one("grades.csv", csv::write(self)),
            Format::Html => one("report.html", html::write(self)),
        })
    }

    fn each(&self, write: impl Fn(&str, &[&Grade]) -> Exported) -> Vec<Exported> {
        let learners = self.grades.chunk_by(|a, b| a.submission == b.submission);
        learners
            .map(|grades| write(&grades[0].submission, grades))
            .collect()
    }

    fn score(&self, grade: &Grade) -> Score {
        score(grade, self.policy, self.times)
    }

    fn shown<'g>(&self, grade: &'g Grade) -> Vec<Shown<'g>> {
        shown(grade, self.policy, self.now)
    }
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
