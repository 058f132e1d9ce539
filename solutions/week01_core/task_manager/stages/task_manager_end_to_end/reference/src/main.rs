//! The program around the library: the one place that knows this process's streams, signals and environment.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use task_manager::{Cancel, Disk, SystemClock, World, run};

fn main() -> ExitCode {
    let world = World {
        files: &Disk,
        clock: &SystemClock::new(),
        cancel: &cancelled_by_ctrl_c(),
        file: env::var_os("TASKS_FILE").map_or_else(|| PathBuf::from("tasks.json"), PathBuf::from),
        input: &mut io::stdin().lock(),
        output: &mut io::stdout().lock(),
    };
    match run(env::args_os().skip(1), world) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If that fails there is nobody left to tell, and `eprintln!` would panic about it.
            let _ = write!(io::stderr(), "{}", error.report());
            ExitCode::from(error.exit_code())
        }
    }
}

#[cfg(unix)]
fn cancelled_by_ctrl_c() -> Cancel {
    use signal_hook::consts::SIGINT;
    use signal_hook::flag;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    let flag = Arc::new(AtomicBool::new(false));
    // In this order: the second Ctrl-C finds the flag set by the first, and ends the process at once. A read of
    // standard input goes on after the first, so without it somebody might wait for ever.
    let shutdown = flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&flag));
    // Where signals can't be handled, Ctrl-C goes on ending the process, which the file survives.
    let _ = shutdown.and_then(|_| flag::register(SIGINT, Arc::clone(&flag)));
    Cancel::watching(flag)
}

#[cfg(not(unix))]
fn cancelled_by_ctrl_c() -> Cancel {
    Cancel::new()
}
