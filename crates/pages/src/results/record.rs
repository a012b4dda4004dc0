//! Rows of person-level records: what one says, what is wrong, unlikely or other than what is
//! stored, and how it is written and taken back.

use platform::english;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use rules::coupon::Cells;
use rules::holidays::Holidays;
use rules::maker::{self, Made};
use rules::person::{self, Bounds, Doubt, Record, column};
use rules::places::Places;
use rules::programme::Product;
use rules::{codes, fold, input, time};

use web::import::{Fault, Head, Line, Verdict, mixed_up};
use web::table::{self, Table};
use web::visit::{Trouble, Visit};
use words::Sentence;
use work::results::persons::{Order, tail};
use work::venue::VenueHead;

/// Which cells of a row say something: what they leave open stays as it is stored.
#[derive(Clone, Copy, Default)]
struct Given {
    lot: bool,
    maker: bool,
    doctor: bool,
    band: bool,
    age: bool,
}

/// A stored record of a person whom the table is about.
struct Known {
    id: String,
    venue: String,
    record: Record,
}

pub fn bounds(visit: &Visit) -> Bounds {
    let programme = visit.masters().programme();
    let today = time::date(visit.now);
    Bounds {
        used_from: programme.product.used_from.min(today),
        programme_from: programme.plan_entry_from,
        // Boxes come in a cycle's delivery week, and may be used as soon as they are there.
        shots_from: programme
            .cycles
            .iter()
            .map(|c| c.from.min(c.delivery_week))
            .min()
            .unwrap_or(programme.plan_entry_from),
        today,
        own_dose: programme.own_dose(),
        intervals: programme.intervals.clone(),
    }
}

/// Where the table is taken in.
struct Here<'h> {
    venue: &'h VenueHead,
    product: &'h Product,
    bounds: &'h Bounds,
    places: &'h Places,
    holidays: &'h Holidays,
}

impl Here<'_> {
    fn made(&self, raw: &str) -> Made {
        maker::made(raw, &[&self.product.name, &self.product.short_name])
    }
    /// What can't belong here: another venue's code, another maker.
    fn foreign(&self, head: &Head, cells: table::Row<'_>) -> Vec<Fault> {
        let (code, maker) = (head.cell(cells, "会場コード"), head.cell(cells, column::MAKER));
        let other_code = mixed_up(
            "この会場",
            "会場コード",
            code,
            codes::ten_digits(code) == self.venue.code,
            &self.venue.code,
        );
        let other = (!maker.is_empty() && self.made(maker) == Made::Other).then(|| Fault {
            column: column::MAKER.into(),
            typed: maker.into(),
            problem: format!(
                "この事業のワクチンは「{}」です。ほかのメーカーのワクチンの記録は取り込めません",
                self.product.name
            ),
        });
        other_code.into_iter().chain(other).collect()
    }
    /// What may not belong here: a venue of another name, a maker that nobody knows.
    fn doubts(&self, head: &Head, cells: table::Row<'_>, screening_only: bool) -> Vec<Doubt> {
        let (venue, maker) = (head.cell(cells, "接種会場名"), head.cell(cells, column::MAKER));
        let elsewhere = !venue.is_empty() && fold::key(venue) != fold::key(&self.venue.name);
        // Where no shot was given, there is no maker to be named.
        let unknown = !maker.is_empty() && !screening_only && self.made(maker) == Made::Unknown;
        let venue = elsewhere.then(|| Doubt::OtherVenue(self.venue.name.clone()));
        venue
            .into_iter()
            .chain(unknown.then(|| Doubt::UnknownMaker(self.product.name.clone())))
            .collect()
    }
}

