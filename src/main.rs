//! The program `workbook`.

use std::process::ExitCode;

use workbook::cli::{Args, run};
use workbook::engine::{stand_in_for_linker, stand_in_for_rustc};
use workbook::report::Screen;

fn main() -> ExitCode {
    if let Some(exit) = stand_in_for_rustc().or_else(stand_in_for_linker) {
        return exit;
    }
    if let Some(exit) = workbook::grade::inside() {
        return exit;
    }
    let args = Args::typed();
    let mut screen = Screen::new(args.color, args.plain);
    let exit = run(args, &mut screen);
    exit.into()
}
