//! Lists whose pages show a part of their rows, as files with all of them: applications, venues,
//! plans, lots, letters, results and the journal. Each is asked with the reach of the page beside
//! it.

use jiff::Timestamp;
use platform::db::Tx;
use platform::journal;
use rules::access::Act;
use rules::application::Status;
use rules::{fold, time};

use web::Route;
use web::errors::Errors;
use web::list;
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use work::application::OfAll;

/// Rows of one file.
const MOST: i64 = 200_000;

pub fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    all.extend(list!("/mhlw/applications", Act::DecideApplication, applications));
    all.extend(list!("/mhlw/venues", Act::ReadArea, venues));
    all.extend(list!("/prefecture/venues", Act::ReadArea, venues));
    all.extend(list!("/municipal/venues", Act::ReadArea, venues));
    all.extend(list!("/mhlw/plans", Act::ReviewPlan, plans));
    all.extend(list!("/mhlw/lots", Act::ReadAreaStock, lots));
    all.extend(list!("/municipal/letters", Act::ReceiveLetter, letters));
    all.extend(list!("/venues/{venue}/results/list", Act::ReadResults, results));
    all.extend(list!("/audit", Act::ReadJournal, records));
    all
}

fn at(instant: Option<Timestamp>) -> Cell {
    Cell::text(instant.map_or(String::new(), time::say_instant))
}

fn applications(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let asked = visit.query("status");
    let status = Status::from_key(asked);
    visit.reads_contacts_of("nation", "jp");
    let sought = fold::Sought::of(visit.query("q"));
    // A status that there isn't is nobody's.
    let rows = match status.is_none() && !asked.is_empty() {
        true => Vec::new(),
        false => work::application::of_all(tx, status, &sought, MOST)?,
    };
    let word = |status: Status| match status {
        Status::Draft => "作成中",
        Status::Submitted => "受付済（確認待ち）",
        Status::Returned => "要再申込",
        Status::Confirmed => "確認済",
        Status::Withdrawn => "取下げ",
    };
    let rows = rows
        .into_iter()
        .map(|row| {
            let OfAll { number, status, answers, submitted_at: submitted } = row;
            let answers = answers.0;
            let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
            let number_of = |key: &str| Cell::count(get(key).parse::<i64>().ok());
            let place = get("venue_municipality");
            vec![
                Cell::Code(number),
                Cell::text(word(status)),
                at(submitted),
                Cell::Text(get("organization_name")),
                Cell::Text(get("venue_name")),
                Cell::Text(visit.masters().places.full_name(&place)),
                Cell::Code(place),
                Cell::Text(get("venue_address")),
                Cell::Code(get("venue_phone")),
                number_of("expected_persons"),
                number_of("expected_doses"),
            ]
        })
        .collect();
    let head = [
        "受付番号",
        "状態",
        "申込日時",
        "企業・大学等",
        "接種会場",
        "市区町村",
        "市区町村コード",
        "所在地",
        "電話番号",
        "接種見込み人数",
        "接種見込み回数",
    ];
    Ok(Sheet::new("申込", "", head, rows))
}

fn venues(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let membership = visit.membership()?;
    let rows = work::venue::all_within(tx, membership.reach(), MOST)?;
    let (kind, id) = membership.reach();
    visit.reads_contacts_of(kind.key(), id);
    let rows = rows
        .into_iter()
        .map(|v| {
            vec![
                Cell::Code(v.code),
                Cell::Text(v.name),
                Cell::Text(visit.masters().places.full_name(&v.municipality)),
                Cell::Code(v.municipality),
                Cell::Text(v.address),
                Cell::Code(v.phone),
                Cell::Number(v.expected_doses),
                Cell::Number(v.used),
            ]
        })
        .collect();
    let head = [
        "会場コード",
        "接種会場",
        "市区町村",
        "市区町村コード",
        "所在地",
        "電話番号",
        "接種見込み回数",
        "接種の累計",
    ];
    Ok(Sheet::new("接種会場", &membership.scope_id, head, rows))
}

