//! What Prometheus reads. The text is parsed, so spacing and the order of labels are free.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use four_golden_metrics::{Metrics, Request};

const ROUTES: [&str; 3] = ["/users/me", "/users/{id}", "/users/{id}/orders"];

const MS: Duration = Duration::from_millis(1);

fn metrics() -> Metrics {
    Metrics::new(&ROUTES, &[MS * 5, MS * 100, MS * 2_500])
}

fn request<'r>(method: &'r str, path: &'r str) -> Request<'r> {
    Request {
        method,
        path,
        user: None,
    }
}

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

/// The samples of one metric.
fn of(samples: &BTreeMap<String, f64>, metric: &str) -> Vec<(String, f64)> {
    let samples = samples.iter().filter(|(name, _)| name.starts_with(metric));
    samples
        .map(|(name, value)| (name.clone(), *value))
        .collect()
}

#[test]
fn an_idle_service_says_what_it_measures() {
    let metrics = metrics();
    let text = metrics.render();
    for kind in [
        "# TYPE http_requests_total counter",
        "# TYPE http_requests_in_flight gauge",
        "# TYPE http_request_duration_seconds histogram",
    ] {
        assert!(
            text.lines().any(|line| line == kind),
            "`{kind}` is missing in:\n{text}"
        );
    }
    assert_eq!(
        scrape(&metrics).get("http_requests_in_flight"),
        Some(&0.0),
        "nothing is in flight, and that is a fact to be told"
    );
}

#[test]
fn requests_are_counted_by_method_route_and_status() {
    let metrics = metrics();
    for (method, path, status) in [
        ("GET", "/users/me", 200),
        ("GET", "/users/4711", 200),
        ("GET", "/users/4712", 200),
        ("GET", "/users/4712", 503),
        ("DELETE", "/users/4711", 200),
        ("GET", "/users/4711/orders", 200),
    ] {
        metrics.begin(&request(method, path)).end(status, MS);
    }
    let total =
        |labels: &str, count: u32| (format!("http_requests_total{{{labels}}}"), f64::from(count));
    assert_eq!(
        of(&scrape(&metrics), "http_requests_total"),
        [
            total("method=DELETE,route=/users/{id},status=200", 1),
            total("method=GET,route=/users/me,status=200", 1),
            total("method=GET,route=/users/{id},status=200", 2),
            total("method=GET,route=/users/{id},status=503", 1),
            total("method=GET,route=/users/{id}/orders,status=200", 1),
        ],
        "the labels are method, route and status. The route is the pattern that took the path, and users are for logs and \
         traces (left: your samples)"
    );
}

#[test]
fn nobody_can_make_a_series() {
    let metrics = metrics();
    metrics.begin(&request("GET", "/users/1")).end(200, MS);
    metrics.begin(&request("BREW", "/pot")).end(404, MS);
    let before: Vec<String> = scrape(&metrics).into_keys().collect();
    for number in 0..1_000 {
        let user = format!("user-{number}");
        let path = format!("/users/{number}");
        let known = Request {
            user: Some(&user),
            ..request("GET", &path)
        };
        metrics.begin(&known).end(200, MS);
        let (method, path) = (format!("M{number}"), format!("/scan/{number}.php"));
        metrics.begin(&request(&method, &path)).end(404, MS);
    }
    let samples = scrape(&metrics);
    let after: Vec<&String> = samples.keys().collect();
    assert_eq!(
        after.len(),
        before.len(),
        "a thousand users and a thousand paths that a scanner tried are two kinds of request, and the store pays for each \
         series for as long as it keeps data. The last series here is `{}`",
        after.last().map_or("none", |name| name)
    );
    assert_eq!(
        samples.get("http_requests_total{method=other,route=other,status=404}"),
        Some(&1_001.0),
        "what was not foreseen is counted too, under `other`. The samples: {samples:#?}"
    );
}

#[test]
fn a_bucket_has_all_that_were_as_fast() {
    let metrics = metrics();
    let ms = [1, 5, 6, 100, 101, 2_500, 9_000];
    for took in ms {
        metrics
            .begin(&request("GET", "/users/1"))
            .end(200, MS * took);
    }
    let samples = scrape(&metrics);
    for (bound, count) in [("0.005", 2.0), ("0.1", 4.0), ("2.5", 6.0), ("+Inf", 7.0)] {
        let name =
            format!("http_request_duration_seconds_bucket{{le={bound},route=/users/{{id}}}}");
        assert_eq!(
            samples.get(&name),
            Some(&count),
            "requests took {ms:?} ms. The bucket le=\"{bound}\" has all that took {bound} s or less, those of the smaller \
             buckets included. The samples: {samples:#?}"
        );
    }
    let only = |end: &str| {
        samples.get(&format!(
            "http_request_duration_seconds_{end}{{route=/users/{{id}}}}"
        ))
    };
    assert_eq!(
        only("count"),
        Some(&7.0),
        "the count is that of the bucket +Inf"
    );
    let sum = only("sum").copied().unwrap_or_default();
    assert!(
        (sum - 11.713).abs() < 1e-9,
        "the sum is in seconds, as the metric's name says: 11.713, and not {sum}"
    );
}

#[test]
fn what_is_in_flight_comes_down_again() {
    let metrics = metrics();
    let in_flight = || scrape(&metrics).get("http_requests_in_flight").copied();
    let first = metrics.begin(&request("GET", "/users/1"));
    let second = metrics.begin(&request("GET", "/users/1"));
    assert_eq!(in_flight(), Some(2.0), "two requests have begun");
    first.end(200, MS);
    assert_eq!(in_flight(), Some(1.0), "one of two was answered");
    drop(second);
    assert_eq!(
        in_flight(),
        Some(0.0),
        "the other one's client hung up, and its handler was dropped. Whatever way a request ends, it is not in flight any more"
    );
    let panic = catch_unwind(AssertUnwindSafe(|| {
        let _request = metrics.begin(&request("GET", "/users/1"));
        panic!("a handler's, and meant to be");
    }));
    assert!(panic.is_err(), "the handler panics");
    assert_eq!(
        in_flight(),
        Some(0.0),
        "a handler that panics has ended its request, too"
    );
    let samples = scrape(&metrics);
    let none = "http_requests_total{method=GET,route=/users/{id},status=none}";
    assert_eq!(
        samples.get(none),
        Some(&2.0),
        "two requests ended without an answer: they are counted, or the graph of errors is flat when it matters. The samples: \
         {samples:#?}"
    );
    let count = samples.get("http_request_duration_seconds_count{route=/users/{id}}");
    assert_eq!(count, Some(&1.0), "only an answer has a duration");
}

#[test]
fn a_route_may_have_any_letters() {
    let metrics = Metrics::new(&["/v1/{id:\\d+}", "/say/{word:\"a\nb\"}"], &[MS]);
    metrics.begin(&request("GET", "/v1/7")).end(200, MS);
    metrics.begin(&request("GET", "/say/hi")).end(200, MS);
    let samples = scrape(&metrics);
    for route in ["/v1/{id:\\d+}", "/say/{word:\"a\nb\"}"] {
        assert_eq!(
            samples.get(&format!(
                "http_requests_total{{method=GET,route={route},status=200}}"
            )),
            Some(&1.0),
            "the route {route:?} has letters that have to be escaped within a label's quotes. The samples: {samples:#?}"
        );
    }
}
