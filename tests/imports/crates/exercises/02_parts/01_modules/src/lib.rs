mod title;

pub use title::Title;
