//! The same promises at other values.

use layered_config::{Fault, Key, Origin, Sources, load};

#[test]
fn the_last_of_two_in_one_layer_counts() {
    let sources = Sources {
        file: Some("workers = many\nworkers = 3\n"),
        env: &[("SHOP_DATABASE_URL", "postgres://db")],
        flags: &["--port=0", "--port=9000"],
    };
    let settings = load(&sources).map(|settings| (settings.workers(), settings.port()));
    assert_eq!(
        settings,
        Ok((3, 9000)),
        "what stands below in a layer overrides too"
    );
}

#[test]
fn the_edges_of_each_number_are_where_the_model_says() {
    for (key, most) in [
        (Key::Port, 65_535_u64),
        (Key::Workers, 64),
        (Key::TimeoutMs, 600_000),
        (Key::DrainMs, 600_000),
    ] {
        for (text, good) in [
            ("1".to_owned(), true),
            (most.to_string(), true),
            ("0".to_owned(), false),
            ((most + 1).to_string(), false),
        ] {
            let file = format!(
                "timeout_ms = 1\ndrain_ms = 600000\ndatabase_url = postgres://db\n{} = {text}\n{}",
                key.name(),
                if key == Key::TimeoutMs {
                    "drain_ms = 600000"
                } else {
                    ""
                }
            );
            let sources = Sources {
                file: Some(&file),
                ..Sources::default()
            };
            let answer = load(&sources).map(|_| ()).map_err(|mut problems| {
                let problem = problems.remove(0);
                (problem.origin, problem.fault, problems.len())
            });
            let expected = if good {
                Ok(())
            } else {
                let fault = Fault::Bad(key, text.clone());
                Err((Origin::File { line: 4 }, fault, 0))
            };
            assert_eq!(answer, expected, "`{}` is {text}", key.name());
        }
    }
}

#[test]
fn a_bad_url_in_a_variable_is_not_told() {
    let sources = Sources {
        env: &[("SHOP_DATABASE_URL", "s3cret")],
        ..Sources::default()
    };
    let problems = load(&sources).expect_err("that is no URL");
    assert_eq!(problems.len(), 1, "{} problems", problems.len());
    let text = format!("{} {:?}", problems[0], problems[0]);
    assert!(!text.contains("s3cret"), "the log says {text}");
    assert!(
        text.contains("SHOP_DATABASE_URL"),
        "who mends it has to know where: {text}"
    );
}
