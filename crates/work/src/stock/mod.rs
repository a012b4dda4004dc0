//! 入庫在庫: the ledger of a venue's vials, and the lots of the products. Stock is a sum, never typed.

mod recorded;

pub use recorded::*;

mod area;
pub mod event;
mod ledger;
mod lots;
mod master;
mod moved;
mod offered;
mod persons;
mod received;
mod transfers;

pub use area::*;
pub use event::{Event, LotEvent, TransferEvent};
pub use ledger::*;
pub use lots::*;
pub use master::*;
pub use moved::*;
pub use offered::*;
pub use persons::*;
pub use received::*;
pub use transfers::*;
