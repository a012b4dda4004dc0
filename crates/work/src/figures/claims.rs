//! 請求: claims by desk, what they ask for and what was decided.

use platform::value::Value;
use rules::access::Scope;

use super::Measure::Adds;
use super::{Asked, Report, Span, Unit, column};

/// A claim to two desks counts as two.
pub static REPORT: Report = Report {
    key: "claims",
    name: "請求",
    counted: "作成された請求を、提出先ごとに1つと数えます。期間は接種した月です。",
    columns: &[
        column("parts", "請求（提出先ごと）", Adds(Unit::Claim)),
        column("lines", "件数", Adds(Unit::Claim)),
        column("amount", "請求金額（円）", Adds(Unit::Yen)),
        column("decided", "決定金額（円）", Adds(Unit::Yen)),
    ],
    drawn: "amount",
    finding: "作成された請求は{amount}円です",
    span: Span::Months,
    closer: None,
    further: desk,
    by_place: by_place!(
        "count(*) as parts,
         cast(coalesce(sum(p.count), 0) as bigint) as lines,
         cast(coalesce(sum(p.amount), 0) as bigint) as amount,
         cast(coalesce(sum(p.decided_amount), 0) as bigint) as decided",
        "join claim_part p on p.venue_id = v.id",
        "and p.service_month >= $5
         and p.service_month <= $6
         and ($7 = '' or p.destination = $7)"
    ),
    by_cycle: None,
};

/// `$7`: a desk sees what was submitted to it; the others see the claims of their venues.
fn desk(asked: &Asked<'_>) -> Vec<Value> {
    let own = match asked.scope {
        (kind @ (Scope::Federation | Scope::Municipality), id) => format!("{}:{id}", kind.key()),
        _ => String::new(),
    };
    vec![own.into()]
}
