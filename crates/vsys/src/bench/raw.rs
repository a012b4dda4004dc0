//! The raw limit of a save: the same rows, in the same two transactions, written by a bare loop.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

const LINES: &str = r#"{"1":{"boxes":1,"needle_correction":null},"2":{"boxes":1,"needle_correction":null},"3":{"boxes":1,"needle_correction":null},"4":{"boxes":1,"needle_correction":null},"5":{"boxes":1,"needle_correction":null}}"#;
const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// As long as the mail that a registration sends.
const BODY: &str = "接種計画を登録しました。\n\n会場：あおば商事 1会場\n受付番号：P-1310000000-0002（第2版）\n受付日時：2022年2月11日（金）10:00\n合計：1,800回接種分\n\n確認が必要な項目はありません。この内容で「確認済」です。\n\nhttps://vsys.example.jp/venues/v-n0000000/plan/receipts/2";

/// Saves a second by one bare SQLite connection, each transaction on the disk before the next
/// (`synchronous = full`).
pub fn sqlite(file: &Path, venues: u32, seconds: u64) -> Result<f64, String> {
    let work = || -> rusqlite::Result<f64> {
        let db = Connection::open(file)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        let (begun, mut n) = (Instant::now(), 0u64);
        while begun.elapsed() < Duration::from_secs(seconds) {
            let venue = format!("v-n{:07}", n % u64::from(venues));
            let number = 1_000 + n as i64;
            db.execute_batch("begin immediate")?;
            db.prepare_cached("insert into plan_draft (venue_id, lines, base, at, account, name, register_on_opening) values (?1, ?2, 1, 1644541200000000, 'p', 'n', 0) on conflict (venue_id) do update set lines = excluded.lines, version = plan_draft.version + 1")?.execute(params![venue, LINES])?;
            db.prepare_cached("insert into journal (record_kind, record_id, number, at, account, name, membership, role, act, before, after, previous, hash) values ('venue', ?1, ?2, 1644541200000000, 'p', 'n', 'h', 'organizer', 'plan.draft', ?3, ?3, ?4, ?4)")?.execute(params![venue, number * 2, LINES, HASH])?;
            db.prepare_cached("insert into submission (id, location, at) values (?1, '/venues/v/plan/check', 1644541200000000)")?
                .execute(params![format!("{HASH}{n}a")])?;
            db.execute_batch("commit")?;
            db.execute_batch("begin immediate")?;
            db.prepare_cached(
                "update plan_registration set latest = 0 where venue_id = ?1 and latest",
            )?
            .execute(params![venue])?;
            db.prepare_cached("insert into plan_registration (venue_id, number, receipt, at, account, name, total_doses, flags, review, reviewed_at, latest) values (?1, ?2, ?3, 1644541200000000, 'p', 'n', 1800, '[]', 'reviewed', 1644541200000000, 1)")?.execute(params![venue, number, format!("P-{venue}-{number}")])?;
            for cycle in 1..=5 {
                db.prepare_cached(
                    "insert into plan_line (venue_id, number, cycle, boxes) values (?1, ?2, ?3, 1)",
                )?
                .execute(params![venue, number, cycle])?;
            }
            db.prepare_cached("delete from plan_draft where venue_id = ?1")?
                .execute(params![venue])?;
            db.prepare_cached("insert into journal (record_kind, record_id, number, at, account, name, membership, role, act, before, after, previous, hash) values ('venue', ?1, ?2, 1644541200000000, 'p', 'n', 'h', 'organizer', 'plan.register', ?3, ?3, ?4, ?4)")?.execute(params![venue, number * 2 + 1, LINES, HASH])?;
            db.prepare_cached("insert into mail (id, recipient, subject, body, about_kind, about_id, made_at, attempts, run_at) values (?1, 'contact@venue.example', '【計画】登録しました', ?2, 'venue', ?3, 1644541200000000, 0, 1644541200000000)")?.execute(params![format!("m-{n}"), BODY, venue])?;
            db.prepare_cached("insert into submission (id, location, at) values (?1, '/venues/v/plan/receipts/2', 1644541200000000)")?
                .execute(params![format!("{HASH}{n}b")])?;
            db.execute_batch("commit")?;
            n += 1;
        }
        Ok(n as f64 / begun.elapsed().as_secs_f64())
    };
    work().map_err(|e| e.to_string())
}

