//! Master data: files with periods of validity, embedded in the binary and checked when they are
//! read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::{Date, DateTime};
use rules::calendar::{Calendar, ChangePoint, Phase};
use rules::claim::{Form, PaymentRule, PriceList, Tariff};
use rules::codes::check_municipality;
use rules::holidays::Holidays;
use rules::places::{Former, Municipality, Places, Prefecture, Ward};
use rules::programme::{Cycle, NeedleRule, Product, Programme};
use rules::time::{self, Month};
use rust_embed::RustEmbed;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use words::Sentence;

#[derive(RustEmbed)]
#[folder = "../../data"]
#[include = "*.csv"]
#[include = "*.toml"]
struct Files;

/// Where the data files come from: the binary, and an operator's own folder before it (`--data`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    pub folder: Option<&'a Path>,
}

impl Source<'_> {
    fn file(self, name: &str) -> Result<String, String> {
        if let Some(path) = self.folder.map(|f| f.join(name)).filter(|p| p.is_file()) {
            return std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()));
        }
        let file = Files::get(name).ok_or_else(|| format!("data/{name} is missing"))?;
        String::from_utf8(file.data.into_owned()).map_err(|e| format!("data/{name}: {e}"))
    }

    fn csv_rows<T: DeserializeOwned>(self, name: &str) -> Result<Vec<T>, String> {
        let text = self.file(name)?;
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        reader.deserialize().collect::<Result<_, _>>().map_err(|e| format!("data/{name}: {e}"))
    }

    fn toml_file<T: DeserializeOwned>(self, name: &str) -> Result<T, String> {
        toml::from_str(&self.file(name)?).map_err(|e| format!("data/{name}: {e}"))
    }

    /// Ids of the programmes that there are files for.
    fn programmes(self) -> Vec<String> {
        let id = |name: &str| {
            name.strip_prefix("programmes/")?.strip_suffix(".toml").map(str::to_string)
        };
        let own = self
            .folder
            .and_then(|f| std::fs::read_dir(f.join("programmes")).ok())
            .into_iter()
            .flatten()
            .flatten();
        let own =
            own.filter_map(|e| id(&format!("programmes/{}", e.file_name().to_string_lossy())));
        let mut all: Vec<String> = Files::iter().filter_map(|name| id(&name)).chain(own).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// The programme that a server runs unless it is told another.
const DEFAULT: &str = "workplace-booster-2022";

#[derive(Clone, Debug, Deserialize)]
pub struct Wholesaler {
    pub id: String,
    pub name: String,
    pub phone: String,
    /// Two-digit codes of the prefectures that it serves.
    pub prefectures: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Federation {
    pub prefecture: String,
    pub name: String,
    pub payment: PaymentRule,
}

#[derive(Clone, Debug, Deserialize)]
pub struct FacilityClass {
    pub code: String,
    pub label: String,
}

/// What an officer begins an allocation with: a version of choices, valid from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    pub id: String,
    pub version: u32,
    pub from: Date,
    pub name: String,
    pub note: String,
    pub choices: rules::allocation::Choices,
}

#[derive(Clone, Debug, Deserialize)]
pub struct ReviewReason {
    pub id: String,
    pub text: String,
}

#[derive(Deserialize)]
struct ReviewReasons {
    reason: Vec<ReviewReason>,
}

/// Everything that is data and not code.
#[derive(Clone, Debug)]
pub struct Masters {
    /// The first is the one in force.
    pub programmes: Vec<Programme>,
    pub places: Places,
    pub holidays: Holidays,
    pub tariff: Tariff,
    pub federations: Vec<Federation>,
    pub wholesalers: Vec<Wholesaler>,
    pub facility_classes: Vec<FacilityClass>,
    pub rule_sets: Vec<RuleSet>,
    /// What officers write when a plan has to be revised.
    pub review_reasons: Vec<ReviewReason>,
    /// Municipalities whose federation takes their residents' claims too.
    pub outsourced: Vec<String>,
    pub texts: platform::texts::Texts,
    /// よくある質問, manuals, the service desk.
    pub knowledge: std::sync::Arc<crate::knowledge::Knowledge>,
    /// Flags of the review that aren't used.
    pub flags_off: BTreeSet<String>,
}

impl Masters {
    /// Reads and checks all files, for the programme that the data begin with.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong with it.
    pub fn load() -> Result<Masters, String> {
        Masters::load_from(Source::default(), None)
    }

    /// The same with an operator's own data files, for a programme of choice: nothing but data
    /// makes a programme.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong with it, or the programmes that there
    /// are.
    pub fn load_from(source: Source<'_>, wanted: Option<&str>) -> Result<Masters, String> {
        let wanted = wanted.unwrap_or(DEFAULT);
        let mut known: Vec<(Programme, String)> =
            source.programmes().iter().map(|id| programme(source, id)).collect::<Result<_, _>>()?;
        let at = known.iter().position(|(p, _)| p.id == wanted).ok_or_else(|| {
            let known: Vec<&str> = known.iter().map(|(p, _)| p.id.as_str()).collect();
            format!("there is no programme {wanted}; there are: {}", known.join(", "))
        })?;
        let first = known.remove(at);
        let prices = first.1.clone();
        known.insert(0, first);
        let routes = routes(source)?;
        Ok(Masters {
            programmes: known.into_iter().map(|(p, _)| p).collect(),
            places: places(source)?,
            holidays: holidays(source)?,
            tariff: tariff(source, &prices)?,
            federations: federations(source)?,
            wholesalers: source.toml_file::<Wholesalers>("wholesalers.toml")?.wholesaler,
            facility_classes: routes.facility_class,
            outsourced: routes.outsourced,
            rule_sets: rule_sets(source)?,
            review_reasons: source.toml_file::<ReviewReasons>("review-reasons.toml")?.reason,
            flags_off: BTreeSet::new(),
            knowledge: std::sync::Arc::new(crate::knowledge::Knowledge::new(
                &source.file("faq.toml")?,
                &source.file("manual.toml")?,
                &source.file("support.toml")?,
            )?),
            texts: platform::texts::Texts::new(
                &source.file("texts/ja.toml")?,
                &source.file("texts/en.toml")?,
            )?,
        })
    }

    /// The programme in force.
    pub fn programme(&self) -> &Programme {
        &self.programmes[0]
    }

    /// A programme by id; `None` takes the one in force.
    ///
    /// # Errors
    /// One sentence that lists the ids there are.
    pub fn find_programme(&self, id: Option<&str>) -> Result<&Programme, String> {
        let Some(id) = id else { return Ok(self.programme()) };
        let known = || self.programmes.iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ");
        self.programmes
            .iter()
            .find(|p| p.id == id)
            .ok_or_else(|| format!("there is no programme {id}; there are: {}", known()))
    }

    /// The version of a rule set that is in force on a day.
    pub fn rule_set(&self, id: &str, day: Date) -> Option<&RuleSet> {
        self.rule_sets
            .iter()
            .filter(|s| s.id == id && s.from <= day)
            .max_by_key(|s| (s.from, s.version))
    }

    pub fn federation(&self, prefecture: &str) -> Option<&Federation> {
        self.federations.iter().find(|f| f.prefecture == prefecture)
    }
    pub fn wholesaler(&self, id: &str) -> Option<&Wholesaler> {
        self.wholesalers.iter().find(|w| w.id == id)
    }
    pub fn wholesaler_for(&self, prefecture: &str) -> Option<&Wholesaler> {
        self.wholesalers.iter().find(|w| w.prefectures.iter().any(|p| p == prefecture))
    }
}

fn places(source: Source<'_>) -> Result<Places, String> {
    #[derive(Deserialize)]
    struct PrefectureRow {
        code: String,
        name: String,
        english: String,
    }
    #[derive(Deserialize)]
    struct MunicipalityRow {
        code: String,
        name: String,
        reading: String,
    }
    let prefectures: Vec<PrefectureRow> = source.csv_rows("prefectures.csv")?;
    let municipalities: Vec<MunicipalityRow> = source.csv_rows("municipalities.csv")?;
    if prefectures.len() != 47 || municipalities.len() != 1741 {
        return Err(format!(
            "data: {} prefectures and {} municipalities instead of 47 and 1,741",
            prefectures.len(),
            municipalities.len()
        ));
    }
    if let Some(row) = municipalities.iter().find(|m| check_municipality(&m.code).is_err()) {
        return Err(format!(
            "data/municipalities.csv: the check digit of {} {} is wrong",
            row.code, row.name
        ));
    }
    let places = Places::new(
        prefectures
            .into_iter()
            .map(|r| Prefecture { code: r.code, name: r.name, english: r.english })
            .collect(),
        municipalities
            .into_iter()
            .map(|r| Municipality { code: r.code, name: r.name, reading: r.reading })
            .collect(),
    );
    Ok(places.with(wards(source)?, former(source)?))
}

fn wards(source: Source<'_>) -> Result<Vec<Ward>, String> {
    #[derive(Deserialize)]
    struct WardRow {
        city: String,
        name: String,
    }
    let rows: Vec<WardRow> = source.csv_rows("wards.csv")?;
    Ok(rows.into_iter().map(|r| Ward { city: r.city, name: r.name }).collect())
}

fn former(source: Source<'_>) -> Result<Vec<Former>, String> {
    #[derive(Deserialize)]
    struct FormerRow {
        name: String,
        prefecture: String,
        until: Date,
        /// Codes with blanks between.
        successors: String,
    }
    let rows: Vec<FormerRow> = source.csv_rows("former-municipalities.csv")?;
    let codes = |text: &str| text.split_whitespace().map(str::to_string).collect();
    Ok(rows
        .into_iter()
        .map(|r| Former {
            successors: codes(&r.successors),
            name: r.name,
            prefecture: r.prefecture,
            until: r.until,
        })
        .collect())
}

fn holidays(source: Source<'_>) -> Result<Holidays, String> {
    #[derive(Deserialize)]
    struct HolidayRow {
        date: Date,
        name: String,
    }
    let rows: Vec<HolidayRow> = source.csv_rows("holidays.csv")?;
    Ok(Holidays(rows.into_iter().map(|r| (r.date, r.name)).collect()))
}

fn federations(source: Source<'_>) -> Result<Vec<Federation>, String> {
    #[derive(Deserialize)]
    struct FederationRow {
        prefecture: String,
        name: String,
        payment: String,
    }
    source
        .csv_rows::<FederationRow>("federations.csv")?
        .into_iter()
        .map(|r| {
            let payment = match r.payment.as_str() {
                "20th" => PaymentRule::TwentiethOfSecondMonth,
                "end" => PaymentRule::EndOfSecondMonth,
                other => {
                    return Err(format!("data/federations.csv: {other} is not a payment rule"));
                }
            };
            Ok(Federation { prefecture: r.prefecture, name: r.name, payment })
        })
        .collect()
}

#[derive(Deserialize)]
struct Wholesalers {
    wholesaler: Vec<Wholesaler>,
}

#[derive(Deserialize)]
struct ClaimRoutes {
    outsourced: Vec<String>,
    facility_class: Vec<FacilityClass>,
}

fn routes(source: Source<'_>) -> Result<ClaimRoutes, String> {
    source.toml_file("claim-routes.toml")
}

fn rule_sets(source: Source<'_>) -> Result<Vec<RuleSet>, String> {
    #[derive(Deserialize)]
    struct RuleSets {
        set: Vec<RuleSet>,
    }
    let sets = source.toml_file::<RuleSets>("rule-sets.toml")?.set;
    match sets.iter().find_map(|s| {
        s.choices
            .check()
            .err()
            .map(|why| format!("data/rule-sets.toml: {}: {why}", s.id, why = why.sentence()))
    }) {
        Some(why) => Err(why),
        None => Ok(sets),
    }
}

fn tariff(source: Source<'_>, name: &str) -> Result<Tariff, String> {
    #[derive(Deserialize)]
    struct PriceRow {
        from: Month,
        form: Form,
        vaccination: u32,
        screening_only: u32,
        under_six: u32,
        #[serde(default)]
        after_hours: u32,
        #[serde(default)]
        holiday: u32,
    }
    #[derive(Deserialize)]
    struct TaxRow {
        from: Month,
        percent: u32,
    }
    #[derive(Deserialize)]
    struct Prices {
        price: Vec<PriceRow>,
        tax: Vec<TaxRow>,
    }
    let file: Prices = source.toml_file(name)?;
    let mut prices: Vec<PriceList> = file
        .price
        .into_iter()
        .map(|r| PriceList {
            from: r.from,
            form: r.form,
            vaccination: r.vaccination,
            screening_only: r.screening_only,
            under_six: r.under_six,
            after_hours: r.after_hours,
            holiday: r.holiday,
        })
        .collect();
    prices.sort_by_key(|p| p.from);
    let mut tax: Vec<(Month, u32)> = file.tax.into_iter().map(|r| (r.from, r.percent)).collect();
    tax.sort();
    Ok(Tariff { prices, tax })
}

/// A programme and the file of its prices.
fn programme(source: Source<'_>, id: &str) -> Result<(Programme, String), String> {
    #[derive(Deserialize)]
    struct ProductRow {
        id: String,
        name: String,
        short_name: String,
        vials_per_box: u32,
        doses_per_vial: u32,
        storage: String,
        boxes_per_freezer: u32,
        /// Where it isn't said: the programme's first day.
        #[serde(default)]
        used_from: Option<Date>,
    }
    #[derive(Deserialize)]
    struct IntervalRow {
        dose: u32,
        days: u32,
    }
    #[derive(Deserialize)]
    struct NeedleRow {
        numerator: u32,
        denominator: u32,
        pack: u32,
    }
    #[derive(Deserialize)]
    struct MinimumRow {
        from_cycle: u32,
        persons: u32,
    }
    #[derive(Deserialize)]
    struct CycleRow {
        number: u32,
        from: Date,
        to: Date,
        delivery_week: Date,
        cut_off: DateTime,
        decided: Date,
    }
    #[derive(Deserialize)]
    struct ChangeRow {
        from: DateTime,
        phase: Phase,
        window: u32,
        cycle: Option<u32>,
    }
    #[derive(Deserialize)]
    struct ProgrammeRow {
        id: String,
        name: String,
        english: String,
        dose_name: String,
        earlier_dose_name: String,
        plan_entry_from: Date,
        #[serde(default)]
        closed_from: Option<Date>,
        #[serde(default)]
        planning: rules::programme::Planning,
        doses_per_doctor_day: u32,
        /// A file of prices of its own.
        #[serde(default)]
        prices: Option<String>,
        product: ProductRow,
        needle_rule: NeedleRow,
        minimum: Vec<MinimumRow>,
        #[serde(default)]
        interval: Vec<IntervalRow>,
        cycle: Vec<CycleRow>,
        change: Vec<ChangeRow>,
    }
    let name = format!("programmes/{id}.toml");
    let row: ProgrammeRow = source.toml_file(&name)?;
    let p = row.product;
    if row.needle_rule.denominator == 0 || row.needle_rule.pack == 0 {
        return Err(format!("data/{name}: the needle rule divides by zero"));
    }
    let points = row
        .change
        .into_iter()
        .map(|c| ChangePoint {
            from: time::instant(c.from),
            phase: c.phase,
            window: c.window,
            cycle: c.cycle,
        })
        .collect();
    let numbers: BTreeMap<u32, ()> = row.cycle.iter().map(|c| (c.number, ())).collect();
    if numbers.len() != row.cycle.len() {
        return Err(format!("data/{name}: a cycle stands twice"));
    }
    let prices = row.prices.unwrap_or_else(|| "prices.toml".into());
    let programme = Programme {
        id: row.id,
        name: row.name,
        english: row.english,
        dose_name: row.dose_name,
        earlier_dose_name: row.earlier_dose_name,
        plan_entry_from: row.plan_entry_from,
        closed_from: row.closed_from,
        planning: row.planning,
        doses_per_doctor_day: row.doses_per_doctor_day,
        product: Product {
            id: p.id,
            name: p.name,
            short_name: p.short_name,
            vials_per_box: p.vials_per_box,
            doses_per_vial: p.doses_per_vial,
            storage: p.storage,
            boxes_per_freezer: p.boxes_per_freezer,
            used_from: p.used_from.unwrap_or(row.plan_entry_from),
        },
        intervals: row.interval.iter().map(|i| (i.dose, i64::from(i.days))).collect(),
        needle_rule: NeedleRule {
            numerator: row.needle_rule.numerator,
            denominator: row.needle_rule.denominator,
            pack: row.needle_rule.pack,
        },
        former: Vec::new(),
        minimums: row.minimum.into_iter().map(|m| (m.from_cycle, m.persons)).collect(),
        cycles: row
            .cycle
            .into_iter()
            .map(|c| Cycle {
                number: c.number,
                from: c.from,
                to: c.to,
                delivery_week: c.delivery_week,
                cut_off: time::instant(c.cut_off),
                decided: c.decided,
            })
            .collect(),
        calendar: Calendar::new(points)
            .map_err(|e| format!("data/{name}: {e}", e = e.sentence()))?,
    };
    Ok((programme, prices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_the_data_files_are_sound_and_hold_the_ministrys_calendar() {
        let masters = Masters::load().unwrap();
        let windows = masters.programme().calendar.windows();
        assert_eq!(
            windows.iter().map(|w| w.window).collect::<Vec<_>>(),
            (3..=11).collect::<Vec<_>>()
        );
        let cut = |p: &Programme| {
            p.cycles
                .iter()
                .map(|c| {
                    format!("{} {}", time::say_short(c.delivery_week), time::rfc3339(c.cut_off))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            cut(&masters.programmes[0]),
            [
                "2/14 2022-01-31T15:00:00+09:00",
                "2/28 2022-02-15T15:00:00+09:00",
                "3/14 2022-03-01T15:00:00+09:00",
                "4/4 2022-03-22T15:00:00+09:00",
                "4/18 2022-04-05T15:00:00+09:00"
            ]
        );
        assert_eq!(
            cut(masters.find_programme(Some("workplace-booster-2022-screens")).unwrap()),
            [
                "2/21 2022-01-31T15:00:00+09:00",
                "3/7 2022-02-22T15:00:00+09:00",
                "3/21 2022-03-08T15:00:00+09:00",
                "4/4 2022-03-22T15:00:00+09:00",
                "4/18 2022-04-05T15:00:00+09:00"
            ]
        );
    }

    #[test]
    fn golden_the_generator_writes_the_same_windows_as_the_data_file() {
        let masters = Masters::load().unwrap();
        let cycles = [
            ("2022-02-15".parse().unwrap(), 2),
            ("2022-03-01".parse().unwrap(), 3),
            ("2022-03-22".parse().unwrap(), 4),
        ];
        let generated = rules::calendar::generate(
            "2022-02-08".parse().unwrap(),
            8,
            3,
            &cycles,
            &masters.holidays,
        )
        .unwrap();
        let stored = masters.programme().calendar.windows();
        for (g, s) in generated.iter().zip(&stored) {
            assert_eq!(&g.window, s);
        }
    }

    #[test]
    fn every_prefecture_has_a_wholesaler_and_a_federation() {
        let masters = Masters::load().unwrap();
        for prefecture in &masters.places.prefectures {
            assert!(masters.wholesaler_for(&prefecture.code).is_some(), "{}", prefecture.name);
            assert!(masters.federation(&prefecture.code).is_some(), "{}", prefecture.name);
        }
    }
}
