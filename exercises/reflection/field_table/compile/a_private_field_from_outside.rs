//! A field without `pub` is as private as in any struct.

mod accounts {
    use field_table::{Field, Fields, fields};

    fields! {
        pub struct Account {
            pub owner: String,
            balance: u64,
        }
    }

    impl Account {
        pub fn new(owner: &str) -> Self {
            Self {
                owner: owner.to_owned(),
                balance: 0,
            }
        }
    }

    pub fn first() -> Option<&'static Field> {
        Account::fields().first()
    }
}

fn main() {
    let account = accounts::Account::new("ada");
    println!("{:?} {}", accounts::first(), account.balance);
}
