//! What a number means: a day, a time, a share, a code whose zeros only the format shows. Serial
//! days, number formats.

use jiff::civil::Date;

/// What a cell's format makes of a number.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Plain,
    Date,
    /// A time of day.
    Time,
    DateTime,
    /// Hours beyond 24.
    Duration,
    Percent,
    /// With an exponent: `300E4` typed into a cell became such a number, and what was typed is
    /// gone.
    Scientific,
    /// Places for digits between other letters, such as `000-0000`.
    Digits(String),
    /// One and nought as yes and no, as LibreOffice writes them.
    Truth,
    /// The format shows nothing.
    Unseen,
    /// Letters of its own beside the number: what is shown of one above, below and at nought.
    Lettered(Vec<Form>),
}

/// How a section of a format shows a number between letters of its own.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Form {
    pub before: String,
    /// Places for digits; empty where no number is shown at all.
    pub places: String,
    pub after: String,
    /// What it shows can't be said: letters between the digits, a condition, a share.
    pub unsaid: bool,
}

/// Formats that a workbook knows by number, as a Japanese Excel shows them.
pub fn built_in(id: u64) -> Kind {
    match id {
        14..=17 | 27..=31 | 36 | 50..=58 => Kind::Date,
        18..=21 | 32..=35 | 45 | 47 => Kind::Time,
        22 => Kind::DateTime,
        46 => Kind::Duration,
        9 | 10 => Kind::Percent,
        11 | 48 => Kind::Scientific,
        _ => Kind::Plain,
    }
}

/// Reads a format that a workbook brings along.
pub fn custom(code: &str) -> Kind {
    if code.len() > 1000 {
        return Kind::Plain;
    }
    let sections = sections(code);
    if sections.len() >= 3
        && sections.iter().take(3).all(|s| s.letters.trim().is_empty() && s.literals.is_empty())
    {
        return Kind::Unseen;
    }
    if sections.len() == 3
        && sections
            .iter()
            .zip(["TRUE", "TRUE", "FALSE"])
            .all(|(s, word)| s.letters.is_empty() && s.literals == word)
    {
        return Kind::Truth;
    }
    let Some(first) = sections.first() else { return Kind::Plain };
    let lower = first.letters.to_lowercase();
    let lettered =
        sections.iter().take(3).any(|section| section.literals.chars().any(char::is_alphanumeric));
    let letters = || Kind::Lettered(sections.iter().take(3).map(Section::form).collect());
    if lower.contains("general") || lower.contains("g/標準") {
        return if lettered { letters() } else { Kind::Plain };
    }
    if first.elapsed {
        return Kind::Duration;
    }
    if lower.contains('%') {
        return if lettered { letters() } else { Kind::Percent };
    }
    if ["e+", "e-"].iter().any(|e| lower.contains(e)) && lower.contains(['0', '#', '?']) {
        return Kind::Scientific;
    }
    let lower = lower.replace("am/pm", "h").replace("a/p", "h");
    let (time, numeric) = (lower.contains(['h', 's']), lower.contains(['0', '#', '?']));
    let day = lower.contains(['y', 'd', 'g', 'b', 'r'])
        || lower.contains('e')
        || lower.contains("aaa")
        || (lower.contains('m') && !time);
    match (day, time) {
        (true, true) => return Kind::DateTime,
        // `0.0 "g"` has its letters in quotes; bare ones beside places for digits are nobody's
        // date.
        (true, false) if !numeric => return Kind::Date,
        (false, true) => return Kind::Time,
        _ => {}
    }
    // `[<=999]000;[<=9999]000-00;000-0000`: the last one is for the full length.
    let shown =
        if first.conditional { sections.last().map_or("", |s| &s.whole) } else { &first.whole };
    let zeros = shown.matches('0').count();
    if zeros >= 2 && shown.chars().all(|c| matches!(c, '0' | '-' | ' ') || !c.is_ascii()) {
        return Kind::Digits(shown.to_string());
    }
    if lettered { letters() } else { Kind::Plain }
}

