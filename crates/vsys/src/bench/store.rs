//! What the benches write and read beside the work: people with a second factor, what an allocation
//! left behind.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::value::Value;
use platform::{args, sql};
use work::allocation::RunId;

/// A confirmed second factor: account, secret, when it was made, when it was confirmed.
pub fn put_factor(tx: &mut Tx<'_>, row: &[Value]) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into second_factor (account_id, secret, made_at, confirmed_at)
             values ($1, $2, $3, $4)
                 on conflict (account_id) do nothing"
        ),
        row,
    )
    .map(|_| ())
}

/// The sessions of an account have shown it.
pub fn shown_factor(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<(), Failure> {
    tx.run(sql!("update session set factor_at = $1 where account_id = $2"), args![now, account])
        .map(|_| ())
}

/// Whether everything is sealed and counted.
pub fn is_settled(tx: &mut Tx<'_>) -> Result<bool, Failure> {
    let (open,): (i64,) = tx.one(
        sql!("select count(*) from (select 1 from journal where sealed_in is null limit 1) j"),
        args![],
    )?;
    let (figures,): (i64,) = tx.one(sql!("select count(*) from figure"), args![])?;
    Ok(open == 0 && figures > 0)
}

/// The approved run of cycle 1.
pub fn approved(tx: &mut Tx<'_>) -> Result<Option<(RunId,)>, Failure> {
    tx.first(
        sql!("select id from allocation_run where cycle = 1 and approved_at is not null"),
        args![],
    )
}

/// The digest of a run's proposal.
pub fn digest(tx: &mut Tx<'_>, run: &str) -> Result<(String,), Failure> {
    tx.one(sql!("select digest from allocation_run where id = $1"), args![run])
}

/// Amounts and shipments of cycle 2, mails, and journal rows of amounts.
pub fn written(tx: &mut Tx<'_>) -> Result<[i64; 4], Failure> {
    let mut count = |text| Ok::<_, Failure>(tx.one::<(i64,)>(text, args![])?.0);
    Ok([
        count(sql!("select count(*) from allocation where cycle = 2"))?,
        count(sql!("select count(*) from shipment where cycle = 2"))?,
        count(sql!("select count(*) from mail"))?,
        count(sql!("select count(*) from journal where record_kind = 'allocation'"))?,
    ])
}
