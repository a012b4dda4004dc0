//! One document from a JSON file. The shapes stand in `documents/*.json`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use masters::Masters;
use papers::Paper;
use papers::claim::{ClaimSummary, MunicipalClaim, Party};
use platform::unread;
use rules::claim::{Calculation, Counts};
use rules::holidays::Holidays;
use rules::input;
use rules::letter::Letter;
use rules::time::Month;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use words::Sentence;

#[derive(Args)]
pub struct Files {
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    out: PathBuf,
    /// Draws an empty box, to be filled by hand, for each character that no embedded font has
    #[arg(long)]
    allow_missing: bool,
}

#[derive(Subcommand)]
pub enum PaperCommand {
    /// 委任状
    Letter(Files),
    /// 請求総括書
    ClaimSummary(Files),
    /// 市区町村別請求書
    MunicipalClaim(Files),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SummaryData {
    addressee: String,
    party: Party,
    service_month: Month,
    #[serde(default)]
    tax_percent: Option<u32>,
    counts: Counts,
    #[serde(default)]
    includes_in_municipality: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MunicipalData {
    municipality_code: String,
    party: Party,
    service_month: Month,
    #[serde(default)]
    tax_percent: Option<u32>,
    counts: Counts,
    #[serde(default = "with_coupon")]
    recipient_class: String,
}

fn with_coupon() -> String {
    "2".into()
}

/// Days and months are read as at every door, and what is wrong with one is said in the same words.
fn read<T: DeserializeOwned>(files: &Files, holidays: &Holidays) -> Result<T, String> {
    let text = std::fs::read(&files.data).map_err(|e| format!("{}: {e}", files.data.display()))?;
    let wrong = |e: String| format!("{}: {e}", files.data.display());
    let mut value: Value = web::json::read(&text).map_err(wrong)?;
    if let Some(day) = value.get_mut("date").filter(|v| v.is_string()) {
        let read = holidays.settle(input::date("日付", day.as_str().unwrap_or_default()));
        *day = read.map_err(|e| wrong(e.sentence()))?.to_string().into();
    }
    if let Some(month) = value.get_mut("service_month").filter(|v| v.is_string()) {
        let read = input::month("接種月", month.as_str().unwrap_or_default());
        *month = read.map_err(|e| wrong(e.sentence()))?.to_string().into();
    }
    unread::shaped(&value).map_err(wrong)
}

fn calculate(
    masters: &Masters,
    month: Month,
    counts: &Counts,
    tax: Option<u32>,
) -> Result<Calculation, String> {
    masters.tariff.calculate(month, counts, tax, &masters.holidays).map_err(|r| r.sentence())
}

/// A letter says who delegates what: none of it may be blank, and the code is one.
fn check(letter: &Letter) -> Result<(), String> {
    let lacking = papers::letter::lacking(letter);
    if !lacking.is_empty() {
        return Err(format!("空のままの項目があります：{}", lacking.join("、")));
    }
    let code = &letter.institution_code;
    if code.len() != 10 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("医療機関等コード「{code}」は10桁の数字ではありません"));
    }
    Ok(())
}

pub fn run(what: PaperCommand) -> Result<(), String> {
    let masters = Masters::load()?;
    let (files, paper) = match what {
        PaperCommand::Letter(files) => {
            let letter: Letter = read(&files, &masters.holidays)?;
            check(&letter)?;
            (files, Paper::Letter(letter, None))
        }
        PaperCommand::ClaimSummary(files) => {
            let data: SummaryData = read(&files, &masters.holidays)?;
            let calculation =
                calculate(&masters, data.service_month, &data.counts, data.tax_percent)?;
            let summary = ClaimSummary {
                addressee: data.addressee,
                party: data.party,
                includes_in_municipality: data.includes_in_municipality,
                calculation,
                receipt: None,
            };
            (files, Paper::Summary(summary))
        }
        PaperCommand::MunicipalClaim(files) => {
            let data: MunicipalData = read(&files, &masters.holidays)?;
            let calculation =
                calculate(&masters, data.service_month, &data.counts, data.tax_percent)?;
            if masters.places.municipality(&data.municipality_code).is_none() {
                return Err(format!("市区町村コード「{}」はありません", data.municipality_code));
            }
            let municipality = masters.places.full_name(&data.municipality_code);
            let claim = MunicipalClaim {
                municipality,
                municipality_code: data.municipality_code,
                party: data.party,
                recipient_class: data.recipient_class,
                calculation,
                receipt: None,
            };
            (files, Paper::Municipal(claim))
        }
    };
    let missing: Vec<String> = paper.unprintable().iter().map(ToString::to_string).collect();
    if !missing.is_empty() && !files.allow_missing {
        return Err(format!(
            "印刷できない文字があります：{}（--allow-missing を付けると、その場所を手書き用の□にして作ります）",
            missing.join("、")
        ));
    }
    let pdf = paper.draw().map_err(|e| e.to_string())?;
    std::fs::write(&files.out, pdf).map_err(|e| format!("{}: {e}", files.out.display()))
}