/// Saves a second by pgbench with prepared statements and as many connections as a node has.
pub fn postgres(
    pgbench: &Path,
    url: &str,
    venues: u32,
    seconds: u64,
    folder: &Path,
) -> Result<f64, String> {
    // pgbench takes a colon for a variable.
    let (lines_json, body) = (LINES.replace(':', ": "), BODY.replace(':', "："));
    let script = format!(
        "\\set v random(0, {last})\n\\set n random(1000, 2000000000)\n\\set m random(1, 2000000000)\n\
begin;\n\
insert into plan_draft (venue_id, lines, base, at, account, name, register_on_opening) values ('v-n' || lpad(:v::text, 7, '0'), '{lines_json}', 1, now(), 'p', 'n', false) on conflict (venue_id) do update set lines = excluded.lines, version = plan_draft.version + 1;\n\
insert into journal (record_kind, record_id, number, at, account, name, membership, role, act, before, after, previous, hash) values ('venue', 'v-n' || lpad(:v::text, 7, '0'), :n::bigint * 2, now(), 'p', 'n', 'h', 'organizer', 'plan.draft', '{lines_json}', '{lines_json}', '{HASH}', '{HASH}');\n\
insert into submission (id, location, at) values ('{HASH}' || :n || 'a' || :m, '/venues/v/plan/check', now());\n\
commit;\nbegin;\n\
update plan_registration set latest = false where venue_id = 'v-n' || lpad(:v::text, 7, '0') and latest;\n\
insert into plan_registration (venue_id, number, receipt, at, account, name, total_doses, flags, review, reviewed_at, latest) values ('v-n' || lpad(:v::text, 7, '0'), :n, 'P-' || :v || '-' || :n, now(), 'p', 'n', 1800, '[]', 'reviewed', now(), true);\n\
{lines}\
delete from plan_draft where venue_id = 'v-n' || lpad(:v::text, 7, '0');\n\
insert into journal (record_kind, record_id, number, at, account, name, membership, role, act, before, after, previous, hash) values ('venue', 'v-n' || lpad(:v::text, 7, '0'), :n::bigint * 2 + 1, now(), 'p', 'n', 'h', 'organizer', 'plan.register', '{lines_json}', '{lines_json}', '{HASH}', '{HASH}');\n\
insert into mail (id, recipient, subject, body, about_kind, about_id, made_at, attempts, run_at, sent_at) values ('m-raw-' || :n || '-' || :m, 'contact@venue.example', '【計画】登録しました', '{body}', 'venue', 'v', now(), 1, now(), now());\n\
insert into submission (id, location, at) values ('{HASH}' || :n || 'b' || :m, '/venues/v/plan/receipts/2', now());\n\
commit;\n",
        last = venues - 1,
        lines = (1..=5)
            .map(|c| format!(
                "insert into plan_line (venue_id, number, cycle, boxes) values ('v-n' || lpad(:v::text, 7, '0'), :n, {c}, 1);\n"
            ))
            .collect::<String>(),
    );
    let file = folder.join("save.pgbench");
    std::fs::write(&file, script).map_err(|e| e.to_string())?;
    let out = Command::new(pgbench)
        .args(["-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", &seconds.to_string(), "-f"])
        .arg(&file)
        .arg(url)
        .output()
        .map_err(|e| format!("{}: {e}", pgbench.display()))?;
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    said.lines()
        .find_map(|l| l.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("pgbench: {said}{}", String::from_utf8_lossy(&out.stderr)))
}
