//! Every problem of a course's own files: the text, the place, the caret, and what to do.

use crate::support::Place;

const CURRICULUM: &str = "curriculum.toml";
const OBJECTIVES: &str = "exercises/objectives.toml";
const ADD_UP: &str = "exercises/basics/add_up/exercise.toml";
const GREET: &str = "exercises/basics/greet/exercise.toml";
const TALLY: &str = "exercises/basics/tally/exercise.toml";

/// Replaces texts (file, from, to) in a fresh course, and expects these problems and no other.
#[track_caller]
fn check(edits: &[(&str, &str, &str)], problems: &str) {
    let course = Place::course();
    for (file, from, to) in edits {
        course.replace(file, from, to);
    }
    refused(&course, problems);
}

/// Writes a new file in a fresh course, and expects these problems and no other.
#[track_caller]
fn check_new(file: &str, text: &str, problems: &str) {
    let course = Place::course();
    course.write(file, text);
    refused(&course, problems);
}

/// Expects the course to be refused for these problems, as rendered, and for no other.
#[track_caller]
fn refused(course: &Place, problems: &str) {
    let ran = course.expect(2, ["list"]);
    assert_eq!(ran.stdout, "");
    let problems = problems.trim_matches('\n');
    let count = problems
        .lines()
        .filter(|line| line.starts_with("error: "))
        .count();
    let noun = if count == 1 { "problem" } else { "problems" };
    let expected =
        format!("{problems}\n\nerror: failed to load the course: {count} {noun} found\n");
    assert!(
        ran.stderr == expected,
        "--- expected\n{expected}\n--- found\n{}",
        ran.stderr
    );
}