/// What one row says, or what is wrong with it.
fn read(
    head: &Head,
    cells: table::Row<'_>,
    here: &Here<'_>,
) -> Result<(Record, Given), Vec<Fault>> {
    let Here { bounds, places, product, holidays, .. } = here;
    let mut faults = here.foreign(head, cells);
    let get = |name: &str| head.cell(cells, name);
    let mut bad = |column: &str, problem: String| {
        faults.push(Fault { column: column.into(), typed: get(column).into(), problem })
    };
    let written = Cells {
        kind: get("券種"),
        dose: get("回数"),
        municipality: get("市町村コード"),
        named: get("市区町村"),
        number: get(column::NUMBER),
    };
    let coupon = written.coupon(places).map_err(|(column, e)| bad(column, e.sentence())).ok();
    if let Some(coupon) = &coupon
        && let Err(e) = person::placeholder(&coupon.number)
    {
        bad(column::NUMBER, e.sentence());
    }
    let day = match holidays.settle(input::date_near("接種日", get("接種日"), bounds.today)) {
        Ok(day) if day > bounds.today => Err(person::Refusal::Future(bounds.today).sentence()),
        Ok(day) => input::date_within("接種日", &day.to_string(), bounds.used_from, bounds.today)
            .map_err(|e| e.sentence()),
        Err(e) => Err(e.sentence()),
    };
    let day = day.map_err(|e| bad("接種日", e)).ok();
    let screening_only = person::screening_only(get(column::KIND));
    if screening_only.is_none() {
        bad(column::KIND, "「接種」か「予診のみ」と入力してください".into());
    }
    let band = person::band(get(column::BAND));
    if band.is_none() {
        bad(column::BAND, "「通常」「時間外」「休日」のどれかを入力してください".into());
    }
    let under_six = person::under_six(get(column::AGE));
    if under_six.is_none() {
        bad(column::AGE, "「6歳以上」か「6歳未満」と入力してください".into());
    }
    // A screening without a shot may stand beside any words where the lot would be.
    let lot = match get(column::LOT) {
        "" => Some(String::new()),
        raw => match input::lot(column::LOT, raw) {
            Ok(lot) => Some(lot),
            Err(_) if screening_only == Some(true) => Some(String::new()),
            Err(e) => {
                bad(column::LOT, e.sentence());
                None
            }
        },
    };
    let mut taken = |column: &str, read: Result<String, input::InputFault>| {
        read.map_err(|e| bad(column, e.sentence())).unwrap_or_default()
    };
    let doctor = match get(column::DOCTOR) {
        blank if input::name(blank).is_empty() => String::new(),
        raw => taken(column::DOCTOR, input::person(column::DOCTOR, raw)),
    };
    let typed_maker = taken(
        column::MAKER,
        input::held(column::MAKER, input::name(get(column::MAKER)), input::LONGEST_LINE),
    );
    let said = |name: &str| !input::folded(get(name)).is_empty();
    let given = Given {
        lot: said(column::LOT),
        maker: said(column::MAKER),
        doctor: said(column::DOCTOR),
        band: said(column::BAND),
        age: said(column::AGE),
    };
    match (coupon, day, screening_only, band, under_six, lot) {
        (Some(coupon), Some(day), Some(screening_only), Some(band), Some(under_six), Some(lot))
            if faults.is_empty() =>
        {
            let maker = if given.maker { typed_maker } else { product.short_name.clone() };
            Ok((Record { coupon, day, lot, maker, doctor, screening_only, band, under_six }, given))
        }
        _ => Err(faults),
    }
}

/// Everybody's records that the table is about, wherever they were given: a person may have been
/// elsewhere before.
fn known(
    tx: &mut Tx<'_>,
    rows: &[&Record],
) -> Result<HashMap<(String, String), Vec<Known>>, Failure> {
    let municipalities: BTreeSet<&str> =
        rows.iter().map(|r| r.coupon.municipality.as_str()).collect();
    let wanted: BTreeSet<(&str, &str)> =
        rows.iter().map(|r| (r.coupon.municipality.as_str(), r.coupon.number.as_str())).collect();
    let mut all: HashMap<(String, String), Vec<Known>> = HashMap::new();
    for municipality in municipalities {
        type Row = (work::results::persons::Stored, String);
        let rows: Vec<Row> = work::results::persons::of_municipality(tx, municipality)?;
        for (stored, venue) in
            rows.into_iter().filter(|(s, _)| wanted.contains(&(municipality, s.coupon.as_str())))
        {
            let key = (municipality.to_string(), stored.coupon.clone());
            all.entry(key).or_default().push(Known {
                id: stored.id.clone(),
                venue,
                record: stored.record(),
            });
        }
    }
    Ok(all)
}

