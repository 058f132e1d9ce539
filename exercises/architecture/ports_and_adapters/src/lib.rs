//! Gift cards: what a request to redeem one does.

pub mod db;
pub mod domain;
pub mod http;
pub mod storage;
