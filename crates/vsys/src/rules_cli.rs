//! Everything that a pure rule decides, asked from a shell.

use std::io::Read;
use std::path::Path;

use clap::Subcommand;
use features::house::Masters;
use jiff::Timestamp;
use jiff::civil::Date;
use rules::allocation::{Case, propose};
use rules::calendar::{self, EntryWindow, Phase};
use rules::claim::{self, Counts};
use rules::codes::{CodeAnswer, check_institution, check_municipality};
use rules::time::{Month, parse_instant, rfc3339};
use serde_json::{Value, json};

#[derive(Subcommand)]
pub enum RulesCommand {
    /// The phase of the calendar at an instant
    Phase {
        #[arg(long)]
        programme: Option<String>,
        #[arg(long)]
        at: String,
    },
    /// All windows and cycles, in order
    Calendar {
        #[arg(long)]
        programme: Option<String>,
    },
    /// What the generator would write
    Windows {
        /// The first close, a Tuesday
        #[arg(long)]
        first_close: String,
        #[arg(long, allow_hyphen_values = true)]
        weeks: String,
        /// close=cycle,close=cycle
        #[arg(long, default_value = "")]
        cycles: String,
        /// The number of the first window
        #[arg(long, default_value_t = 1)]
        first_window: u32,
    },
    /// Doses and needles of a number of boxes
    PlanLine {
        #[arg(long, allow_hyphen_values = true)]
        boxes: String,
        #[arg(long)]
        programme: Option<String>,
    },
    /// A claim worked out; counts as JSON on standard input
    Claim {
        #[arg(long)]
        service_month: String,
        #[arg(long, allow_hyphen_values = true)]
        tax_percent: Option<String>,
    },
    /// When a claim is due
    DueDate {
        #[arg(long)]
        service_month: String,
    },
    /// Checks a municipality's or an institution's code
    Code {
        /// municipality or institution
        kind: String,
        #[arg(allow_hyphen_values = true)]
        code: String,
    },
}

pub fn run(what: RulesCommand) -> Result<Value, String> {
    let masters = Masters::load()?;
    match what {
        RulesCommand::Phase { programme, at } => phase(&masters, programme.as_deref(), &at),
        RulesCommand::Calendar { programme } => whole_calendar(&masters, programme.as_deref()),
        RulesCommand::Windows { first_close, weeks, cycles, first_window } => windows(&masters, &first_close, &weeks, &cycles, first_window),
        RulesCommand::PlanLine { boxes, programme } => {
            let programme = masters.find_programme(programme.as_deref())?;
            let boxes: u32 = boxes.parse().map_err(|_| format!("{boxes} is not a whole number of boxes"))?;
            let line = programme.quantities(boxes).ok_or_else(|| format!("{boxes} boxes are more than the {} that a line may hold", rules::programme::BOXES_MAX))?;
            Ok(json!(line))
        }
        RulesCommand::Claim { service_month, tax_percent } => {
            let month = month(&service_month)?;
            let tax = tax_percent.map(|t| t.parse::<u32>().map_err(|_| format!("{t} is not a tax rate in whole percent"))).transpose()?;
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|e| format!("standard input: {e}"))?;
            let counts: Counts = serde_json::from_str(&text).map_err(|e| format!("the counts can't be read: {e}"))?;
            masters.tariff.calculate(month, &counts, tax, &masters.holidays).map(|c| json!(c)).map_err(|r| r.to_string())
        }
        RulesCommand::DueDate { service_month } => Ok(json!({"due": claim::due_date(month(&service_month)?, &masters.holidays)})),
        RulesCommand::Code { kind, code } => match kind.as_str() {
            "municipality" => Ok(json!(CodeAnswer::from(check_municipality(&code)))),
            "institution" => Ok(json!(CodeAnswer::from(check_institution(&code)))),
            other => Err(format!("{other} is not a kind of code; there are municipality and institution")),
        },
    }
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| format!("{text} is not a month (YYYY-MM)"))
}

fn instant(text: &str) -> Result<Timestamp, String> {
    parse_instant(text).ok_or_else(|| format!("{text} is not a time (2022-02-15T15:00:00+09:00)"))
}

fn phase(masters: &Masters, programme: Option<&str>, at: &str) -> Result<Value, String> {
    let programme = masters.find_programme(programme)?;
    let at = instant(at)?;
    let stretch = programme.calendar.at(at).ok_or_else(|| format!("the calendar of {} begins at {}", programme.id, rfc3339(programme.calendar.begins())))?;
    Ok(json!({"phase": stretch.phase, "window": stretch.window, "cycle": stretch.cycle, "since": rfc3339(stretch.since), "until": stretch.until.map(rfc3339)}))
}

fn window_json(window: &EntryWindow, decided: Option<Date>) -> Value {
    json!({
        "window": window.window, "open": rfc3339(window.open), "close": window.close.map(rfc3339), "then": window.then, "cycle": window.cycle, "decided": decided, "reopen": window.reopen.map(rfc3339),
    })
}

fn whole_calendar(masters: &Masters, programme: Option<&str>) -> Result<Value, String> {
    let programme = masters.find_programme(programme)?;
    let windows: Vec<Value> = programme
        .calendar
        .windows()
        .iter()
        .map(|w| window_json(w, w.cycle.filter(|_| w.then == Some(Phase::Allocation)).and_then(|n| programme.cycle(n)).map(|c| c.decided)))
        .collect();
    let cycles: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| json!({"cycle": c.number, "from": c.from, "to": c.to, "delivery_week": c.delivery_week, "cut_off": rfc3339(c.cut_off), "decided": c.decided}))
        .collect();
    Ok(json!({"programme": programme.id, "windows": windows, "cycles": cycles}))
}

fn windows(masters: &Masters, first_close: &str, weeks: &str, cycles: &str, first_window: u32) -> Result<Value, String> {
    let day = |text: &str| text.trim().parse::<Date>().map_err(|_| format!("{text} is not a date (2022-02-08)"));
    let weeks: u32 = weeks.parse().map_err(|_| format!("{weeks} is not a number of weeks"))?;
    let cycles = cycles
        .split(',')
        .filter(|pair| !pair.trim().is_empty())
        .map(|pair| {
            let (close, cycle) = pair.split_once('=').ok_or_else(|| format!("{pair} is not close=cycle"))?;
            Ok((day(close)?, cycle.trim().parse::<u32>().map_err(|_| format!("{cycle} is not a cycle's number"))?))
        })
        .collect::<Result<Vec<_>, String>>()?;
    let generated = calendar::generate(day(first_close)?, weeks, first_window, &cycles, &masters.holidays).map_err(|r| r.to_string())?;
    Ok(json!({"windows": generated.iter().map(|g| window_json(&g.window, g.decided)).collect::<Vec<_>>()}))
}

pub fn allocate(case: &Path, explain: bool) -> Result<Value, String> {
    let text = std::fs::read_to_string(case).map_err(|e| format!("{}: {e}", case.display()))?;
    let case: Case = serde_json::from_str(&text).map_err(|e| format!("the case can't be read: {e}"))?;
    let proposal = propose(&case).map_err(|r| r.to_string())?;
    let mut answer = json!(proposal);
    if !explain && let Some(shares) = answer["shares"].as_array_mut() {
        for share in shares.iter_mut().filter_map(Value::as_object_mut) {
            share.remove("sentence");
        }
    }
    Ok(answer)
}
