//! Customers' names, loaded once each.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

/// Loads the name of a customer. It may take any time.
pub type Load = Box<dyn Fn(u64) -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

/// A cache of names, which any task may ask.
#[derive(Debug)]
pub struct Names {
    orders: mpsc::Sender<(u64, oneshot::Sender<Arc<str>>)>,
}

impl Names {
    /// An empty cache.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    #[must_use]
    pub fn new(load: Load) -> Self {
        let (sender, mut orders) = mpsc::channel::<(u64, oneshot::Sender<Arc<str>>)>(16);
        // Owns the map, so that nobody has to lock anything.
        tokio::spawn(async move {
            let mut names: HashMap<u64, Arc<str>> = HashMap::new();
            while let Some((id, reply)) = orders.recv().await {
                let name = match names.get(&id) {
                    Some(name) => Arc::clone(name),
                    None => {
                        let name: Arc<str> = load(id).await.into();
                        names.insert(id, Arc::clone(&name));
                        name
                    }
                };
                let _ = reply.send(name);
            }
        });
        Self { orders: sender }
    }

    /// The name of a customer: the one that is known, or else a load. All who ask get the same one, which is
    /// that of the first load to end.
    pub async fn get(&self, id: u64) -> Arc<str> {
        let (reply, answer) = oneshot::channel();
        let sent = self.orders.send((id, reply)).await;
        sent.expect("the task runs as long as there is a sender");
        answer.await.expect("the task answers everybody")
    }
}
