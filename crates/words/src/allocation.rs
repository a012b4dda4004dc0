//! Sentences of [`rules::allocation`].

use std::fmt::Write;

use rules::allocation::{
    Case, ChoiceRefusal, Choices, Explained, NotApproved, Proposal, Refusal, Tell, Told, Warned,
};
use rules::application::{commas, grouped};
use rules::time::say_date;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Twice(id) => format!("{id}が2回入っています"),
            Refusal::NoRule => "分け方のルールがありません。計画どおり、最低数、人口割、希望割、\
                 使用率のどれかを選んでください"
                .into(),
            Refusal::Nobody(id) => format!(
                "{id}には、この試算の対象になる計画がありません。\
                 対象外の会場と個別調整から除いてください"
            ),
            Refusal::TiersWithoutCap => "受け取っていない会場を先にするルールには、\
                 希望と保管できる数を上限にするルールが必要です"
                .into(),
            Refusal::Beyond { id, boxes, left } => format!(
                "{id}の個別調整（+{}箱）は、残りの{}箱を超えています。箱数を減らすか、\
                 供給を増やしてください",
                commas(*boxes),
                grouped(left)
            ),
            Refusal::Below { id, boxes, given } => format!(
                "{id}の個別調整（{}箱）は、この会場に分ける{}箱より多く減らしています。\
                 箱数を直してください",
                commas(*boxes),
                grouped(given)
            ),
            Refusal::Cut(percent) => format!("在庫による減（{percent}%）は100%までです"),
            Refusal::TooLarge => "箱数が大きすぎます。供給と計画の箱数を確かめてください".into(),
            Refusal::Percent(percent) => format!("割合（{percent}%）は100%までです"),
            Refusal::Needles => "針・シリンジの換算に0が入っているため、計算できません".into(),
            Refusal::Path(id, level) => {
                format!("{id}の都道府県と市区町村がわかりません（{level}段）")
            }
            Refusal::RulesAndLevels => "1段のルールと段階ごとのルールは、一緒に使えません".into(),
            Refusal::Depot(depot) => format!("{depot}という保管場所が、供給にありません"),
        }
    }
}

impl Sentence for NotApproved {
    fn sentence(&self) -> String {
        match self {
            NotApproved::ByItsMaker => {
                "試算をした本人は承認できません。承認の権限を持つ別の人が確認してください。".into()
            }
            NotApproved::Fixed(cycle) => format!("第{cycle}クールの分配量はすでに確定しています。"),
            NotApproved::Unreadable => "この試算の記録に読めないものがあるため、承認できません。\
                 もう一度試算してください。"
                .into(),
            NotApproved::NotTried => "試算が終わっていません。".into(),
            NotApproved::TooEarly(day) => {
                format!("分配量の決定日は{}です。その日から承認できます。", say_date(*day))
            }
            NotApproved::CompletedSince(venues) => format!(
                "試算の後に接種の完了を登録した会場があります（{}）。\
                 もう一度試算してください。その会場は分配から外れます。",
                venues.join("、")
            ),
            NotApproved::OtherBox(changes) => format!(
                "試算の後に荷姿が変わりました（{changes}）。針・シリンジは、この試算では\
                 前の荷姿で数えています。もう一度試算してください。"
            ),
            NotApproved::Over => "この試算はもう終わっています。".into(),
        }
    }
}

impl Sentence for ChoiceRefusal {
    fn sentence(&self) -> String {
        match self {
            ChoiceRefusal::Over => "人口割・希望割・使用率の割合の合計が100%を超えています".into(),
            ChoiceRefusal::Nothing => {
                "分け方を1つ以上選んでください（計画どおり、最低数、人口割、希望割、使用率）".into()
            }
            ChoiceRefusal::Cut => "在庫による減は100%までです".into(),
            ChoiceRefusal::Kept => "都道府県・市町村の留保は100%までです".into(),
            ChoiceRefusal::FirstWithoutCap => {
                "これまでに受け取っていない会場を先にするには「希望と保管できる数を上限にする」\
                 も選んでください"
                    .into()
            }
        }
    }
}