#[test]
fn what_is_not_toml_is_shown_where_it_goes_wrong_and_nothing_is_made_of_the_rest() {
    check(
        &[(ADD_UP, "minutes = 10", "minutes = = 10")],
        r"
error: invalid TOML
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = = 10
  |           ^ extra `=`, expected nothing
",
    );
    check(
        &[(ADD_UP, "\"Add up\"", "\"Add up")],
        r#"
error: invalid TOML
 --> exercises/basics/add_up/exercise.toml:1:16
  |
1 | title = "Add up
  |                ^ invalid basic string, expected `"`
"#,
    );
    check(
        &[(ADD_UP, "[[tests]]", "[[tests]")],
        r"
error: invalid TOML
 --> exercises/basics/add_up/exercise.toml:7:9
  |
7 | [[tests]
  |         ^ unclosed array table, expected `]`
",
    );
    check(
        &[(ADD_UP, "minutes = 10", "minutes = 10\nminutes = 11")],
        r"
error: invalid TOML
 --> exercises/basics/add_up/exercise.toml:4:1
  |
4 | minutes = 11
  | ^^^^^^^ duplicate key
",
    );
    check(
        &[(CURRICULUM, "title = \"Basics\"", "title = \"Basics")],
        r#"
error: invalid TOML
  --> curriculum.toml:15:16
   |
15 | title = "Basics
   |                ^ invalid basic string, expected `"`
"#,
    );
    check(
        &[(
            CURRICULUM,
            "[[weeks]]\nid = \"week1\"",
            "[weeks]\nid = \"week1\"",
        )],
        r"
error: invalid TOML
  --> curriculum.toml:18:3
   |
18 | [[weeks]]
   |   ^^^^^ duplicate key
",
    );
    check(
        &[
            (ADD_UP, "minutes = 10", "minutes = = 10"),
            (ADD_UP, "starter = \"passes\"", "starter passes"),
        ],
        r"
error: invalid TOML
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = = 10
  |           ^ extra `=`, expected nothing

error: invalid TOML
  --> exercises/basics/add_up/exercise.toml:14:9
   |
14 | starter passes
   |         ^ key with no value, expected `=`
",
    );
}

#[test]
fn an_unknown_key_is_shown_with_the_key_that_was_meant() {
    check(
        &[(ADD_UP, "minutes", "minuts")],
        r"
error: unknown key `minuts`
 --> exercises/basics/add_up/exercise.toml:3:1
  |
3 | minuts = 10
  | ^^^^^^ not a key of this table
  |
  = help: did you mean `minutes`?
",
    );
    check(
        &[(ADD_UP, "shows", "show")],
        r#"
error: unknown key `show`
 --> exercises/basics/add_up/exercise.toml:9:1
  |
9 | show = "2 and 2 are 4"
  | ^^^^ not a key of this table
  |
  = help: did you mean `shows`?
"#,
    );
    check(
        &[(TALLY, "at_most", "atmost")],
        r"
error: unknown key `atmost`
  --> exercises/basics/tally/exercise.toml:15:1
   |
15 | atmost = 10
   | ^^^^^^ not a key of this table
   |
   = help: did you mean `at_most`?
",
    );
    check(
        &[(CURRICULUM, "version", "verzion")],
        r#"
error: unknown key `verzion`
 --> curriculum.toml:6:1
  |
6 | verzion = "1.2.3"
  | ^^^^^^^ not a key of this table
  |
  = help: did you mean `version`?
"#,
    );
    check(
        &[(
            CURRICULUM,
            "folder = \"week_a\"",
            "folder = \"week_a\"\nfolders = \"x\"",
        )],
        r#"
error: unknown key `folders`
  --> curriculum.toml:12:1
   |
12 | folders = "x"
   | ^^^^^^^ not a key of this table
   |
   = help: did you mean `folder`?
"#,
    );
    check(
        &[(OBJECTIVES, "go = \"operators\"", "golang = \"operators\"")],
        r#"
error: unknown key `golang`
 --> exercises/objectives.toml:2:34
  |
2 | adding = { text = "Add numbers", golang = "operators", from = ["A1"] }
  |                                  ^^^^^^ not a key of this table
  |
  = help: did you mean `go`?
"#,
    );
}

#[test]
fn an_unknown_key_that_is_like_no_other_is_shown_with_those_that_there_are() {
    check(
        &[(
            ADD_UP,
            "starter = \"passes\"",
            "starter = \"passes\"\n\n[limits]\ncolour = 2",
        )],
        r"
error: unknown key `colour`
  --> exercises/basics/add_up/exercise.toml:17:1
   |
17 | colour = 2
   | ^^^^^^ not a key of this table
   |
   = help: known keys are `test_seconds`, `output_kib`
",
    );
}

#[test]
fn a_key_of_the_file_below_a_table_is_told_to_move_up() {
    check(
        &[(
            ADD_UP,
            "starter = \"passes\"",
            "starter = \"passes\"\nneeds = []",
        )],
        r"
error: unknown key `needs`
  --> exercises/basics/add_up/exercise.toml:15:1
   |
15 | needs = []
   | ^^^^^ not a key of this table
   |
   = help: move `needs` above the first `[table]`: what follows a table's header belongs to that table
",
    );
}

#[test]
fn a_missing_key_is_shown_at_the_header_of_the_table_that_lacks_it() {
    check(
        &[(ADD_UP, "shows = \"2 and 2 are 4\"\n", "")],
        r"
error: missing key `shows`
 --> exercises/basics/add_up/exercise.toml:7:1
  |
7 | [[tests]]
  | ^^^^^^^^^ expected `shows`: what a pass shows
",
    );
    check(
        &[(ADD_UP, "name = \"adds_nothing\"\n", "")],
        r"
error: missing key `name`
  --> exercises/basics/add_up/exercise.toml:11:1
   |
11 | [[tests]]
   | ^^^^^^^^^ expected `name`: the test function's path
",
    );
    check(
        &[(TALLY, "at_most = 10\n", "")],
        r"
error: missing key `at_most`
  --> exercises/basics/tally/exercise.toml:12:1
   |
12 | [[budgets]]
   | ^^^^^^^^^^^ expected `at_most`: the largest figure that passes
",
    );
    check(
        &[(CURRICULUM, "title = \"Basics\"\n", "")],
        r"
error: missing key `title`
  --> curriculum.toml:13:1
   |
13 | [[weeks.topics]]
   | ^^^^^^^^^^^^^^^^ expected `title`: the topic's title
",
    );
    check(
        &[(CURRICULUM, "folder = \"week_b\"\n", "")],
        r"
error: missing key `folder`
  --> curriculum.toml:18:1
   |
18 | [[weeks]]
   | ^^^^^^^^^ expected `folder`: the folder of the week's notes and projects
",
    );
    check(
        &[(CURRICULUM, "stages = [\"lay_floor\", \"raise_wall\"]\n", "")],
        r"
error: missing key `stages`
  --> curriculum.toml:23:1
   |
23 | [[weeks.projects]]
   | ^^^^^^^^^^^^^^^^^^ expected `stages`: a list of ids
",
    );
    check(
        &[(CURRICULUM, "about = \"For those in a hurry\"\n", "")],
        r"
error: missing key `about`
  --> curriculum.toml:29:1
   |
29 | [[tracks]]
   | ^^^^^^^^^^ expected `about`: who the track is for
",
    );
    check(
        &[(CURRICULUM, "version = \"1.2.3\"\n", "")],
        r#"
error: missing key `version`
 --> curriculum.toml:3:1
  |
3 | [course]
  | ^^^^^^^^ expected `version`: a semantic version such as "0.1.0"
"#,
    );
    check(
        &[(OBJECTIVES, "text = \"Add numbers\", ", "")],
        r#"
error: missing key `text`
 --> exercises/objectives.toml:2:1
  |
2 | adding = { go = "operators", from = ["A1"] }
  | ^^^^^^ expected `text`: what a learner can do in the end
"#,
    );
}

#[test]
fn a_missing_key_of_the_whole_file_is_shown_at_its_first_line() {
    check(
        &[(ADD_UP, "title = \"Add up\"\n", "")],
        r#"
error: missing key `title`
 --> exercises/basics/add_up/exercise.toml:1:1
  |
1 | summary = "Make the sum right"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `title`: a line that names the exercise
"#,
    );
    check(
        &[(
            ADD_UP,
            "hints = [\"first hint of add_up\", \"second hint of add_up\", \"third hint of add_up\"]\n",
            "",
        )],
        r#"
error: missing key `hints`
 --> exercises/basics/add_up/exercise.toml:1:1
  |
1 | title = "Add up"
  | ^^^^^^^^^^^^^^^^ expected `hints`: three hints: a nudge, the approach, nearly there
"#,
    );
    check(
        &[(
            CURRICULUM,
            "[course]\nid = \"fixture\"\ntitle = \"A small course\"\nversion = \"1.2.3\"\n",
            "",
        )],
        r#"
error: missing key `course`
 --> curriculum.toml:1:1
  |
1 | retired = ["long_gone"]
  | ^^^^^^^^^^^^^^^^^^^^^^^ expected `course`: the course's id, title and version
"#,
    );
}

#[test]
fn an_exercise_without_a_check_is_refused() {
    check(
        &[(
            GREET,
            "\n[[tests]]\nname = \"greets_by_name\"\nshows = \"the greeting has the name in it\"\n",
            "",
        )],
        r#"
error: missing key `tests`
 --> exercises/basics/greet/exercise.toml:1:1
  |
1 | title = "Greet"
  | ^^^^^^^^^^^^^^^ expected `tests`: at least one `[[tests]]` table, or another kind of check
"#,
    );
    check(
        &[(
            GREET,
            "\n[[tests]]\nname = \"greets_by_name\"\nshows = \"the greeting has the name in it\"\n",
            "tests = []\n",
        )],
        r#"
error: missing key `tests`
 --> exercises/basics/greet/exercise.toml:1:1
  |
1 | title = "Greet"
  | ^^^^^^^^^^^^^^^ expected `tests`: at least one `[[tests]]` table, or another kind of check
"#,
    );
}

#[test]
fn a_value_of_the_wrong_type_is_told_both_types() {
    check(
        &[(ADD_UP, "\"Add up\"", "7")],
        r"
error: `title` has the wrong type
 --> exercises/basics/add_up/exercise.toml:1:9
  |
1 | title = 7
  |         ^ expected a string, found an integer
",
    );
    check(
        &[(ADD_UP, "\"Add up\"", "2026-11-21")],
        r"
error: `title` has the wrong type
 --> exercises/basics/add_up/exercise.toml:1:9
  |
1 | title = 2026-11-21
  |         ^^^^^^^^^^ expected a string, found a date
",
    );
    check(
        &[(ADD_UP, "minutes = 10", "minutes = \"10\"")],
        r#"
error: `minutes` has the wrong type
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = "10"
  |           ^^^^ expected a number, found a string
"#,
    );
    check(
        &[(ADD_UP, "[\"basics.adding\"]", "\"basics.adding\"")],
        r#"
error: `objectives` has the wrong type
 --> exercises/basics/add_up/exercise.toml:4:14
  |
4 | objectives = "basics.adding"
  |              ^^^^^^^^^^^^^^^ expected a list of strings, found a string
"#,
    );
    check(
        &[(ADD_UP, "\"second hint of add_up\"", "2")],
        r#"
error: `hints` has the wrong type
 --> exercises/basics/add_up/exercise.toml:5:34
  |
5 | hints = ["first hint of add_up", 2, "third hint of add_up"]
  |                                  ^ expected a string, found an integer
"#,
    );
    check(
        &[(ADD_UP, "minutes", "limits = 5\nminutes")],
        r"
error: `limits` has the wrong type
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | limits = 5
  |          ^ expected a table, found an integer
",
    );
}

#[test]
fn a_table_in_the_place_of_an_array_of_tables_is_told_about_brackets() {
    check(
        &[(GREET, "[[tests]]", "[tests]")],
        r"
error: `tests` has the wrong type
 --> exercises/basics/greet/exercise.toml:8:1
  |
8 | [tests]
  | ^^^^^^^ expected tables in double brackets, `[[…]]`, found a table
",
    );
}

#[test]
fn a_value_of_the_wrong_type_is_told_both_types_in_the_course_s_files_too() {
    check(
        &[(
            OBJECTIVES,
            "go = \"operators\"",
            "go = \"operators\", quiz_ok = \"yes\"",
        )],
        r#"
error: `quiz_ok` has the wrong type
 --> exercises/objectives.toml:2:62
  |
2 | adding = { text = "Add numbers", go = "operators", quiz_ok = "yes", from = ["A1"] }
  |                                                              ^^^^^ expected true or false, found a string
"#,
    );
    check(
        &[(OBJECTIVES, "adding = {", "odd = 3\nadding = {")],
        r"
error: `odd` has the wrong type
 --> exercises/objectives.toml:2:7
  |
2 | odd = 3
  |       ^ expected a table, found an integer
",
    );
    check(
        &[(CURRICULUM, "say_hello = \"greet\"", "say_hello = 3")],
        r"
error: `say_hello` has the wrong type
  --> curriculum.toml:36:13
   |
36 | say_hello = 3
   |             ^ expected a string, found an integer
",
    );
}

#[test]
fn a_blank_text_is_refused_wherever_it_stands() {
    check(
        &[(ADD_UP, "\"Add up\"", "\"  \"")],
        r#"
error: `title` can't be blank
 --> exercises/basics/add_up/exercise.toml:1:9
  |
1 | title = "  "
  |         ^^^^ expected some text
"#,
    );
    check(
        &[(ADD_UP, "\"2 and 2 are 4\"", "\"\"")],
        r#"
error: `shows` can't be blank
 --> exercises/basics/add_up/exercise.toml:9:9
  |
9 | shows = ""
  |         ^^ expected some text
"#,
    );
    check(
        &[(ADD_UP, "\"second hint of add_up\"", "\" \"")],
        r#"
error: `hints` can't be blank
 --> exercises/basics/add_up/exercise.toml:5:34
  |
5 | hints = ["first hint of add_up", " ", "third hint of add_up"]
  |                                  ^^^ expected some text
"#,
    );
    check(
        &[(ADD_UP, "\"basics.adding\"", "\"\"")],
        r#"
error: `objectives` can't be blank
 --> exercises/basics/add_up/exercise.toml:4:15
  |
4 | objectives = [""]
  |               ^^ expected some text
"#,
    );
    check(
        &[(GREET, "[\"add_up\"]", "[\"\"]")],
        r#"
error: `needs` can't be blank
 --> exercises/basics/greet/exercise.toml:5:10
  |
5 | needs = [""]
  |          ^^ expected some text
"#,
    );
    check(
        &[(ADD_UP, "minutes", "owned = [\"\"]\nminutes")],
        r#"
error: `owned` can't be blank
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | owned = [""]
  |          ^^ expected some text
"#,
    );
    check(
        &[(CURRICULUM, "say_hello = \"greet\"", "say_hello = \"\"")],
        r#"
error: `say_hello` can't be blank
  --> curriculum.toml:36:13
   |
36 | say_hello = ""
   |             ^^ expected some text
"#,
    );
}

#[test]
fn an_empty_list_is_refused_where_there_has_to_be_something() {
    check(
        &[(ADD_UP, "[\"basics.adding\"]", "[]")],
        r"
error: `objectives` can't be empty
 --> exercises/basics/add_up/exercise.toml:4:14
  |
4 | objectives = []
  |              ^^ expected at least one objective
",
    );
    check(
        &[(ADD_UP, "minutes", "owned = []\nminutes")],
        r"
error: `owned` can't be empty
 --> exercises/basics/add_up/exercise.toml:3:9
  |
3 | owned = []
  |         ^^ expected at least one glob: an exercise has to leave something to the learner
",
    );
}

#[test]
fn there_are_three_hints_no_more_and_no_less() {
    check(
        &[(ADD_UP, ", \"third hint of add_up\"", "")],
        r#"
error: 2 hints, expected exactly three
 --> exercises/basics/add_up/exercise.toml:5:9
  |
5 | hints = ["first hint of add_up", "second hint of add_up"]
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a nudge, the approach, nearly there
"#,
    );
    check(
        &[(
            ADD_UP,
            "\"third hint of add_up\"",
            "\"third hint of add_up\", \"fourth hint of add_up\"",
        )],
        r#"
error: 4 hints, expected exactly three
 --> exercises/basics/add_up/exercise.toml:5:9
  |
5 | hints = ["first hint of add_up", "second hint of add_up", "third hint of add_up", "fourth hint of add_up"]
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a nudge, the approach, nearly there
"#,
    );
}

#[test]
fn an_id_that_is_no_id_is_shown_wherever_ids_stand() {
    check(
        &[(CURRICULUM, "id = \"fixture\"", "id = \"9lives\"")],
        r#"
error: `9lives` is not a valid id
 --> curriculum.toml:4:6
  |
4 | id = "9lives"
  |      ^^^^^^^^ expected lower-case words joined by underscores
"#,
    );
    check(
        &[(CURRICULUM, "id = \"week1\"", "id = \"Week 1\"")],
        r#"
error: `Week 1` is not a valid id
 --> curriculum.toml:9:6
  |
9 | id = "Week 1"
  |      ^^^^^^^^ expected lower-case words joined by underscores
"#,
    );
    check(
        &[(CURRICULUM, "id = \"house\"", "id = \"ho__use\"")],
        r#"
error: `ho__use` is not a valid id
  --> curriculum.toml:24:6
   |
24 | id = "ho__use"
   |      ^^^^^^^^^ expected lower-case words joined by underscores
"#,
    );
    check(
        &[(CURRICULUM, "id = \"short\"", "id = \"short_\"")],
        r#"
error: `short_` is not a valid id
  --> curriculum.toml:30:6
   |
30 | id = "short_"
   |      ^^^^^^^^ expected lower-case words joined by underscores
"#,
    );
    check(
        &[(
            CURRICULUM,
            "\"raise_wall\"]",
            "\"raise_wall\", \"paint-it\"]",
        )],
        r#"
error: `paint-it` is not a valid id
  --> curriculum.toml:27:38
   |
27 | stages = ["lay_floor", "raise_wall", "paint-it"]
   |                                      ^^^^^^^^^^ expected lower-case words joined by underscores

error: `builder/stages/paint-it/exercise.toml` does not exist
  --> curriculum.toml:27:38
   |
27 | stages = ["lay_floor", "raise_wall", "paint-it"]
   |                                      ^^^^^^^^^^ named here
   |
   = help: make the exercise, or take its id out of curriculum.toml
"#,
    );
    check(
        &[(CURRICULUM, "say_hello", "\"Say Hello\"")],
        r#"
error: `Say Hello` is not a valid id
  --> curriculum.toml:36:1
   |
36 | "Say Hello" = "greet"
   | ^^^^^^^^^^^ expected lower-case words joined by underscores
"#,
    );
    check(
        &[(CURRICULUM, "\"long_gone\"", "\"Long Gone\"")],
        r#"
error: `Long Gone` is not a valid id
 --> curriculum.toml:1:12
  |
1 | retired = ["Long Gone"]
  |            ^^^^^^^^^^^ expected lower-case words joined by underscores
"#,
    );
}

#[test]
fn an_id_is_used_once_in_the_whole_course() {
    check(
        &[(
            CURRICULUM,
            "\"greet\", \"tally\"]",
            "\"greet\", \"tally\", \"add_up\"]",
        )],
        r#"
error: the id `add_up` is used twice
  --> curriculum.toml:16:42
   |
16 | exercises = ["add_up", "greet", "tally", "add_up"]
   |                                          ^^^^^^^^ first used at curriculum.toml:16
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
    check(
        &[(
            CURRICULUM,
            "\"lay_floor\", \"raise_wall\"]",
            "\"lay_floor\", \"raise_wall\", \"greet\"]",
        )],
        r#"
error: the id `greet` is used twice
  --> curriculum.toml:27:38
   |
27 | stages = ["lay_floor", "raise_wall", "greet"]
   |                                      ^^^^^^^ first used at curriculum.toml:16
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
    check(
        &[(CURRICULUM, "id = \"week2\"", "id = \"week1\"")],
        r#"
error: the id `week1` is used twice
  --> curriculum.toml:19:6
   |
19 | id = "week1"
   |      ^^^^^^^ first used at curriculum.toml:9
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
    check(
        &[(CURRICULUM, "id = \"house\"", "id = \"basics\"")],
        r#"
error: the id `basics` is used twice
  --> curriculum.toml:24:6
   |
24 | id = "basics"
   |      ^^^^^^^^ first used at curriculum.toml:14
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
    check(
        &[(
            CURRICULUM,
            "[aliases]",
            "[[tracks]]\nid = \"short\"\ntitle = \"Shorter\"\nabout = \"For nobody\"\nexercises = [\"greet\"]\n\n[aliases]",
        )],
        r#"
error: the id `short` is used twice
  --> curriculum.toml:36:6
   |
36 | id = "short"
   |      ^^^^^^^ first used at curriculum.toml:30
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
    check(
        &[(
            CURRICULUM,
            "exercises = [\"greet\", \"lay_floor\"]",
            "exercises = [\"greet\", \"greet\"]",
        )],
        r#"
error: the id `greet` is used twice
  --> curriculum.toml:33:23
   |
33 | exercises = ["greet", "greet"]
   |                       ^^^^^^^ first used at curriculum.toml:33
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
    check(
        &[(CURRICULUM, "say_hello", "tally")],
        r#"
error: the id `tally` is used twice
  --> curriculum.toml:36:1
   |
36 | tally = "greet"
   | ^^^^^ first used at curriculum.toml:16
   |
   = help: ids are permanent and unique: progress files name them
"#,
    );
}

#[test]
fn a_check_is_named_once_in_its_exercise() {
    check(
        &[(ADD_UP, "\"adds_nothing\"", "\"adds_two_numbers\"")],
        r"
error: the id `checks::adds_two_numbers` is used twice
  --> exercises/basics/add_up/exercise.toml:11:1
   |
11 | [[tests]]
   | ^^^^^^^^^ first used at exercises/basics/add_up/exercise.toml:7
",
    );
    check(
        &[(
            TALLY,
            "shows = \"it takes few steps\"",
            "shows = \"it takes few steps\"\n\n[[budgets]]\nfigure = \"steps\"\nunit = \"strides\"\nat_most = 9\nstarter = 1000\nreference = 1\nshows = \"it takes few strides\"",
        )],
        r"
error: the id `budget::steps` is used twice
  --> exercises/basics/tally/exercise.toml:20:1
   |
20 | [[budgets]]
   | ^^^^^^^^^^^ first used at exercises/basics/tally/exercise.toml:12
",
    );
}

#[test]
fn a_retired_id_stays_retired() {
    check(
        &[(CURRICULUM, "[\"long_gone\"]", "[\"long_gone\", \"greet\"]")],
        r#"
error: `greet` is retired
  --> curriculum.toml:16:24
   |
16 | exercises = ["add_up", "greet", "tally"]
   |                        ^^^^^^^ a retired id stays retired
   |
   = help: choose an id that was never used
"#,
    );
    check(
        &[(CURRICULUM, "say_hello", "long_gone")],
        r#"
error: `long_gone` is retired
  --> curriculum.toml:36:1
   |
36 | long_gone = "greet"
   | ^^^^^^^^^ a retired id stays retired
   |
   = help: choose an id that was never used
"#,
    );
}

#[test]
fn an_unknown_name_is_shown_with_the_name_that_was_meant() {
    check(
        &[(ADD_UP, "\"basics.adding\"", "\"basics.ading\"")],
        r#"
error: unknown objective `basics.ading`
 --> exercises/basics/add_up/exercise.toml:4:15
  |
4 | objectives = ["basics.ading"]
  |               ^^^^^^^^^^^^^^ no such objective
  |
  = help: did you mean `basics.adding`?
"#,
    );
    check(
        &[(ADD_UP, "\"basics.adding\"", "\"zzz\"")],
        r#"
error: unknown objective `zzz`
 --> exercises/basics/add_up/exercise.toml:4:15
  |
4 | objectives = ["zzz"]
  |               ^^^^^ no such objective
"#,
    );
    check(
        &[(GREET, "[\"add_up\"]", "[\"add_upp\"]")],
        r#"
error: unknown exercise `add_upp`
 --> exercises/basics/greet/exercise.toml:5:10
  |
5 | needs = ["add_upp"]
  |          ^^^^^^^^^ no such exercise
  |
  = help: did you mean `add_up`?
"#,
    );
    check(
        &[(
            CURRICULUM,
            "exercises = [\"greet\", \"lay_floor\"]",
            "exercises = [\"greet\", \"lay_flor\"]",
        )],
        r#"
error: unknown exercise `lay_flor`
  --> curriculum.toml:33:23
   |
33 | exercises = ["greet", "lay_flor"]
   |                       ^^^^^^^^^^ no such exercise
   |
   = help: did you mean `lay_floor`?
"#,
    );
    check(
        &[(CURRICULUM, "say_hello = \"greet\"", "say_hello = \"gret\"")],
        r#"
error: unknown exercise `gret`
  --> curriculum.toml:36:13
   |
36 | say_hello = "gret"
   |             ^^^^^^ no such exercise
   |
   = help: did you mean `greet`?
"#,
    );
    check(
        &[(TALLY, "minutes", "needs = [\"say_hello\"]\nminutes")],
        r#"
error: unknown exercise `say_hello`
 --> exercises/basics/tally/exercise.toml:3:10
  |
3 | needs = ["say_hello"]
  |          ^^^^^^^^^^^ no such exercise
  |
  = help: did you mean `greet`?
"#,
    );
}

#[test]
fn exercises_do_not_need_each_other_in_a_circle() {
    check(
        &[(ADD_UP, "minutes", "needs = [\"add_up\"]\nminutes")],
        r#"
error: exercises need each other in a circle
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | needs = ["add_up"]
  |          ^^^^^^^^ add_up → add_up
  |
  = help: take one of these out of `needs`
"#,
    );
    check(
        &[(ADD_UP, "minutes", "needs = [\"greet\"]\nminutes")],
        r#"
error: exercises need each other in a circle
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | needs = ["greet"]
  |          ^^^^^^^ add_up → greet → add_up
  |
  = help: take one of these out of `needs`
"#,
    );
    check(
        &[
            (ADD_UP, "minutes", "needs = [\"tally\"]\nminutes"),
            (TALLY, "minutes", "needs = [\"greet\"]\nminutes"),
        ],
        r#"
error: exercises need each other in a circle
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | needs = ["tally"]
  |          ^^^^^^^ add_up → tally → greet → add_up
  |
  = help: take one of these out of `needs`
"#,
    );
}

#[test]
fn what_is_needed_comes_before() {
    check(
        &[(ADD_UP, "minutes", "needs = [\"raise_wall\"]\nminutes")],
        r#"
error: `raise_wall` is needed, but comes later in the course
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | needs = ["raise_wall"]
  |          ^^^^^^^^^^^^ needed here
  |
  = help: move `raise_wall` forward in curriculum.toml, or do not need it
"#,
    );
}

#[test]
fn an_exercise_that_nobody_would_see_is_shown() {
    check(
        &[(CURRICULUM, "\"greet\", \"tally\"]", "\"greet\"]")],
        r#"
error: `exercises/basics/tally` is not listed in any topic or project
  --> curriculum.toml:14:6
   |
14 | id = "basics"
   |      ^^^^^^^^ not listed here
   |
   = help: add its id to the topic's `exercises`, or remove it
"#,
    );
    check(
        &[(
            CURRICULUM,
            "\"lay_floor\", \"raise_wall\"]",
            "\"lay_floor\"]",
        )],
        r#"
error: `builder/stages/raise_wall` is not listed in any topic or project
  --> curriculum.toml:24:6
   |
24 | id = "house"
   |      ^^^^^^^ not listed here
   |
   = help: add its id to the project's `stages`, or remove it
"#,
    );
}

#[test]
fn a_glob_stays_in_the_crate() {
    check(
        &[(
            ADD_UP,
            "minutes",
            "owned = [\"src/**\", \"../greet/src/**\"]\nminutes",
        )],
        r#"
error: `owned` can't be `../greet/src/**`
 --> exercises/basics/add_up/exercise.toml:3:20
  |
3 | owned = ["src/**", "../greet/src/**"]
  |                    ^^^^^^^^^^^^^^^^^ expected a glob relative to the crate, such as `src/**`
"#,
    );
    check(
        &[(ADD_UP, "minutes", "owned = [\"/etc/*\"]\nminutes")],
        r#"
error: `owned` can't be `/etc/*`
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | owned = ["/etc/*"]
  |          ^^^^^^^^ expected a glob relative to the crate, such as `src/**`
"#,
    );
    check(
        &[(ADD_UP, "minutes", "owned = [\"src/[a\"]\nminutes")],
        r#"
error: `owned` can't be `src/[a`
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | owned = ["src/[a"]
  |          ^^^^^^^^ expected a glob relative to the crate, such as `src/**`
"#,
    );
    check(
        &[(ADD_UP, "minutes", "owned = [\"src\\\\lib.rs\"]\nminutes")],
        r#"
error: `owned` can't be `src\lib.rs`
 --> exercises/basics/add_up/exercise.toml:3:10
  |
3 | owned = ["src\\lib.rs"]
  |          ^^^^^^^^^^^^^ expected a glob relative to the crate, such as `src/**`
"#,
    );
}

#[test]
fn a_test_target_is_a_name_and_not_a_path() {
    check(
        &[(
            ADD_UP,
            "name = \"adds_nothing\"",
            "name = \"adds_nothing\"\ntarget = \"../checks\"",
        )],
        r#"
error: `target` can't be `../checks`
  --> exercises/basics/add_up/exercise.toml:13:10
   |
13 | target = "../checks"
   |          ^^^^^^^^^^^ expected the name of a file below tests/, without `.rs`
"#,
    );
    check(
        &[(
            ADD_UP,
            "name = \"adds_nothing\"",
            "name = \"adds_nothing\"\ntarget = \"checks.rs\"",
        )],
        r#"
error: `target` can't be `checks.rs`
  --> exercises/basics/add_up/exercise.toml:13:10
   |
13 | target = "checks.rs"
   |          ^^^^^^^^^^^ expected the name of a file below tests/, without `.rs`
"#,
    );
}

#[test]
fn what_the_starter_does_is_one_of_three_words() {
    check(
        &[(ADD_UP, "\"passes\"", "\"ok\"")],
        r#"
error: `starter` can't be `ok`
  --> exercises/basics/add_up/exercise.toml:14:11
   |
14 | starter = "ok"
   |           ^^^^ expected "fails", "passes" or "may_fail"
"#,
    );
}

#[test]
fn a_reference_keeps_to_its_own_budget() {
    check(
        &[(TALLY, "reference = 1", "reference = 11")],
        r"
error: `reference` can't be 11, over the budget
  --> exercises/basics/tally/exercise.toml:17:13
   |
17 | reference = 11
   |             ^^ expected a figure of at most 10
",
    );
}

#[test]
fn a_number_out_of_bounds_is_told_the_bounds() {
    check(
        &[(ADD_UP, "minutes = 10", "minutes = 4")],
        r"
error: `minutes` can't be 4
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = 4
  |           ^ expected a whole number from 5 to 600
",
    );
    check(
        &[(ADD_UP, "minutes = 10", "minutes = 601")],
        r"
error: `minutes` can't be 601
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = 601
  |           ^^^ expected a whole number from 5 to 600
",
    );
    check(
        &[(ADD_UP, "minutes = 10", "minutes = 7.5")],
        r"
error: `minutes` can't be 7.5
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = 7.5
  |           ^^^ expected a whole number from 5 to 600
",
    );
    check(
        &[(ADD_UP, "minutes = 10", "minutes = 0x400")],
        r"
error: `minutes` can't be 1024
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = 0x400
  |           ^^^^^ expected a whole number from 5 to 600
",
    );
    check(
        &[(TALLY, "at_most = 10", "at_most = nan")],
        r"
error: `at_most` can't be `nan`
  --> exercises/basics/tally/exercise.toml:15:11
   |
15 | at_most = nan
   |           ^^^ expected a finite number
",
    );
    check(
        &[(
            ADD_UP,
            "starter = \"passes\"",
            "starter = \"passes\"\n\n[limits]\ntest_seconds = 0\noutput_kib = 5000",
        )],
        r"
error: `test_seconds` can't be 0
  --> exercises/basics/add_up/exercise.toml:17:16
   |
17 | test_seconds = 0
   |                ^ expected a whole number from 1 to 600

error: `output_kib` can't be 5000
  --> exercises/basics/add_up/exercise.toml:18:14
   |
18 | output_kib = 5000
   |              ^^^^ expected a whole number from 1 to 1024
",
    );
}

#[test]
fn what_is_shown_in_a_line_is_a_line() {
    check(
        &[(
            ADD_UP,
            "Make the sum right",
            "Make the sum right, and right, and right, and right, and right, and right, and right, and right, and right, and right, ",
        )],
        r#"
error: `summary` can't be 119 characters long
 --> exercises/basics/add_up/exercise.toml:2:11
  |
2 | summary = "Make the sum right, and right, and right, and right, and right, and right, and right, and right, and right, and right, "
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected one line of at most 100 characters
"#,
    );
    check(
        &[(
            ADD_UP,
            "\"Make the sum right\"",
            "\"\"\"Make the sum\nright\"\"\"",
        )],
        r#"
error: `summary` can't be more than one line
 --> exercises/basics/add_up/exercise.toml:2:11
  |
2 |   summary = """Make the sum
  |  ___________^
3 | | right"""
  | |________^ expected one line of at most 100 characters
"#,
    );
    check(
        &[(ADD_UP, "\"Add up\"", "\"\"\"Add\nup\"\"\"")],
        r#"
error: `title` can't be more than one line
 --> exercises/basics/add_up/exercise.toml:1:9
  |
1 |   title = """Add
  |  _________^
2 | | up"""
  | |_____^ expected one line
"#,
    );
}

#[test]
fn a_version_has_three_numbers() {
    check(
        &[(CURRICULUM, "\"1.2.3\"", "\"1.2\"")],
        r#"
error: `version` can't be `1.2`
 --> curriculum.toml:6:11
  |
6 | version = "1.2"
  |           ^^^^^ expected three numbers, such as "0.1.0"
"#,
    );
    check(
        &[(CURRICULUM, "\"1.2.3\"", "\"1.2.x\"")],
        r#"
error: `version` can't be `1.2.x`
 --> curriculum.toml:6:11
  |
6 | version = "1.2.x"
  |           ^^^^^^^ expected three numbers, such as "0.1.0"
"#,
    );
    check(
        &[(CURRICULUM, "\"1.2.3\"", "\"+1.2.3\"")],
        r#"
error: `version` can't be `+1.2.3`
 --> curriculum.toml:6:11
  |
6 | version = "+1.2.3"
  |           ^^^^^^^^ expected three numbers, such as "0.1.0"
"#,
    );
}

#[test]
fn a_folder_lies_inside_the_course() {
    check(
        &[(CURRICULUM, "\"week_a\"", "\"../week_a\"")],
        r#"
error: `folder` can't be `../week_a`
  --> curriculum.toml:11:10
   |
11 | folder = "../week_a"
   |          ^^^^^^^^^^^ expected a path inside the course, without `.` and `..`
"#,
    );
    check(
        &[(CURRICULUM, "\"builder\"", "\"/builder\"")],
        r#"
error: `folder` can't be `/builder`
  --> curriculum.toml:26:10
   |
26 | folder = "/builder"
   |          ^^^^^^^^^^ expected a path inside the course, without `.` and `..`
"#,
    );
}

#[test]
fn tabs_and_wide_letters_do_not_move_the_caret() {
    check(
        &[(ADD_UP, "minutes = 10", "minutes	=	4")],
        r"
error: `minutes` can't be 4
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes    =    4
  |                 ^ expected a whole number from 5 to 600
",
    );
    check(
        &[(ADD_UP, "\"Add up\"", "\"日本語\", 7")],
        r#"
error: invalid TOML
 --> exercises/basics/add_up/exercise.toml:1:14
  |
1 | title = "日本語", 7
  |                 ^ unexpected key or value, expected newline, `#`
"#,
    );
}

#[test]
fn a_program_to_compile_says_what_has_to_happen() {
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[compile]]\nname = \"a\"\nmust = \"compile\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: `must` can't be `compile`
  --> exercises/basics/greet/exercise.toml:10:8
   |
10 | must = "compile"
   |        ^^^^^^^^^ expected "build" or "fail"
"#,
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[compile]]\nname = \"a\"\nmust = \"fail\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: missing key `code`
 --> exercises/basics/greet/exercise.toml:8:1
  |
8 | [[compile]]
  | ^^^^^^^^^^^ expected `code`: the error code, such as "E0308"
"#,
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[compile]]\nname = \"a\"\nmust = \"fail\"\ncode = \"E30\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: `code` can't be `E30`
  --> exercises/basics/greet/exercise.toml:11:8
   |
11 | code = "E30"
   |        ^^^^^ expected an error code such as "E0308"
"#,
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[compile]]\nname = \"a\"\nmust = \"build\"\ncode = \"E0308\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: `code` can't be `E0308`
  --> exercises/basics/greet/exercise.toml:11:8
   |
11 | code = "E0308"
   |        ^^^^^^^ expected no `code`: the program has to build
"#,
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[compile]]\nname = \"../a\"\nmust = \"build\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: `name` can't be `../a`
 --> exercises/basics/greet/exercise.toml:9:8
  |
9 | name = "../a"
  |        ^^^^^^ expected letters, digits and underscores
"#,
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[compile]]\nname = \"a\"\nmust = \"build\"\nshows = \"x\"\n\n[[compile]]\nname = \"a\"\nmust = \"build\"\nshows = \"y\"\n\n[[tests]]",
        )],
        r"
