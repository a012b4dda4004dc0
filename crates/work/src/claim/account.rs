//! The account into which a venue is paid.

use platform::db::{Failure, Tx};
use platform::{args, row, sql, words};

use super::{Event, event};
use crate::Caller;

words! {
    /// 預金の種類
    #[derive(Default)]
    pub enum Deposit in venue_account.kind {
        /// 普通
        #[default]
        Ordinary = "ordinary",
        /// 当座
        Current = "current",
    }
}

impl Deposit {
    /// As it is printed.
    pub const fn label(self) -> &'static str {
        match self {
            Deposit::Ordinary => "普通",
            Deposit::Current => "当座",
        }
    }
}

row! {
    /// A bank account, as its papers show it.
    #[derive(Clone, Debug, Default, serde::Serialize)]
    pub struct Account {
        pub bank: String,
        pub branch: String,
        pub kind: Deposit,
        /// Seven digits.
        pub number: String,
        pub holder: String,
        pub version: i64,
    }
}

/// The account of a venue, where it has said one.
pub fn account(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Account>, Failure> {
    tx.first(
        sql!(
            "select bank, branch, kind, number, holder, version
               from venue_account
              where venue_id = $1"
        ),
        args![venue],
    )
}

/// Saves the account of a venue; the journal says that it changed, and only the last digits of
/// which.
pub fn save_account(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    account: &Account,
) -> Result<(), Failure> {
    let Account { bank, branch, kind, number, holder, .. } = account;
    tx.run(
        sql!(
            "insert into venue_account (venue_id, bank, branch, kind, number, holder)
             values ($1, $2, $3, $4, $5, $6)
                 on conflict (venue_id) do update set bank = excluded.bank,
                             branch = excluded.branch, kind = excluded.kind,
                             number = excluded.number, holder = excluded.holder,
                             version = venue_account.version + 1"
        ),
        args![venue, bank, branch, *kind, number, holder],
    )?;
    let last = number.get(4..).unwrap_or_default();
    let number = format!("…{last}");
    let after = event::Account { bank: bank.clone(), branch: branch.clone(), number };
    by.journal(tx, venue, &Event::AccountSaved { after }, None)
}
