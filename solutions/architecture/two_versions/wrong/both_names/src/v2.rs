//! Version 2.

use serde_json::{Value, json};

use crate::task::{State, Task};
use crate::wire::{Wire, present, text};

pub(crate) const WIRE: Wire = Wire {
    show: |id, task| {
        json!({
            "id": id,
            "title": task.title,
            "state": name(task.state),
            "labels": task.labels,
        })
    },
    make: |body| {
        Ok(Task {
            title: text(body, "title")?,
            state: State::Open,
            labels: labels(body)?,
        })
    },
    put: |body, _| {
        Ok(Task {
            title: text(body, "title")?,
            state: state(body)?,
            labels: labels(body)?,
        })
    },
    sunset: None,
};

const STATES: [State; 3] = [State::Open, State::Done, State::Archived];

fn name(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Done => "done",
        State::Archived => "archived",
    }
}

fn state(body: &Value) -> Result<State, String> {
    let said = present(body, "state")?.as_str();
    let found = STATES.into_iter().find(|state| said == Some(name(*state)));
    found.ok_or("`state` has to be open, done or archived".to_owned())
}

/// None, if there is nothing said about them.
fn labels(body: &Value) -> Result<Vec<String>, String> {
    let Some(labels) = body.get("labels") else {
        return Ok(Vec::new());
    };
    let texts = labels.as_array().and_then(|labels| {
        let texts = labels.iter().map(|label| label.as_str().map(str::to_owned));
        texts.collect()
    });
    texts.ok_or("`labels` has to be a list of texts".to_owned())
}
