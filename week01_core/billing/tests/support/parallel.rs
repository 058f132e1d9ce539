//! Runs a program beside the one of `lab/original`, on scripts that nobody has thought of.

use super::{Program, prints};

#[path = "../../lab/original/mod.rs"]
mod original;

/// Panics if the program and the original one say different things of the script of any seed. The tax in reports
/// is not compared (BILL-31), no tax is half a cent over (BILL-33), and no number makes no sense (BILL-40).
pub fn assert_same(program: Program, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let script = script(seed);
        let (was, is) = (prints(original::run, &script), prints(program, &script));
        let (was, is): (Vec<&str>, Vec<&str>) = (compared(&was), compared(&is));
        let until = was.len().max(is.len());
        if let Some(at) = (0..until).find(|at| was.get(*at) != is.get(*at)) {
            let nothing = "nothing";
            panic!(
                "the program said {:?}, and now says {:?}, in line {} of what this script prints:\n{script}",
                was.get(at).unwrap_or(&nothing),
                is.get(at).unwrap_or(&nothing),
                at + 1,
            );
        }
    }
}

fn compared(text: &str) -> Vec<&str> {
    let line = |line| match str::split_once(line, " tax ") {
        Some((before, _)) if line.starts_with("report: all") => before,
        _ => line,
    };
    text.lines().map(line).collect()
}

/// Small numbers from a seed, the same each time: a linear congruential generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        let at = self.roll(of.len() as u64);
        of[usize::try_from(at).unwrap_or(0)]
    }

    fn plan(&mut self) -> String {
        let seats = self.roll(4) + 1;
        match self.roll(9) {
            0 => "free".to_owned(),
            1..4 => format!("team {seats}"),
            4..6 => format!("enterprise {seats} {}", self.roll(51)),
            6..8 => "metered".to_owned(),
            _ => self
                .one(&["gold", "team", "team x", "enterprise 5", "free 1", "teem 5"])
                .to_owned(),
        }
    }

    /// Near to an edge more often than not.
    fn requests(&mut self) -> u64 {
        (self.roll(45) * 1_000 + self.roll(3)).saturating_sub(1)
    }
}

fn script(seed: u64) -> String {
    let mut dice = Dice(seed);
    let names = ["abe", "bea", "cid", "dot"];
    let mut script = String::from("today 2026-03-01\n");
    for name in &names[..3] {
        let country = dice.one(&["FR", "FI", "SE", "US"]);
        script += &format!("account {name} {country} {}\n", dice.plan());
    }
    for _ in 0..24 {
        let name = dice.one(&names);
        script += &match dice.roll(12) {
            0 => format!("today 2026-0{}-01", dice.roll(9) + 1),
            // Of a fifth or a twenty-fifth of a cent there is no half.
            1 => format!(
                "tax {} {}",
                dice.one(&["FR", "FI", "SE"]),
                dice.one(&["20", "24", "12", "0"])
            ),
            2 => format!("account {name} FR {}", dice.plan()),
            3 => format!("plan {name} {}", dice.plan()),
            4..8 => format!("usage {name} {}", dice.requests()),
            8 => format!("preview {name}"),
            9 => "report".to_owned(),
            10 => dice
                .one(&[
                    "",
                    "sing",
                    "bill all",
                    "usage abe",
                    "usage abe many",
                    "tax FR high",
                ])
                .to_owned(),
            _ => "bill".to_owned(),
        };
        script.push('\n');
    }
    script + "bill\nreport\n"
}
