//! How often each page was shown.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

/// A counter for each page, which any thread may use.
#[derive(Debug)]
pub struct Hits {
    orders: SyncSender<Order>,
}

#[derive(Debug)]
enum Order {
    Hit(usize),
    Count(usize, SyncSender<u64>),
}

impl Hits {
    /// Counts from zero for pages 0 up to `pages`, without that one.
    ///
    /// # Panics
    ///
    /// Panics if the system starts no further thread.
    #[must_use]
    pub fn new(pages: usize) -> Self {
        let (sender, orders) = mpsc::sync_channel(1_024);
        thread::Builder::new()
            .name("hits".to_owned())
            .spawn(move || count(pages, orders))
            .expect("a thread starts");
        Self { orders: sender }
    }

    /// Counts one more for a page. A page that there is not is left alone.
    pub fn hit(&self, page: usize) {
        // Fails only if the thread has panicked.
        let _ = self.orders.send(Order::Hit(page));
    }

    /// How often a page was shown: every `hit` that has returned, on whichever thread. Zero for a page that
    /// there is not.
    #[must_use]
    pub fn count(&self, page: usize) -> u64 {
        let (reply, answer) = mpsc::sync_channel(1);
        let _ = self.orders.send(Order::Count(page, reply));
        answer.recv().unwrap_or(0)
    }
}

/// Owns the counters, so that nobody has to lock anything.
fn count(pages: usize, orders: Receiver<Order>) {
    let mut counts = vec![0; pages];
    for order in orders {
        match order {
            Order::Hit(page) => {
                if let Some(count) = counts.get_mut(page) {
                    *count += 1;
                }
            }
            Order::Count(page, reply) => {
                let _ = reply.send(counts.get(page).copied().unwrap_or(0));
            }
        }
    }
}
