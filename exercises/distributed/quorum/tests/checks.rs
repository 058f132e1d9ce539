//! Reads and writes, first answer by answer and then in random stories.

use quorum::cluster::{self, Call};
use quorum::{Answer, Config, NoOverlap, Operation, Replica, Request, Step, Version};

fn config(replicas: usize, read: usize, write: usize) -> Config {
    Config::new(replicas, read, write).expect("a read meets each write")
}

/// Lets these replicas answer, in this order, and then others to what is sent after that.
fn drive(
    (mut operation, mut request): (Operation, Request),
    replicas: &mut [Replica],
    phases: &[&[usize]],
) -> Option<u64> {
    for phase in phases {
        let mut next = None;
        for replica in *phase {
            let answer = replicas[*replica].handle(request);
            match operation.answer(*replica, answer) {
                Step::Wait => {}
                Step::Send(request) => next = Some(request),
                Step::Done(value) => return Some(value),
            }
        }
        request = next?;
    }
    None
}

#[test]
fn a_read_has_to_meet_each_write() {
    for (replicas, read, write, allowed) in [
        (3, 2, 2, true),
        (3, 1, 3, true),
        (3, 3, 1, true),
        (5, 2, 4, true),
        (1, 1, 1, true),
        (3, 1, 2, false),
        (3, 2, 1, false),
        (5, 2, 3, false),
        (4, 2, 2, false),
        (3, 0, 3, false),
        (3, 3, 0, false),
        (3, 4, 1, false),
        (3, 1, 4, false),
    ] {
        let outcome = Config::new(replicas, read, write);
        assert_eq!(
            outcome.is_ok(),
            allowed,
            "{read} to read and {write} to write of {replicas}: can a read ask only replicas that a write has not \
             reached, or ask for more than there are? {outcome:?}"
        );
    }
    assert_eq!(Config::new(4, 2, 2), Err(NoOverlap));
}

#[test]
fn what_was_written_is_read() {
    let mut replicas = [Replica::default(); 3];
    let majority = config(3, 2, 2);
    let phases: &[&[usize]] = &[&[0, 1], &[0, 1]];
    let read = drive(Operation::read(majority), &mut replicas, phases);
    assert_eq!(read, Some(0), "nothing has been written yet");
    let written = drive(Operation::write(majority, 1, 70), &mut replicas, phases);
    assert_eq!(written, Some(70), "replicas 0 and 1 have answered twice");
    let phases: &[&[usize]] = &[&[1, 2], &[1, 2]];
    let written = drive(Operation::write(majority, 2, 50), &mut replicas, phases);
    assert_eq!(written, Some(50), "replicas 1 and 2 have answered twice");
    for asked in [&[0, 2], &[2, 0], &[0, 1], &[1, 2]] {
        let read = drive(Operation::read(majority), &mut replicas, &[asked, asked]);
        assert_eq!(
            read,
            Some(50),
            "50 was written after 70 had been, and a read that asks {asked:?} asks one that has it"
        );
    }
}

#[test]
fn a_write_is_later_than_all_that_it_sees() {
    let version = Version {
        counter: 7,
        writer: 9,
    };
    let (mut write, request) = Operation::write(config(3, 2, 2), 4, 50);
    assert_eq!(request, Request::Get);
    let old = Answer::Has {
        version: Version::default(),
        value: 0,
    };
    let new = Answer::Has { version, value: 70 };
    assert_eq!(write.answer(2, new), Step::Wait, "one of two");
    assert_eq!(
        write.answer(0, old),
        Step::Send(Request::Put {
            version: Version {
                counter: 8,
                writer: 4
            },
            value: 50
        }),
        "the greatest counter of two answers was 7"
    );
}

#[test]
fn a_replica_that_answers_twice_is_one_replica() {
    let mut replicas = [Replica::default(); 3];
    let majority = config(3, 2, 2);
    let write = drive(
        Operation::write(majority, 1, 70),
        &mut replicas,
        &[&[0, 0, 0, 1], &[0, 0, 0]],
    );
    assert_eq!(
        write, None,
        "only replica 0 has kept 70, and the network doubled its answer: a read of 1 and 2 would know nothing of it"
    );
    let mut replicas = [Replica::default(); 3];
    let phases: &[&[usize]] = &[&[0, 1], &[0, 1]];
    drive(Operation::write(majority, 1, 70), &mut replicas, phases);
    let (mut read, request) = Operation::read(majority);
    let answer = replicas[2].handle(request);
    assert_eq!(
        [read.answer(2, answer), read.answer(2, answer)],
        [Step::Wait; 2],
        "replica 2 has missed the write, and is all that this read has heard of"
    );
}

