//! A run as files: every share as CSV, the run as PDF, and an evidence pack that replays with `vsys
//! allocate`.

use papers::Paper;
use platform::db::Tx;
use platform::{english, evidence};
use rules::application::commas;
use serde_json::json;

use super::result::{replayed, rules_json};
use crate::print;
use web::page::{Answer, Typed};
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use work::allocation::{Run, load};

/// Shares of one run at most: more venues than the country has clinics.
const ALL: i64 = 2_000_000;

pub fn shares(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    let head = [
        "会場コード",
        "接種会場",
        "都道府県",
        "計画（箱）",
        "分配（箱）",
        "不足（箱）",
        "針・シリンジ（箱）",
        "理由",
        "Reason",
    ];
    let rows = work::allocation::shares(tx, &run.id, "", "", ALL)?.into_iter().map(|s| {
        let place = visit
            .masters()
            .places
            .prefecture(&s.prefecture)
            .map_or(String::new(), |p| p.name.clone());
        vec![
            Cell::Code(s.code),
            Cell::Text(s.name),
            Cell::Text(place),
            Cell::Number(s.requested),
            Cell::Number(s.allocated),
            Cell::Number(s.requested - s.allocated),
            Cell::Number(s.needle_boxes),
            Cell::Text(s.sentence),
            Cell::Text(s.sentence_en),
        ]
    });
    Ok(Sheet::new("分配", &format!("第{}クール_{}", run.cycle, run.id), head, rows.collect()))
}

pub fn run_pdf(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    print::shown(format!("allocation-{}.pdf", run.id), &record(visit, tx, &run)?)
}

/// 分配の記録 as it is printed.
pub fn record(visit: &Visit, tx: &mut Tx<'_>, run: &Run) -> Result<Paper, Trouble> {
    let summary = run.summary.as_ref().map(|s| s.0.clone()).unwrap_or_default();
    let cycle = visit.masters().programme().cycle(run.cycle).ok_or(Trouble::NotFound)?;
    let places = &visit.masters().places;
    Ok(Paper::Allocation(papers::allocation::Run {
        programme: visit.masters().programme().name.clone(),
        cycle: format!("{}（{}）", cycle.say(), cycle.say_period()),
        state: super::state_word(run.state).0.into(),
        facts: [
            (
                "試算した人".to_string(),
                format!("{}　{}", run.made_by_name, rules::time::say_instant(run.made_at)),
            ),
            (
                "承認した人".into(),
                run.approved_at.map_or("（未承認）".into(), |at| {
                    format!(
                        "{}　{}",
                        run.approved_by_name.clone().unwrap_or_default(),
                        rules::time::say_instant(at)
                    )
                }),
            ),
            ("計画の締切".into(), rules::time::say_instant(run.cut_off)),
            ("供給".into(), format!("{}箱", commas(run.supply))),
            (
                "計画の合計".into(),
                format!("{}箱（{}会場）", commas(run.requested), commas(summary.venues as i64)),
            ),
            ("分配".into(), format!("{}箱", commas(run.allocated))),
            ("残り".into(), format!("{}箱", commas(run.supply.saturating_sub(run.allocated)))),
            ("入力の指紋".into(), run.fingerprint.clone()),
            ("結果の指紋".into(), run.digest.clone()),
            ("メモ".into(), run.note.clone()),
        ]
        .into(),
        rules: rules_json(tx, run)?
            .iter()
            .map(|r| {
                let of = |name: &str| english::unmarked(r[name].as_str().unwrap_or_default());
                (of("title"), of("text"))
            })
            .collect(),
        warnings: summary.warnings.iter().map(|w| w.sentence.clone()).collect(),
        prefectures: summary
            .prefectures
            .iter()
            .map(|(code, venues, asked, given)| {
                (
                    places.prefecture(code).map_or(code.clone(), |p| p.name.clone()),
                    *venues,
                    *asked,
                    *given,
                )
            })
            .collect(),
    }))
}

pub fn evidence(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    let replay = replayed(visit, tx, &run)?;
    let text = |value: serde_json::Result<String>| value.map_err(|e| Trouble::Bug(e.to_string()));
    let mut files = vec![(
        "run.json",
        text(serde_json::to_string_pretty(&json!({
            "id": run.id, "cycle": run.cycle, "supply": run.supply, "cut_off": run.cut_off, "fingerprint": run.fingerprint, "digest": run.digest, "made_at": run.made_at, "made_by": run.made_by_name,
            "approved_at": run.approved_at, "approved_by": run.approved_by_name, "conditions": run.chosen(),
        })))?,
    )];
    if let Some(replay) = replay {
        files.push(("case.json", text(serde_json::to_string(&replay.case))?));
        if let Some(proposal) = replay.kept {
            files.push(("proposal.json", text(serde_json::to_string(&proposal))?));
        }
        files.push(("REPLAY.txt", format!("vsys allocate --case case.json --explain\n\nThe SHA-256 of proposal.json (without a line break at its end) is the run's digest: {}\nThe fingerprint of the input is {}\n", run.digest, run.fingerprint)));
    }
    let bytes = evidence::pack_with(tx, "allocation_run", &run.id, visit.now, &files)?
        .ok_or(Trouble::NotFound)?;
    Ok(Answer::File {
        name: format!("allocation-{}.zip", run.id),
        mime: "application/zip",
        bytes,
        inline: false,
    })
}
