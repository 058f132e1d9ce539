mod given;
mod words;

pub fn greet() -> String {
    format!("{} {}", words::word(), given::NAME)
}