/// What the lots of a table are compared with.
struct Lots {
    master: BTreeMap<String, (Date, bool)>,
    /// The venue's own ledger.
    own: BTreeMap<String, i64>,
    /// For each lot of the table the usual ones that it may be a slip of: the nation's, the venue's
    /// records', and what the table says often.
    near: HashMap<String, Vec<String>>,
    /// What is strange about a lot of the table that nobody knows.
    strange: HashMap<String, rules::stock::Strange>,
    /// The first day on which the venue had a lot.
    came: BTreeMap<String, Date>,
}

fn lots(tx: &mut Tx<'_>, venue: &str, rows: &[&Record]) -> Result<Lots, Failure> {
    let master = work::stock::lot_states(tx)?;
    let before = work::results::persons::lots(tx, venue)?;
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *often.entry(row.lot.as_str()).or_default() += 1;
    }
    let frequent: Vec<&str> =
        often.iter().filter(|(lot, n)| **n >= 3 && !lot.is_empty()).map(|(lot, _)| *lot).collect();
    let sure: BTreeSet<&str> =
        master.keys().map(String::as_str).chain(before.iter().map(String::as_str)).collect();
    // What the table says often is compared with, but a slip that was copied down isn't known by
    // that.
    let usual = |lot: &str| -> Vec<&str> {
        let others =
            frequent.iter().copied().filter(|other| *other != lot && !sure.contains(other));
        sure.iter().copied().chain(others).collect()
    };
    let typed: Vec<&str> = often.keys().copied().filter(|lot| !lot.is_empty()).collect();
    let near =
        typed.iter().map(|lot| ((*lot).to_string(), rules::stock::near(lot, usual(lot)))).collect();
    // The expiry of a lot that is known, written where the lot belongs.
    let expiry = |lot: &str| {
        let lot = Some(lot).filter(|lot| !sure.contains(lot))?;
        master.values().find_map(|(expiry, _)| rules::stock::is_expiry(lot, *expiry))
    };
    let odd = |lot: &&str| {
        let strange = expiry(lot).or_else(|| rules::stock::strange(lot, sure.iter().copied()))?;
        Some(((*lot).to_string(), strange))
    };
    let strange = typed.iter().filter_map(odd).collect();
    Ok(Lots {
        master,
        own: work::stock::sums(tx, venue)?,
        near,
        strange,
        came: work::stock::came(tx, venue)?,
    })
}

/// What is wrong or doubtful about a lot on a day.
fn lot_trouble(lots: &Lots, record: &Record) -> (Option<String>, Option<Doubt>) {
    use rules::stock::Refusal;
    let lot = record.lot.clone();
    let refusal = match lots.master.get(&lot) {
        Some((_, true)) => Some(Refusal::Recalled(lot)),
        Some((expiry, _)) if *expiry < record.day => {
            Some(Refusal::Expired { lot, expiry: *expiry })
        }
        // Where the venue keeps its ledger, a lot that it never had is a slip of the pen.
        _ if lots.own.keys().any(|k| !k.is_empty()) && !lots.own.contains_key(&lot) => {
            Some(Refusal::Foreign(lot))
        }
        _ => None,
    };
    let near = lots.near.get(&record.lot).map_or(&[][..], Vec::as_slice);
    let early = lots.came.get(&record.lot).filter(|came| record.day < **came);
    let doubt = match near {
        [] => match early {
            Some(came) => Some(Doubt::BeforeLot { lot: record.lot.clone(), came: *came }),
            None => lots.strange.get(&record.lot).cloned().map(Doubt::StrangeLot),
        },
        near => Some(Doubt::NearLot { lot: record.lot.clone(), near: near.join("、") }),
    };
    (refusal.map(|r| r.sentence()), doubt)
}

