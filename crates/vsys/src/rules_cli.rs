//! Everything that a pure rule decides, asked from a shell.

use std::io::Read;
use std::path::Path;

use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use masters::Masters;
use platform::unread;
use rules::allocation::Case;
use rules::calendar::{self, EntryWindow, Phase};
use rules::claim::{self, Counts};
use rules::codes::{CodeFault, check_institution, check_municipality};
use rules::time::{Month, parse_instant, rfc3339};
use serde::Serialize;
use serde_json::{Value, json};
use words::Sentence;
use words::allocation::propose;

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

/// Fields stand in the order in which the specification writes them.
fn text(answer: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(answer).map_err(|e| e.to_string())
}

pub fn run(what: RulesCommand) -> Result<String, String> {
    let masters = Masters::load()?;
    match what {
        RulesCommand::Phase { programme, at } => phase(&masters, programme.as_deref(), &at),
        RulesCommand::Calendar { programme } => whole_calendar(&masters, programme.as_deref()),
        RulesCommand::Windows { first_close, weeks, cycles, first_window } => {
            windows(&masters, &first_close, &weeks, &cycles, first_window)
        }
        RulesCommand::PlanLine { boxes, programme } => {
            let programme = masters.find_programme(programme.as_deref())?;
            let boxes: u32 =
                boxes.parse().map_err(|_| format!("{boxes} is not a whole number of boxes"))?;
            let line = programme.quantities(boxes).ok_or_else(|| {
                format!(
                    "{boxes} boxes are more than the {} that a line may hold",
                    rules::programme::BOXES_MAX
                )
            })?;
            text(&line)
        }
        RulesCommand::Claim { service_month, tax_percent } => {
            let month = month(&service_month)?;
            let tax = tax_percent
                .map(|t| {
                    t.parse::<u32>().map_err(|_| format!("{t} is not a tax rate in whole percent"))
                })
                .transpose()?;
            let mut input = Vec::new();
            std::io::stdin().read_to_end(&mut input).map_err(|e| format!("standard input: {e}"))?;
            let counts: Counts =
                unread::read(&input).map_err(|e| format!("the counts can't be read: {e}"))?;
            masters
                .tariff
                .calculate(month, &counts, tax, &masters.holidays)
                .map_err(|r| r.sentence())
                .and_then(|c| text(&c))
        }
        RulesCommand::DueDate { service_month } => {
            text(&json!({"due": claim::due_date(month(&service_month)?, &masters.holidays)}))
        }
        RulesCommand::Code { kind, code } => match kind.as_str() {
            "municipality" => text(&CodeAnswer::from(check_municipality(&code))),
            "institution" => text(&CodeAnswer::from(check_institution(&code))),
            other => Err(format!(
                "{other} is not a kind of code; there are municipality and institution"
            )),
        },
    }
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| format!("{text} is not a month (YYYY-MM)"))
}

fn instant(text: &str) -> Result<Timestamp, String> {
    parse_instant(text).ok_or_else(|| format!("{text} is not a time (2022-02-15T15:00:00+09:00)"))
}

/// The answer about a code.
#[derive(Serialize)]
struct CodeAnswer {
    valid: bool,
    reason: Option<String>,
}

impl From<Result<(), CodeFault>> for CodeAnswer {
    fn from(checked: Result<(), CodeFault>) -> CodeAnswer {
        CodeAnswer { valid: checked.is_ok(), reason: checked.err().map(|why| why.sentence()) }
    }
}

#[derive(Serialize)]
struct PhaseAnswer {
    phase: Phase,
    window: u32,
    cycle: Option<u32>,
    since: String,
    until: Option<String>,
}

fn phase(masters: &Masters, programme: Option<&str>, at: &str) -> Result<String, String> {
    let programme = masters.find_programme(programme)?;
    let at = instant(at)?;
    let stretch = programme.calendar.at(at).ok_or_else(|| {
        format!(
            "the calendar of {} begins at {}",
            programme.id,
            rfc3339(programme.calendar.begins())
        )
    })?;
    text(&PhaseAnswer {
        phase: stretch.phase,
        window: stretch.window,
        cycle: stretch.cycle,
        since: rfc3339(stretch.since),
        until: stretch.until.map(rfc3339),
    })
}

