//! Long connections in pieces of every size, and more that is refused.

use on_the_wire::{Limits, Parser};

const LIMITS: Limits = Limits {
    head: 300,
    fields: 6,
    body: 1_000,
};

/// Targets with bodies, and the status of a refusal.
fn feed<'a>(
    limits: Limits,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<(String, Vec<u8>)>, Option<u16>) {
    let mut parser = Parser::new(limits);
    let mut requests = Vec::new();
    for piece in pieces {
        parser.push(piece);
        loop {
            match parser.next_request() {
                Ok(Some(request)) => requests.push((request.target, request.body)),
                Ok(None) => break,
                Err(refused) => return (requests, Some(refused.status)),
            }
        }
    }
    (requests, None)
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }
}

/// 200 requests with bodies of every framing, full of line ends and of what looks like requests.
fn connection(numbers: &mut Numbers) -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
    let (mut bytes, mut requests) = (Vec::new(), Vec::new());
    for n in 0..200 {
        let body: Vec<u8> = (0..numbers.below(60))
            .map(|_| b"\r\n0: GET\xff\0"[numbers.below(10)])
            .collect();
        let target = format!("/{n}");
        let line = format!("PUT {target} HTTP/1.1\r\nHost: h\r\n");
        bytes.extend_from_slice(line.as_bytes());
        if numbers.below(2) == 0 {
            let field = format!("Content-Length: {}\r\n\r\n", body.len());
            bytes.extend_from_slice(field.as_bytes());
            bytes.extend_from_slice(&body);
        } else {
            bytes.extend_from_slice(b"transfer-encoding:chunked\r\n\r\n");
            let mut rest = body.as_slice();
            while !rest.is_empty() {
                let (chunk, more) = rest.split_at(1 + numbers.below(rest.len()));
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
                rest = more;
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
        }
        requests.push((target, body));
    }
    (bytes, requests)
}

#[test]
fn where_reads_end_makes_no_difference() {
    let mut numbers = Numbers(7);
    let (bytes, requests) = connection(&mut numbers);
    let whole = feed(LIMITS, [bytes.as_slice()]);
    assert_eq!(whole, (requests.clone(), None), "all of it in one read");
    for size in [1, 2, 3, 5, 7, 16, 31, 97, 1_024] {
        let came = feed(LIMITS, bytes.chunks(size));
        assert_eq!(came, (requests.clone(), None), "in reads of {size} bytes");
    }
    for round in 0..5 {
        let mut pieces = Vec::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(1 + numbers.below(rest.len().min(90)));
            pieces.push(piece);
            rest = more;
        }
        let came = feed(LIMITS, pieces);
        assert_eq!(
            came,
            (requests.clone(), None),
            "in reads of many sizes, round {round}"
        );
    }
}

#[test]
fn a_byte_that_is_wrong_ends_a_connection() {
    let good = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    let head = good.len() - 3;
    for at in 0..head {
        for wrong in [b'\0', b'\n', 0x7f] {
            let mut bytes = good.as_bytes().to_vec();
            if bytes[at] == b'\n' {
                continue;
            }
            bytes[at] = wrong;
            let (requests, status) = feed(LIMITS, bytes.chunks(3));
            assert_eq!(
                (requests.len(), status),
                (0, Some(400)),
                "byte {at} is {wrong}: {}",
                bytes.escape_ascii()
            );
        }
    }
}

#[test]
fn more_ways_to_say_it_twice() {
    for (fields, status) in [
        ("Content-Length: 1\r\ncontent-length: 1\r\n", 400),
        ("TRANSFER-ENCODING: chunked\r\ncontent-LENGTH: 1\r\n", 400),
        ("Content-Length : 1\r\n", 400),
        ("Content-Length: 1\r\n 0\r\n", 400),
        ("Content-Length: 1 0\r\n", 400),
        ("Content-Length: 1;\r\n", 400),
        ("Content-Length: \u{661}\r\n", 400),
        ("Transfer-Encoding: chunked, chunked\r\n", 501),
        ("Transfer-Encoding: \"chunked\"\r\n", 501),
        ("Transfer-Encoding: \x0bchunked\r\n", 400),
        ("Transfer-Encoding : chunked\r\n", 400),
        ("Transfer-Encoding:\r\n", 501),
        ("X: a\nContent-Length: 1\r\n", 400),
    ] {
        let bytes = format!("POST / HTTP/1.1\r\nHost: h\r\n{fields}\r\n1\r\na\r\n0\r\n\r\n");
        for size in [1, 2, 1_000] {
            let (requests, came) = feed(LIMITS, bytes.as_bytes().chunks(size));
            assert_eq!((requests.len(), came), (0, Some(status)), "{fields:?}");
        }
    }
}

#[test]
fn limits_are_those_that_were_given() {
    for head in [40, 41, 200] {
        let limits = Limits { head, ..LIMITS };
        let fixed = "GET / HTTP/1.1\r\nHost: h\r\nX:\r\n\r\n".len();
        for (size, status) in [(head, None), (head + 1, Some(431))] {
            let value = "x".repeat(size - fixed);
            let bytes = format!("GET / HTTP/1.1\r\nHost: h\r\nX:{value}\r\n\r\n");
            let twice = bytes.repeat(2);
            let (requests, came) = feed(limits, twice.as_bytes().chunks(7));
            let expected = if status.is_none() { 2 } else { 0 };
            assert_eq!(
                (requests.len(), came),
                (expected, status),
                "{size} of {head}"
            );
        }
    }
    let limits = Limits { body: 5, ..LIMITS };
    for (body, status) in [
        ("content-length: 5\r\n\r\nabcde", None),
        ("content-length: 6\r\n\r\n", Some(413)),
        (
            "transfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
            None,
        ),
        (
            "transfer-encoding: chunked\r\n\r\n2\r\nab\r\n4\r\n",
            Some(413),
        ),
    ] {
        let bytes = format!("POST / HTTP/1.1\r\nhost: h\r\n{body}");
        let (_, came) = feed(limits, bytes.as_bytes().chunks(4));
        assert_eq!(came, status, "{body:?}");
    }
}
