//! The same promises at values that the visible tests do not name.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::rc::Rc;

use typestate_upload::{Receipt, Request, Store, connect};

/// Counts what it is asked, and refuses the nth request.
#[derive(Clone, Default)]
struct Counter {
    asked: Rc<RefCell<Vec<String>>>,
    refused: Option<usize>,
}

impl Store for Counter {
    fn send(&mut self, request: Request<'_>) -> io::Result<()> {
        let mut asked = self.asked.borrow_mut();
        asked.push(match request {
            Request::Authenticate { .. } => "authenticate".to_owned(),
            Request::Begin { .. } => "begin".to_owned(),
            Request::Chunk { number, bytes } => format!("chunk {number} of {}", bytes.len()),
            Request::Finish { chunks } => format!("finish {chunks}"),
            Request::Abort => "abort".to_owned(),
        });
        if self.refused == Some(asked.len()) {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

/// Uploads as most callers do: the first error ends it.
fn upload(store: Counter, sizes: &[usize]) -> io::Result<Receipt> {
    let mut upload = connect(store).authenticate("token")?.begin("weekly.tar")?;
    for &size in sizes {
        upload.chunk(&vec![7; size])?;
    }
    upload.finish()
}

#[test]
fn receipts_add_up_for_any_number_of_chunks() {
    for count in [0, 1, 2, 17, 1_000] {
        let store = Counter::default();
        let sizes: Vec<usize> = (0..count).map(|n| n * 37 % 101).collect();
        let receipt = upload(store.clone(), &sizes).expect("the store takes everything");
        let expected = Receipt {
            name: "weekly.tar".to_owned(),
            chunks: count as u64,
            bytes: sizes.iter().sum::<usize>() as u64,
        };
        assert_eq!(
            receipt, expected,
            "{count} chunks, of which some are empty, and the store took each"
        );
        let asked = store.asked.borrow();
        assert_eq!(asked.len(), count + 3, "one request for each step");
        assert_eq!(
            asked.last().map(String::as_str),
            Some(format!("finish {count}").as_str()),
            "finish says how many chunks there are"
        );
    }
}

#[test]
fn a_refusal_at_any_step_is_what_the_caller_gets() {
    for nth in 1..=5 {
        let store = Counter {
            refused: Some(nth),
            ..Counter::default()
        };
        let answer = upload(store.clone(), &[10, 20]);
        assert_eq!(
            answer.err().map(|error| error.kind()),
            Some(ErrorKind::StorageFull),
            "the store refused request {nth} of 5, and the caller has to be told"
        );
        assert_eq!(
            store.asked.borrow().len(),
            nth,
            "request {nth} of 5 was refused, and the caller stopped there"
        );
    }
}

#[test]
fn an_upload_can_be_aborted_after_a_refused_chunk() {
    let store = Counter {
        refused: Some(4),
        ..Counter::default()
    };
    let mut open = connect(store.clone())
        .authenticate("token")
        .expect("the store takes this token")
        .begin("weekly.tar")
        .expect("the store takes this name");
    open.chunk(&[1; 8]).expect("the store takes this chunk");
    assert!(
        open.chunk(&[2; 8]).is_err(),
        "the store refused this chunk, and the caller has to be told"
    );
    open.abort().expect("the store throws the chunks away");
    assert_eq!(
        store.asked.borrow()[2..],
        ["chunk 1 of 8", "chunk 2 of 8", "abort"],
        "a refused chunk leaves the upload open, so that it can be aborted"
    );
}

#[test]
fn a_refused_abort_is_told() {
    let store = Counter {
        refused: Some(4),
        ..Counter::default()
    };
    let mut open = connect(store)
        .authenticate("token")
        .expect("the store takes this token")
        .begin("weekly.tar")
        .expect("the store takes this name");
    open.chunk(&[1; 8]).expect("the store takes this chunk");
    assert_eq!(
        open.abort().err().map(|error| error.kind()),
        Some(ErrorKind::StorageFull),
        "the store refused to throw the chunks away, and the caller has to be told"
    );
}
