//! A service that answers each request in a task of its own. Tasks move between threads, so whatever is
//! alive across an `.await` must be `Send`.

use std::sync::Arc;

use guard_across_await::{Authority, Denied, Session, Tokens};
use tokio::time::Instant;

struct Provider;

impl Authority for Provider {
    async fn refresh(&self, refresh: &str) -> Result<Tokens, Denied> {
        Ok(Tokens {
            access: "a2".to_owned(),
            refresh: format!("{refresh}'"),
            expires: Instant::now(),
        })
    }
}

async fn handle(session: Arc<Session<Provider>>) -> Result<String, Denied> {
    session.bearer("handler").await
}

fn main() {
    let tokens = Tokens {
        access: "a1".to_owned(),
        refresh: "r1".to_owned(),
        expires: Instant::now(),
    };
    let session = Arc::new(Session::new(Provider, tokens));
    let _request = async move { tokio::spawn(handle(session)).await };
}