fn column_of(doubt: &Doubt) -> &'static str {
    match doubt {
        Doubt::BeforeProgramme { .. }
        | Doubt::BeforeShots { .. }
        | Doubt::BeforeLot { .. }
        | Doubt::Interval { .. }
        | Doubt::OtherDay(_) => "接種日",
        Doubt::OtherDose { .. } => "回数",
        Doubt::OtherVenue(_) => "接種会場名",
        Doubt::UnknownMaker(_) => column::MAKER,
        Doubt::Number(_) | Doubt::LostDigits(_) => column::NUMBER,
        Doubt::OtherBand { .. } => column::BAND,
        Doubt::Municipality(_) | Doubt::ReadAs(_) => "市町村コード",
        Doubt::NearLot { .. } | Doubt::StrangeLot(_) | Doubt::LotOfScreening(_) => column::LOT,
        Doubt::TakenFor { column, .. } | Doubt::Kept { column, .. } => column,
        Doubt::OtherKind(_)
        | Doubt::KindMended(_)
        | Doubt::OtherKindStays(_)
        | Doubt::OtherKindBeside { .. } => column::KIND,
    }
}

/// Every row with its verdict.
pub fn lines(
    visit: &Visit,
    tx: &mut Tx<'_>,
    head: &Head,
    content: &Table,
) -> Result<Vec<Line<Order>>, Trouble> {
    let (venue, bounds) = (visit.venue()?, bounds(visit));
    let here = Here {
        venue,
        product: &visit.masters().programme().product,
        bounds: &bounds,
        places: &visit.masters().places,
        holidays: &visit.masters().holidays,
    };
    let rows: Vec<_> = head
        .rows(content)
        .map(|(number, cells)| (number, cells, read(head, cells, &here)))
        .collect();
    let records: Vec<&Record> =
        rows.iter().filter_map(|(_, _, read)| read.as_ref().ok().map(|(r, _)| r)).collect();
    let known = known(tx, &records)?;
    let lots = lots(tx, &venue.id, &records)?;
    let has = records.iter().map(|r| of_row(r)).collect();
    let (seen, given, held) = (HashMap::new(), HashMap::new(), BTreeMap::new());
    let (here, cp932) = (&here, content.is_cp932());
    let numbers = rows.iter().map(|(_, cells, _)| head.cell(*cells, column::NUMBER));
    let lost = person::lost_digits(numbers);
    let venue = &venue.id;
    let mut table = Rows { here, cp932, venue, known, lots, seen, given, held, has, lost };
    let mut lines: Vec<Line<Order>> = rows
        .into_iter()
        .map(|(number, cells, read)| match read {
            Ok((record, given)) => {
                Line { number, verdict: table.verdict(number, head, cells, record, given) }
            }
            Err(faults) => Line { number, verdict: Verdict::Bad(faults) },
        })
        .collect();
    // A line further up that is contradicted further down is held as well: which of the two is
    // right only the person knows.
    for line in &mut lines {
        if let Some(held) = table.held.remove(&line.number) {
            line.verdict = held.over(std::mem::replace(&mut line.verdict, Verdict::Same));
        }
    }
    Ok(lines)
}

/// Why a line is held that was read before the line that contradicts it.
enum Held {
    /// The same shot with other content.
    Clash(Fault),
    /// The same person on the same day with the other kind.
    Doubt(Fault),
}

impl Held {
    fn over(self, verdict: Verdict<Order>) -> Verdict<Order> {
        match (self, verdict) {
            (_, bad @ Verdict::Bad(_)) => bad,
            (Held::Clash(fault), _) => Verdict::Bad(vec![fault]),
            (Held::Doubt(fault), Verdict::Add(label, order) | Verdict::Change(label, order)) => {
                Verdict::Ask(label, vec![fault], order)
            }
            (Held::Doubt(fault), Verdict::Ask(label, mut faults, order)) => {
                faults.push(fault);
                Verdict::Ask(label, faults, order)
            }
            (Held::Doubt(_), Verdict::Same) => Verdict::Same,
        }
    }
}

