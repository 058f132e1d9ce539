//! What a struct tells about its fields.

use std::fmt;

use field_table::{Field, Fields, fields};

/// A type with a comma in it.
#[derive(Debug)]
pub struct Span<A, B>(A, B);

impl<A: fmt::Display, B: fmt::Display> fmt::Display for Span<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.0, self.1)
    }
}

fields! {
    struct Item {
        sku: String,
        cents: u64,
        express: bool,
    }
}

fields! {
    /// An order: what, when, for whom.
    #[repr(align(64))]
    pub struct Order {
        /// Who ordered, as in: name, and nothing else.
        pub name: String,
        pub(crate) days: Span<u8, u8>,
        pub net: std::num::NonZeroU32,
        note: &'static str
    }
}

fields! {
    struct Nothing {}
}

/// Names and types; how much white space a type is written with does not matter.
fn described<T: Fields>() -> Vec<(&'static str, String)> {
    T::fields()
        .iter()
        .map(|Field { name, type_name }| (*name, type_name.split_whitespace().collect()))
        .collect()
}

fn order(name: &str, note: &'static str) -> Order {
    Order {
        name: name.to_owned(),
        days: Span(3, 5),
        net: std::num::NonZeroU32::MIN,
        note,
    }
}

#[test]
fn simple_fields_are_named_in_order() {
    let expected = [("sku", "String"), ("cents", "u64"), ("express", "bool")];
    assert_eq!(
        described::<Item>(),
        expected.map(|(name, type_name)| (name, type_name.to_owned()))
    );
    assert_eq!(described::<Nothing>(), [], "a struct without fields");
    assert!(Nothing {}.row().is_empty());
}

#[test]
fn types_attributes_and_visibility_are_no_part_of_a_name() {
    let expected = [
        ("name", "String"),
        ("days", "Span<u8,u8>"),
        ("net", "std::num::NonZeroU32"),
        ("note", "&'staticstr"),
    ];
    assert_eq!(
        described::<Order>(),
        expected.map(|(name, type_name)| (name, type_name.to_owned())),
        "fields and types of `Order` as they are written there, white space aside"
    );
}

#[test]
fn a_row_has_what_display_says() {
    let express = Item {
        sku: "bolt".to_owned(),
        cents: 5,
        express: true,
    };
    let row: Vec<String> = express.row().into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        row,
        ["bolt", "5", "true"],
        "each field as `Display` writes it: a text has no quotes around it"
    );

    let row = order("Ada \"the\" Countess", "to: the back, please").row();
    let expected = [
        ("name", "Ada \"the\" Countess"),
        ("days", "3 to 5"),
        ("net", "1"),
        ("note", "to: the back, please"),
    ];
    assert_eq!(
        row,
        expected.map(|(name, text)| (name, text.to_owned())),
        "each field with its own text, whatever characters are in it"
    );
}

#[test]
fn what_is_in_a_field_is_never_taken_for_a_field() {
    let order = order("Eve, note: free, net: 0 }", "none");
    assert_eq!(
        ["name", "net", "note"].map(|name| order.text(name)),
        ["Eve, note: free, net: 0 }", "1", "none"].map(|text| Some(text.to_owned())),
        "a customer chose a name that looks like fields"
    );
    for unknown in ["free", "", "Name", "name ", "name: Eve, note"] {
        assert_eq!(order.text(unknown), None, "there is no field {unknown:?}");
    }
}

#[test]
fn the_struct_is_the_one_that_was_written() {
    let mut order = order("Ada", "");
    order.days = Span(1, 2);
    assert_eq!(order.days.0 + order.days.1, 3, "fields are fields");
    assert_eq!(
        align_of::<Order>(),
        64,
        "`Order` asks for this alignment by an attribute, and the macro has to hand its attributes on"
    );
}
