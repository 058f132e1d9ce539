//! A field that can be written, and not printed for debugging: its author had reasons.

use std::fmt;

use field_table::{Field, Fields, fields};

pub struct Masked;

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

fields! {
    pub struct Login {
        pub user: String,
        pub password: Masked,
    }
}

fn main() {
    let login = Login {
        user: "ada".to_owned(),
        password: Masked,
    };
    let first: Option<&Field> = Login::fields().first();
    println!("{first:?} {:?}", login.text("password"));
}