/// Doubts at the cells that they are about.
fn faults(head: &Head, cells: table::Row<'_>, doubts: &[Doubt]) -> Vec<Fault> {
    let fault = |doubt: &Doubt| {
        // A coupon in one line has no column of its own for the municipality and the dose.
        let column =
            Some(column_of(doubt)).filter(|column| head.has(column)).unwrap_or(column::NUMBER);
        let typed = head.cell(cells, column).into();
        Fault { column: column.into(), typed, problem: doubt.sentence() }
    };
    doubts.iter().map(fault).collect()
}

/// What is asked about a row's cells that are there and empty. A screening has no lot to be left
/// out.
fn left_open(
    (head, cells): (&Head, table::Row<'_>),
    stored: Option<&Record>,
    row: &Record,
    product: &Product,
) -> Vec<Doubt> {
    let of_shots = |column: &&str| [column::LOT, column::MAKER].contains(column);
    let is_empty = |column: &&str| input::folded(head.cell(cells, column)).is_empty();
    let there = person::MAY_BE_EMPTY.into_iter().filter(|column| head.has(column));
    let there = there.filter(|column| !(row.screening_only && of_shots(column)));
    let empty: Vec<&'static str> = there.filter(is_empty).collect();
    person::left_open(stored, &product.short_name, &empty)
}

struct Rows<'v> {
    here: &'v Here<'v>,
    cp932: bool,
    venue: &'v str,
    known: HashMap<(String, String), Vec<Known>>,
    lots: Lots,
    /// The rows of this table by person, dose and kind: the numbers of those that say the same, and
    /// what they say.
    seen: HashMap<OfRow, (Vec<usize>, Record)>,
    /// Lines that were good until a later one contradicted them.
    held: BTreeMap<usize, Held>,
    /// Doses of this table by person.
    given: HashMap<(String, String), Vec<(u32, Date)>>,
    /// Which shots and which screenings the table has lines of, wherever they stand.
    has: HashSet<OfRow>,
    /// Nearly all numbers of the table end as a spreadsheet's numbers do.
    lost: bool,
}

/// Municipality, number, dose, and whether it is a screening only: what makes a record one record.
/// A number alone is nobody's: every municipality counts its own.
type OfRow = (String, String, u32, bool);

fn of_row(record: &Record) -> OfRow {
    let coupon = &record.coupon;
    (coupon.municipality.clone(), coupon.number.clone(), coupon.dose, record.screening_only)
}

