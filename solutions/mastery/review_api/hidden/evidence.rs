//! Each defect of the change, shown by running it, and both places that are right.

use std::error::Error;
use std::marker::PhantomData;
use std::panic::catch_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use review_api::client::{Client, Transport};
use review_api::model::{Batch, Delivery, Options, SendError, Signer};

/// Answers with one status, or with an error, and keeps what it was given.
#[derive(Clone, Default)]
struct Fixed {
    status: Option<u16>,
    timeouts: Arc<Mutex<Vec<Duration>>>,
}

impl Transport for Fixed {
    fn post(
        &self,
        _: &str,
        _: &str,
        _: &str,
        timeout: Duration,
    ) -> Result<u16, Box<dyn Error + Send + Sync>> {
        self.timeouts.lock().expect("not poisoned").push(timeout);
        self.status.ok_or_else(|| "connection reset".into())
    }
}

fn client(options: Options, transport: Fixed) -> Client {
    Client::new("https://example.org/hook", options, transport).expect("an address")
}

/// `of::<T>` says whether threads can share a `T`, without the build failing if they can't.
struct Shared<T>(PhantomData<T>);

trait Otherwise {
    const SAID: &'static str = "one thread only";
}

impl<T> Otherwise for Shared<T> {}

impl<T: Sync> Shared<T> {
    const SAID: &'static str = "many threads";
}

#[test]
fn threads_can_no_longer_share_a_client() {
    assert_eq!(Shared::<Options>::SAID, "many threads", "the probe works");
    assert_eq!(
        Shared::<Client>::SAID,
        "one thread only",
        "Cell is not Sync"
    );
}

#[test]
fn a_match_without_a_wildcard_has_a_case_too_few() {
    let users = |delivery| match delivery {
        Delivery::Accepted => "accepted",
        Delivery::Refused => "refused",
        // This line is in no user's program, and without it there is E0004.
        Delivery::Duplicate => "new",
    };
    assert_eq!(users(Delivery::Duplicate), "new");
}

#[test]
fn a_user_who_set_nothing_has_another_timeout() {
    let transport = Fixed {
        status: Some(200),
        ..Fixed::default()
    };
    let sent = client(Options::new("k"), transport.clone()).send("{}");
    assert_eq!(sent.ok(), Some(Delivery::Accepted));
    let timeouts = transport.timeouts.lock().expect("not poisoned").clone();
    assert_eq!(timeouts, [Duration::from_secs(10)], "it was 30 in 2.3");
}

#[test]
fn a_timeout_in_which_nothing_can_be_sent_is_taken() {
    let transport = Fixed::default();
    let options = Options::new("k").timeout(Duration::ZERO);
    assert!(client(options, transport.clone()).send("{}").is_err());
    let timeouts = transport.timeouts.lock().expect("not poisoned").clone();
    assert_eq!(
        timeouts,
        [Duration::ZERO; 3],
        "three attempts of no time each"
    );
    assert!(
        Options::new("k").attempts(0).is_err(),
        "as it is done above"
    );
}

#[test]
fn the_key_is_printed() {
    let text = format!("{:?}", Options::new("sk_live_7"));
    assert!(text.contains("sk_live_7"), "the log says {text}");
}

#[test]
fn a_batch_is_made_of_somebody_elses_type() {
    let part: serde_json::Value = serde_json::json!({ "id": 1 });
    let mut batch = Batch::new(part.clone());
    // Whoever writes this line has serde_json in their Cargo.toml, in the same major version.
    batch.push(part);
}

#[test]
fn a_preview_panics_within_a_character() {
    assert_eq!(Client::preview("short"), "short");
    let body = "nineteen bytes here".to_owned() + "é";
    assert!(
        catch_unwind(|| Client::preview(&body).len()).is_err(),
        "byte 20 is inside of é"
    );
}

#[test]
fn a_failed_batch_has_no_cause() {
    let client = client(Options::new("k"), Fixed::default());
    let source = |error: SendError| error.source().map(ToString::to_string);
    let of_one = client.send("{}").map_err(source);
    assert_eq!(of_one, Err(Some("connection reset".to_owned())));
    let batch = Batch::new(serde_json::json!(1));
    assert_eq!(
        client.send_batch(&batch).map_err(source),
        Err(None),
        "dropped"
    );
}

#[test]
fn right_every_address_that_a_client_has_has_a_host() {
    for (address, host) in [
        ("https://a", "a"),
        ("https://a/", "a"),
        ("https://é.example/x/y", "é.example"),
        ("https:///", ""),
    ] {
        let client = Client::new(address, Options::new("k"), Fixed::default());
        assert_eq!(client.expect("an address").host(), host, "{address}");
    }
    for address in ["https://", "https:/", "http://a", "", "é"] {
        let client = Client::new(address, Options::new("k"), Fixed::default());
        assert!(client.is_err(), "there is no client for {address:?}");
    }
}

#[test]
fn right_a_bound_on_a_sealed_trait_builds_as_before() {
    fn signature(signer: &impl Signer) -> String {
        signer.sign("{}")
    }
    let plain = signature(&Options::new("k"));
    assert_eq!(
        plain,
        format!("{:x}", u64::from(b'k') + u64::from(b'{') + u64::from(b'}'))
    );
    let for_a_tenant = Options::new("k").tenant("t").expect("a name");
    assert_eq!(Signer::tenant(&for_a_tenant), Some("t"));
    assert_ne!(signature(&for_a_tenant), plain, "off until it is asked for");
}