error: the id `compile::a` is used twice
  --> exercises/basics/greet/exercise.toml:13:1
   |
13 | [[compile]]
   | ^^^^^^^^^^^ first used at exercises/basics/greet/exercise.toml:8
",
    );
}

#[test]
fn a_lint_is_one_of_clippy_s() {
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[clippy]]\nlint = \"unwrap_used\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: `lint` can't be `unwrap_used`
 --> exercises/basics/greet/exercise.toml:9:8
  |
9 | lint = "unwrap_used"
  |        ^^^^^^^^^^^^^ expected a lint such as "clippy::unwrap_used"
"#,
    );
}

#[test]
fn a_ratio_can_be_told_from_noise() {
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[ratios]]\nname = \"sum\"\nat_least = 1.1\nshows = \"x\"\n\n[[tests]]",
        )],
        r"
error: `at_least` can't be 1.1
  --> exercises/basics/greet/exercise.toml:10:12
   |
10 | at_least = 1.1
   |            ^^^ expected at least 1.25: less can't be told from noise
",
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[ratios]]\nname = \"sum\"\ntarget = \"a/b\"\nat_least = 2\nshows = \"x\"\n\n[[tests]]",
        )],
        r#"
error: `target` can't be `a/b`
  --> exercises/basics/greet/exercise.toml:10:10
   |
