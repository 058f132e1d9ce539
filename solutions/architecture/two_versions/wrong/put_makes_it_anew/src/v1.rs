//! Version 1, as it was. It is not developed any more; what is here is what clients were promised.

use serde_json::{Value, json};

use crate::http::SUNSET;
use crate::task::{State, Task};
use crate::wire::{Wire, present, text};

pub(crate) const WIRE: Wire = Wire {
    show: |id, task| {
        // Whoever knows two states is told the nearer one: nobody has to work on what is archived.
        let done = task.state != State::Open;
        json!({ "id": id, "name": task.title, "done": done })
    },
    make: |body| {
        Ok(Task {
            title: text(body, "name")?,
            state: State::Open,
            labels: Vec::new(),
        })
    },
    put: |body, before| {
        let (title, done) = (text(body, "name")?, done(body)?);
        let state = match (done, before.state) {
            (false, _) => State::Open,
            // It was shown as done, so this is no wish to change anything.
            (true, State::Archived) => State::Archived,
            (true, _) => State::Done,
        };
        let labels = Vec::new();
        Ok(Task {
            title,
            state,
            labels,
        })
    },
    sunset: Some(SUNSET),
};

fn done(body: &Value) -> Result<bool, String> {
    let done = present(body, "done")?.as_bool();
    done.ok_or("`done` has to be true or false".to_owned())
}