fn plans(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let rows = crate::review::listed(visit, tx, MOST)?
        .into_iter()
        .map(|r| {
            vec![
                Cell::Code(r.code),
                Cell::Text(r.name),
                Cell::Text(visit.masters().places.full_name(&r.municipality)),
                Cell::Code(r.municipality),
                Cell::Number(r.number),
                Cell::Number(r.total),
                Cell::Number(r.expected),
                at(Some(r.at)),
                Cell::Text(r.assigned_name.unwrap_or_default()),
                Cell::text(if r.completed { "接種完了" } else { "" }),
            ]
        })
        .collect();
    let head = [
        "会場コード",
        "接種会場",
        "市区町村",
        "市区町村コード",
        "版",
        "計画の回数",
        "接種見込み回数",
        "登録日時",
        "担当",
        "接種完了",
    ];
    Ok(Sheet::new("計画", "", head, rows))
}

fn lots(_: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let rows = work::stock::recorded(tx, MOST)?
        .into_iter()
        .map(|lot| {
            vec![
                Cell::Code(lot.number),
                Cell::Date(Some(lot.expiry)),
                at(lot.recalled_at),
                Cell::Number(lot.venues),
            ]
        })
        .collect();
    Ok(Sheet::new(
        "ロット",
        "",
        ["ロット番号", "有効期限", "回収の対象にした日時", "記録した会場"],
        rows,
    ))
}

fn letters(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let scope = visit.membership()?.scope_id.clone();
    let rows = work::letter::of_municipality(tx, &scope)?
        .into_iter()
        .map(|(letter, venue)| {
            vec![
                Cell::code(letter.number.to_string()),
                Cell::Text(venue),
                at(Some(letter.made_at)),
                Cell::text(words::letter::status(letter.status())),
            ]
        })
        .collect();
    Ok(Sheet::new("委任状", &scope, ["番号", "接種会場", "作成日時", "状態"], rows))
}

fn results(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let venue = visit.venue()?;
    let programme = visit.masters().programme();
    let mut totals = std::collections::BTreeMap::new();
    let rows = work::results::entries(tx, &venue.id)?
        .into_iter()
        .map(|e| {
            let total = totals.entry(e.series).or_insert(0_i64);
            *total = total.saturating_add(e.increase);
            vec![
                Cell::Date(Some(e.as_of)),
                Cell::text(words::results::label(e.series, programme)),
                Cell::Number(e.increase),
                Cell::Number(*total),
                Cell::text(e.waste()),
                Cell::text(e.reason.unwrap_or_default()),
                at(Some(e.at)),
                Cell::Text(e.name),
            ]
        })
        .collect();
    let head = ["時点", "区分", "増えた数", "累計", "廃棄の理由", "理由", "報告日時", "報告した人"];
    Ok(Sheet::new("接種実績", &venue.code, head, rows))
}

fn records(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let mut errors = Errors::default();
    let wanted = crate::audit::asked(visit, tx, &mut errors)?;
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let texts = &visit.masters().texts;
    let found = journal::search(tx, &wanted, 20_000)?;
    // In the words of the page, in its order.
    let rows = crate::history::rows_said(visit, tx, &found)?
        .into_iter()
        .map(|r| {
            let act =
                texts.say(platform::texts::Lang::Ja, &format!("act.{}", r.stored.act)).to_string();
            let content: Vec<String> =
                r.lines.iter().map(crate::history::words::Line::say).collect();
            vec![
                at(Some(r.stored.at)),
                Cell::text(&r.stored.name),
                Cell::text(r.role.unwrap_or_default()),
                Cell::Text(act),
                Cell::text(r.subject),
                Cell::Number(r.stored.number),
                Cell::text(content.join("／")),
                Cell::text(r.stored.reason.clone().unwrap_or_default()),
                Cell::code(&r.stored.hash),
            ]
        })
        .collect();
    Ok(Sheet::new(
        "記録",
        "",
        ["日時", "だれが", "立場", "何を", "対象", "番号", "内容", "理由", "ハッシュ"],
        rows,
    ))
}