10 | target = "a/b"
   |          ^^^^^ expected letters, digits and underscores
"#,
    );
}

#[test]
fn a_suite_and_its_mutants_need_each_other() {
    check(
        &[(
            GREET,
            "[[tests]]",
            "[suite]\ntarget = \"mine\"\nshows = \"x\"\n\n[[tests]]",
        )],
        r"
error: missing key `mutants`
 --> exercises/basics/greet/exercise.toml:8:1
  |
8 | [suite]
  | ^^^^^^^ expected `mutants`: at least one `[[mutants]]` table: without them any suite passes
",
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[[mutants]]\nname = \"a\"\nbehaviour = \"b\"\n\n[[tests]]",
        )],
        r#"
error: missing key `suite`
 --> exercises/basics/greet/exercise.toml:1:1
  |
1 | title = "Greet"
  | ^^^^^^^^^^^^^^^ expected `suite`: a `[suite]` table: the tests that the mutants are for
"#,
    );
    check(
        &[(
            GREET,
            "[[tests]]",
            "[suite]\ntarget = \"mine.rs\"\nshows = \"x\"\n\n[[mutants]]\nname = \"a/b\"\nbehaviour = \"b\"\n\n[[tests]]",
        )],
        r#"
error: `target` can't be `mine.rs`
 --> exercises/basics/greet/exercise.toml:9:10
  |
9 | target = "mine.rs"
  |          ^^^^^^^^^ expected letters, digits and underscores

error: `name` can't be `a/b`
  --> exercises/basics/greet/exercise.toml:13:8
   |
13 | name = "a/b"
   |        ^^^^^ expected letters, digits and underscores
"#,
    );
}

