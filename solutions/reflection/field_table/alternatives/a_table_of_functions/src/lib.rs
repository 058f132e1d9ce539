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

/// Declares a struct, and implements [`Fields`] for it. Each field's type has to implement `Display`.
// Everything that is not the caller's is written with its full path. The expansion stands in the caller's module, where
// `Field`, `Option` or `Some` may be something else.
#[macro_export]
macro_rules! fields {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $(
                $(#[$field_attribute:meta])*
                $field_visibility:vis $field:ident: $type:ty
            ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $(
                $(#[$field_attribute])*
                $field_visibility $field: $type,
            )*
        }

        impl $crate::Fields for $name {
            fn fields() -> &'static [$crate::Field] {
                // All of it is constant, so this is a table in the program, and nothing is built at run time.
                &[$(
                    $crate::Field {
                        name: ::std::stringify!($field),
                        type_name: ::std::stringify!($type),
                    }
                ),*]
            }

            fn text(&self, name: &::std::primitive::str) -> ::std::option::Option<::std::string::String> {
                const TEXTS: &[fn(&$name) -> ::std::string::String] =
                    &[$(|this| ::std::string::ToString::to_string(&this.$field)),*];
                let place = <Self as $crate::Fields>::fields()
                    .iter()
                    .position(|field| field.name == name)?;
                ::std::option::Option::Some(TEXTS[place](self))
            }
        }
    };
}
