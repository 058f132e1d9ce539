//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod accounts {
    include!("support/accounts.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod api {
    include!("support/api.rs");
}

use std::env;
use std::fs;
use std::future;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use capstone::Secret;
use capstone::accounts::{Accounts, Means, Policy};
use capstone::adapters::{
    Argon2Passwords, Cost, MemoryAccounts, MemoryTasks, SqliteTasks, SystemClock, SystemRandom,
};
use capstone::config::TokenKey;
use capstone::domain::{Name, Timestamp, UserId};
use capstone::http;
use capstone::ports::{
    Account, AccountRepository, Digest, Pending, Random, Rotated, Session, StoreError,
};
use capstone::tasks::Tasks;
use serde_json::{Value, json};

use accounts::{Store, begun, registered, rotated};
use api::{Ask, Told};

const PASSWORD: &str = "correct horse battery";

/// A store, and a source of random bytes, that can be broken.
struct Fragile {
    inner: MemoryAccounts,
    random: SystemRandom,
    store_broken: AtomicBool,
    random_broken: AtomicBool,
}

fn broken<'a, T: Send + 'a>() -> Pending<'a, T> {
    let error = StoreError::new("ask the accounts", "no route to host");
    Box::pin(future::ready(Err(error)))
}

impl Fragile {
    fn is_broken(&self) -> bool {
        self.store_broken.load(Ordering::SeqCst)
    }
}

impl AccountRepository for Fragile {
    fn register(&self, name: Name, kept: Secret, at: Timestamp) -> Pending<'_, Option<UserId>> {
        if self.is_broken() {
            return broken();
        }
        self.inner.register(name, kept, at)
    }

    fn account(&self, name: Name) -> Pending<'_, Option<Account>> {
        if self.is_broken() {
            return broken();
        }
        self.inner.account(name)
    }

    fn begin(&self, session: Session) -> Pending<'_, ()> {
        if self.is_broken() {
            return broken();
        }
        self.inner.begin(session)
    }

    fn rotate(
        &self,
        id: Digest,
        used: Digest,
        next: Digest,
        now: Timestamp,
    ) -> Pending<'_, Rotated> {
        if self.is_broken() {
            return broken();
        }
        self.inner.rotate(id, used, next, now)
    }

    fn end(&self, session: Digest) -> Pending<'_, ()> {
        if self.is_broken() {
            return broken();
        }
        self.inner.end(session)
    }

    fn end_all(&self, owner: UserId) -> Pending<'_, ()> {
        if self.is_broken() {
            return broken();
        }
        self.inner.end_all(owner)
    }
}

impl Random for Fragile {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        if self.random_broken.load(Ordering::SeqCst) {
            return Err(StoreError::new("get random bytes", "no route to host"));
        }
        self.random.fill(bytes)
    }
}

fn service() -> (Router, Arc<Fragile>) {
    let fragile = Arc::new(Fragile {
        inner: MemoryAccounts::default(),
        random: SystemRandom::open().expect("Unix has random bytes"),
        store_broken: AtomicBool::new(false),
        random_broken: AtomicBool::new(false),
    });
    let cost = Cost {
        memory_kib: 8,
        passes: 1,
    };
    let hasher = Argon2Passwords::new(cost, None).expect("Argon2 goes as low as that");
    let means = Means {
        repository: Arc::clone(&fragile) as Arc<dyn AccountRepository>,
        hasher: Arc::new(hasher),
        clock: Arc::new(SystemClock),
        random: Arc::clone(&fragile) as Arc<dyn Random>,
    };
    let key = TokenKey {
        id: "graded".to_owned(),
        secret: Secret::new("a key of more than thirty-two bytes"),
    };
    let accounts = Accounts::new(means, Policy::signed_with(key));
    let tasks = Tasks::new(Arc::new(MemoryTasks::default()), Arc::new(SystemClock));
    let api = http::Routes::new(tasks, Arc::new(accounts.clone()))
        .accounts(accounts)
        .router();
    (api, fragile)
}

