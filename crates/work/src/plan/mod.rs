//! 接種計画: registrations, their lines and drafts.

mod draft;
pub mod event;
mod planned;
mod register;

pub use draft::*;
pub use event::Event;
pub use planned::*;
pub(crate) use planned::{planned_doses, planned_of};
pub use register::*;

mod waiting;

pub use waiting::*;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::kept::{items, named};
use platform::{args, kept, row, sql};
use rules::plan::{Decided, Fixed, Held, Holdings, Line, Lines};
use rules::programme::{Packing, Programme};
use rules::review::{Flag, Status};
use serde::Serialize;
use words::Sentence;

kept! {
    pub KeptFlags = OfFlags(Vec<Flag>), items,
        "計画の「確認が必要な点」に読めないものがありました。ほかは残っています。";
    /// The lines of a draft, as far as they can be read.
    pub KeptLines = OfLines(Lines), |stored| named(stored, is_sound),
        "計画の下書きに、読めないクールがありました。読めないクールは登録済みの箱数になっています。内容を確かめて、保存し直してください。";
}

/// Whether a line could have come in by any door.
fn is_sound(line: &Line) -> bool {
    line.boxes <= rules::programme::BOXES_MAX
        && line.needle_correction.is_none_or(|n| n <= rules::programme::NEEDLE_BOXES_MAX)
}

row! {
    #[derive(Clone, Debug)]
    pub struct Registration {
        pub number: i64,
        pub receipt: String,
        pub at: Timestamp,
        pub account: String,
        pub name: String,
        pub total_doses: u32,
        pub reason: Option<String>,
        pub flags: KeptFlags,
        pub review: Status,
        pub review_reason: Option<String>,
        pub reviewed_at: Option<Timestamp>,
        pub reviewer: Option<String>,
        pub latest: bool,
        pub version: i64,
    }
}

impl Registration {
    /// What it plans, as it stands now; `first` is the programme's first packing.
    ///
    /// # Errors
    /// The database's.
    pub fn planned(
        &self,
        tx: &mut Tx<'_>,
        first: Packing,
        venue: &str,
    ) -> Result<Planned, Failure> {
        planned(tx, first, venue, self.number)
    }
    /// As it stood before anybody reviewed it.
    pub fn not_yet_reviewed(&mut self) {
        self.review = Status::Waiting;
        (self.review_reason, self.reviewed_at, self.reviewer) = (None, None, None);
    }
    /// What pages show of it, as it was registered.
    pub fn shown(&self) -> Shown<'_> {
        let flags = self.flags.0.iter();
        Shown {
            number: self.number,
            receipt: &self.receipt,
            at: self.at,
            name: &self.name,
            total: self.total_doses,
            reason: self.reason.as_deref(),
            flags: flags.map(|f| ShownFlag { label: f.label(), sentence: f.sentence() }).collect(),
            review: self.review.label(),
            review_key: self.review,
            review_reason: self.review_reason.as_deref(),
            reviewed_at: self.reviewed_at,
            reviewer: self.reviewer.as_deref(),
            latest: self.latest,
            version: self.version,
        }
    }
}

/// What pages show of a registration.
#[derive(Clone, Debug, Serialize)]
pub struct Shown<'r> {
    number: i64,
    receipt: &'r str,
    at: Timestamp,
    name: &'r str,
    /// Doses as it was registered: what was decided since counts in [`planned`].
    total: u32,
    reason: Option<&'r str>,
    flags: Vec<ShownFlag>,
    review: &'static str,
    review_key: Status,
    review_reason: Option<&'r str>,
    reviewed_at: Option<Timestamp>,
    reviewer: Option<&'r str>,
    latest: bool,
    version: i64,
}

#[derive(Clone, Debug, Serialize)]
struct ShownFlag {
    label: &'static str,
    sentence: String,
}

row! {
    #[derive(Clone, Debug)]
    pub struct Draft {
        pub lines: KeptLines,
        pub reason: Option<String>,
        pub base: i64,
        pub at: Timestamp,
        pub account: String,
        pub name: String,
        pub register_on_opening: bool,
        pub version: i64,
    }
}

