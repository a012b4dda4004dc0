//! Why a number is what it is: parts by rule that add up, the sentence in Japanese and English, and
//! what an officer should know.

use std::collections::BTreeMap;

use super::{Part, Proposal, Requester, Share, Warning, Work};
use crate::application::grouped;

/// The proposal that the worked rules come to; without its fingerprint.
pub fn proposal(work: &Work<'_>) -> Proposal {
    let requested = work.requesters.iter().map(|r| r.request).sum();
    let allocated: u64 = work.given.iter().sum();
    let shares: Vec<Share> =
        (0..work.requesters.len()).map(|i| explained(work, i, requested)).collect();
    let left = work.supply - allocated;
    let reserve = work.reserve.min(left);
    let unplaced = left - reserve;
    let mut warnings = work.warnings.clone();
    if requested > work.supply {
        warnings.push(warning(
            "supply",
            format!("供給が希望の合計を{}箱下回っています。", grouped(requested - work.supply)),
            format!(
                "The supply is {} boxes below what is asked for.",
                grouped(requested - work.supply)
            ),
        ));
    }
    if unplaced > 0 && allocated < requested {
        warnings.push(warning(
            "unplaced",
            format!(
                "希望が残っていますが、{}箱はどのルールでも配られませんでした。",
                grouped(unplaced)
            ),
            format!(
                "{} boxes are given by no rule, though requests are not met.",
                grouped(unplaced)
            ),
        ));
    }
    let nothing = shares.iter().filter(|s| s.requested > 0 && s.allocated == 0).count();
    if nothing > 0 {
        warnings.push(warning(
            "nothing",
            format!("希望がありながら1箱も受け取らないところが{}件あります。", grouped(nothing)),
            format!("{} of those who asked receive nothing.", grouped(nothing)),
        ));
    }
    let beyond = shares.iter().filter(|s| s.allocated > s.requested).count();
    if beyond > 0 {
        warnings.push(warning(
            "beyond",
            format!(
                "希望より多く受け取るところが{}件あります（上限のルールがありません）。",
                grouped(beyond)
            ),
            format!("{} receive more than they asked for (there is no cap).", grouped(beyond)),
        ));
    }
    let left_parts = [("reserve", reserve), ("unplaced", unplaced)]
        .into_iter()
        .filter(|(_, boxes)| *boxes > 0)
        .map(|(rule, boxes)| Part { rule: rule.into(), boxes: boxes as i64 })
        .collect();
    Proposal {
        fingerprint: String::new(),
        supply: work.supply,
        requested,
        allocated,
        left,
        left_parts,
        warnings,
        quotas: Vec::new(),
        shares,
    }
}

fn warning(what: &str, sentence: String, sentence_en: String) -> Warning {
    Warning { what: what.into(), sentence, sentence_en }
}

pub fn reserve_beyond_supply(wanted: u64, supply: u64) -> Warning {
    warning(
        "reserve",
        format!(
            "留保{wanted}箱は供給{supply}箱を超えています。供給のすべてを留保しました。",
            wanted = grouped(wanted),
            supply = grouped(supply)
        ),
        format!(
            "A reserve of {wanted} is more than the supply of {supply}; all of it is held back."
        ),
    )
}

pub fn minimum_not_reached(boxes: u64, without: usize, asking: usize) -> Warning {
    warning(
        "minimum",
        format!(
            "最低{boxes}箱は、{asking}件のうち{without}件に届きませんでした。",
            boxes = grouped(boxes),
            asking = grouped(asking),
            without = grouped(without)
        ),
        format!("The minimum of {boxes} did not reach {without} of {asking}."),
    )
}

/// Japanese and English names of the parts.
fn part_names(rule: &str) -> (&'static str, &'static str) {
    match rule {
        "as_planned" => ("計画どおり", "as planned"),
        "population" => ("人口割", "by population"),
        "request" => ("希望割", "by request"),
        "use_rate" => ("使用率による充足", "by use rate"),
        "stock_penalty" => ("在庫による調整", "for stock"),
        "minimum" => ("最低数", "as minimum"),
        "adjust" => ("個別調整", "by hand"),
        _ => ("端数調整", "by rounding"),
    }
}

/// The parts by rule, each rule once, in order of application; the rounding last.
fn parts(work: &Work<'_>, i: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::with_capacity(work.parts[i].len() + 1);
    for (rule, boxes) in &work.parts[i] {
        match parts.iter_mut().find(|p| p.rule == *rule) {
            Some(known) => known.boxes += boxes,
            None => parts.push(Part { rule: (*rule).into(), boxes: *boxes }),
        }
    }
    parts.push(Part { rule: "rounding".into(), boxes: work.rounding[i] });
    parts
}

fn explained(work: &Work<'_>, i: usize, requested: u64) -> Share {
    use std::fmt::Write;
    let r: &Requester = work.requesters[i];
    let parts = parts(work, i);
    let allocated = work.given[i];
    let asked = if work.planned { "計画" } else { "希望" };
    let excluded = if work.excluded[i] { ("（対象外）", " (excluded)") } else { ("", "") };
    let mut japanese = format!(
        "{asked}{}箱に対して{}箱です{}。内訳：",
        grouped(r.request),
        grouped(allocated),
        excluded.0
    );
    let mut english =
        format!("Asked {}, received {}{}: ", grouped(r.request), grouped(allocated), excluded.1);
    for (at, p) in parts.iter().enumerate() {
        if at > 0 {
            japanese.push('、');
            english.push_str(", ");
        }
        // Writing into a text can't fail.
        let _ = match p.rule.as_str() {
            "as_planned" if work.short => {
                write!(
                    japanese,
                    "計画の按分{}箱（供給{}箱÷計画合計{}箱）",
                    grouped(p.boxes),
                    grouped(work.supply),
                    grouped(requested)
                )
            }
            rule => write!(japanese, "{}{}箱", part_names(rule).0, grouped(p.boxes)),
        };
        let _ = write!(english, "{} {}", grouped(p.boxes), part_names(&p.rule).1);
    }
    japanese.push('。');
    english.push('.');
    Share {
        id: r.id.clone(),
        requested: r.request,
        allocated,
        sentence: japanese,
        sentence_en: english,
        parts,
        needle_boxes: None,
        depots: BTreeMap::new(),
    }
}