#[derive(Serialize)]
struct WindowAnswer {
    window: u32,
    open: String,
    close: Option<String>,
    then: Option<Phase>,
    cycle: Option<u32>,
    decided: Option<Date>,
    reopen: Option<String>,
}

impl WindowAnswer {
    fn new(w: &EntryWindow, decided: Option<Date>) -> WindowAnswer {
        WindowAnswer {
            window: w.window,
            open: rfc3339(w.open),
            close: w.close.map(rfc3339),
            then: w.then,
            cycle: w.cycle,
            decided,
            reopen: w.reopen.map(rfc3339),
        }
    }
}

#[derive(Serialize)]
struct CycleAnswer {
    cycle: u32,
    from: Date,
    to: Date,
    delivery_week: Date,
    cut_off: String,
    decided: Date,
}

#[derive(Serialize)]
struct CalendarAnswer {
    programme: String,
    windows: Vec<WindowAnswer>,
    cycles: Vec<CycleAnswer>,
}

fn whole_calendar(masters: &Masters, programme: Option<&str>) -> Result<String, String> {
    let programme = masters.find_programme(programme)?;
    let decided = |w: &EntryWindow| w.cycle.and_then(|n| programme.cycle(n)).map(|c| c.decided);
    text(&CalendarAnswer {
        programme: programme.id.clone(),
        windows: programme
            .calendar
            .windows()
            .iter()
            .map(|w| WindowAnswer::new(w, decided(w)))
            .collect(),
        cycles: programme
            .cycles
            .iter()
            .map(|c| CycleAnswer {
                cycle: c.number,
                from: c.from,
                to: c.to,
                delivery_week: c.delivery_week,
                cut_off: rfc3339(c.cut_off),
                decided: c.decided,
            })
            .collect(),
    })
}

#[derive(Serialize)]
struct WindowsAnswer {
    windows: Vec<WindowAnswer>,
}

fn windows(
    masters: &Masters,
    first_close: &str,
    weeks: &str,
    cycles: &str,
    first_window: u32,
) -> Result<String, String> {
    let day = |text: &str| {
        text.trim().parse::<Date>().map_err(|_| format!("{text} is not a date (2022-02-08)"))
    };
    let weeks: u32 = weeks.parse().map_err(|_| format!("{weeks} is not a number of weeks"))?;
    let cycles = cycles
        .split(',')
        .filter(|pair| !pair.trim().is_empty())
        .map(|pair| {
            let (close, cycle) =
                pair.split_once('=').ok_or_else(|| format!("{pair} is not close=cycle"))?;
            Ok((
                day(close)?,
                cycle
                    .trim()
                    .parse::<u32>()
                    .map_err(|_| format!("{cycle} is not a cycle's number"))?,
            ))
        })
        .collect::<Result<Vec<_>, String>>()?;
    let generated =
        calendar::generate(day(first_close)?, weeks, first_window, &cycles, &masters.holidays)
            .map_err(|r| r.sentence())?;
    text(&WindowsAnswer {
        windows: generated.iter().map(|g| WindowAnswer::new(&g.window, g.decided)).collect(),
    })
}

pub fn allocate(case: &Path, explain: bool) -> Result<String, String> {
    let input = std::fs::read(case).map_err(|e| format!("{}: {e}", case.display()))?;
    let case: Case = unread::read(&input).map_err(|e| format!("the case can't be read: {e}"))?;
    let proposal = propose(&case).map_err(|r| r.sentence())?;
    if explain {
        return text(&proposal);
    }
    let mut answer = json!(proposal);
    for share in
        answer["shares"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut)
    {
        share.remove("sentence");
        share.remove("sentence_en");
    }
    text(&answer)
}
