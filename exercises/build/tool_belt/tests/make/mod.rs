//! Runs a target of a Makefile on paper: rules with prerequisites and recipes, `.PHONY`, `-` and `@`. It refuses the rest.

use std::collections::BTreeMap;

/// Which commands ran, and whether make ends with 0.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    pub commands: Vec<String>,
    pub passed: bool,
}

#[derive(Debug, Default)]
struct Rule {
    needs: Vec<String>,
    recipe: Vec<String>,
}

/// Makes a target in a folder that has these files, where commands for which `fails` says so fail.
pub fn make(text: &str, target: &str, files: &[&str], fails: &dyn Fn(&str) -> bool) -> Made {
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    let mut current = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(command) = line.strip_prefix('\t') {
            for target in &current {
                let rule: &mut Rule = rules.get_mut(target).expect("the rule is there");
                rule.recipe.push(command.trim().to_owned());
            }
            continue;
        }
        assert!(
            !line.starts_with(' '),
            "Makefile, line {number}: a recipe begins with a tab: {line:?}"
        );
        let Some((targets, needs)) = line.split_once(':') else {
            panic!("Makefile, line {number}: {line:?} is not read here");
        };
        assert!(
            !line.contains('=') && !line.contains('$'),
            "Makefile, line {number}: variables are not read here"
        );
        current = targets.split_whitespace().map(str::to_owned).collect();
        for target in &current {
            let rule = rules.entry(target.clone()).or_default();
            rule.needs
                .extend(needs.split_whitespace().map(str::to_owned));
        }
    }
    let mut run = Run {
        rules,
        files,
        fails,
        done: Vec::new(),
        made: Made {
            commands: Vec::new(),
            passed: true,
        },
    };
    run.target(target);
    run.made
}

struct Run<'r> {
    rules: BTreeMap<String, Rule>,
    files: &'r [&'r str],
    fails: &'r dyn Fn(&str) -> bool,
    done: Vec<String>,
    made: Made,
}

impl Run<'_> {
    fn target(&mut self, name: &str) {
        if self.done.iter().any(|done| done == name) || !self.made.passed {
            return;
        }
        self.done.push(name.to_owned());
        let phony = self
            .rules
            .get(".PHONY")
            .is_some_and(|rule| rule.needs.iter().any(|one| one == name));
        let is_there = self.files.contains(&name);
        let Some(rule) = self.rules.get(name) else {
            assert!(is_there, "make: there is no rule to make `{name}`");
            return;
        };
        let (needs, recipe) = (rule.needs.clone(), rule.recipe.clone());
        for need in &needs {
            self.target(need);
        }
        // A file that is there and needs nothing is up to date.
        if is_there && !phony && needs.is_empty() {
            return;
        }
        for line in recipe {
            if !self.made.passed {
                return;
            }
            let command = line.trim_start_matches(['-', '@', ' ']);
            self.made.commands.push(command.to_owned());
            // As `sh -c` has it, without `pipefail`.
            let last = command.rsplit('|').next().unwrap_or_default();
            let failed = if command.contains("||") {
                false
            } else {
                (self.fails)(last.trim())
            };
            let ignored =
                line.starts_with(['-', '@']) && line.trim_start_matches('@').starts_with('-');
            self.made.passed = !failed || ignored;
        }
    }
}
