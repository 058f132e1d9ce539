//! The same promises at other structs.

use field_table::{Fields, fields};

fields! {
    #[derive(Default)]
    struct Wide { text: String, fields: i64, row: char, name: f32, type_name: bool, }
}

#[test]
fn fields_may_have_the_names_of_the_traits_own_parts() {
    let names: Vec<&str> = Wide::fields().iter().map(|field| field.name).collect();
    assert_eq!(names, ["text", "fields", "row", "name", "type_name"]);
    let wide = Wide {
        text: ", fields: 7, ".to_owned(),
        fields: -1,
        row: ':',
        ..Wide::default()
    };
    assert_eq!(
        wide.row(),
        [
            ("text", ", fields: 7, "),
            ("fields", "-1"),
            ("row", ":"),
            ("name", "0"),
            ("type_name", "false"),
        ]
        .map(|(name, text)| (name, text.to_owned()))
    );
}

#[test]
fn a_struct_in_a_function_works_as_well() {
    fields! {
        struct Local {
            #[allow(dead_code)]
            only: u8
        }
    }
    assert_eq!(Local { only: 3 }.row(), [("only", "3".to_owned())]);
}