#[test]
fn a_question_says_how_it_is_answered() {
    check_new(
        "exercises/basics/greet/quiz.toml",
        "",
        r"
error: missing key `questions`
 --> exercises/basics/greet/quiz.toml:1:1
  |
1 |
  | ^ expected `questions`: at least one `[[questions]]` table
",
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"singel\"\n",
        r#"
error: `kind` can't be `singel`
 --> exercises/basics/greet/quiz.toml:5:8
  |
5 | kind = "singel"
  |        ^^^^^^^^ expected "single", "multiple", "number", "text" or "output"
"#,
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"single\"\n",
        r"
error: missing key `options`
 --> exercises/basics/greet/quiz.toml:1:1
  |
1 | [[questions]]
  | ^^^^^^^^^^^^^ expected `options`: two to ten answers to choose from
",
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"single\"\noptions = [\"a\"]\n",
        r#"
error: `options` can't be 1 long
 --> exercises/basics/greet/quiz.toml:6:11
  |
6 | options = ["a"]
  |           ^^^^^ expected two to ten answers to choose from
"#,
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"number\"\n",
        r"
error: missing key `tolerance`
 --> exercises/basics/greet/quiz.toml:1:1
  |
1 | [[questions]]
  | ^^^^^^^^^^^^^ expected `tolerance`: how far off an answer may be; or `factor`
",
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"number\"\ntolerance = 1\nfactor = 2\n",
        r"
error: `tolerance` can't be 1
 --> exercises/basics/greet/quiz.toml:6:13
  |
6 | tolerance = 1
  |             ^ expected either `tolerance` of 0 or more, or `factor` over 1
",
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"number\"\nfactor = 1\n",
        r"
error: `factor` can't be 1
 --> exercises/basics/greet/quiz.toml:6:10
  |
6 | factor = 1
  |          ^ expected either `tolerance` of 0 or more, or `factor` over 1
",
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"Q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"text\"\n",
        r#"
error: `Q1` is not a valid id
 --> exercises/basics/greet/quiz.toml:2:6
  |
2 | id = "Q1"
  |      ^^^^ expected lower-case words joined by underscores
"#,
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"text\"\n\n[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"text\"\n",
        r"
error: the id `quiz::q1` is used twice
 --> exercises/basics/greet/quiz.toml:7:1
  |
7 | [[questions]]
  | ^^^^^^^^^^^^^ first used at exercises/basics/greet/quiz.toml:1
",
    );
}

