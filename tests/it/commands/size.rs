//! A course of 2,000 exercises. Time depends on the machine, so it is work that is counted here; how long it
//! takes is for `cargo bench --bench manners` to say.

use std::fmt::Write as _;
use std::process::Stdio;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::support::Place;

/// A course of so many exercises.
fn course_of(count: usize) -> Place {
    const PER_TOPIC: usize = 50;
    let course = Place::course();
    let manifest = course.read("exercises/basics/add_up/exercise.toml");
    let package = course.read("exercises/basics/add_up/Cargo.toml");
    std::fs::remove_dir_all(course.path("exercises/basics")).expect("it was there");
    let mut spine = "[course]\nid = \"big\"\ntitle = \"Big\"\nversion = \"1.0.0\"\n\n\
                     [[weeks]]\nid = \"week1\"\ntitle = \"Week\"\nfolder = \"week_a\"\n"
        .to_owned();
    for topic in 0..count.div_ceil(PER_TOPIC) {
        let numbers = topic * PER_TOPIC..count.min((topic + 1) * PER_TOPIC);
        let ids: Vec<String> = numbers.map(|number| format!("ex_{number:04}")).collect();
        // Writing to a String can't fail.
        let _ = write!(
            spine,
            "\n[[weeks.topics]]\nid = \"topic{topic}\"\ntitle = \"Topic {topic}\"\nexercises = {ids:?}\n"
        );
        for id in ids {
            let folder = format!("exercises/topic{topic}/{id}");
            course.write(&format!("{folder}/exercise.toml"), &manifest);
            let package = package.replace("add_up", &id);
            course.write(&format!("{folder}/Cargo.toml"), package);
        }
    }
    course.write("curriculum.toml", spine);
    course
}

/// How often the program reads anything to do this, with a course that it does not remember: whether it does
/// depends on how long ago the files were written.
fn reads(course: &Place, command: &str) -> u64 {
    // It may not be there.
    let _ = std::fs::remove_file(course.path("target/workbook/course"));
    let mut started = course.command();
    started
        .arg(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let mut child = started.spawn().expect("the program can be started");
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.expect("it has an id");
    // It has ended, but what it did is still known.
    waitid(
        WaitId::Pid(pid),
        WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
    )
    .expect("it can be waited for");
    let path = format!("/proc/{}/io", child.id());
    let counts = std::fs::read_to_string(path).expect("the system counts");
    assert!(child.wait().expect("it can be waited for").success());
    let count = counts.lines().find_map(|line| line.strip_prefix("syscr: "));
    count
        .and_then(|count| count.parse().ok())
        .expect("a number")
}

#[test]
fn the_work_for_a_list_grows_with_the_course_and_no_faster() {
    let (small, big) = (course_of(500), course_of(2_000));
    let listed = big.expect(0, ["list"]);
    let rows = listed.stdout.matches(" ex_").count();
    assert_eq!(rows, 2_000);
    big.expect(0, ["progress"]).says("0 of 2000 exercises");
    for command in ["list", "progress", "hint"] {
        let (few, many) = (reads(&small, command), reads(&big, command));
        // Each manifest once: what is in it, and that there is no more.
        assert!(many <= 3 * 2_000, "{command}: {many} reads");
        assert!(many <= few * 4, "{command}: {few} reads, then {many}");
    }
}
