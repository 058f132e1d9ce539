//! A shop takes orders, a warehouse reserves goods, and messages are all that connects them.

mod message;
mod shop;
mod warehouse;
pub mod world;

pub use message::{Envelope, Event};
pub use shop::{Order, Refusal, Shop, ShopTables};
pub use warehouse::{Warehouse, WarehouseTables};
