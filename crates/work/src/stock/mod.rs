//! 入庫在庫: the ledger of a venue's vials, and the lots of the products. Stock is a sum, never typed.

mod recorded;

pub use recorded::*;

mod ledger;
mod lots;
mod transfers;

pub use ledger::*;
pub use lots::*;
pub use transfers::*;