impl Rows<'_> {
    fn verdict(
        &mut self,
        number: usize,
        head: &Head,
        cells: table::Row<'_>,
        mut record: Record,
        given: Given,
    ) -> Verdict<Order> {
        let key = (record.coupon.municipality.clone(), record.coupon.number.clone());
        let all = self.known.get(&key).map_or(&[][..], Vec::as_slice);
        let of_row = of_row(&record);
        let of_dose = || {
            all.iter()
                .filter(|k| k.venue == self.venue && k.record.coupon.dose == record.coupon.dose)
        };
        let same = of_dose().find(|k| k.record.screening_only == record.screening_only);
        let twin = of_dose().find(|k| {
            k.record.screening_only != record.screening_only && k.record.day == record.day
        });
        // The same day with the other kind, and no line that keeps it: the kind was mended.
        let kept = (of_row.0.clone(), of_row.1.clone(), of_row.2, !of_row.3);
        let mended = twin.filter(|_| same.is_none() && !self.has.contains(&kept));
        let same = same.or(mended);
        // What a correction leaves open stays.
        if let Some(stored) = same {
            let old = &stored.record;
            record.lot = if given.lot { record.lot } else { old.lot.clone() };
            record.maker = if given.maker { record.maker } else { old.maker.clone() };
            record.doctor = if given.doctor { record.doctor } else { old.doctor.clone() };
            record.band = if given.band { record.band } else { old.band };
            record.under_six = if given.age { record.under_six } else { old.under_six };
            if self.cp932 {
                let texts = [(&mut record.maker, &old.maker), (&mut record.doctor, &old.doctor)];
                for (read, stored) in texts {
                    *read = input::kept_of_cp932(stored, std::mem::take(read));
                }
            }
        }
        let typed = head.cell(cells, column::NUMBER);
        if let Some((lines, other)) = self.seen.get_mut(&of_row) {
            let differs: Vec<&str> =
                person::differs(other, &record).iter().map(|(label, _, _)| *label).collect();
            if differs.is_empty() {
                let first = lines[0];
                lines.push(number);
                // It says what a line says that is contradicted already.
                return match self.held.get(&first) {
                    Some(Held::Clash(fault)) => Verdict::Bad(vec![fault.clone()]),
                    _ => Verdict::Same,
                };
            }
            let differs = differs.join("、");
            let problem = |line: usize| {
                format!(
                    "{line}行目と同じ券・同じ回数で、{differs}が違います。正しいほうだけを残してください"
                )
            };
            let fault = |line: usize| Fault {
                column: column::NUMBER.into(),
                typed: typed.into(),
                problem: problem(line),
            };
            let first = lines[0];
            for line in lines.iter() {
                self.held.entry(*line).or_insert(Held::Clash(fault(number)));
            }
            return Verdict::Bad(vec![fault(first)]);
        }
        self.seen.insert(of_row.clone(), (vec![number], record.clone()));
        let differs = same.map(|stored| person::differs(&stored.record, &record));
        let stored = same.map(|s| &s.record);
        let open = left_open((head, cells), stored, &record, self.here.product);
        let nothing_else = differs.as_ref().is_some_and(Vec::is_empty);
        if let (true, Some(stored)) = (nothing_else, same) {
            if open.is_empty() {
                return Verdict::Same;
            }
            let label = self.label(&record, Some(&[]));
            let order = Order { corrects: Some(stored.id.clone()), record };
            return Verdict::Ask(label, faults(head, cells, &open), order);
        }
        // Other doses of the person: stored ones, and those of this table.
        let own = same.map(|s| s.id.as_str());
        let mut before: Vec<(u32, Date)> = all
            .iter()
            .filter(|k| !k.record.screening_only && Some(k.id.as_str()) != own)
            .map(|k| (k.record.coupon.dose, k.record.day))
            .collect();
        before.extend(
            self.given
                .get(&key)
                .into_iter()
                .flatten()
                .filter(|(dose, _)| *dose != record.coupon.dose),
        );
        if let Err(refusal) = person::check(&record, &before, self.here.bounds.today) {
            let column = match refusal {
                person::Refusal::NoLot => column::LOT,
                person::Refusal::Future(_) | person::Refusal::Order { .. } => "接種日",
                _ => column::NUMBER,
            };
            return Verdict::bad(column, head.cell(cells, column), &refusal.sentence());
        }
        if !record.screening_only {
            self.given.entry(key).or_default().push((record.coupon.dose, record.day));
        }
        let mut doubts = self.here.bounds.doubts(&record, &before);
        doubts.extend(self.here.doubts(head, cells, record.screening_only));
        doubts.extend(open);
        if record.screening_only && given.lot && !record.lot.is_empty() {
            doubts.push(Doubt::LotOfScreening(record.lot.clone()));
        }
        if !record.screening_only {
            let (problem, doubt) = lot_trouble(&self.lots, &record);
            if let Some(problem) = problem {
                let near = doubt
                    .filter(|d| matches!(d, Doubt::NearLot { .. }))
                    .map_or(String::new(), |d| format!("。{d}", d = d.sentence()));
                return Verdict::bad(column::LOT, &record.lot, &format!("{problem}{near}"));
            }
            doubts.extend(doubt);
        }
        if self.lost && person::may_have_lost(typed) {
            doubts.push(Doubt::LostDigits(input::name(typed)));
        }
        if given.band {
            let (raw, day) = (head.cell(cells, column::BAND), record.day);
            let holidays = self.here.holidays;
            doubts.extend(person::against_calendar(raw, record.band, day, holidays));
        }
        if person::placeholder(&record.coupon.number) == Ok(true) {
            doubts.push(Doubt::Number(record.coupon.number.clone()));
        }
        if self.here.places.municipality(&record.coupon.municipality).is_none() {
            doubts.push(Doubt::Municipality(record.coupon.municipality.clone()));
        }
        let place = ["市町村コード", "市区町村"].map(|column| head.cell(cells, column));
        let place = place.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default();
        doubts.extend(self.here.places.remark(place).map(Doubt::ReadAs));
        if let Some(stored) = same.filter(|s| s.record.day != record.day) {
            doubts.push(Doubt::OtherDay(stored.record.day));
        }
        if let Some(twin) = twin {
            let kind = person::kind_label(twin.record.screening_only);
            doubts.push(match (mended, same) {
                (Some(_), _) => Doubt::KindMended(kind),
                (None, Some(_)) => Doubt::OtherKind(kind),
                (None, None) => Doubt::OtherKindStays(kind),
            });
        }
        // The other kind on the same day further up: both lines are asked about.
        if let Some((lines, _)) = self.seen.get(&kept).filter(|(_, other)| other.day == record.day)
        {
            let beside = |line: usize, screening: bool| Doubt::OtherKindBeside {
                line,
                kind: person::kind_label(screening),
            };
            doubts.push(beside(lines[0], !record.screening_only));
            for line in lines {
                let problem = beside(number, record.screening_only).sentence();
                let fault = Fault {
                    column: column::KIND.into(),
                    typed: person::kind_label(!record.screening_only).into(),
                    problem,
                };
                self.held.entry(*line).or_insert(Held::Doubt(fault));
            }
        }
        let label = self.label(&record, differs.as_deref());
        let corrects = same.map(|s| s.id.clone());
        let order = Order { record, corrects };
        if !doubts.is_empty() {
            return Verdict::Ask(label, faults(head, cells, &doubts), order);
        }
        if order.corrects.is_some() {
            Verdict::Change(label, order)
        } else {
            Verdict::Add(label, order)
        }
    }

    /// Everything that will be stored: the day with its year, where, which dose; of a correction
    /// what it changes.
    fn label(&self, record: &Record, differs: Option<&[(&'static str, String, String)]>) -> String {
        let c = &record.coupon;
        let shown = |text: &str| {
            if text.is_empty() { "（空）".to_string() } else { english::typed(text) }
        };
        let mut label = format!(
            "{}　{}　{}回目　{}　{}",
            time::say_date(record.day),
            self.here.places.full_name(&c.municipality),
            c.dose,
            person::kind_label(record.screening_only),
            tail(&c.number)
        );
        match differs {
            None => {
                let age = person::age_label(record.under_six);
                let all = [
                    ("ロット", record.lot.as_str()),
                    (column::MAKER, &record.maker),
                    ("医師", &record.doctor),
                ];
                for (title, text) in all.into_iter().filter(|(_, text)| !text.is_empty()) {
                    label.push_str(&format!("　{title} {}", english::typed(text)));
                }
                label.push_str(&format!("　{}　{age}　券種 {}", record.band.label(), c.kind));
            }
            Some(differs) => {
                let said: Vec<String> = differs
                    .iter()
                    .map(|(name, old, new)| format!("{name} {} → {}", shown(old), shown(new)))
                    .collect();
                label.push_str(&match said.join("、") {
                    nothing if nothing.is_empty() => "　変更なし".to_string(),
                    said => format!("　訂正：{said}"),
                });
            }
        }
        label
    }
}

#[cfg(test)]
mod tests;
