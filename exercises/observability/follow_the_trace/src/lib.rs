//! Carries a trace through this service: W3C Trace Context, level 1.

/// The header that says which trace a request belongs to, and which span sent it.
pub const TRACEPARENT: &str = "traceparent";

/// The header in which tracing systems keep what is theirs.
pub const TRACESTATE: &str = "tracestate";

/// Where new identifiers come from. Any number may come, 0 as well as others.
pub trait Ids {
    /// A random number.
    fn trace_id(&mut self) -> u128;

    /// A random number.
    fn span_id(&mut self) -> u64;
}

/// A piece of work within a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The same for all spans of a trace.
    pub trace_id: u128,
    /// This one's own.
    pub id: u64,
    /// The span that asked for the work; `None` if the trace begins here.
    pub parent: Option<u64>,
    /// Whether the trace is recorded.
    pub sampled: bool,
    /// What other tracing systems want carried along.
    pub state: Option<String>,
}

impl Span {
    /// The span of a request that came in, with these headers: names and values, in order.
    pub fn enter(headers: &[(&str, &str)], ids: &mut impl Ids) -> Self {
        let find = |wanted: &str| {
            let found = headers.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| *value)
        };
        let state = find(TRACESTATE).map(str::to_owned);
        match find(TRACEPARENT).and_then(parse) {
            Some((trace_id, id, flags)) => Self {
                trace_id,
                id,
                parent: None,
                sampled: flags == 1,
                state,
            },
            None => Self {
                trace_id: ids.trace_id(),
                id: ids.span_id(),
                parent: None,
                sampled: true,
                state,
            },
        }
    }

    /// The span of a piece of work within this one, such as a call of another service.
    pub fn child(&self, ids: &mut impl Ids) -> Self {
        Self {
            id: ids.span_id(),
            parent: Some(self.id),
            ..self.clone()
        }
    }

    /// The headers to send with the call that this span stands for.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let parent = self.parent.unwrap_or(self.id);
        let flags = u8::from(self.sampled);
        let mut headers = vec![(
            TRACEPARENT,
            format!("00-{:x}-{parent:x}-{flags:02x}", self.trace_id),
        )];
        headers.extend(self.state.clone().map(|state| (TRACESTATE, state)));
        headers
    }
}

/// The trace, the span and the flags.
fn parse(value: &str) -> Option<(u128, u64, u8)> {
    let mut fields = value.split('-');
    let version = u8::from_str_radix(fields.next()?, 16).ok()?;
    let trace_id = u128::from_str_radix(fields.next()?, 16).ok()?;
    let span_id = u64::from_str_radix(fields.next()?, 16).ok()?;
    let flags = u8::from_str_radix(fields.next()?, 16).ok()?;
    (version == 0).then_some((trace_id, span_id, flags))
}
