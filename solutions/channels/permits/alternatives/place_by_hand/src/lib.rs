//! The outbox of a letter service: documents are rendered, and wait to be posted.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::mpsc;

/// Where documents are put. A clone is the same outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

/// Where documents are taken from.
#[derive(Debug)]
pub struct Inbox {
    documents: mpsc::UnboundedReceiver<(Document, Place)>,
    /// Weak, so that the inbox ends when every outbox is gone.
    shared: Weak<Shared>,
}

#[derive(Debug)]
struct Shared {
    places: usize,
    /// One reference for each place that is taken, beside this one.
    taken: Arc<()>,
    /// `None` once it is closed. Renderings under way have a sender of their own.
    documents: Mutex<Option<mpsc::UnboundedSender<(Document, Place)>>>,
}

/// A place that is taken, until this is dropped.
#[derive(Debug)]
struct Place {
    _taken: Arc<()>,
}

impl Shared {
    fn documents(&self) -> MutexGuard<'_, Option<mpsc::UnboundedSender<(Document, Place)>>> {
        self.documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn taken(&self) -> usize {
        Arc::strong_count(&self.taken) - 1
    }
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
    assert!(places > 0, "an outbox has at least one place");
    let (sender, receiver) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        places,
        taken: Arc::new(()),
        documents: Mutex::new(Some(sender)),
    });
    let inbox = Inbox {
        documents: receiver,
        shared: Arc::downgrade(&shared),
    };
    let outbox = Outbox { shared };
    (outbox, inbox)
}

impl Outbox {
    /// Renders a document and puts it into the outbox. Never waits for a place.
    ///
    /// The place is taken before the rendering starts. If the rendering fails or panics, or this future is
    /// dropped, the place is free again at once.
    ///
    /// # Errors
    ///
    /// See [`Refused`].
    pub async fn submit<R>(&self, render: impl FnOnce() -> R) -> Result<(), Refused>
    where
        R: Future<Output = Result<Document, RenderError>>,
    {
        let (documents, place) = {
            // Under the lock, so that nobody else takes a place between the look and the taking.
            let documents = self.shared.documents();
            let documents = documents.as_ref().ok_or(Refused::Closed)?;
            if documents.is_closed() {
                return Err(Refused::Closed);
            }
            if self.shared.taken() >= self.shared.places {
                return Err(Refused::Full);
            }
            let place = Place {
                _taken: Arc::clone(&self.shared.taken),
            };
            (documents.clone(), place)
        };
        let document = render().await.map_err(Refused::Render)?;
        // Fails if the inbox was dropped meanwhile; then nobody posts anything any more.
        let _ = documents.send((document, place));
        Ok(())
    }

    /// How much is in it at this moment.
    #[must_use]
    pub fn load(&self) -> Load {
        Load {
            places: self.shared.places,
            taken: self.shared.taken(),
        }
    }
}

impl Inbox {
    /// Takes the next document, and waits for one. `None` when the inbox is closed or every outbox gone,
    /// and nothing is left: renderings under way are waited for.
    pub async fn next(&mut self) -> Option<Document> {
        self.documents
            .recv()
            .await
            .map(|(document, _place)| document)
    }

    /// Lets nothing new in. Renderings that are under way keep their places, and come out of
    /// [`next`](Self::next).
    pub fn close(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.documents().take();
        }
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
