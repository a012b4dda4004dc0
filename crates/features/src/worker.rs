//! What happens without anybody clicking: mail goes out after the commit, drafts that wait for an opening are registered.

use std::sync::Arc;
use std::time::Duration;

use platform::db::Tx;
use platform::journal::Actor;
use platform::outbox;
use platform::value::Json;
use platform::{args, sql};
use rules::calendar::Phase;
use rules::plan::Lines;

use crate::house::House;
use crate::house::visit::{Trouble, VenueHead};

/// Works for ever beside the server. A failure is logged and tried again at the next turn.
pub async fn run(house: Arc<House>) {
    loop {
        if let Err(why) = tick(&house).await {
            tracing::warn!(?why, "worker");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// One turn.
pub async fn tick(house: &Arc<House>) -> Result<(), Trouble> {
    register_waiting_drafts(house).await?;
    outbox::deliver(&house.db, &house.courier, house.now(), &house.node).await?;
    Ok(())
}

/// Drafts whose author asked for it are registered when entry is open, each in its own transaction.
async fn register_waiting_drafts(house: &Arc<House>) -> Result<(), Trouble> {
    let now = house.now();
    if house.masters.programme().calendar.at(now).is_none_or(|s| s.phase != Phase::Open) {
        return Ok(());
    }
    let waiting: Vec<(String,)> = house
        .db
        .read(|tx: &mut Tx<'_>| tx.all(sql!("select venue_id from plan_draft where register_on_opening order by at"), args![]))
        .await
        .map_err(Trouble::Database)?;
    for (venue,) in waiting {
        let owned = house.clone();
        house.db.write(move |tx| register_draft(tx, &owned, now, &venue)).await?;
    }
    Ok(())
}

fn register_draft(tx: &mut Tx<'_>, house: &House, now: jiff::Timestamp, venue: &str) -> Result<(), Trouble> {
    type DraftRow = (Json<Lines>, Option<String>, i64, String, String);
    let draft: Option<DraftRow> = tx.first(
        sql!("select lines, reason, base, account, name from plan_draft where venue_id = $1 and register_on_opening"),
        args![venue],
    )?;
    // Another node was faster.
    let Some((lines, reason, base, account, name)) = draft else { return Ok(()) };
    let head: VenueHead = tx.one(
        sql!("select id, code, name, municipality, prefecture, application_id, expected_doses, version from venue where id = $1"),
        args![venue],
    )?;
    let actor = Actor { account, name: format!("{name}（自動登録）"), membership: String::new(), role: String::new() };
    // The draft isn't tried twice, whatever comes out of it.
    tx.run_one(
        sql!("update plan_draft set register_on_opening = false, version = version + 1 where venue_id = $1 and register_on_opening"),
        args![venue],
    )?;
    let outcome = crate::plan::register(tx, &house.masters, &house.base_url, &actor, now, &head, base, &lines.0, reason.as_deref());
    let why = match outcome {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(refusal)) => refusal.to_string(),
        Err(Trouble::Database(platform::db::Failure::Stale)) => "下書きの後に、ほかの人が計画を登録しました。".to_string(),
        Err(other) => return Err(other),
    };
    let body = format!(
        "下書きを自動で登録できませんでした。下書きは残っています。\n\n理由：{why}\n\n{}/venues/{venue}/plan/check",
        house.base_url
    );
    crate::venue::store::tell(tx, now, venue, &format!("【要対応】計画の下書きを確認してください（{}）", head.name), &body)?;
    Ok(())
}
