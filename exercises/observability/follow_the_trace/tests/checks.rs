//! What comes in by a header, and what goes out.

use follow_the_trace::{Ids, Span, TRACEPARENT, TRACESTATE};

const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const CALLER: u64 = 0x00f0_67aa_0ba9_02b7;
const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The trace ids 0, 0x70, 0x71 …, and the span ids 0, 0x50, 0x51 …
#[derive(Default)]
struct InOrder {
    traces: u128,
    spans: u64,
}

impl Ids for InOrder {
    fn trace_id(&mut self) -> u128 {
        self.traces += 1;
        if self.traces == 1 {
            0
        } else {
            0x6e + self.traces
        }
    }

    fn span_id(&mut self) -> u64 {
        self.spans += 1;
        if self.spans == 1 {
            0
        } else {
            0x4e + self.spans
        }
    }
}

fn enter(headers: &[(&str, &str)]) -> Span {
    Span::enter(headers, &mut InOrder::default())
}

fn value(span: &Span, name: &str) -> Option<String> {
    let headers = span.headers();
    let mut values = headers.into_iter().filter(|(found, _)| *found == name);
    let value = values.next().map(|(_, value)| value);
    assert_eq!(values.next(), None, "`{name}` must be sent at most once");
    value
}

#[test]
fn a_request_is_a_child_of_its_caller() {
    for (header, sampled) in [
        (GOOD, true),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
            false,
        ),
    ] {
        assert_eq!(
            enter(&[("host", "shop"), (TRACEPARENT, header)]),
            Span {
                trace_id: TRACE,
                id: 0x50,
                parent: Some(CALLER),
                sampled,
                state: None,
            },
            "`{header}` names the caller's span. What is done here for it is a span of its own: same trace, new id, with \
             the caller's as parent"
        );
    }
}

#[test]
fn the_service_behind_hangs_below_this_one() {
    let ids = &mut InOrder::default();
    let request = Span::enter(&[(TRACEPARENT, GOOD)], ids);
    let call = request.child(ids);
    assert_eq!(
        (call.trace_id, call.parent),
        (TRACE, Some(request.id)),
        "a call is a span within the request's"
    );
    let sent = value(&call, TRACEPARENT).expect("a call has the header");
    assert_eq!(
        sent, "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000051-01",
        "the service behind is to hang below the call, so the header has the id of the call's own span. And both ids have \
         all of their digits, or the next service ignores the header"
    );
    let behind = Span::enter(&[(TRACEPARENT, &sent)], ids);
    assert_eq!(
        (behind.trace_id, behind.parent),
        (TRACE, Some(call.id)),
        "the service behind is asked by the call"
    );
}

#[test]
fn a_request_without_a_trace_begins_one() {
    let span = enter(&[("host", "shop")]);
    assert_eq!(
        span,
        Span {
            trace_id: 0x70,
            id: 0x50,
            parent: None,
            sampled: true,
            state: None,
        },
        "a trace begins here, and is recorded. The first number of each kind was 0, which stands for no identifier: ask again"
    );
    assert_eq!(
        value(&span, TRACEPARENT).as_deref(),
        Some("00-00000000000000000000000000000070-0000000000000050-01"),
        "ids have 32 and 16 digits, however small they are"
    );
}

#[test]
fn a_malformed_header_is_ignored() {
    for (header, why) in [
        ("", "nothing"),
        ("00", "a version alone"),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "no flags",
        ),
        (
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "version ff is forbidden",
        ),
        (
            "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "a version of one digit",
        ),
        (
            "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "a version that is no number",
        ),
        (
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "a trace id of zeros",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "a span id of zeros",
        ),
        (
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "capitals",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "31 digits",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-+0f067aa0ba902b7-01",
            "a plus sign",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "flags of one digit",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            "flags that are no number",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "version 00 has four fields",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
            "another separator",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e47-3600f067aa0ba902b7-01",
            "a digit on the wrong side",
        ),
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-é",
            "no ASCII, and a letter across the end",
        ),
        (
            "é0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "no ASCII",
        ),
    ] {
        let span = enter(&[(TRACEPARENT, header), (TRACESTATE, "congo=t61rcWkgMzE")]);
        assert_eq!(
            (span.trace_id, span.parent, span.sampled),
            (0x70, None, true),
            "`{header}` ({why}): whoever can't read a header begins a new trace, as if there were none"
        );
        assert_eq!(
            span.state, None,
            "`{header}` ({why}): the state belongs to a trace that was not understood, and is dropped with it"
        );
    }
    let span = enter(&[(TRACEPARENT, GOOD), (TRACEPARENT, GOOD)]);
    assert_eq!(
        (span.trace_id, span.parent),
        (0x70, None),
        "two headers `traceparent`: which one is true can't be known, so neither is used"
    );
}

#[test]
fn a_newer_version_is_read_as_far_as_it_is_known() {
    for header in [
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings",
        "fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
    ] {
        let span = enter(&[(TRACEPARENT, header)]);
        assert_eq!(
            (span.trace_id, span.parent, span.sampled),
            (TRACE, Some(CALLER), true),
            "`{header}`: versions to come begin with the same four fields, so the trace goes on"
        );
        assert_eq!(
            value(&span, TRACEPARENT).as_deref(),
            Some("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000050-01"),
            "`{header}`: sent on in the version that this service speaks, which is 00"
        );
    }
    let glued = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-010";
    assert_eq!(
        enter(&[(TRACEPARENT, glued)]).trace_id,
        0x70,
        "`{glued}`: in any version the flags end after two digits, or a dash follows"
    );
}

#[test]
fn flags_are_bits() {
    for (flags, sampled, sent) in [
        ("03", true, "01"),
        ("09", true, "01"),
        ("02", false, "00"),
        ("fe", false, "00"),
    ] {
        let header = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}");
        let span = enter(&[(TRACEPARENT, &header)]);
        assert_eq!(
            span.sampled, sampled,
            "flags {flags}: whether the trace is recorded is the lowest bit, whatever the others are"
        );
        let header = value(&span, TRACEPARENT).expect("a request has the header");
        assert_eq!(
            &header[53..],
            sent,
            "flags {flags}: bits whose meaning this service does not know are not sent on"
        );
    }
}

#[test]
fn state_goes_along() {
    let span = enter(&[
        ("TraceParent", GOOD),
        ("tracestate", "rojo=00f067aa0ba902b7"),
        ("Tracestate", "congo=t61rcWkgMzE"),
    ]);
    assert_eq!(span.trace_id, TRACE, "names of headers have no case");
    let call = span.child(&mut InOrder::default());
    assert_eq!(
        value(&call, TRACESTATE).as_deref(),
        Some("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
        "a header that came in two lines is one list, in the same order; and it goes out with each call"
    );
}
