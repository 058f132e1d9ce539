//! Which piece of work caused which, across processes: W3C Trace Context, level 1.
//!
//! The context that work is done in belongs to its task, and not to the log: what is written at which level is for an
//! operator to say, and must not decide what can be followed. A task that is spawned inherits nothing. Whoever spawns
//! for a caller wraps the future in [`carried`].

use tokio::task_local;

use crate::ports::Ids;

task_local! {
    static HERE: TraceContext;
}

/// A piece of work, as others have to know it to say that it was the cause of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceContext {
    /// The same for all that one request has led to, in every service. Not 0.
    pub trace_id: u128,
    /// This piece's own. Not 0.
    pub span_id: u64,
    /// Whether somebody upstream records the trace.
    pub sampled: bool,
}

/// The one flag that level 1 knows.
const SAMPLED: u8 = 1;

impl TraceContext {
    /// The first piece of a trace. Sampled: our log, at least, has it.
    pub fn begin(ids: &dyn Ids) -> Self {
        let half = || u128::from(ids.number());
        Self {
            trace_id: unless_zero(|| (half() << 64) | half()),
            span_id: unless_zero(|| ids.number()),
            sampled: true,
        }
    }

    /// A piece of work that this one has led to.
    #[must_use]
    pub fn child(&self, ids: &dyn Ids) -> Self {
        Self {
            span_id: unless_zero(|| ids.number()),
            ..*self
        }
    }

    /// Reads the header of whoever has sent us something, if it is a good one.
    pub fn parse(header: &str) -> Option<Self> {
        // `split_at_checked`: the text is a stranger's, and may have a letter of two bytes across that place.
        let (known, more) = header.split_at_checked(55)?;
        let mut parts = known.split('-');
        let version = digits(parts.next()?, 2)?;
        let trace_id = digits(parts.next()?, 32)?;
        let span_id = u64::try_from(digits(parts.next()?, 16)?).ok()?;
        let flags = u8::try_from(digits(parts.next()?, 2)?).ok()?;
        let ended = match version {
            0 => more.is_empty(),
            // Later versions may add fields at the end. 255 is none, and will never be.
            1..0xff => more.is_empty() || more.starts_with('-'),
            _ => false,
        };
        (ended && trace_id != 0 && span_id != 0).then_some(Self {
            trace_id,
            span_id,
            sampled: flags & SAMPLED == SAMPLED,
        })
    }

    /// The header for what this piece of work sends.
    pub fn traceparent(&self) -> String {
        let (trace, span) = (self.trace_id_text(), self.span_id_text());
        format!("00-{trace}-{span}-0{}", u8::from(self.sampled))
    }

    /// The trace as it stands in logs and headers.
    pub fn trace_id_text(&self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// The piece of work as it stands in logs and headers.
    pub fn span_id_text(&self) -> String {
        format!("{:016x}", self.span_id)
    }
}

/// The piece of work that the caller is a part of, if it is part of any.
pub fn current() -> Option<TraceContext> {
    HERE.try_with(|here| *here).ok()
}

/// Awaits `work` as the piece of work that `context` names.
pub async fn within<F: Future>(context: TraceContext, work: F) -> F::Output {
    HERE.scope(context, work).await
}

/// `work` as a part of what the caller is a part of now, wherever it will be polled.
pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let here = current();
    async move {
        match here {
            Some(here) => within(here, work).await,
            None => work.await,
        }
    }
}

/// A number of exactly so many lower-case digits. `from_str_radix` alone would take capitals, and a sign.
fn digits(text: &str, count: usize) -> Option<u128> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() == count && text.bytes().all(lower) {
        u128::from_str_radix(text, 16).ok()
    } else {
        None
    }
}

/// Zero stands for no id, so whoever draws it draws again.
fn unless_zero<T: Default + PartialEq>(mut draw: impl FnMut() -> T) -> T {
    loop {
        let id = draw();
        if id != T::default() {
            return id;
        }
    }
}