#[test]
fn an_answer_to_another_question_does_not_count() {
    let majority = config(5, 3, 3);
    let mut replicas = [Replica::default(); 5];
    let (mut write, request) = Operation::write(majority, 1, 70);
    let answers = [0, 1, 2, 3, 4].map(|replica: usize| replicas[replica].handle(request));
    let mut sent = None;
    for (replica, answer) in answers.into_iter().enumerate() {
        match write.answer(replica, answer) {
            Step::Wait => {}
            Step::Send(request) => sent = Some(request),
            Step::Done(_) => panic!("no replica has been asked to keep anything"),
        }
    }
    let request = sent.expect("three replicas have answered");
    let mut done = |replica: usize| {
        let answer = replicas[replica].handle(request);
        write.answer(replica, answer)
    };
    assert_eq!(
        [done(0), done(1), done(2), done(3)],
        [Step::Wait, Step::Wait, Step::Done(70), Step::Wait],
        "what 3 and 4 answered late was to the first question, so three have to keep 70; and an operation ends once"
    );
}

#[test]
fn what_one_read_has_seen_the_next_one_sees() {
    let majority = config(3, 2, 2);
    let mut replicas = [Replica::default(); 3];
    // Its client dies when one replica has it.
    let write = drive(
        Operation::write(majority, 1, 70),
        &mut replicas,
        &[&[0, 1], &[0]],
    );
    assert_eq!(write, None, "one of two has kept it");
    let first = drive(
        Operation::read(majority),
        &mut replicas,
        &[&[0, 1], &[0, 1], &[]],
    );
    let second = drive(
        Operation::read(majority),
        &mut replicas,
        &[&[1, 2], &[1, 2], &[]],
    );
    assert_eq!(
        [first, second],
        [Some(70); 2],
        "replica 0 alone had 70. The first read asks 0 and 1, and the second one, which begins when that has ended, \
         asks 1 and 2. To read 70 and then 0 is to see time go back"
    );
}

#[test]
fn without_a_quorum_there_is_no_answer() {
    let majority = config(5, 3, 3);
    let mut replicas = [Replica::default(); 5];
    let some = drive(
        Operation::read(majority),
        &mut replicas,
        &[&[0, 1], &[0, 1]],
    );
    assert_eq!(some, None, "two of five have answered, again and again");
    let cut_off = drive(
        Operation::write(majority, 1, 70),
        &mut replicas,
        &[&[0, 1, 2], &[0, 1]],
    );
    assert_eq!(cut_off, None, "two of five have kept it");
    let enough = drive(
        Operation::write(majority, 2, 80),
        &mut replicas,
        &[&[0, 3, 4], &[0, 3, 4]],
    );
    assert_eq!(enough, Some(80), "three of five have, and two are down");
}

fn ended(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.ended.is_some()).count()
}

#[test]
fn whatever_the_network_does_it_is_as_one_copy() {
    // The shortest story that fails is the one to read.
    for calls in 2..=6 {
        for seed in 0..400 {
            let (replicas, read, write) =
                [(3, 2, 2), (3, 1, 3), (4, 2, 3), (5, 3, 3)][seed as usize % 4];
            let story = cluster::story(config(replicas, read, write), seed, calls);
            assert!(
                cluster::is_as_one_copy(&story.calls),
                "seed {seed}, {calls} calls, {read} to read and {write} to write of {replicas}: with one copy of the \
                 value this can't be. {}",
                story.told
            );
        }
    }
}

#[test]
fn most_calls_end() {
    let (mut all, mut in_the_end) = (0, 0);
    for seed in 0..200 {
        let story = cluster::story(config(5, 3, 3), seed, 5);
        all += story.calls.len();
        in_the_end += ended(&story.calls);
    }
    assert!(
        in_the_end * 100 > all * 60,
        "of {all} calls, {in_the_end} have ended; the network loses one message of 30, and some clients die"
    );
}
