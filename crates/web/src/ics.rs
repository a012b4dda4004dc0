//! Calendar files (RFC 5545, names by RFC 7986). A UID is the thing's own: it stays while days and
//! words change, and `SEQUENCE` rises with them.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rules::programme::Programme;
use rules::time;

use super::page::Answer;

/// Events, folded and escaped as the standard asks.
pub struct Calendar {
    lines: Vec<String>,
    seen: std::collections::BTreeSet<String>,
    stamp: String,
    /// What makes a UID the world's: the product's own host.
    host: String,
}

/// One thing with a day or an instant.
pub struct Event<'e> {
    /// Names the thing within this product: kind and id, never its place in a list.
    pub uid: &'e str,
    pub summary: &'e str,
    pub url: &'e str,
    /// Rises with every change of it.
    pub sequence: i64,
    /// When it was changed last, where that is known.
    pub changed: Option<Timestamp>,
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let text = platform::english::unmarked(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

impl Calendar {
    /// `name` is what the calendar is called in a person's list of calendars.
    pub fn new(now: Timestamp, base_url: &str, name: &str) -> Calendar {
        let host = base_url
            .split_once("://")
            .map_or(base_url, |(_, rest)| rest)
            .split(['/', ':'])
            .next()
            .unwrap_or_default();
        let host: String =
            host.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
        let mut calendar = Calendar { lines: vec![], seen: [].into(), stamp: instant(now), host };
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//vsys//calendar//JA",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ] {
            calendar.line(line.to_string());
        }
        for property in ["NAME", "X-WR-CALNAME"] {
            calendar.line(format!("{property}:{}", escaped(name)));
        }
        for line in [
            "X-WR-TIMEZONE:Asia/Tokyo",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
        ] {
            calendar.line(line.to_string());
        }
        calendar
    }

    /// Lines are folded at 75 octets, never inside a character.
    fn line(&mut self, mut line: String) {
        while line.len() > 75 {
            let at = (1..=75).rev().find(|i| line.is_char_boundary(*i)).unwrap_or(75);
            let rest = line.split_off(at);
            self.lines.push(line);
            line = format!(" {rest}");
        }
        self.lines.push(line);
    }

    fn event(&mut self, event: &Event<'_>, when: [String; 2]) {
        // The same thing by two memberships is one event.
        if !self.seen.insert(event.uid.to_string()) {
            return;
        }
        let mut lines = vec![
            "BEGIN:VEVENT".to_string(),
            format!("UID:{}@{}", event.uid, self.host),
            format!("DTSTAMP:{}", self.stamp),
        ];
        lines.extend(when);
        lines.extend(event.changed.map(|at| format!("LAST-MODIFIED:{}", instant(at))));
        lines.extend([
            format!("SEQUENCE:{}", event.sequence.clamp(0, i64::from(i32::MAX))),
            format!("SUMMARY:{}", escaped(event.summary)),
            format!("URL:{}", event.url.replace(char::is_control, "")),
            "TRANSP:TRANSPARENT".into(),
            "END:VEVENT".into(),
        ]);
        lines.into_iter().for_each(|line| self.line(line));
    }

    /// Something that is over at an instant: the half hour before it, so that it stands on the
    /// right day and ends in time.
    pub fn until(&mut self, at: Timestamp, event: &Event<'_>) {
        // The end of a day is that day.
        if time::local(at).time() == jiff::civil::Time::midnight() {
            return self.day(time::date(at - SignedDuration::from_secs(1)), event);
        }
        let begins = at.checked_sub(SignedDuration::from_mins(30)).unwrap_or(at);
        self.event(
            event,
            [format!("DTSTART:{}", instant(begins)), format!("DTEND:{}", instant(at))],
        );
    }

    /// A whole day.
    pub fn day(&mut self, day: Date, event: &Event<'_>) {
        let written = |day: Date| day.strftime("%Y%m%d").to_string();
        self.event(
            event,
            [
                format!("DTSTART;VALUE=DATE:{}", written(day)),
                format!("DTEND;VALUE=DATE:{}", written(day.tomorrow().unwrap_or(day))),
            ],
        );
    }

    /// When entry closes, window by window. `sequence` rises with every change of the calendar.
    pub fn deadlines(&mut self, programme: &Programme, url: &str, sequence: i64) {
        let windows = programme.calendar.windows();
        // A cut-off that no window's close stands for.
        for cycle in
            programme.cycles.iter().filter(|c| !windows.iter().any(|w| w.close == Some(c.cut_off)))
        {
            let summary = format!(
                "第{}クール 登録/変更締切（{}まで）",
                cycle.number,
                time::say_moment(cycle.cut_off)
            );
            let uid = format!("cut-off-{}-{}", programme.id, cycle.number);
            self.until(
                cycle.cut_off,
                &Event { uid: &uid, summary: &summary, url, sequence, changed: None },
            );
        }
        for window in windows {
            if let Some(close) = window.close {
                let what = window.cycle.map_or("計画の登録/変更締切".to_string(), |c| {
                    format!("第{c}クール 登録/変更締切")
                });
                let summary = format!("{what}（{}まで）", time::say_moment(close));
                let uid = format!("close-{}-{}", programme.id, window.window);
                self.until(
                    close,
                    &Event { uid: &uid, summary: &summary, url, sequence, changed: None },
                );
            }
        }
    }

    pub fn finish(mut self, name: &str) -> Answer {
        self.lines.push("END:VCALENDAR".into());
        Answer::File {
            name: name.into(),
            mime: "text/calendar; charset=utf-8",
            bytes: (self.lines.join("\r\n") + "\r\n").into_bytes(),
            inline: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(calendar: Calendar) -> String {
        match calendar.finish("x.ics") {
            Answer::File { bytes, .. } => String::from_utf8(bytes).unwrap_or_default(),
            _ => String::new(),
        }
    }

    #[test]
    fn a_day_stands_on_its_day_and_a_deadline_ends_in_time() {
        let at = |s: &str| time::parse_instant(s).unwrap_or_default();
        let mut calendar =
            Calendar::new(at("2022-02-07T10:00"), "https://vsys.example.jp:8443/x", "名,前");
        let event = |uid| Event {
            uid,
            summary: "a;b,c\\d\r\ne",
            url: "https://vsys.example.jp/",
            sequence: 3,
            changed: None,
        };
        calendar.until(at("2022-02-16T00:00"), &event("day"));
        calendar.until(at("2022-02-15T15:00"), &event("instant"));
        calendar.until(at("2022-02-15T15:00"), &event("instant"));
        let text = text(calendar);
        for line in [
            "X-WR-CALNAME:名\\,前",
            "UID:day@vsys.example.jp",
            "DTSTART;VALUE=DATE:20220215",
            "DTEND;VALUE=DATE:20220216",
            "DTSTART:20220215T053000Z",
            "DTEND:20220215T060000Z",
            "SUMMARY:a\\;b\\,c\\\\d\\ne",
            "SEQUENCE:3",
        ] {
            assert!(text.split("\r\n").any(|l| l == line), "{line} in {text}");
        }
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
    }

    #[test]
    fn long_lines_are_folded_between_characters_and_unfold_to_what_they_were() {
        for n in 60..90 {
            let long = format!("{}{}", "a".repeat(n % 7), "𠮷接種会場".repeat(n));
            let mut calendar = Calendar::new(Timestamp::UNIX_EPOCH, "https://x", "y");
            calendar.day(
                jiff::civil::date(2022, 2, 15),
                &Event { uid: "u", summary: &long, url: "", sequence: 0, changed: None },
            );
            let text = text(calendar);
            assert!(text.split("\r\n").all(|l| l.len() <= 75));
            assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{long}\r\n")));
        }
    }
}
