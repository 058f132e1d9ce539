//! What the store is asked when a client keeps the order, and what the client is told.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::rc::Rc;

use typestate_upload::{Request, Store, connect};

/// Writes down what it is asked, and refuses chosen requests.
#[derive(Clone, Default)]
struct Recorder {
    asked: Rc<RefCell<Vec<String>>>,
    refused: Vec<(usize, ErrorKind)>,
}

impl Recorder {
    /// Refuses the nth request, counted from 1, and takes all others.
    fn refusing(nth: usize, with: ErrorKind) -> Self {
        Self {
            refused: vec![(nth, with)],
            ..Self::default()
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }
}

impl Store for Recorder {
    fn send(&mut self, request: Request<'_>) -> io::Result<()> {
        let mut asked = self.asked.borrow_mut();
        asked.push(match request {
            Request::Authenticate { token } => format!("authenticate {token}"),
            Request::Begin { name } => format!("begin {name}"),
            Request::Chunk { number, bytes } => {
                format!("chunk {number} {}", String::from_utf8_lossy(bytes))
            }
            Request::Finish { chunks } => format!("finish {chunks}"),
            Request::Abort => "abort".to_owned(),
        });
        match self.refused.iter().find(|(nth, _)| *nth == asked.len()) {
            Some((_, kind)) => Err((*kind).into()),
            None => Ok(()),
        }
    }
}

#[test]
fn the_right_order_reaches_the_store() {
    let store = Recorder::default();
    let mut upload = connect(store.clone())
        .authenticate("s3cret")
        .expect("the store takes this token")
        .begin("nightly.tar")
        .expect("the store takes this name");
    upload.chunk(b"one").expect("the store takes every chunk");
    upload.chunk(b"two").expect("the store takes every chunk");
    upload.finish().expect("the store makes the object");
    assert_eq!(
        store.asked(),
        [
            "authenticate s3cret",
            "begin nightly.tar",
            "chunk 1 one",
            "chunk 2 two",
            "finish 2",
        ],
        "each step is one request, chunks are numbered from 1, and finish says how many there are"
    );
}

#[test]
fn the_receipt_tells_what_was_uploaded() {
    let mut upload = connect(Recorder::default())
        .authenticate("s3cret")
        .expect("the store takes this token")
        .begin("nightly.tar")
        .expect("the store takes this name");
    upload.chunk(b"three").expect("the store takes every chunk");
    upload
        .chunk(b"fifteen bytes!!")
        .expect("the store takes every chunk");
    let receipt = upload.finish().expect("the store makes the object");
    assert_eq!(
        (receipt.name.as_str(), receipt.chunks, receipt.bytes),
        ("nightly.tar", 2, 20),
        "the receipt has the name that began the upload, and counts chunks of 5 and 15 bytes"
    );
}

#[test]
fn a_refused_token_goes_no_further() {
    let store = Recorder::refusing(1, ErrorKind::PermissionDenied);
    let answer = connect(store.clone()).authenticate("stale");
    assert_eq!(
        answer.err().map(|error| error.kind()),
        Some(ErrorKind::PermissionDenied),
        "the store refused the token, and authenticate has to say so as the store said it"
    );
    assert_eq!(
        store.asked(),
        ["authenticate stale"],
        "after a refused token the store is asked nothing else"
    );
}

#[test]
fn a_refused_chunk_does_not_count() {
    let store = Recorder::refusing(4, ErrorKind::TimedOut);
    let mut upload = connect(store.clone())
        .authenticate("s3cret")
        .expect("the store takes this token")
        .begin("nightly.tar")
        .expect("the store takes this name");
    upload.chunk(b"one").expect("the store takes this chunk");
    assert_eq!(
        upload.chunk(b"two").err().map(|error| error.kind()),
        Some(ErrorKind::TimedOut),
        "the store refused the second chunk, and chunk has to say so as the store said it"
    );
    upload
        .chunk(b"two")
        .expect("the upload stays open, and the store takes the chunk at the second try");
    let receipt = upload.finish().expect("the store makes the object");
    assert_eq!(
        store.asked()[2..],
        ["chunk 1 one", "chunk 2 two", "chunk 2 two", "finish 2"],
        "a refused chunk leaves its number to the next one"
    );
    assert_eq!(
        (receipt.chunks, receipt.bytes),
        (2, 6),
        "the receipt counts what the store took: two chunks of 3 bytes, not the refused one"
    );
}

#[test]
fn an_aborted_upload_is_thrown_away() {
    let store = Recorder::default();
    let mut upload = connect(store.clone())
        .authenticate("s3cret")
        .expect("the store takes this token")
        .begin("nightly.tar")
        .expect("the store takes this name");
    upload.chunk(b"one").expect("the store takes every chunk");
    upload.abort().expect("the store throws the chunks away");
    assert_eq!(
        store.asked()[2..],
        ["chunk 1 one", "abort"],
        "abort is a request of its own, and nothing comes after it"
    );
}