#[test]
fn a_question_has_the_keys_of_its_kind_and_no_other() {
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"text\"\noptions = [\"a\", \"b\"]\nfactor = 2\n",
        r#"
error: `options` can't be here
 --> exercises/basics/greet/quiz.toml:6:11
  |
6 | options = ["a", "b"]
  |           ^^^^^^^^^^ expected no `options`: the question is of kind "text"

error: `factor` can't be here
 --> exercises/basics/greet/quiz.toml:7:10
  |
7 | factor = 2
  |          ^ expected no `factor`: the question is of kind "text"
"#,
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"output\"\n",
        r"
error: missing key `program`
 --> exercises/basics/greet/quiz.toml:1:1
  |
1 | [[questions]]
  | ^^^^^^^^^^^^^ expected `program`: the name of a program `predict/<name>.rs`
",
    );
    check_new(
        "exercises/basics/greet/quiz.toml",
        "[[questions]]\nid = \"q1\"\nask = \"a\"\nshows = \"b\"\nkind = \"output\"\nprogram = \"../a\"\n",
        r#"
error: `program` can't be `../a`
 --> exercises/basics/greet/quiz.toml:6:11
  |
6 | program = "../a"
  |           ^^^^^^ expected the name of a program `predict/<name>.rs`
"#,
    );
}

