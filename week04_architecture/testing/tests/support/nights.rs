// Ledgers that nobody has thought of, the same each time.

/// Small numbers from a seed: a linear congruential generator.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    pub fn days(&mut self, below: u64) -> i64 {
        i64::try_from(self.roll(below)).unwrap_or(0)
    }

    pub fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        let at = self.roll(of.len() as u64);
        of[usize::try_from(at).unwrap_or(0)]
    }
}

/// So many rows of these kinds, of which some are odd. Days are near to edges more often than not.
pub fn ledger(dice: &mut Dice, today: dunning::Date, kinds: &[&str], rows: u64) -> Vec<String> {
    let row = |at: u64, dice: &mut Dice| {
        if dice.roll(12) == 0 {
            return dice
                .one(&["# a comment", "", "oops", ";;;;;;;;"])
                .to_owned();
        }
        let level = dice.one(&["0", "0", "0", "1", "1", "2", "2", "3", "9"]);
        let edges = [3, 7, 10, 14, 30, 90, 20, 5];
        let edge = |dice: &mut Dice| {
            let edge = edges[usize::try_from(dice.roll(edges.len() as u64)).unwrap_or(0)];
            edge - 1 + dice.days(3)
        };
        let since = edge(dice);
        let late = since + if level == "0" { 0 } else { dice.days(400) };
        let last = match level {
            "0" => "-".to_owned(),
            _ => (today + -since).to_string(),
        };
        let open: u32 = [
            0,
            1,
            499,
            500,
            501,
            999,
            1_000,
            73_000,
            100_001,
            4_000_000_000,
        ][usize::try_from(dice.roll(10)).unwrap_or(0)];
        format!(
            "R-{at};Ada;{};{open};{};{level};{last};{};{}",
            dice.one(kinds),
            today + -late,
            dice.roll(3) * 250,
            dice.one(&["", "", "", "hold", "urgent"])
        )
    };
    (1..=rows).map(|at| row(at, dice)).collect()
}

pub fn flags(dice: &mut Dice, kinds: &[&'static str]) -> Vec<&'static str> {
    match dice.roll(4) {
        0 => vec!["--dry"],
        1 => vec!["--only", dice.one(kinds)],
        _ => vec![],
    }
}
