//! Structs that know their fields: for exports, audit logs and forms.

/// A field of a struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type, as it is written in the struct.
    pub type_name: &'static str,
}

/// A struct that knows its fields. [`fields!`] implements it.
pub trait Fields {
    /// The fields, in order.
    fn fields() -> &'static [Field];

    /// What is in a field, as `Display` writes it; `None` if there is no such field.
    fn text(&self, name: &str) -> Option<String>;

    /// Every field with what is in it, in order.
    fn row(&self) -> Vec<(&'static str, String)> {
        Self::fields()
            .iter()
            .map(|field| (field.name, self.text(field.name).unwrap_or_default()))
            .collect()
    }
}

/// Declares a struct, and implements [`Fields`] for it.
#[macro_export]
macro_rules! fields {
    ($(#[$attribute:meta])* $visibility:vis struct $name:ident { $($body:tt)* }) => {
        $(#[$attribute])*
        #[derive(Debug)]
        $visibility struct $name {
            $($body)*
        }

        impl Fields for $name {
            fn fields() -> &'static [Field] {
                static FIELDS: std::sync::LazyLock<Vec<Field>> =
                    std::sync::LazyLock::new(|| $crate::parse(stringify!($($body)*)));
                &FIELDS
            }

            fn text(&self, name: &str) -> Option<String> {
                $crate::find(&format!("{self:?}"), name)
            }
        }
    };
}

/// The fields in the source text of a struct.
#[doc(hidden)]
pub fn parse(body: &'static str) -> Vec<Field> {
    body.split(',')
        .filter_map(|field| field.split_once(':'))
        .map(|(name, type_name)| Field {
            name: name.trim(),
            type_name: type_name.trim(),
        })
        .collect()
}

/// What a struct's `Debug` says about a field.
#[doc(hidden)]
pub fn find(debug: &str, name: &str) -> Option<String> {
    let (_, rest) = debug.split_once(&format!(" {name}: "))?;
    let end = rest.find(", ").or_else(|| rest.find(" }"))?;
    Some(rest[..end].trim_matches('"').to_owned())
}
