//! `exercises/objectives.toml`: what the course sets out to teach.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::reader::Document;

/// Where the file is, relative to the course.
pub const FILE: &str = "exercises/objectives.toml";

/// One thing to learn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// `topic.name`, as exercises name it.
    pub id: String,
    /// What a learner can do in the end.
    pub text: String,
    /// The idea in Go that it carries over.
    pub go: String,
    /// Where in the roadmaps it comes from.
    pub from: Vec<String>,
    /// A quiz alone is enough to check it.
    pub quiz_ok: bool,
}

/// All objectives, in teaching order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Objectives {
    list: Vec<Objective>,
    #[serde(skip)]
    positions: HashMap<String, usize>,
}

impl Objectives {
    /// Every objective, in teaching order.
    pub fn iter(&self) -> impl Iterator<Item = &Objective> {
        self.list.iter()
    }

    /// The objective with this id.
    pub fn find(&self, id: &str) -> Option<&Objective> {
        self.positions.get(id).map(|&at| &self.list[at])
    }

    /// Notes where each of them is.
    pub(super) fn link(&mut self) {
        let ids = self.list.iter().map(|objective| objective.id.clone());
        self.positions = ids.enumerate().map(|(at, id)| (id, at)).collect();
    }

    /// The known id nearest to an unknown one.
    pub fn nearest(&self, unknown: &str) -> Option<&str> {
        super::problem::nearest(unknown, self.list.iter().map(|o| o.id.as_str()))
    }
}

/// Reads `objectives.toml`.
pub fn read(document: &Document<'_>) -> Objectives {
    let list: Vec<Objective> = document.read(|root| {
        let topics = root.free_tables(|topic, table| {
            table.free_tables(|name, fields| {
                let text = fields.text("text", "what a learner can do in the end");
                let go = fields.text("go", "the idea in Go that it carries over");
                let from = fields.texts("from", "where it comes from");
                Objective {
                    id: format!("{}.{}", topic.value, name.value),
                    text: text.map(|t| t.value).unwrap_or_default(),
                    go: go.map(|t| t.value).unwrap_or_default(),
                    from: from
                        .map(|list| list.value.into_iter().map(|t| t.value).collect())
                        .unwrap_or_default(),
                    quiz_ok: fields.optional_flag("quiz_ok").unwrap_or(false),
                }
            })
        });
        topics.into_iter().flatten().collect()
    });
    let mut objectives = Objectives {
        list,
        positions: HashMap::new(),
    };
    objectives.link();
    objectives
}