pub fn latest(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Registration>, Failure> {
    tx.first(
        sql!(
            "select number, receipt, at, account, name, total_doses, reason, flags, review,
                    review_reason, reviewed_at, reviewer, latest, version
               from plan_registration
              where venue_id = $1
              order by number desc
              limit 1"
        ),
        args![venue],
    )
}

pub fn registration(
    tx: &mut Tx<'_>,
    venue: &str,
    number: i64,
) -> Result<Option<Registration>, Failure> {
    tx.first(
        sql!(
            "select number, receipt, at, account, name, total_doses, reason, flags, review,
                    review_reason, reviewed_at, reviewer, latest, version
               from plan_registration
              where venue_id = $1
                and number = $2"
        ),
        args![venue, number],
    )
}

pub fn registrations(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Registration>, Failure> {
    tx.all(
        sql!(
            "select number, receipt, at, account, name, total_doses, reason, flags, review,
                    review_reason, reviewed_at, reviewer, latest, version
               from plan_registration
              where venue_id = $1
              order by number desc"
        ),
        args![venue],
    )
}

/// The lines of one registration; none for number 0.
pub fn lines(tx: &mut Tx<'_>, venue: &str, number: i64) -> Result<Lines, Failure> {
    let rows: Vec<(u32, u32, Option<u32>)> = tx.all(
        sql!(
            "select cycle, boxes, needle_correction
               from plan_line
              where venue_id = $1
                and number = $2
              order by cycle"
        ),
        args![venue, number],
    )?;
    Ok(rows
        .into_iter()
        .map(|(cycle, boxes, needle_correction)| (cycle, Line { boxes, needle_correction }))
        .collect())
}

row! {
    struct HeldRow {
        cycle: u32,
        boxes: u32,
        vials_per_box: Option<u32>,
        doses_per_vial: Option<u32>,
        needles_per_box: Option<u32>,
        needle_boxes: Option<u32>,
    }
}

/// What the lines of one registration were reckoned with.
pub fn held(
    tx: &mut Tx<'_>,
    programme: &Programme,
    venue: &str,
    number: i64,
) -> Result<Holdings, Failure> {
    let rows: Vec<HeldRow> = tx.all(
        sql!(
            "select cycle, boxes, vials_per_box, doses_per_vial, needles_per_box, needle_boxes
               from plan_line
              where venue_id = $1
                and number = $2"
        ),
        args![venue, number],
    )?;
    let first = programme.first_packing();
    let held = |r: HeldRow| {
        let packing = first.or(r.vials_per_box, r.doses_per_vial, r.needles_per_box);
        let needle_boxes = r.needle_boxes.unwrap_or_else(|| packing.needle_boxes(r.boxes));
        (r.cycle, Held { packing, needle_boxes })
    };
    Ok(rows.into_iter().map(held).collect())
}

row! {
    struct DecidedRow {
        cycle: u32,
        boxes: u32,
        needle_boxes: u32,
        at: Timestamp,
        vials_per_box: Option<u32>,
        doses_per_vial: Option<u32>,
        needles_per_box: Option<u32>,
    }
}

/// What was decided for a venue.
pub fn fixed(tx: &mut Tx<'_>, programme: &Programme, venue: &str) -> Result<Fixed, Failure> {
    let rows: Vec<DecidedRow> = tx.all(
        sql!(
            "select cycle, boxes, needle_boxes, fixed_at, vials_per_box, doses_per_vial,
                    needles_per_box
               from allocation
              where venue_id = $1"
        ),
        args![venue],
    )?;
    let first = programme.first_packing();
    let decided = |r: DecidedRow| {
        let packing = first.or(r.vials_per_box, r.doses_per_vial, r.needles_per_box);
        let decided = Decided { boxes: r.boxes, needle_boxes: r.needle_boxes, at: r.at, packing };
        (r.cycle, decided)
    };
    Ok(rows.into_iter().map(decided).collect())
}

/// The draft of a venue. Whatever was stored opens: what can't be read of it is as it is
/// registered, and isn't registered by itself.
pub fn draft(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Draft>, Failure> {
    let found: Option<Draft> = tx.first(
        sql!(
            "select lines, reason, base, at, account, name, register_on_opening, version
               from plan_draft
              where venue_id = $1"
        ),
        args![venue],
    )?;
    let Some(mut draft) = found else { return Ok(None) };
    if !draft.lines.is_whole() {
        let read = std::mem::take(&mut draft.lines.0);
        draft.lines.0 = lines(tx, venue, draft.base)?;
        draft.lines.0.extend(read);
        draft.register_on_opening = false;
    }
    Ok(Some(draft))
}
