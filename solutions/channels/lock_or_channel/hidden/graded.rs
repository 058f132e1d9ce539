//! The same promises at other values.

use std::sync::Arc;
use std::time::Duration;

use lock_or_channel::{Hits, Load, Mail, Names, outbox};
use tokio::time::{sleep, timeout};

fn loader() -> Load {
    Box::new(|id| {
        Box::pin(async move {
            sleep(Duration::from_millis(id)).await;
            format!("customer {id}")
        })
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn known_names_are_returned_on_any_runtime() {
    let names = Arc::new(Names::new(loader()));
    let hits = Arc::new(Hits::new(10));
    let asking: Vec<_> = (0..40)
        .map(|n| {
            let (names, hits) = (Arc::clone(&names), Arc::clone(&hits));
            tokio::spawn(async move {
                hits.hit(n % 10);
                (n as u64 % 10, names.get(n as u64 % 10).await)
            })
        })
        .collect();
    for asked in asking {
        let (id, name) = asked.await.expect("get must not panic");
        assert_eq!(&*name, format!("customer {id}"));
    }
    for page in 0..10 {
        assert_eq!(hits.count(page), 4, "page {page}");
    }
}

#[tokio::test(start_paused = true)]
async fn many_writers_and_one_sender_lose_no_mail() {
    let (outbox, mut deliveries) = outbox(2);
    for writer in 0..20 {
        let outbox = outbox.clone();
        tokio::spawn(async move {
            for number in 0..10 {
                let to = format!("{writer:02}/{number}");
                outbox.put(Mail { to }).await.expect("it is taken out");
            }
        });
    }
    drop(outbox);
    let mut all = Vec::new();
    while let Some(mail) = timeout(Duration::from_secs(60), deliveries.next())
        .await
        .expect("mail or the end must come")
    {
        all.push(mail.to);
    }
    assert_eq!(all.len(), 200, "twenty writers put ten mails each");
    let mut each: Vec<_> = all.clone();
    each.sort();
    each.dedup();
    assert_eq!(each.len(), 200, "each mail once");
    for writer in 0..20 {
        let prefix = format!("{writer:02}/");
        assert!(
            all.iter().filter(|to| to.starts_with(&prefix)).is_sorted(),
            "the mails of writer {writer} are in order"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_get_leaves_the_cache_whole() {
    let names = Names::new(loader());
    let gave_up = timeout(Duration::from_millis(10), names.get(1_000)).await;
    assert!(gave_up.is_err(), "the load takes a second");
    for id in [1_000, 3, 1_000] {
        let name = timeout(Duration::from_secs(5), names.get(id))
            .await
            .expect("a name comes");
        assert_eq!(&*name, format!("customer {id}"));
    }
}
