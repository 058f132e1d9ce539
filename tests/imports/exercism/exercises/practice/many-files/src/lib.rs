mod given;
mod words;

pub fn greet() -> String {
    given::NAME.to_owned()
}
