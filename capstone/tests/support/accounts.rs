// What every store of accounts promises, whichever it is. A store is empty at first.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::Arc;

use capstone::Secret;
use capstone::domain::{Name, Timestamp, UserId};
use capstone::ports::{AccountRepository, Digest, Rotated, Session};

pub type Store = Arc<dyn AccountRepository>;

const NOON: u64 = 1_767_268_800_000;

pub fn at(millis_after_noon: u64) -> Timestamp {
    Timestamp::from_millis(NOON + millis_after_noon)
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap_or_else(|error| panic!("{text:?} is a name: {error}"))
}

pub fn digest(of: u8) -> Digest {
    Digest([of; 32])
}

pub async fn registered(store: &Store, text: &str) -> UserId {
    let kept = Secret::new(format!("kept of {text}"));
    let id = store.register(name(text), kept, at(0)).await;
    id.expect("the store works")
        .unwrap_or_else(|| panic!("nobody has the name {text}"))
}

/// A session of `owner` that lasts until `expires`, with a token of its own.
pub async fn begun(store: &Store, owner: UserId, session: u8, token: u8, expires: u64) {
    let session = Session {
        id: digest(session),
        owner,
        token: digest(token),
        began: at(0),
        expires: at(expires),
    };
    store.begin(session).await.expect("the store works");
}

pub async fn rotated(store: &Store, session: u8, used: u8, next: u8, now: u64) -> Rotated {
    let rotated = store.rotate(digest(session), digest(used), digest(next), at(now));
    rotated.await.expect("the store works")
}

pub async fn names_are_given_once(store: Store) {
    let ada = registered(&store, "ada").await;
    let bob = registered(&store, "bob").await;
    assert!(
        1 < ada.get() && ada < bob,
        "numbers rise, and none is 1: user 1 was whoever called before there were accounts, and the first one to \
         register must not inherit the tasks of that time. They are {ada:?} and {bob:?}"
    );
    let again = store.register(name("ada"), Secret::new("other"), at(9));
    assert_eq!(
        again.await.expect("the store works"),
        None,
        "the name `ada` is taken"
    );
    let account = store.account(name("ada")).await.expect("the store works");
    let account = account.expect("Ada has registered");
    assert_eq!(
        (account.id, account.name, account.password.expose()),
        (ada, name("ada"), "kept of ada"),
        "Ada's account is what she has made, and nothing of who came later"
    );
    let nobody = store.account(name("nobody")).await;
    assert_eq!(nobody.expect("the store works"), None);

    let clients: Vec<_> = (0..20)
        .map(|client| {
            let store = Arc::clone(&store);
            let kept = Secret::new(format!("client {client}"));
            tokio::spawn(async move { store.register(name("eve"), kept, at(0)).await })
        })
        .collect();
    let mut made = 0;
    for client in clients {
        let id = client.await.expect("no panic").expect("the store works");
        made += usize::from(id.is_some());
    }
    assert_eq!(
        made, 1,
        "twenty register one name at the same time, and one of them gets it"
    );
}

pub async fn a_session_goes_on_by_its_last_token(store: Store) {
    let (ada, bob) = (
        registered(&store, "ada").await,
        registered(&store, "bob").await,
    );
    begun(&store, ada, 1, 11, 1000).await;
    begun(&store, ada, 2, 21, 1000).await;
    begun(&store, bob, 3, 31, 1000).await;
    assert_eq!(
        [
            rotated(&store, 1, 11, 12, 1).await,
            rotated(&store, 1, 12, 13, 2).await,
            rotated(&store, 3, 31, 32, 2).await,
        ],
        [Rotated::Done(ada), Rotated::Done(ada), Rotated::Done(bob)],
        "each token is good for the next"
    );
    assert_eq!(
        rotated(&store, 1, 11, 14, 3).await,
        Rotated::Reused(ada),
        "a token of before comes back"
    );
    assert_eq!(
        rotated(&store, 1, 13, 15, 4).await,
        Rotated::Over,
        "and with that its session has ended, whoever has the last token: one of the two is a thief, and nobody knows \
         which"
    );
    assert_eq!(
        [
            rotated(&store, 2, 21, 22, 5).await,
            rotated(&store, 3, 32, 33, 5).await,
            rotated(&store, 9, 21, 22, 5).await,
        ],
        [Rotated::Done(ada), Rotated::Done(bob), Rotated::Over],
        "Ada's other device and Bob go on; a session that never was is over"
    );
}

pub async fn sessions_end(store: Store) {
    let (ada, bob) = (
        registered(&store, "ada").await,
        registered(&store, "bob").await,
    );
    begun(&store, ada, 1, 11, 1000).await;
    begun(&store, ada, 2, 21, 1000).await;
    begun(&store, ada, 3, 31, 1000).await;
    begun(&store, bob, 4, 41, 1000).await;
    begun(&store, bob, 5, 51, 1000).await;
    store.end(digest(1)).await.expect("the store works");
    store.end(digest(99)).await.expect("it is as good as ended");
    assert_eq!(
        [
            rotated(&store, 1, 11, 12, 1).await,
            rotated(&store, 2, 21, 22, 1).await
        ],
        [Rotated::Over, Rotated::Done(ada)],
        "one of Ada's sessions was ended, not the other"
    );
    store.end_all(ada).await.expect("the store works");
    assert_eq!(
        [
            rotated(&store, 2, 22, 23, 2).await,
            rotated(&store, 3, 31, 32, 2).await,
            rotated(&store, 4, 41, 42, 2).await,
        ],
        [Rotated::Over, Rotated::Over, Rotated::Done(bob)],
        "all of Ada's were ended, and none of Bob's"
    );
    assert_eq!(
        [
            rotated(&store, 4, 42, 43, 999).await,
            rotated(&store, 4, 43, 44, 1000).await,
            rotated(&store, 5, 50, 52, 1000).await,
        ],
        [Rotated::Done(bob), Rotated::Over, Rotated::Over],
        "Bob's last until 1000, which is no part of them, however often their token was replaced"
    );
}

pub async fn one_token_is_for_one_of_many(store: Store) {
    let ada = registered(&store, "ada").await;
    begun(&store, ada, 1, 11, 1000).await;
    let clients: Vec<_> = (0..20)
        .map(|client| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { rotated(&store, 1, 11, 100 + client, 1).await })
        })
        .collect();
    let mut done = 0;
    let mut reused = 0;
    for client in clients {
        match client.await.expect("no panic") {
            Rotated::Done(_) => done += 1,
            Rotated::Reused(_) => reused += 1,
            Rotated::Over => {}
        }
    }
    assert_eq!(
        (done, reused),
        (1, 1),
        "twenty bring one token at the same time: the first one is served, the second ends the session, and for the \
         others it is over"
    );
}