#[test]
fn a_review_says_what_there_is_to_find_and_how_much_of_it() {
    check_new(
        "exercises/basics/greet/review.toml",
        "kinds = [\"leak\"]\nat_least = 0\nshows = \"x\"\n",
        r"
error: `at_least` can't be 0
 --> exercises/basics/greet/review.toml:2:12
  |
2 | at_least = 0
  |            ^ expected a whole number from 1 to 100
",
    );
    check_new(
        "exercises/basics/greet/review.toml",
        "kinds = []\nat_least = 1\nshows = \"x\"\n",
        r"
error: missing key `kinds`
 --> exercises/basics/greet/review.toml:1:1
  |
1 | kinds = []
  | ^^^^^^^^^^ expected `kinds`: at least one word to name a defect by
",
    );
}

#[test]
fn what_is_named_and_not_there_is_shown_where_it_is_named() {
    let remove = |path: &str, problems: &str| {
        let course = Place::course();
        std::fs::remove_file(course.path(path)).expect("the fixture has the file");
        refused(&course, problems);
    };
    for (path, remedy) in [
        (
            GREET,
            "make the exercise, or take its id out of curriculum.toml",
        ),
        (
            "exercises/basics/greet/Cargo.toml",
            "make the exercise's crate, or take its id out of curriculum.toml",
        ),
    ] {
        remove(
            path,
            &format!(
                r#"
error: `{path}` does not exist
  --> curriculum.toml:16:24
   |
16 | exercises = ["add_up", "greet", "tally"]
   |                        ^^^^^^^ named here
   |
   = help: {remedy}
"#
            ),
        );
    }
    remove(
        "week_a/notes.md",
        r#"
error: `week_a/notes.md` does not exist
  --> curriculum.toml:11:10
   |
11 | folder = "week_a"
   |          ^^^^^^^^ named here
   |
   = help: write the week's notes, or correct the folder
"#,
    );
    remove(
        "builder/Cargo.toml",
        r#"
error: `builder/Cargo.toml` does not exist
  --> curriculum.toml:26:10
   |
26 | folder = "builder"
   |          ^^^^^^^^^ named here
   |
   = help: make the project's crate, or correct the folder
"#,
    );
}

#[test]
fn an_exercise_in_a_folder_that_is_no_topic_is_shown() {
    let course = Place::course();
    course.write("exercises/attic/old_one/exercise.toml", course.read(GREET));
    refused(
        &course,
        r#"
error: `exercises/attic/old_one` is not listed in any topic or project
 --> curriculum.toml:1:1
  |
1 | retired = ["long_gone"]
  | ^^^^^^^^^^^^^^^^^^^^^^^ not listed here
  |
  = help: add its id to a topic named after its folder, or remove it
"#,
    );
}

#[test]
fn every_problem_of_every_file_is_found_in_one_run() {
    check(
        &[
            (CURRICULUM, "\"1.2.3\"", "\"one\""),
            (
                CURRICULUM,
                "[\"greet\", \"lay_floor\"]",
                "[\"gret\", \"lay_floor\"]",
            ),
            (ADD_UP, "minutes = 10", "minutes = 3"),
            (ADD_UP, "name = \"adds_nothing\"\n", ""),
            (TALLY, "figure", "figur"),
            (TALLY, "\"basics.adding\"", "\"basics.addition\""),
        ],
        r#"
error: `version` can't be `one`
 --> curriculum.toml:6:11
  |
6 | version = "one"
  |           ^^^^^ expected three numbers, such as "0.1.0"

error: unknown exercise `gret`
  --> curriculum.toml:33:14
   |
33 | exercises = ["gret", "lay_floor"]
   |              ^^^^^^ no such exercise
   |
   = help: did you mean `greet`?

error: `minutes` can't be 3
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = 3
  |           ^ expected a whole number from 5 to 600

error: missing key `name`
  --> exercises/basics/add_up/exercise.toml:11:1
   |
11 | [[tests]]
   | ^^^^^^^^^ expected `name`: the test function's path

error: unknown objective `basics.addition`
 --> exercises/basics/tally/exercise.toml:4:15
  |
4 | objectives = ["basics.addition"]
  |               ^^^^^^^^^^^^^^^^^ no such objective
  |
  = help: did you mean `basics.adding`?

error: unknown key `figur`
  --> exercises/basics/tally/exercise.toml:13:1
   |
13 | figur = "steps"
   | ^^^^^ not a key of this table
   |
   = help: did you mean `figure`?
"#,
    );
}

