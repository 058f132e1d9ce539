//! The macro is used where its own names are not imported and mean something else.

mod forms {
    /// A field of wheat.
    #[allow(dead_code)]
    pub struct Field;

    #[allow(dead_code)]
    pub enum Option {
        Some,
        None,
    }

    field_table::fields! {
        pub struct Form {
            pub title: std::string::String,
            pub pages: u16,
        }
    }
}

fn main() {
    let form = forms::Form {
        title: String::new(),
        pages: 1,
    };
    println!("{:?}", field_table::Fields::row(&form));
}
