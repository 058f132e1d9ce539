//! Meeting rooms that many people share.

pub mod domain;
