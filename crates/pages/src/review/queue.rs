//! The queue: tabs by status, filters by flag and place, the next page, all in the address.

use platform::db::Tx;
use rules::review::{Flag, Status};
use serde_json::{Value, json};

use super::{address, filter_of, place, row_json};
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::review::Tab;

const SHOWN: usize = 50;

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let filter = filter_of(&visit.request.query);
    let mut rows = super::rows(&filter, visit, tx, SHOWN as i64 + 1)?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    // What an officer acts on is counted now; the many that are done are of the last minute.
    let open = work::review::count_open(tx)?;
    let completed = work::review::count_completed(tx)?;
    let (_, figures) = work::country::latest(tx, visit.masters().programme(), visit.now)?;
    let count = |status: Status| match open.iter().find(|(s, _)| *s == status) {
        Some((_, n)) => *n,
        None if status == Status::Reviewed => {
            figures.reviews.get(status.key()).copied().unwrap_or(0)
        }
        None => 0,
    };
    let mut tabs: Vec<Value> = [Status::Waiting, Status::RevisionRequired, Status::Reviewed]
        .iter()
        .map(|s| json!({"key": s, "label": s.label(), "count": count(*s), "current": s.key() == filter.tab.key()}))
        .collect();
    // Nothing is to be done for these; where there are none, there is no tab.
    if completed > 0 || filter.tab == Tab::Completed {
        tabs.push(json!({"key": Tab::Completed, "label": "接種完了", "count": completed, "current": filter.tab == Tab::Completed}));
    }
    let mut flags = vec![
        json!({"key": "", "label": "すべて", "current": filter.flag.is_empty()}),
        json!({"key": "none", "label": "注意なし", "current": filter.flag == "none"}),
    ];
    flags.extend(Flag::KEYS.iter().map(
        |key| json!({"key": key, "label": Flag::label_of(key), "current": filter.flag == *key}),
    ));
    let places: Vec<Value> = visit
        .masters()
        .places
        .prefectures
        .iter()
        .map(|p| json!({"code": p.code, "name": p.name, "current": p.code == filter.prefecture}))
        .collect();
    let until = visit.masters().programme().calendar.at(visit.now).and_then(|s| s.until);
    visit.page(
        "review/queue.html",
        typed,
        json!({
            "h1": "計画の確認", "tabs": tabs, "flags": flags, "places": places, "filter": {"status": filter.tab, "flag": filter.flag, "prefecture": filter.prefecture, "mine": filter.mine, "q": filter.q},
            "following": rows.last().filter(|_| more).map(place), "rows": rows.iter().map(|r| row_json(r, visit)).collect::<Vec<_>>(), "address": address(&filter), "until": until,
        }),
    )
}
