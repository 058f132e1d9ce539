//! The same promises behind trait objects.

use dyn_or_not::*;

#[test]
fn blocks_behind_a_pointer_are_flushed_once_too() {
    for items in 1..20_usize {
        let mut blocks = Blocks::named("b");
        {
            let sink: &mut dyn Sink = &mut blocks;
            sink.write_all(0..items);
            sink.write_line("end");
        }
        let all: String = (0..items).map(|n| format!("{n}\n")).collect();
        assert_eq!(
            blocks.flushed(),
            [all.as_str(), "end\n"],
            "{items} items through `&mut dyn Sink`"
        );
    }
}

#[test]
fn a_report_through_an_object_is_the_same_report() {
    let steps = [("a", 1), ("b", 2), ("c", 3)];
    let mut known = Blocks::named("x");
    report(&mut known, &steps);
    let mut behind = Blocks::named("x");
    report(&mut behind as &mut dyn Sink, &steps);
    assert_eq!(behind.flushed(), known.flushed(), "the blocks of a report");
}

#[test]
fn a_new_sink_gets_every_line() {
    #[derive(Default)]
    struct Upper(Vec<String>);
    impl Sink for Upper {
        fn name(&self) -> &str {
            "upper"
        }
        fn write_line(&mut self, line: &str) {
            self.0.push(line.to_uppercase());
        }
    }
    let mut upper = Upper::default();
    upper.write_all(["a", "b"]);
    let sink: &mut dyn Sink = &mut upper;
    sink.write_all('c'..='e');
    report(sink, &[("load", 1)]);
    assert_eq!(
        upper.0,
        ["A", "B", "C", "D", "E", "REPORT FOR UPPER", "LOAD: 1 MS"],
        "every item of a sink that has a name and write_line only"
    );
}
