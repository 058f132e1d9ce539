//! Prices in other currencies.

pub mod adapters;
pub mod domain;
pub mod fxwire;
pub mod kurs24;