async fn post(api: &Router, path: &str, body: Value) -> Told {
    Ask::new("POST", path).json(body).of(api).await
}

fn credentials(name: &str) -> Value {
    json!({"name": name, "password": PASSWORD})
}

#[tokio::test]
async fn a_store_that_fails_is_no_refusal() {
    let (api, fragile) = service();
    let made = post(&api, "/accounts", credentials("ada")).await;
    assert_eq!(made.status, 201, "{made:?}");
    let pass = post(&api, "/sessions", credentials("ada")).await;
    let token = json!({"refresh_token": pass.body["refresh_token"]});

    fragile.store_broken.store(true, Ordering::SeqCst);
    for (path, body) in [
        ("/accounts", credentials("bob")),
        ("/sessions", credentials("ada")),
        ("/sessions/refresh", token.clone()),
        ("/sessions/end", token.clone()),
    ] {
        let told = post(&api, path, body).await;
        assert_eq!(
            told.problem(),
            (500, "/problems/internal"),
            "{path} while the accounts can't be read: 401 would make clients throw away what they have, and 204 would \
             let somebody believe that they are signed out"
        );
        assert!(!told.body.to_string().contains("route"), "{}", told.body);
    }
    fragile.store_broken.store(false, Ordering::SeqCst);
    fragile.random_broken.store(true, Ordering::SeqCst);
    for (path, body) in [
        ("/accounts", credentials("bob")),
        ("/sessions", credentials("ada")),
        ("/sessions/refresh", token.clone()),
    ] {
        let told = post(&api, path, body).await;
        assert_eq!(
            told.problem(),
            (500, "/problems/internal"),
            "{path} without random bytes: a token of noughts is one that everybody can make"
        );
    }
    fragile.random_broken.store(false, Ordering::SeqCst);
    let told = post(&api, "/sessions/refresh", token).await;
    assert_eq!(
        told.status, 200,
        "what failed has changed nothing, and the token has not been used: {told:?}"
    );
}

#[test]
fn names_and_passwords_at_other_values() {
    for (text, expected) in [
        ("ab", Some("ab")),
        ("Z9", Some("z9")),
        ("\tgrace.hopper-2_x \n", Some("grace.hopper-2_x")),
        (&"q".repeat(32), Some(&*"q".repeat(32))),
        ("a b", None),
        ("-ada", None),
        (".ada", None),
        ("_ada", None),
        ("ada\n", Some("ada")),
        ("ad\na", None),
        ("\u{212a}elvin", None),
        ("ada@example", None),
    ] {
        let name = Name::parse(text).ok();
        assert_eq!(name.as_ref().map(Name::as_str), expected, "{text:?}");
    }
}

#[tokio::test]
async fn two_services_on_one_file_renew_once() {
    let folder = env::temp_dir().join(format!("capstone-accounts-graded-{}", process::id()));
    fs::create_dir_all(&folder).expect("there is a place for temporary files");
    let path = folder.join("tasks.db");
    let mut stores: Vec<Store> = Vec::new();
    for _ in 0..2 {
        let opened = SqliteTasks::open(&path).await.expect("it can be opened");
        stores.push(Arc::new(opened.accounts()));
    }
    let ada = registered(&stores[0], "ada").await;
    for round in 0..10_u8 {
        begun(&stores[0], ada, round, 200, 1000).await;
        let calls: Vec<_> = (0..2)
            .map(|number| {
                let store = Arc::clone(&stores[usize::from(number)]);
                tokio::spawn(async move { rotated(&store, round, 200, number, 1).await })
            })
            .collect();
        let mut outcomes = Vec::new();
        for call in calls {
            outcomes.push(call.await.expect("no panic"));
        }
        let done = outcomes
            .iter()
            .filter(|it| matches!(it, Rotated::Done(_)))
            .count();
        assert_eq!(
            done, 1,
            "round {round}: two services get the same token at the same time, and one of them may replace it: {outcomes:?}"
        );
    }
    drop(stores);
    let _ = fs::remove_dir_all(&folder);
}
