//! The same promises for other routes, buckets and methods, and from several threads.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use four_golden_metrics::{Metrics, Request};

/// The samples of a text, by name and labels (in alphabetical order). Refuses what Prometheus would.
fn scrape(metrics: &Metrics) -> BTreeMap<String, f64> {
    let text = metrics.render();
    assert!(
        text.ends_with('\n'),
        "the last line must end with a line feed:\n{text}"
    );
    let mut samples = BTreeMap::new();
    let mut kinds = BTreeMap::new();
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# TYPE ") {
            let (name, kind) = comment.split_once(' ').expect("a name and a type");
            assert_eq!(
                kinds.insert(name.to_owned(), kind.to_owned()),
                None,
                "`{name}` may have one TYPE:\n{text}"
            );
        } else if !line.starts_with('#') {
            let (series, value) = series(line);
            let family = series.split('{').next().unwrap_or_default();
            let family = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| family.strip_suffix(end))
                .unwrap_or(family);
            assert!(
                kinds.contains_key(family),
                "`{line}`: TYPE must come before the samples:\n{text}"
            );
            assert_eq!(
                samples.insert(series, value),
                None,
                "`{line}`: each series may be there once, or Prometheus refuses the whole text:\n{text}"
            );
        }
    }
    samples
}

/// A sample's name and labels, and its value.
fn series(line: &str) -> (String, f64) {
    let (series, value) = line
        .rsplit_once(' ')
        .unwrap_or_else(|| panic!("no sample: `{line}`"));
    let value = value
        .parse()
        .unwrap_or_else(|_| panic!("no number: `{line}`"));
    let Some((name, labels)) = series.split_once('{') else {
        return (series.to_owned(), value);
    };
    let mut rest = labels
        .strip_suffix('}')
        .unwrap_or_else(|| panic!("no brace at the end: `{line}`"));
    let mut labels = Vec::new();
    while !rest.is_empty() {
        let (label, after) = rest
            .split_once("=\"")
            .unwrap_or_else(|| panic!("no label: `{line}`"));
        let mut value = String::new();
        let mut letters = after.char_indices();
        let end = loop {
            match letters.next() {
                Some((at, '"')) => break at,
                Some((_, '\\')) => match letters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    _ => panic!(
                        "`\\` escapes itself, a quote, or a line feed as `\\n`, and nothing else: `{line}`"
                    ),
                },
                Some((_, letter)) => value.push(letter),
                None => panic!("a value without an end: `{line}`"),
            }
        };
        labels.push(format!("{label}={value}"));
        rest = after[end + 1..].trim_start_matches(',');
    }
    labels.sort();
    let name = if labels.is_empty() {
        name.to_owned()
    } else {
        format!("{name}{{{}}}", labels.join(","))
    };
    (name, value)
}

#[test]
fn random_requests_add_up() {
    let bounds = [3, 7, 20, 50].map(Duration::from_millis);
    let routes = ["/", "/a/{x}", "/a/{x}/b", "/{y}/c"];
    let paths = [
        ("/", "/"),
        ("/a/1", "/a/{x}"),
        ("/a/c", "/a/{x}"),
        ("/a/1/b", "/a/{x}/b"),
        ("/z/c", "/{y}/c"),
        ("/a/1/", "other"),
    ];
    let methods = [("PATCH", "PATCH"), ("get", "other"), ("TRACE", "TRACE")];
    for seed in 1..=8_u64 {
        let mut number = seed;
        let mut random = move |below: usize| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) as usize % below
        };
        let metrics = Metrics::new(&routes, &bounds);
        let mut expected: BTreeMap<String, f64> = BTreeMap::new();
        let mut waiting = Vec::new();
        for _ in 0..300 {
            let ((path, route), (method, label)) =
                (paths[random(paths.len())], methods[random(methods.len())]);
            let request = Request {
                method,
                path,
                user: Some("u-1"),
            };
            let begun = metrics.begin(&request);
            let mut add = |series: String| *expected.entry(series).or_default() += 1.0;
            match random(10) {
                0 => {
                    drop(begun);
                    add(format!(
                        "http_requests_total{{method={label},route={route},status=none}}"
                    ));
                }
                1 => waiting.push(begun),
                _ => {
                    let (status, ms) = ([200, 404, 500][random(3)], random(60) as u64);
                    begun.end(status, Duration::from_millis(ms));
                    add(format!(
                        "http_requests_total{{method={label},route={route},status={status}}}"
                    ));
                    let name = "http_request_duration_seconds";
                    for (bound, le) in [
                        (3, "0.003"),
                        (7, "0.007"),
                        (20, "0.02"),
                        (50, "0.05"),
                        (u64::MAX, "+Inf"),
                    ] {
                        if ms <= bound {
                            add(format!("{name}_bucket{{le={le},route={route}}}"));
                        }
                    }
                    add(format!("{name}_count{{route={route}}}"));
                }
            }
        }
        expected.insert("http_requests_in_flight".to_owned(), waiting.len() as f64);
        let mut samples = scrape(&metrics);
        samples.retain(|name, value| {
            !name.starts_with("http_request_duration_seconds_sum") && *value != 0.0
        });
        expected.retain(|_, value| *value != 0.0);
        assert_eq!(
            samples, expected,
            "seed {seed}: 300 requests must be accounted for, each in its series"
        );
    }
}

#[test]
fn threads_lose_no_request() {
    let metrics = Metrics::new(&["/x"], &[Duration::from_millis(1)]);
    let request = Request {
        method: "GET",
        path: "/x",
        user: None,
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    metrics.begin(&request).end(200, Duration::ZERO);
                }
            });
        }
    });
    let samples = scrape(&metrics);
    assert_eq!(
        (
            samples.get("http_requests_total{method=GET,route=/x,status=200}"),
            samples.get("http_requests_in_flight")
        ),
        (Some(&2_000.0), Some(&0.0)),
        "four threads have ended 500 requests each"
    );
}
