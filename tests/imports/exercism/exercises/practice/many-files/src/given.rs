pub const NAME: &str = "Ada";
