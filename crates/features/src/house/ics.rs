//! Calendar files (RFC 5545).

use jiff::Timestamp;
use jiff::civil::Date;
use rules::programme::Programme;

use super::page::Answer;

/// Events, folded and escaped as the standard asks.
pub struct Calendar {
    lines: Vec<String>,
    stamp: String,
}

impl Calendar {
    pub fn new(now: Timestamp) -> Calendar {
        let lines =
            ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vsys//calendar//JA", "X-WR-TIMEZONE:Asia/Tokyo"].map(String::from).to_vec();
        Calendar { lines, stamp: now.strftime("%Y%m%dT%H%M%SZ").to_string() }
    }
    fn event(&mut self, uid: &str, start: String, summary: &str, url: &str) {
        let escaped = summary.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        self.lines.extend(["BEGIN:VEVENT".to_string(), format!("UID:{uid}@vsys"), format!("DTSTAMP:{}", self.stamp), start]);
        // Lines are folded at 75 octets, never inside a character.
        for mut line in [format!("SUMMARY:{escaped}"), format!("URL:{url}")] {
            while line.len() > 74 {
                let at = (0..=74).rev().find(|i| line.is_char_boundary(*i)).unwrap_or(74);
                let rest = line.split_off(at);
                self.lines.push(line);
                line = format!(" {rest}");
            }
            self.lines.push(line);
        }
        self.lines.push("END:VEVENT".into());
    }
    pub fn instant(&mut self, uid: &str, at: Timestamp, summary: &str, url: &str) {
        self.event(uid, format!("DTSTART:{}", at.strftime("%Y%m%dT%H%M%SZ")), summary, url);
    }
    pub fn day(&mut self, uid: &str, day: Date, summary: &str, url: &str) {
        self.event(uid, format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")), summary, url);
    }
    /// When entry closes, window by window.
    pub fn deadlines(&mut self, programme: &Programme, url: &str) {
        for window in programme.calendar.windows() {
            if let Some(close) = window.close {
                let what = window.cycle.map_or("計画の登録/変更締切".to_string(), |c| format!("第{c}クール 登録/変更締切"));
                self.instant(&format!("close-{}", window.window), close, &what, url);
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
