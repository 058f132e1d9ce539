//! Readers and writers at many distances, on many keys.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_aside::{Cache, Source};
use tokio::time::{Instant, sleep, sleep_until};

/// Values are numbers that only grow. Each key's load and write take as long as its name says.
#[derive(Clone, Default)]
struct Database(Arc<Mutex<HashMap<String, u64>>>);

fn takes(key: &str) -> Duration {
    Duration::from_millis(key.parse().expect("keys are numbers"))
}

impl Source for Database {
    type Error = std::convert::Infallible;

    async fn load(&self, key: &str) -> Result<String, Self::Error> {
        let value = self.0.lock().expect("no panic").get(key).copied();
        sleep(takes(key)).await;
        Ok(value.unwrap_or(0).to_string())
    }

    async fn store(&self, key: &str, value: &str) -> Result<(), Self::Error> {
        sleep(takes(key) / 2).await;
        let number = value.parse().expect("values are numbers");
        self.0
            .lock()
            .expect("no panic")
            .insert(key.to_owned(), number);
        sleep(takes(key) / 3).await;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_reads_what_is_older_than_a_write_that_has_ended() {
    let cache = Arc::new(Cache::new(Database::default(), Duration::from_secs(2)));
    let start = Instant::now();
    let mut tasks = Vec::new();
    for key in ["30", "50", "110"] {
        // The newest value whose write has returned.
        let written = Arc::new(Mutex::new(0_u64));
        let writer = (Arc::clone(&cache), Arc::clone(&written));
        tasks.push(tokio::spawn(async move {
            for value in 1..=40_u64 {
                sleep_until(start + Duration::from_millis(value * 157)).await;
                let Ok(()) = writer.0.set(key, &value.to_string()).await;
                *writer.1.lock().expect("no panic") = value;
            }
        }));
        for n in 0..20_u64 {
            let (cache, written) = (Arc::clone(&cache), Arc::clone(&written));
            tasks.push(tokio::spawn(async move {
                for m in 0..30_u64 {
                    sleep_until(start + Duration::from_millis(m * 211 + n * 13)).await;
                    let known = *written.lock().expect("no panic");
                    let Ok(value) = cache.get(key).await;
                    let value: u64 = value.parse().expect("values are numbers");
                    assert!(
                        value >= known,
                        "key {key}: a read that began after the write of {known} had returned got {value}"
                    );
                }
            }));
        }
    }
    for task in tasks {
        task.await
            .expect("no read is older than a write that has ended");
    }
}