struct Section {
    /// Without literals and brackets.
    letters: String,
    literals: String,
    /// Letters and literals as they stand, and each of them: whether it is a literal.
    whole: String,
    literal: Vec<bool>,
    elapsed: bool,
    conditional: bool,
}

impl Section {
    fn form(&self) -> Form {
        let all: Vec<(char, bool)> = self.whole.chars().zip(self.literal.iter().copied()).collect();
        let bare = |c: &(char, bool)| !c.1 && "0#?.,GENRALgenral標準/".contains(c.0);
        let text = |part: &[(char, bool)]| part.iter().map(|(c, _)| *c).collect::<String>();
        let (Some(first), Some(last)) = (all.iter().position(bare), all.iter().rposition(bare))
        else {
            return Form { before: text(&all), unsaid: self.conditional, ..Form::default() };
        };
        let places = &all[first..=last];
        Form {
            before: text(&all[..first]).trim_start().to_string(),
            places: text(places),
            after: text(&all[last + 1..]).trim_end().to_string(),
            unsaid: self.conditional
                || self.letters.contains('%')
                || places.iter().any(|(_, literal)| *literal),
        }
    }
}

fn sections(code: &str) -> Vec<Section> {
    let new = || Section {
        letters: String::new(),
        literals: String::new(),
        whole: String::new(),
        literal: Vec::new(),
        elapsed: false,
        conditional: false,
    };
    let (mut all, mut now) = (Vec::new(), new());
    let mut letters = code.chars();
    while let Some(c) = letters.next() {
        match c {
            ';' => all.push(std::mem::replace(&mut now, new())),
            '"' => {
                let text: String = letters.by_ref().take_while(|c| *c != '"').collect();
                now.literals.push_str(&text);
                now.whole.push_str(&text);
                now.literal.extend(text.chars().map(|_| true));
            }
            '\\' | '!' => {
                if let Some(c) = letters.next() {
                    now.literals.push(c);
                    now.whole.push(c);
                    now.literal.push(true);
                }
            }
            // Room as wide as a letter, a letter that fills the cell.
            '_' | '*' => _ = letters.next(),
            '[' => {
                let inner: String =
                    letters.by_ref().take_while(|c| *c != ']').collect::<String>().to_lowercase();
                now.elapsed |=
                    !inner.is_empty() && inner.chars().all(|c| matches!(c, 'h' | 'm' | 's'));
                now.conditional |= inner.starts_with(['<', '>', '=']);
            }
            other => {
                now.letters.push(other);
                now.whole.push(other);
                now.literal.push(false);
            }
        }
    }
    all.push(now);
    all
}

/// A number as the person sees it, or why it can't be trusted. `from_1904` is the calendar of old
/// Macs.
///
/// # Errors
/// What is wrong and how to mend it.
pub fn said(value: f64, kind: &Kind, from_1904: bool) -> Result<String, String> {
    if !value.is_finite() {
        return Err("数値として読めません。入力し直してください".into());
    }
    match kind {
        Kind::Plain | Kind::Unseen => plain(value),
        Kind::Scientific => Err(format!(
            "表計算ソフトが指数の数（{}）に変えたセルです。書式を「文字列」にして、番号や数を入力し直してください",
            exponential(value)
        )),
        Kind::Truth => Ok(truth(value != 0.0).into()),
        Kind::Lettered(forms) => lettered(value, forms),
        Kind::Digits(places) => Ok(in_places(&plain(value)?, places)),
        Kind::Percent => plain((value * 1e13).round() / 1e11).map(|n| format!("{n}%")),
        Kind::Duration => Ok(clock(value)),
        // What shows a time only hides the day.
        Kind::Time => Ok(clock(day_and_share(value).1)),
        Kind::Date | Kind::DateTime => {
            let (days, share) = day_and_share(value);
            let day =
                day(days, from_1904).ok_or("日付ではない数値です。日付を入力し直してください")?;
            let time = clock(share);
            Ok(if *kind == Kind::DateTime && time != "0:00" {
                format!("{day} {time}")
            } else {
                day.to_string()
            })
        }
    }
}

