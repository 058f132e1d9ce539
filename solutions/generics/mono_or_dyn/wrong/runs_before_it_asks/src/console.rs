//! What is the same for every command: flags, rights, the quota, the log, and the form of the answer.

use crate::{Command, Store};

/// Who is at the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May look.
    Reader,
    /// May change things.
    Writer,
}

/// The console of one user.
#[derive(Debug)]
pub struct Console {
    store: Store,
    role: Role,
    quota: u32,
    log: Vec<String>,
}

impl Console {
    /// A console with an empty store, for so many commands.
    pub fn new(role: Role, quota: u32) -> Self {
        Self {
            store: Store::new(),
            role,
            quota,
            log: Vec::new(),
        }
    }

    /// What happened: `name: ok`, `name: failed` or `name: refused`.
    pub fn log(&self) -> &[String] {
        &self.log
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Serves a line for a command: flags, then the command's arguments. The flags are `--dry-run`, `--json` and
    /// `--limit=N`.
    pub fn serve<C: Command>(&mut self, line: &str) -> String {
        let arguments = line
            .split(' ')
            .skip_while(|word| word.starts_with("--"))
            .collect::<Vec<_>>()
            .join(" ");
        let outcome = match C::parse(&arguments) {
            Ok(_) if C::WRITES && line.contains("--dry-run") => {
                Ok(format!("would run `{}`", C::NAME))
            }
            Ok(command) => command.run(&mut self.store).map(|reply| reply.to_string()),
            Err(why) => Err(why),
        };
        self.serve_any(C::NAME, C::WRITES, line, outcome)
    }

    fn serve_any(
        &mut self,
        name: &str,
        writes: bool,
        line: &str,
        result: Result<String, String>,
    ) -> String {
        let mut rest = line.trim();
        let (mut json, mut limit) = (false, usize::MAX);
        let mut outcome = Ok(());
        while rest.starts_with("--") {
            let (flag, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            rest = behind.trim_start();
            match flag.split_once('=') {
                None if flag == "--dry-run" => {}
                None if flag == "--json" => json = true,
                Some(("--limit", number)) => match number.parse() {
                    Ok(number) => limit = number,
                    Err(error) => outcome = Err(format!("limit `{number}`: {error}")),
                },
                _ => outcome = Err(format!("unknown flag `{flag}`")),
            }
        }

        let mut refused = outcome.is_err();
        if outcome.is_ok() && writes && self.role == Role::Reader {
            outcome = Err(format!("`{}` changes the store, and you may not", name));
            refused = true;
        }
        if outcome.is_ok() {
            match self.quota.checked_sub(1) {
                Some(left) => self.quota = left,
                None => {
                    outcome = Err("the quota is used up".to_owned());
                    refused = true;
                }
            }
        }
        let outcome = match outcome {
            Err(why) => Err(why),
            Ok(()) => result,
        };

        let verdict = match &outcome {
            Ok(_) => "ok",
            Err(_) if refused => "refused",
            Err(_) => "failed",
        };
        self.log.push(format!("{}: {verdict}", name));

        let (key, text) = match &outcome {
            Ok(reply) => ("reply", reply),
            Err(why) => ("error", why),
        };
        let mut shown: String = text.chars().take(limit).collect();
        let hidden = text.chars().count() - shown.chars().count();
        if hidden > 0 {
            shown.push_str(&format!("… ({hidden} more)"));
        }
        if json {
            let mut quoted = String::new();
            for letter in shown.chars() {
                match letter {
                    '"' => quoted.push_str("\\\""),
                    '\\' => quoted.push_str("\\\\"),
                    '\n' => quoted.push_str("\\n"),
                    letter if letter.is_control() => {
                        quoted.push_str(&format!("\\u{:04x}", u32::from(letter)))
                    }
                    letter => quoted.push(letter),
                }
            }
            format!("{{\"command\":\"{}\",\"{key}\":\"{quoted}\"}}", name)
        } else if key == "error" {
            format!("error: {shown}")
        } else {
            shown
        }
    }
}
