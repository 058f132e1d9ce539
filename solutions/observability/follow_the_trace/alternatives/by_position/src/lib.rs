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
                state: None,
            };
        };
        let state: Vec<&str> = all(headers, TRACESTATE).collect();
        Self {
            trace_id: caller.trace_id,
            id: unless_zero(|| ids.span_id()),
            parent: Some(caller.span_id),
            sampled: caller.flags & SAMPLED != 0,
            state: (!state.is_empty()).then(|| state.join(",")),
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
    // Bytes, because a slice of them can begin and end anywhere.
    let bytes = value.as_bytes();
    let field = |from: usize, to: usize| hex(bytes.get(from..to)?);
    let version = field(0, 2).filter(|&version| version != 0xff)?;
    if [2, 35, 52].iter().any(|&at| bytes.get(at) != Some(&b'-')) {
        return None;
    }
    match bytes.get(55) {
        None => {}
        Some(b'-') if version != 0 => {}
        Some(_) => return None,
    }
    Some(Caller {
        trace_id: field(3, 35).filter(|&id| id != 0)?,
        span_id: field(36, 52).map(|id| id as u64).filter(|&id| id != 0)?,
        flags: field(53, 55)? as u8,
    })
}

/// A number of at most 32 lower-case hexadecimal digits.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, &digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

/// The values of all headers with this name.
fn all<'h>(headers: &'h [(&str, &'h str)], wanted: &str) -> impl Iterator<Item = &'h str> {
    let named = move |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(wanted);
    headers.iter().filter(named).map(|(_, value)| *value)
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