/// Yes and no as every table writes them.
pub fn truth(is: bool) -> &'static str {
    if is { "TRUE" } else { "FALSE" }
}

/// A number between the letters of its format, as it is shown.
fn lettered(value: f64, forms: &[Form]) -> Result<String, String> {
    let at = match value {
        _ if value < 0.0 => 1,
        _ if value == 0.0 => 2,
        _ => 0,
    };
    let own = forms.get(at);
    let Some(form) = own.or(forms.first()) else { return plain(value) };
    let number = plain(value.abs())?;
    if form.unsaid || form.places.is_empty() || forms.iter().any(|form| form.unsaid) {
        return Err(format!(
            "書式が、入っている数値（{}）と違う文字を表示しています。書式を「標準」か「文字列」にして、値を入力し直してください",
            plain(value)?
        ));
    }
    let zeros = form.places.len() >= 2 && form.places.bytes().all(|b| b == b'0');
    let number = if zeros { in_places(&number, &form.places) } else { number };
    let sign = if value < 0.0 && own.is_none() { "-" } else { "" };
    Ok(format!("{sign}{}{number}{}", form.before, form.after))
}

/// As a spreadsheet shows it: `3.00E+06`.
fn exponential(value: f64) -> String {
    let text = format!("{value:.2e}");
    let (body, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
    format!("{body}E{sign}{power:0>2}")
}

/// A number with the digits that a spreadsheet keeps: fifteen.
fn plain(value: f64) -> Result<String, String> {
    if value == 0.0 {
        return Ok("0".into());
    }
    if value.abs() >= 1e15 {
        return Err("数値のセルは15桁までしか正しく保存されません。書式を「文字列」にして、番号を入力し直してください".into());
    }
    if value.fract() == 0.0 {
        return Ok(format!("{value:.0}"));
    }
    // What goes beyond fifteen digits is the computer's, not the person's: 0.1 + 0.2.
    let before = value.abs().log10().floor() as i32 + 1;
    let text = format!("{value:.*}", usize::try_from(15 - before).unwrap_or(0).min(30));
    Ok(if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    })
}

/// Digits filled into the places of a format from the right.
fn in_places(digits: &str, places: &str) -> String {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.to_string();
    }
    let mut rest = digits.bytes().rev().map(char::from);
    let mut text: Vec<char> = places
        .chars()
        .rev()
        .map(|c| if c == '0' { rest.next().unwrap_or('0') } else { c })
        .collect();
    let more: Vec<char> = rest.collect();
    if !more.is_empty() {
        // More digits than places: they stand before everything else.
        text.extend(more);
    }
    text.into_iter().rev().collect()
}

/// What sums of times lose in a computer, as a share of a day: less than a thousandth of a second.
const LOST: f64 = 1e-9;

/// The day of a serial number and the share of it that has gone by, to the second. Its last second
/// stays in it: 23:59:59.9 is no next day.
fn day_and_share(value: f64) -> (f64, f64) {
    let days = (value + LOST).floor();
    let seconds = ((value - days).max(0.0) * 86_400.0).round().min(86_399.0);
    (days, seconds / 86_400.0)
}

/// The day of a serial number.
pub fn day(value: f64, from_1904: bool) -> Option<Date> {
    let days = value.floor();
    if !(0.0..=2_958_465.0).contains(&days) || (days == 0.0 && !from_1904) {
        return None;
    }
    let days = days as i32;
    let (first, days) = match (from_1904, days) {
        (true, days) => (Date::constant(1904, 1, 1), days),
        // A day that never was: 1900-02-29.
        (false, 60) => return None,
        (false, days @ ..60) => (Date::constant(1899, 12, 31), days),
        (false, days) => (Date::constant(1899, 12, 30), days),
    };
    first.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// A share of a day as hours and minutes, and seconds where there are some.
fn clock(value: f64) -> String {
    let seconds = (value.abs().min(1e9) * 86_400.0).round() as u64;
    let (sign, hours, minutes, seconds) =
        (if value < 0.0 { "-" } else { "" }, seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{sign}{hours}:{minutes:02}"),
        _ => format!("{sign}{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests;
