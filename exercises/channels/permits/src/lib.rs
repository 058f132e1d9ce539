//! The outbox of a letter service: documents are rendered, and wait to be posted.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Where documents are put. A clone is the same outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    documents: mpsc::Sender<Document>,
    waiting: Arc<AtomicUsize>,
}

/// Where documents are taken from.
#[derive(Debug)]
pub struct Inbox {
    documents: mpsc::Receiver<Document>,
    waiting: Arc<AtomicUsize>,
}

/// A document that is ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Whose it is.
    pub title: String,
}

/// A document could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// What is wrong with it.
    pub reason: String,
}

/// Why a document is not in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// All places are taken. Nothing was rendered.
    Full,
    /// The inbox was closed. Nothing was rendered.
    Closed,
    /// The rendering failed.
    Render(RenderError),
}

/// How much is in an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many documents it has room for.
    pub places: usize,
    /// How many of the places are taken: by documents that wait, and by renderings under way.
    pub taken: usize,
}

/// An outbox with so many places, and its other end.
///
/// # Panics
///
/// Panics if `places` is zero.
#[must_use]
pub fn outbox(places: usize) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(places);
    let waiting = Arc::new(AtomicUsize::new(0));
    let outbox = Outbox {
        documents: sender,
        waiting: Arc::clone(&waiting),
    };
    let inbox = Inbox {
        documents: receiver,
        waiting,
    };
    (outbox, inbox)
}

impl Outbox {
    /// Renders a document and puts it into the outbox. Never waits for a place.
    ///
    /// # Errors
    ///
    /// See [`Refused`].
    pub async fn submit<R>(&self, render: impl FnOnce() -> R) -> Result<(), Refused>
    where
        R: Future<Output = Result<Document, RenderError>>,
    {
        let document = render().await.map_err(Refused::Render)?;
        match self.documents.try_send(document) {
            Ok(()) => {
                self.waiting.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(TrySendError::Full(_)) => Err(Refused::Full),
            Err(TrySendError::Closed(_)) => Err(Refused::Closed),
        }
    }

    /// How much is in it at this moment.
    #[must_use]
    pub fn load(&self) -> Load {
        Load {
            places: self.documents.max_capacity(),
            taken: self.waiting.load(Ordering::Relaxed),
        }
    }
}

impl Inbox {
    /// Takes the next document, and waits for one. `None` when the inbox is closed or every outbox gone,
    /// and nothing is left.
    pub async fn next(&mut self) -> Option<Document> {
        let document = self.documents.recv().await?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(document)
    }

    /// Lets nothing new in.
    pub fn close(&mut self) {
        self.documents.close();
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not render the document: {}", self.reason)
    }
}

impl Error for RenderError {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Full => f.write_str("the outbox is full"),
            Refused::Closed => f.write_str("the outbox is closed"),
            Refused::Render(_) => f.write_str("the document was not rendered"),
        }
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Refused::Full | Refused::Closed => None,
            Refused::Render(error) => Some(error),
        }
    }
}
