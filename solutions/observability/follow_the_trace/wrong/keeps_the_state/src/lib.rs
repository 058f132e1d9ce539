//! Carries a trace through this service: W3C Trace Context, level 1.

/// The header that says which trace a request belongs to, and which span sent it.
pub const TRACEPARENT: &str = "traceparent";

/// The header in which tracing systems keep what is theirs.
pub const TRACESTATE: &str = "tracestate";

/// The one flag that level 1 knows.
const SAMPLED: u8 = 1;

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
        let Some(caller) = only(headers, TRACEPARENT).and_then(parse) else {
            // Without a trace that we understand there is nothing that the state could belong to.
            return Self {
                trace_id: unless_zero(|| ids.trace_id()),
                id: unless_zero(|| ids.span_id()),
                parent: None,
                sampled: true,
                state: state(headers),
            };
        };
        Self {
            trace_id: caller.trace_id,
            id: unless_zero(|| ids.span_id()),
            parent: Some(caller.span_id),
            sampled: caller.flags == SAMPLED,
            state: state(headers),
        }
    }

    /// The span of a piece of work within this one, such as a call of another service.
    pub fn child(&self, ids: &mut impl Ids) -> Self {
        Self {
            id: unless_zero(|| ids.span_id()),
            parent: Some(self.id),
            ..self.clone()
        }
    }

    /// The headers to send with the call that this span stands for.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        // Built from what was understood, never from what was received: whatever a newer version adds, this is 00.
        let flags = if self.sampled { SAMPLED } else { 0 };
        let parent = format!("00-{:032x}-{:016x}-{flags:02x}", self.trace_id, self.id);
        let mut headers = vec![(TRACEPARENT, parent)];
        headers.extend(self.state.clone().map(|state| (TRACESTATE, state)));
        headers
    }
}

/// What a `traceparent` says.
struct Caller {
    trace_id: u128,
    span_id: u64,
    flags: u8,
}

fn parse(value: &str) -> Option<Caller> {
    // Fields have fixed places, so they are cut there. `split_at_checked` and not a slice: the value is a stranger's, and
    // may have a letter of two bytes across the place.
    let (fields, more) = value.split_at_checked(55)?;
    let mut fields = fields.split('-');
    let version = hex(fields.next()?, 2)?;
    let caller = Caller {
        trace_id: hex(fields.next()?, 32).filter(|&id| id != 0)?,
        span_id: hex(fields.next()?, 16)
            .and_then(|id| id.try_into().ok())
            .filter(|&id| id != 0)?,
        flags: hex(fields.next()?, 2)?.try_into().ok()?,
    };
    let ends_well = match version {
        0xff => false,
        0 => more.is_empty(),
        _ => more.is_empty() || more.starts_with('-'),
    };
    ends_well.then_some(caller)
}

/// A number of exactly so many lower-case hexadecimal digits. `from_str_radix` alone would take capitals, and a plus sign.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let good = text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    good.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

/// The values of all headers with this name.
fn all<'h>(headers: &'h [(&str, &'h str)], wanted: &str) -> impl Iterator<Item = &'h str> {
    let named = move |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(wanted);
    headers.iter().filter(named).map(|(_, value)| *value)
}

fn state(headers: &[(&str, &str)]) -> Option<String> {
    let state: Vec<&str> = all(headers, TRACESTATE).collect();
    (!state.is_empty()).then(|| state.join(","))
}

/// The value of the header with this name, unless there are several: who could say which one is true?
fn only<'h>(headers: &'h [(&str, &'h str)], wanted: &str) -> Option<&'h str> {
    let mut values = all(headers, wanted);
    values.next().filter(|_| values.next().is_none())
}

/// Asks again while the answer is zero, which stands for no identifier.
fn unless_zero<T: Default + PartialEq>(mut next: impl FnMut() -> T) -> T {
    loop {
        let id = next();
        if id != T::default() {
            return id;
        }
    }
}
