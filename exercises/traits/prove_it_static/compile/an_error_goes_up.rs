//! An application that treats all errors alike.

use std::error::Error;

use prove_it_static::Handle;

fn work(handle: &Handle) -> Result<(), Box<dyn Error + Send + Sync>> {
    handle.add("jobs", 1)?;
    Ok(())
}

fn main() {
    println!("{:?}", work(&Handle::default()));
}
