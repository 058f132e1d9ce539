//! The same promises at other values.

use follow_the_trace::{Ids, Span};

/// A generator whose every second number is 0.
struct Seeded(u64, bool);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.1 = !self.1;
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        if self.1 { 0 } else { (self.0 >> 8) | 1 }
    }
}

impl Ids for Seeded {
    fn trace_id(&mut self) -> u128 {
        self.next().into()
    }

    fn span_id(&mut self) -> u64 {
        self.next()
    }
}

#[test]
fn a_chain_of_services_is_one_trace() {
    for seed in 0..200 {
        let ids = &mut Seeded(seed, seed % 2 == 0);
        let first = Span::enter(&[], ids);
        let mut caller = first.clone();
        for hop in 1..=8 {
            let call = caller.child(ids);
            let headers = call.headers();
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let request = Span::enter(&headers, ids);
            assert_eq!(
                (
                    request.trace_id,
                    request.parent,
                    request.sampled,
                    call.parent
                ),
                (first.trace_id, Some(call.id), true, Some(caller.id)),
                "seed {seed}: at service {hop} the trace is the same, and each span hangs below the one that asked"
            );
            assert!(
                request.id != 0 && request.id != call.id,
                "seed {seed}: service {hop} has a span id of its own, and it is {:x}",
                request.id
            );
            caller = request;
        }
    }
}

#[test]
fn one_wrong_character_is_a_new_trace() {
    let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for at in 0..good.len() {
        for wrong in ["G", "F", "+", " ", "_", "é", ""] {
            let bad = format!("{}{wrong}{}", &good[..at], &good[at + 1..]);
            let span = Span::enter(
                &[("traceparent", &bad), ("tracestate", "a=1")],
                &mut Seeded(7, true),
            );
            assert_eq!(
                (span.parent, span.state),
                (None, None),
                "`{bad}` is malformed at {at}, so a trace begins here and the state is dropped"
            );
        }
    }
}