#[test]
fn a_problem_is_shown_by_every_command_that_needs_the_course() {
    let course = Place::course();
    course.replace(GREET, "minutes = 15", "minutes = 1");
    for command in [
        &["next"][..],
        &["run", "add_up"],
        &["verify"],
        &["show", "add_up"],
        &["progress", "--json"],
        &["author", "prove"],
    ] {
        let ran = course.expect(2, command);
        ran.complains("exercises/basics/greet/exercise.toml:3:11");
        assert_eq!(ran.stdout, "", "{command:?}");
    }
    assert_eq!(course.journal(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_at_the_byte_that_is_not() {
    for (file, from, to, problem) in [
        (
            CURRICULUM,
            &b"A small course"[..],
            &b"A sm\xe4ll course"[..],
            r#"
error: the file is not UTF-8
 --> curriculum.toml:5:14
  |
5 | title = "A sm�ll course"
  |              ^ the byte 0xe4 can't stand here
  |
  = help: save the file as UTF-8
"#,
        ),
        (
            ADD_UP,
            b"Add up",
            b"Add \xfcp",
            r#"
error: the file is not UTF-8
 --> exercises/basics/add_up/exercise.toml:1:14
  |
1 | title = "Add �p"
  |              ^ the byte 0xfc can't stand here
  |
  = help: save the file as UTF-8
"#,
        ),
        (
            OBJECTIVES,
            b"Add numbers",
            b"\xffdd numbers",
            r#"
error: the file is not UTF-8
 --> exercises/objectives.toml:2:20
  |
2 | adding = { text = "�dd numbers", go = "operators", from = ["A1"] }
  |                    ^ the byte 0xff can't stand here
  |
  = help: save the file as UTF-8
"#,
        ),
    ] {
        let course = Place::course();
        let text = course.read(file).into_bytes();
        let at = text.windows(from.len()).position(|bytes| bytes == from);
        let at = at.expect("the fixture has the text");
        course.write(file, [&text[..at], to, &text[at + from.len()..]].concat());
        refused(&course, problem);
    }
}

#[test]
fn an_empty_file_lacks_everything() {
    let course = Place::course();
    course.write(CURRICULUM, "");
    refused(
        &course,
        r"
error: missing key `course`
 --> curriculum.toml:1:1
  |
1 |
  | ^ expected `course`: the course's id, title and version

error: missing key `weeks`
 --> curriculum.toml:1:1
  |
1 |
  | ^ expected `weeks`: at least one `[[weeks]]` table
",
    );
    let course = Place::course();
    course.write(ADD_UP, "");
    let ran = course.expect(2, ["list"]);
    for key in [
        "title",
        "summary",
        "minutes",
        "objectives",
        "hints",
        "tests",
    ] {
        ran.complains(&format!(
            "error: missing key `{key}`\n --> exercises/basics/add_up/exercise.toml:1:1\n"
        ));
    }
    ran.complains("6 problems found");
}

#[test]
fn a_file_that_can_t_be_read_is_not_called_missing() {
    let course = Place::course();
    std::fs::remove_file(course.path(ADD_UP)).expect("the fixture has the file");
    std::fs::create_dir(course.path(ADD_UP)).expect("folders can be made");
    let ran = course.expect(2, ["list"]);
    ran.complains("failed to read `");
    ran.complains("add_up/exercise.toml`\n  because: ");
    assert!(!ran.stderr.contains("does not exist"), "{}", ran.all());

    let course = Place::course();
    std::fs::remove_file(course.path(OBJECTIVES)).expect("the fixture has the file");
    course
        .expect(2, ["list"])
        .complains("exercises/objectives.toml`\n  because: ");
}

#[test]
fn line_ends_and_byte_order_marks_of_windows_change_nothing() {
    let course = Place::course();
    let before = course.expect(0, ["list", "--json"]).stdout;
    for (mark, end) in [("", "\r\n"), ("\u{feff}", "\n"), ("\u{feff}", "\r\n")] {
        for file in [CURRICULUM, OBJECTIVES, ADD_UP, TALLY] {
            let text = course
                .read(file)
                .replace("\r\n", "\n")
                .replace('\u{feff}', "");
            course.write(file, format!("{mark}{}", text.replace('\n', end)));
        }
        assert_eq!(course.expect(0, ["list", "--json"]).stdout, before);
    }
    course.replace(ADD_UP, "\"Add up\"", "\"\"");
    course.replace(ADD_UP, "minutes = 10", "minutes = 4");
    refused(
        &course,
        r#"
error: `title` can't be blank
 --> exercises/basics/add_up/exercise.toml:1:9
  |
1 | title = ""
  |         ^^ expected some text

error: `minutes` can't be 4
 --> exercises/basics/add_up/exercise.toml:3:11
  |
3 | minutes = 4
  |           ^ expected a whole number from 5 to 600
"#,
    );
}

#[test]
fn other_ways_to_write_a_number_are_as_good() {
    let course = Place::course();
    for (number, minutes) in [
        ("0x10", 16),
        ("1_5", 15),
        ("20.0", 20),
        ("+25", 25),
        ("0b1000", 8),
    ] {
        let text = course.read(ADD_UP);
        let old = text.lines().find(|line| line.starts_with("minutes"));
        let old = old.expect("an exercise takes time").to_owned();
        course.replace(ADD_UP, &old, &format!("minutes = {number}"));
        let shown = course.expect(0, ["show", "add_up", "--json"]).json();
        assert_eq!(shown["minutes"], minutes, "{number}");
    }
}

#[test]
fn control_characters_of_a_manifest_do_not_reach_the_terminal() {
    let course = Place::course();
    course.replace(GREET, "[\"add_up\"]", "[\"\\u001b[2Jx\"]");
    course.replace(ADD_UP, "minutes = 10", "minutes = 4 # \x1b]0;title\x07");
    let ran = course.expect(2, ["list", "--color", "always"]);
    let plain = anstream::adapter::strip_str(&ran.stderr).to_string();
    assert!(!plain.contains(['\x1b', '\x07']), "{plain:?}");
    ran.complains("2 problems found");
    assert!(!ran.stderr.contains("\x1b[2J"), "{:?}", ran.stderr);
    assert!(!ran.stderr.contains("\x1b]0;"), "{:?}", ran.stderr);
}

#[test]
fn the_course_s_cargo_manifest_is_one_of_its_files() {
    let course = Place::course();
    course.write("Cargo.toml", "[workspace\n");
    let ran = course.expect(2, ["run", "add_up"]);
    ran.complains("failed to parse `");
    ran.complains("line 1, column 11");
}

#[test]
fn problems_of_a_solution_are_named_with_their_line() {
    let course = Place::course();
    let add_up = "solutions/basics/add_up";
    course.replace(&format!("{add_up}/solution.toml"), "about", "abot");
    course.replace(
        &format!("{add_up}/wrong/constant/wrong.toml"),
        "says = \"left: 4\"\n",
        "",
    );
    let ran = course.expect(1, ["author", "prove", "add_up"]);
    ran.says(
        "solution: solutions/basics/add_up/solution.toml:3: unknown key `abot`; not a key of this table",
    );
    ran.says("solutions/basics/add_up/wrong/constant/wrong.toml:1: missing key `says`");
}

#[test]
fn a_workload_has_a_test_in_a_file_that_is_there() {
    let workload = |keys: &str| format!("[workload]\n{keys}\n\n[[tests]]");
    check(
        &[(
            TALLY,
            "[[tests]]",
            &workload("name = \"reports_steps\"\ntarget = \"checks\""),
        )],
        r#"
error: unknown test `reports_steps`
 --> exercises/basics/tally/exercise.toml:8:8
  |
8 | name = "reports_steps"
  |        ^^^^^^^^^^^^^^^ no such test
  |
  = help: did you mean `reports_its_steps`?
"#,
    );
    check(
        &[(TALLY, "[[tests]]", &workload("name = \"a_day\""))],
        r"
error: `exercises/basics/tally/tests/workload.rs` does not exist
 --> exercises/basics/tally/exercise.toml:7:1
  |
7 | [workload]
  | ^^^^^^^^^^ named here
  |
  = help: write the workload, or correct the `target`
",
    );
    check(
        &[(
            TALLY,
            "[[tests]]",
            &workload("name = \"reports_its_steps\"\ntarget = \"checks\"\ntargett = \"checks\""),
        )],
        r#"
error: unknown key `targett`
  --> exercises/basics/tally/exercise.toml:10:1
   |
10 | targett = "checks"
   | ^^^^^^^ not a key of this table
   |
   = help: did you mean `target`?
"#,
    );
}