/// The choices as a person reads them, in the order of their rules: title and words. What
/// concerns single venues isn't among them. `typed` marks what a person wrote.
pub fn said(choices: &Choices, typed: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let mut said = vec![(
        "配り方",
        if choices.tiered {
            "国 → 都道府県 → 市町村 → 会場"
        } else {
            "国から会場へ直接"
        }
        .to_string(),
    )];
    let mut say = |used: bool, title: &'static str, text: String| {
        if used {
            said.push((title, text));
        }
    };
    say(choices.reserve > 0, "留保", format!("{}箱", grouped(choices.reserve)));
    say(choices.kept_percent > 0, "都道府県・市町村の留保", format!("{}%", choices.kept_percent));
    say(choices.cap, "上限", "希望した数と保管できる数まで".into());
    say(choices.first, "順番", "これまでに受け取っていない会場を先に".into());
    say(choices.minimum > 0, "最低数", format!("{}箱", grouped(choices.minimum)));
    say(choices.population > 0, "人口割", format!("{}%", choices.population));
    let weeks = choices.over_weeks.0 as f64 / 1e6;
    say(choices.cut > 0, "在庫による減", format!("{weeks}週間分を超える在庫で{}%", choices.cut));
    say(choices.request > 0, "希望割", format!("{}%", choices.request));
    say(choices.as_planned, "計画どおり", "残りのすべて（足りなければ計画に比例）".into());
    let winners = if choices.winners > 0 {
        format!("、高い順に{}会場まで", grouped(choices.winners))
    } else {
        String::new()
    };
    say(choices.use_rate > 0, "使用率による充足", format!("{}%{winners}", choices.use_rate));
    let reason = if choices.excluded_reason.is_empty() {
        String::new()
    } else {
        format!("（{}）", typed(&choices.excluded_reason))
    };
    say(
        !choices.excluded.is_empty(),
        "対象外",
        format!("{}会場{reason}", grouped(choices.excluded.len())),
    );
    said
}

/// Works a case out and says why, in both languages.
///
/// # Errors
/// What makes the case impossible.
pub fn propose(case: &Case) -> Result<Proposal, Refusal> {
    rules::allocation::propose(case, &Teller)
}

/// Says of a proposal why its numbers are what they are.
#[derive(Clone, Copy, Debug)]
pub struct Teller;

impl Tell for Teller {
    fn share(&self, share: &Explained<'_>) -> Told {
        Told { japanese: japanese(share), english: english(share) }
    }
    fn warning(&self, warned: &Warned) -> Told {
        warning(warned)
    }
    fn quota(&self, name: &str, boxes: u64) -> String {
        format!("{name}の枠{}箱から。", grouped(boxes))
    }
}

fn japanese(share: &Explained<'_>) -> String {
    let mut said = format!(
        "{}{}箱に対して{}箱です{}。内訳：",
        if share.planned { "計画" } else { "希望" },
        grouped(share.requested),
        grouped(share.allocated),
        if share.excluded { "（対象外）" } else { "" }
    );
    for (at, part) in share.parts.iter().enumerate() {
        if at > 0 {
            said.push('、');
        }
        // Writing into a text can't fail.
        let _ = match (part.rule.as_str(), share.short) {
            ("as_planned", Some((supply, requested))) => write!(
                said,
                "計画の按分{}箱（供給{}箱÷計画合計{}箱）",
                grouped(part.boxes),
                grouped(supply),
                grouped(requested)
            ),
            (rule, _) => write!(said, "{}{}箱", part_names(rule).0, grouped(part.boxes)),
        };
    }
    said.push('。');
    said
}

fn english(share: &Explained<'_>) -> String {
    let mut said = format!(
        "Asked {}, received {}{}: ",
        grouped(share.requested),
        grouped(share.allocated),
        if share.excluded { " (excluded)" } else { "" }
    );
    for (at, part) in share.parts.iter().enumerate() {
        if at > 0 {
            said.push_str(", ");
        }
        let _ = write!(said, "{} {}", grouped(part.boxes), part_names(&part.rule).1);
    }
    said.push('.');
    said
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

fn warning(warned: &Warned) -> Told {
    let (japanese, english) = match *warned {
        Warned::Reserve { wanted, supply } => (
            format!(
                "留保{}箱は供給{}箱を超えています。供給のすべてを留保しました。",
                grouped(wanted),
                grouped(supply)
            ),
            format!(
                "A reserve of {wanted} is more than the supply of {supply}; all of it is held back."
            ),
        ),
        Warned::Minimum { boxes, without, asking } => (
            format!(
                "最低{}箱は、{}件のうち{}件に届きませんでした。",
                grouped(boxes),
                grouped(asking),
                grouped(without)
            ),
            format!("The minimum of {boxes} did not reach {without} of {asking}."),
        ),
        Warned::Supply { missing } => (
            format!("供給が希望の合計を{}箱下回っています。", grouped(missing)),
            format!("The supply is {} boxes below what is asked for.", grouped(missing)),
        ),
        Warned::Unplaced { boxes } => (
            format!(
                "希望が残っていますが、{}箱はどのルールでも配られませんでした。",
                grouped(boxes)
            ),
            format!("{} boxes are given by no rule, though requests are not met.", grouped(boxes)),
        ),
        Warned::Nothing { count } => (
            format!("希望がありながら1箱も受け取らないところが{}件あります。", grouped(count)),
            format!("{} of those who asked receive nothing.", grouped(count)),
        ),
        Warned::Beyond { count } => (
            format!(
                "希望より多く受け取るところが{}件あります（上限のルールがありません）。",
                grouped(count)
            ),
            format!("{} receive more than they asked for (there is no cap).", grouped(count)),
        ),
    };
    Told { japanese, english }
}
