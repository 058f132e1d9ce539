//! What may become of tasks, whatever keeps them and whoever asks.

use task_manager::{
    Date, Filter, NewTask, Priority, Refusal, State, Task, TaskId, TaskList, Timestamp,
};

fn id(number: u32) -> TaskId {
    TaskId::new(number).expect("tests use numbers from 1")
}

fn ids(numbers: &[u32]) -> Vec<TaskId> {
    numbers.iter().copied().map(id).collect()
}

fn day(text: &str) -> Date {
    text.parse().expect("tests use days of the calendar")
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

fn new(title: &str) -> NewTask {
    NewTask {
        title: title.parse().expect("a title"),
        priority: Priority::Normal,
        due: None,
        after: Vec::new(),
    }
}

fn after(title: &str, numbers: &[u32]) -> NewTask {
    NewTask {
        after: ids(numbers),
        ..new(title)
    }
}

fn list(tasks: impl IntoIterator<Item = NewTask>) -> TaskList {
    let mut list = TaskList::new();
    for task in tasks {
        let title = task.title.clone();
        list.add(task)
            .unwrap_or_else(|refusal| panic!("adding `{title}` was refused: {refusal}"));
    }
    list
}

/// Asks for something that has to be refused, and must leave the list as it is.
fn refused<T: std::fmt::Debug>(
    list: &mut TaskList,
    what: &str,
    ask: impl FnOnce(&mut TaskList) -> Result<T, Refusal>,
) -> Refusal {
    let before = list.clone();
    let refusal = match ask(list) {
        Ok(answer) => panic!("{what} must be refused; it was done: {answer:?}"),
        Err(refusal) => refusal,
    };
    assert_eq!(
        *list, before,
        "{what} was refused, so the list is as it was"
    );
    refusal
}

fn numbers(tasks: &[&Task]) -> Vec<u32> {
    tasks.iter().map(|task| task.id.get()).collect()
}

#[test]
fn a_number_is_never_given_twice() {
    let mut list = list([new("a"), new("b"), new("c")]);
    list.remove(id(3)).expect("nothing needs task 3");
    assert_eq!(
        list.add(new("d")),
        Ok(id(4)),
        "task 3 was removed. Somebody may have noted `3`, so its number is not given again"
    );
    list.remove(id(1)).expect("nothing needs task 1");
    assert_eq!(
        list.add(new("e")),
        Ok(id(5)),
        "after 1 to 4, of which two are left"
    );
    assert_eq!(list.get(id(2)).map(|task| task.title.as_str()), Some("b"));
    let kept: Vec<u32> = list.tasks().map(|task| task.id.get()).collect();
    assert_eq!(kept, [2, 4, 5], "tasks() goes by number");
}

#[test]
fn a_task_comes_after_tasks_that_are_there() {
    let mut list = list([new("a"), new("b")]);
    assert_eq!(
        refused(&mut list, "a task after 2 and 9", |list| list
            .add(after("c", &[2, 9]))),
        Refusal::NoSuchTask { id: id(9) },
        "there is no task 9"
    );
    assert_eq!(
        refused(&mut list, "a task after itself", |list| list
            .add(after("c", &[3]))),
        Refusal::NoSuchTask { id: id(3) },
        "3 is the number that it would get; it is not there before"
    );
    let added = list.add(after("c", &[2, 1, 2]));
    assert_eq!(
        added,
        Ok(id(3)),
        "what was refused before has used no number"
    );
    assert_eq!(
        list.get(id(3)).map(|task| task.after.clone()),
        Some(ids(&[1, 2])),
        "predecessors are kept by number, each once"
    );
}

#[test]
fn a_task_waits_for_its_predecessors() {
    let mut list = list([new("a"), new("b"), after("c", &[1, 2])]);
    assert_eq!(
        refused(&mut list, "to do 3 while 1 and 2 are open", |list| list
            .complete(id(3), at(5))),
        Refusal::WaitsFor {
            id: id(3),
            open: ids(&[1, 2])
        }
    );
    list.complete(id(1), at(6)).expect("1 waits for nothing");
    assert_eq!(
        refused(&mut list, "to do 3 while 2 is open", |list| list
            .complete(id(3), at(7))),
        Refusal::WaitsFor {
            id: id(3),
            open: ids(&[2])
        },
        "1 is done, so it waits for 2 alone"
    );
    list.complete(id(2), at(8)).expect("2 waits for nothing");
    assert_eq!(list.complete(id(3), at(9)), Ok(()), "1 and 2 are done");
    assert_eq!(
        list.get(id(3)).map(|task| task.state),
        Some(State::Done { at: Some(at(9)) }),
        "the time is the one that was handed in"
    );
}

#[test]
fn what_is_done_stays_as_it_was_done() {
    let mut list = list([new("a")]);
    list.complete(id(1), at(100)).expect("1 is open");
    assert_eq!(
        refused(&mut list, "to do 1 again", |list| list
            .complete(id(1), at(200))),
        Refusal::AlreadyDone { id: id(1) },
        "or the time at which it was done would be lost"
    );
    assert_eq!(
        refused(&mut list, "to do 8", |list| list.complete(id(8), at(200))),
        Refusal::NoSuchTask { id: id(8) }
    );
}

#[test]
fn only_what_is_done_is_reopened_and_from_the_end() {
    let mut list = list([new("a"), after("b", &[1]), after("c", &[1])]);
    assert_eq!(
        refused(&mut list, "to reopen 1, which is open", |list| list
            .reopen(id(1))),
        Refusal::NotDone { id: id(1) }
    );
    list.complete(id(1), at(1)).expect("1 waits for nothing");
    list.complete(id(3), at(2)).expect("1 is done");
    assert_eq!(
        refused(&mut list, "to reopen 1 under 3, which is done", |list| list
            .reopen(id(1))),
        Refusal::NeededBy {
            id: id(1),
            by: ids(&[3])
        },
        "3 was done because 1 was; 2 is open and is not in the way"
    );
    list.reopen(id(3)).expect("nothing comes after 3");
    assert_eq!(list.reopen(id(1)), Ok(()), "what comes after 1 is open now");
    assert_eq!(list.get(id(1)).map(|task| task.state), Some(State::Open));
}

#[test]
fn what_others_come_after_is_not_removed() {
    let mut list = list([new("a"), after("b", &[1]), after("c", &[1])]);
    list.complete(id(1), at(1)).expect("1 waits for nothing");
    list.complete(id(2), at(2)).expect("1 is done");
    assert_eq!(
        refused(&mut list, "to remove 1, which 2 and 3 come after", |list| {
            list.remove(id(1))
        }),
        Refusal::NeededBy {
            id: id(1),
            by: ids(&[2, 3])
        },
        "2 is done and still names 1"
    );
    list.remove(id(2)).expect("nothing comes after 2");
    list.remove(id(3)).expect("nothing comes after 3");
    let removed = list.remove(id(1)).expect("nothing comes after 1 any more");
    assert_eq!(
        removed.title.as_str(),
        "a",
        "remove returns what it took out"
    );
    assert_eq!(
        refused(&mut list, "to remove 1 again", |list| list.remove(id(1))),
        Refusal::NoSuchTask { id: id(1) }
    );
}

/// 1 to 7: two high ones, five normal or low ones; 6 and 7 are done.
fn week() -> TaskList {
    let task = |title: &str, priority, due: Option<&str>| NewTask {
        priority,
        due: due.map(day),
        ..new(title)
    };
    let mut list = list([
        task("someday", Priority::Normal, None),
        task("report", Priority::Normal, Some("2026-03-05")),
        task("tidy", Priority::Low, Some("2026-03-01")),
        task("rent", Priority::Normal, Some("2026-03-02")),
        task("outage", Priority::High, None),
        task("backup", Priority::High, Some("2026-03-01")),
        task("mail", Priority::High, Some("2026-03-01")),
    ]);
    list.complete(id(7), at(1)).expect("7 waits for nothing");
    list.complete(id(6), at(2)).expect("6 waits for nothing");
    list
}

#[test]
fn the_most_urgent_comes_first() {
    assert_eq!(
        numbers(&week().view(Filter::Open, day("2026-03-02"))),
        [5, 4, 2, 1, 3],
        "by priority (5 is high, 3 is low), then by due date (4 before 2, and 1 has none), then by number"
    );
    assert_eq!(
        numbers(&week().view(Filter::All, day("2026-03-02"))),
        [5, 4, 2, 1, 3, 6, 7],
        "what is done comes last, by number"
    );
}

#[test]
fn a_task_is_late_after_its_day() {
    let overdue = |today| numbers(&week().view(Filter::Overdue, day(today)));
    assert_eq!(
        overdue("2026-03-02"),
        [3],
        "on 2 March: 3 was due yesterday; 4 is due today and in time; 6 and 7 are done"
    );
    assert_eq!(
        overdue("2026-03-01"),
        [0u32; 0],
        "on 1 March nothing is late"
    );
    assert_eq!(
        overdue("2026-04-01"),
        [4, 2, 3],
        "the order is the same as always"
    );
}
