//! The journal in words: what one row changed, field by field, as an office reads it. Exports and evidence keep the stored values.

use platform::english;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::journal::Stored;
use platform::{args, sql};
use rules::access::{Permission, Role};
use rules::application::{self, FieldKind, commas};
use rules::delivery::TimeBand;
use rules::results::Series;
use rules::time::{self, Month};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::house::Masters;
use crate::house::visit::Visit;
use crate::masters::kinds::Kind;

/// As many lines as one row shows; the rest is counted.
const MOST_LINES: usize = 12;
/// Letters of one value; a longer text ends in an ellipsis.
const LONGEST: usize = 200;

/// One field of a journal row: `label：before → after`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    pub label: String,
    /// Empty where there is nothing to compare with.
    pub before: String,
    pub after: String,
    /// What a person typed, which no translator touches.
    pub typed: bool,
}

/// How a field's stored value is read.
#[derive(Clone, Copy)]
enum Form {
    /// The machine's own: ids, sums, paths.
    Hidden,
    /// What a person typed.
    Typed,
    /// A value of the house: dates, moments, months, names behind ids, numbers without a unit.
    Plain,
    /// A number with its unit.
    Count(&'static str),
    /// `第2版`
    Nth(&'static str),
    /// A code of a municipality or prefecture.
    Place,
    /// A key that has a word.
    Word(fn(&str) -> Option<&'static str>),
}
use Form::{Count, Hidden, Nth, Place, Plain, Typed, Word};

fn role(key: &str) -> Option<&'static str> {
    match key {
        "all" => Some("すべての方"),
        _ => Role::from_key(key).map(Role::label),
    }
}

/// States and choices that several records share.
fn state(key: &str) -> Option<&'static str> {
    Some(match key {
        "draft" => "下書き",
        "submitted" => "提出済",
        "received" => "受付済",
        "decided" => "決定",
        "returned" => "返戻",
        "waiting" => "確認待ち",
        "reviewed" => "確認済",
        "revision_required" => "要見直",
        "tried" | "trial" => "試算",
        "approved" => "承認済み",
        "fixed" => "確定",
        "fixing" => "確定中",
        "cancelled" => "取り消し",
        "not_downloaded" => "未ダウンロード",
        "downloaded" => "ダウンロード済",
        "sent_back" => "差戻し",
        "consented" => "電子同意済",
        "replaced" => "作り直し",
        "confirmed" => "確認済",
        "withdrawn" => "取下げ",
        _ => return None,
    })
}

fn application_state(key: &str) -> Option<&'static str> {
    Some(match key {
        "submitted" => "受付済",
        "returned" => "要再申込",
        "confirmed" => "確認済（申込の確認）",
        _ => return state(key),
    })
}

fn permission(key: &str) -> Option<&'static str> {
    Permission::from_key(key).map(Permission::label)
}

fn level(key: &str) -> Option<&'static str> {
    Some(match key {
        "notice" => "お知らせ",
        "important" => "重要",
        "urgent" => "緊急",
        _ => return None,
    })
}

fn way(key: &str) -> Option<&'static str> {
    rules::letter::Way::ALL.into_iter().find(|w| w.key() == key).map(rules::letter::Way::label)
}

fn movement(key: &str) -> Option<&'static str> {
    rules::stock::Kind::from_key(key).map(rules::stock::Kind::label)
}

fn availability(key: &str) -> Option<&'static str> {
    rules::availability::Availability::from_key(key).map(rules::availability::Availability::label)
}

fn band(key: &str) -> Option<&'static str> {
    TimeBand::ALL.into_iter().find(|b| b.key() == key).map(TimeBand::label)
}

fn how(key: &str) -> Option<&'static str> {
    Some(match key {
        "paste" => "貼り付け",
        "fill" | "persons" | "records" => "記録から",
        "copy" | "last" => "前の月から",
        "file" | "import" => "ファイル",
        "api" => "API",
        _ => return None,
    })
}

fn product(key: &str) -> Option<&'static str> {
    Some(match key {
        "moderna" => "モデルナ社ワクチン",
        "novavax" => "ノババックス社ワクチン",
        "pfizer" => "ファイザー社ワクチン",
        _ => return None,
    })
}

fn waste(key: &str) -> Option<&'static str> {
    rules::stock::WASTE_REASONS.iter().find(|(k, _)| *k == key).map(|(_, label)| *label)
}

fn unsubscribed(key: &str) -> Option<&'static str> {
    Some(match key {
        "digest" => "まとめのメール",
        "reminders" | "reminder" => "締切前のお知らせ",
        _ => return None,
    })
}

/// Field by field in the order in which they are read: the beginning of the acts that it is for, key, label, form. The first that
/// fits is it.
const FIELDS: &[(&str, &str, &str, Form)] = &[
    ("", "cycle", "クール", Nth("クール")),
    ("", "month", "接種月", Plain),
    ("plan.", "number", "版", Nth("版")),
    ("review.", "number", "版", Nth("版")),
    ("", "number", "番号", Typed),
    ("", "receipt", "受付番号", Typed),
    ("", "code", "会場コード", Typed),
    ("", "surrogate", "新規コード", Plain),
    ("", "application", "申込番号", Typed),
    ("", "application_number", "申込番号", Typed),
    ("application.", "status", "状態", Word(application_state)),
    ("availability.", "status", "予約の受付", Word(availability)),
    ("", "status", "状態", Word(state)),
    ("", "state", "状態", Word(state)),
    ("", "review", "確認", Word(state)),
    ("", "concern", "気になる点", Plain),
    ("transfer.", "to", "受け入れる会場", Plain),
    ("plan.assign", "to", "担当", Typed),
    ("slots.", "from", "最初の日", Plain),
    ("slots.", "to", "最後の日", Plain),
    ("", "weekdays", "曜日", Plain),
    ("slots.make", "slots", "予約枠", Count("件")),
    ("", "slot", "予約枠", Plain),
    ("", "capacity", "定員", Count("名")),
    ("", "closed", "受付終了", Plain),
    ("", "date", "納入予定日", Plain),
    ("", "band", "時間帯", Word(band)),
    ("", "requested", "計画した箱数", Count("箱")),
    ("", "boxes", "ワクチン", Count("箱")),
    ("", "needle_boxes", "針・シリンジ", Count("箱")),
    ("allocation.", "supply", "配れる量", Count("箱")),
    ("allocation.", "allocated", "分配量", Count("箱")),
    ("stock.", "kind", "種類", Word(movement)),
    ("", "lot", "ロット番号", Typed),
    ("", "gtin", "商品コード", Plain),
    ("", "expiry", "有効期限", Plain),
    ("", "vials", "バイアル", Count("本")),
    ("", "stock", "在庫", Count("本")),
    ("", "used", "使用", Count("本")),
    ("stock.", "reason", "理由", Plain),
    ("", "day", "日付", Plain),
    ("", "as_of", "いつまでの実績", Plain),
    ("results.", "reason", "廃棄の理由", Word(waste)),
    ("", "by", "報告した人", Typed),
    ("", "doses", "接種", Count("回")),
    ("", "received_vials", "受け取り", Count("本")),
    ("", "wasted_vials", "廃棄", Count("本")),
    ("", "records", "記録", Count("件")),
    ("", "increase", "増えた接種", Count("回")),
    ("", "how", "作り方", Word(how)),
    ("", "destination", "提出先", Plain),
    ("", "count", "件数", Count("件")),
    ("", "amount", "金額", Count("円")),
    ("", "tax", "消費税", Count("円")),
    ("", "bank", "金融機関", Typed),
    ("", "branch", "支店", Typed),
    ("", "municipality", "市区町村", Place),
    ("", "letter_way", "委任状の受け付け方", Word(way)),
    ("", "outsourced", "請求の審査を国保連に委託", Plain),
    ("", "joint", "共同で行う市区町村", Place),
    ("", "desk", "窓口", Typed),
    ("", "role", "立場", Word(role)),
    ("", "scope", "範囲", Plain),
    ("member.", "kind", "立場", Word(role)),
    ("", "permissions", "権限", Word(permission)),
    ("", "department", "部署", Typed),
    ("", "name", "氏名", Typed),
    ("", "reading", "よみ", Typed),
    ("availability.", "phone", "予約の電話番号", Typed),
    ("", "phone", "電話番号", Typed),
    ("", "mail", "メールアドレス", Typed),
    ("", "products", "接種できるワクチン", Word(product)),
    ("", "note", "お知らせ", Typed),
    ("", "url", "予約ページ", Typed),
    ("", "published", "一般の方への公開", Plain),
    ("", "category", "分類", Plain),
    ("", "detail", "内容", Plain),
    ("", "level", "重要さ", Word(level)),
    ("", "audience", "読む方", Word(role)),
    ("", "title", "題名", Typed),
    ("", "body", "本文", Typed),
    ("", "text", "内容", Typed),
    ("", "label", "名称", Typed),
    ("", "days", "日数", Count("日")),
    ("", "file", "ファイル", Typed),
    ("", "rows", "行", Count("行")),
    ("import.", "added", "追加", Count("行")),
    ("import.", "changed", "変更", Count("行")),
    ("import.", "same", "変わらない行", Count("行")),
    ("import.", "asked", "確認が必要な行", Count("行")),
    ("import.", "bad", "取り込めない行", Count("行")),
    ("", "sheet", "シート", Typed),
    ("", "digest", "まとめのメール", Plain),
    ("", "reminders", "締切前のお知らせ", Plain),
    ("account.unsubscribe", "what", "止めたメール", Word(unsubscribed)),
    ("", "sessions_ended", "ほかの端末のログインの終了", Plain),
    ("", "id_stopped", "IDの停止", Plain),
    ("", "recovery_codes", "回復コード", Count("件")),
    ("", "programme", "事業", Plain),
    ("", "valid_from", "有効になる日", Plain),
    ("", "expires_at", "期限", Plain),
    ("", "at", "日時", Plain),
    ("", "moved_to", "新しい予約枠", Plain),
    ("", "begins", "開始", Plain),
    ("", "ends", "終了", Plain),
    // What only the machine reads.
    ("", "id", "", Hidden),
    ("", "import", "", Hidden),
    ("", "change", "", Hidden),
    ("", "hash", "", Hidden),
    ("", "token", "", Hidden),
    ("", "path", "", Hidden),
    ("", "paper", "", Hidden),
    ("", "what", "", Hidden),
    ("", "run", "", Hidden),
    ("", "fingerprint", "", Hidden),
    ("", "conditions", "", Hidden),
    ("", "membership", "", Hidden),
    ("", "read_as", "", Hidden),
    ("import.", "kind", "", Hidden),
    ("", "venue", "会場", Plain),
];

/// Objects whose fields are fields of the row itself.
const INNER: [&str; 8] = ["content", "answers", "facts", "lines", "value", "entries", "total", "waste"];

/// A field as it was read: its place in the order, its key, then label, text and whether it was typed.
struct Said {
    order: usize,
    key: String,
    label: String,
    text: String,
    typed: bool,
}

/// What it takes to say a journal row in words: the masters and the names behind ids.
pub struct Words<'m> {
    masters: &'m Masters,
    names: BTreeMap<String, String>,
}

impl<'m> Words<'m> {
    pub fn new(masters: &'m Masters) -> Words<'m> {
        Words { masters, names: BTreeMap::new() }
    }

    /// With the names of every venue and person that these rows name by id.
    pub fn of(visit: &'m Visit, tx: &mut Tx<'_>, rows: &[Stored]) -> Result<Words<'m>, Failure> {
        let mut words = Words::new(visit.masters());
        let mut ids = Vec::new();
        for row in rows {
            ids_in(&row.before.0, &mut ids);
            ids_in(&row.after.0, &mut ids);
        }
        for id in ids {
            if words.names.contains_key(&id) {
                continue;
            }
            let name = match id.split_once('-').map(|(kind, _)| kind) {
                Some("v") => first(tx, sql!("select name from venue where id = $1"), &id)?,
                _ => first(tx, sql!("select name from account where id = $1"), &id)?,
            };
            words.names.insert(id, name.unwrap_or_default());
        }
        Ok(words)
    }

    /// The record that a row belongs to: `会場：みなと商事 本社会場`.
    pub fn subject(&self, tx: &mut Tx<'_>, kind: &str, id: &str) -> Result<String, Failure> {
        let venue = |tx: &mut Tx<'_>, id: &str| first(tx, sql!("select name from venue where id = $1"), id);
        let marked = |name: Option<String>| name.map(|name| english::typed(&name));
        let (word, name) = match kind {
            "venue" => ("会場", marked(venue(tx, id)?)),
            "reading" => ("閲覧", marked(venue(tx, id.rsplit(':').next().unwrap_or_default())?)),
            "allocation" => {
                let (owner, cycle) = id.split_once(":c").unwrap_or((id, ""));
                ("分配", venue(tx, owner)?.map(|name| format!("{} 第{cycle}クール", english::typed(&name))))
            }
            "shipment" => {
                let found: Option<(String, i64)> =
                    tx.first(sql!("select v.name, s.cycle from shipment s join venue v on v.id = s.venue_id where s.id = $1"), args![id])?;
                ("納入", found.map(|(name, cycle)| format!("{} 第{cycle}クール", english::typed(&name))))
            }
            "allocation_run" => {
                let found: Option<(i64,)> = tx.first(sql!("select cycle from allocation_run where id = $1"), args![id])?;
                ("分配の試算", found.map(|(cycle,)| format!("第{cycle}クール")))
            }
            "account" => ("利用者", marked(first(tx, sql!("select name from account where id = $1"), id)?)),
            "application" => ("申込", first(tx, sql!("select number from application where id = $1"), id)?),
            "letter" => ("委任状", first(tx, sql!("select number from letter where id = $1"), id)?),
            "transfer" => ("融通", first(tx, sql!("select number from transfer where id = $1"), id)?),
            "import" => ("取り込み", marked(first(tx, sql!("select file_name from import where id = $1"), id)?)),
            "announcement" => ("お知らせ", marked(first(tx, sql!("select title from announcement where id = $1"), id)?)),
            "lot" => ("ロット", marked(Some(id.to_string()))),
            "inquiry" => ("問い合わせ", Some(id.to_string())),
            "municipality" => ("市町村", marked(Some(self.masters.places.full_name(id)))),
            "master" => {
                let (master, key) = id.split_once(':').unwrap_or((id, ""));
                let label = Kind::from_id(master).map_or("", Kind::label);
                ("マスタ", Some(format!("{label} {}", english::typed(&self.plain(key)))))
            }
            "organisation" => {
                let role = id.split(':').next().and_then(Role::from_key).map_or("", Role::label);
                ("組織", Some(role.to_string()))
            }
            "booking" => ("予約", None),
            "job" => ("自動の処理", None),
            "mail" => ("メール", None),
            _ => ("記録", None),
        };
        Ok(match name.filter(|name| !name.trim().is_empty()) {
            Some(name) => format!("{word}：{}", name.trim()),
            None => word.to_string(),
        })
    }

    /// The lines of one row. Fields that stayed as they were are left out.
    pub fn lines(&self, act: &str, record: &str, before: &Value, after: &Value) -> Vec<Line> {
        let master = record.split_once(':').and_then(|(kind, _)| Kind::from_id(kind)).filter(|_| act.starts_with("master."));
        let (mut was, mut is) = (Vec::new(), Vec::new());
        self.gather(act, master, &as_fields(act, before), &mut was);
        self.gather(act, master, &as_fields(act, after), &mut is);
        // Where both sides hold the same kind of thing, what is missing on one was empty.
        let edit = [".edit", ".save", ".propose", ".draft", ".register", "contact.set", "membership.permissions", "municipality.settings"];
        let edited = edit.iter().any(|word| act.ends_with(word)) && !was.is_empty() && !after.is_null();
        let mut order: Vec<(usize, &str)> = was.iter().chain(&is).map(|s| (s.order, s.key.as_str())).collect();
        order.sort();
        order.dedup();
        let of = |list: &'_ [Said], key: &str| list.iter().position(|s| s.key == key);
        let mut lines: Vec<Line> = Vec::new();
        for (_, key) in order {
            let (b, a) = (of(&was, key).map(|i| &was[i]), of(&is, key).map(|i| &is[i]));
            let Some(any) = a.or(b) else { continue };
            let (old, new) = (b.map_or("", |s| s.text.as_str()), a.map_or("", |s| s.text.as_str()));
            let (old, new) = match (old, new) {
                (old, new) if old == new => continue,
                (old, "") if edited => (old, "（空欄）"),
                (old, "") => ("", old),
                pair => pair,
            };
            lines.push(Line { label: any.label.clone(), before: short(old), after: short(new), typed: any.typed });
        }
        let more = lines.len().saturating_sub(MOST_LINES);
        if more > 0 {
            lines.truncate(MOST_LINES);
            lines.push(Line { label: "ほか".into(), after: format!("{more}項目"), ..Line::default() });
        }
        lines
    }

    fn gather(&self, act: &str, master: Option<Kind>, value: &Value, out: &mut Vec<Said>) {
        let Value::Object(fields) = value else { return };
        for (key, v) in fields {
            if let (true, Value::Object(_)) = (INNER.contains(&key.as_str()), v) {
                self.gather(act, master, v, out);
            } else if let Some(said) = self.special(key, v) {
                out.extend(said);
            } else if let Some(said) = self.field(act, master, key, v) {
                out.push(said);
            }
        }
    }

    /// Lines of plans, series of results, rows of claims, comments.
    fn special(&self, key: &str, value: &Value) -> Option<Vec<Said>> {
        if let (Ok(n), Value::Object(line)) = (key.parse::<usize>(), value) {
            let needles = line.get("needle_correction").and_then(Value::as_i64);
            let mut text = format!("{}箱", commas(whole(line.get("boxes"))));
            if let Some(needles) = needles {
                text.push_str(&format!("（針・シリンジ {}箱）", commas(needles)));
            }
            return Some(vec![said(2000 + n.min(9999), key, format!("第{key}クール"), text, false)]);
        }
        if let (Some(series), Value::Object(entry)) = (Series::from_key(key), value) {
            let unit = series.unit();
            let text = format!("{}{unit}（増えた分 {}{unit}）", commas(whole(entry.get("total"))), commas(whole(entry.get("increase"))));
            return Some(vec![said(3000, key, series.label(self.masters.programme()), text, false)]);
        }
        match (key, value) {
            ("rows", Value::Array(rows)) => Some(rows.iter().enumerate().map(|(i, row)| self.claim_row(i, row)).collect()),
            ("comments", Value::Object(comments)) => Some(
                comments
                    .iter()
                    .map(|(field, text)| {
                        let label = application::find_field(field).map_or("コメント", |f| f.label);
                        said(4000, &format!("comment {field}"), label.into(), text.as_str().unwrap_or_default().into(), true)
                    })
                    .collect(),
            ),
            _ => None,
        }
    }

    fn claim_row(&self, i: usize, row: &Value) -> Said {
        let code = row["municipality"].as_str().unwrap_or_default();
        let class = row["recipient_class"].as_str().unwrap_or("2");
        let place = if code.is_empty() { "市区町村なし".to_string() } else { self.masters.places.full_name(code) };
        let label = if class == "1" { format!("{place}（クーポン券なし）") } else { place };
        let of = |kind: &str| commas(sum(&row["counts"][kind]));
        let text = format!("接種 {}件、予診のみ {}件", of("vaccination"), of("screening_only"));
        said(5000_usize.saturating_add(i), &format!("row {code} {class}"), label, text, false)
    }

    fn field(&self, act: &str, master: Option<Kind>, key: &str, value: &Value) -> Option<Said> {
        if let Some((i, column)) = master.and_then(|kind| kind.columns().iter().enumerate().find(|(_, c)| c.key == key)) {
            let text = self.plain(value.as_str().unwrap_or_default());
            return Some(said(i, key, column.title.into(), text, true));
        }
        if let Some(field) = application::find_field(key) {
            let text = application::show(field, value.as_str().unwrap_or_default(), &self.masters.places);
            let typed = !matches!(field.kind, FieldKind::Choice(_) | FieldKind::Whole { .. } | FieldKind::Date);
            return Some(said(1000, key, field.label.into(), text, typed));
        }
        let at = FIELDS.iter().position(|(acts, k, ..)| *k == key && act.starts_with(acts))?;
        let (_, _, label, form) = FIELDS[at];
        if matches!(form, Hidden) || value.is_null() {
            return None;
        }
        let text = self.text(form, value);
        (!text.is_empty()).then(|| said(at, key, label.into(), text, matches!(form, Typed | Place)))
    }

    fn text(&self, form: Form, value: &Value) -> String {
        match (form, value) {
            (_, Value::Bool(true)) => "はい".into(),
            (_, Value::Bool(false)) => "いいえ".into(),
            // A permission's list is one text.
            (Word(word), Value::String(text)) => {
                let parts = text.split([',', ' ']).filter(|p| !p.is_empty());
                parts.map(|p| word(p).map_or_else(|| self.plain(p), str::to_string)).collect::<Vec<_>>().join("、")
            }
            (_, Value::Array(all)) => {
                let parts: Vec<String> = all.iter().map(|v| self.text(form, v)).filter(|t| !t.is_empty()).collect();
                match parts.len().checked_sub(8).filter(|more| *more > 0) {
                    Some(more) => format!("{}、ほか{more}件", parts[..8].join("、")),
                    None => parts.join("、"),
                }
            }
            (Count(unit), v) => match number(v) {
                Some(n) => format!("{}{unit}", commas(n)),
                None => String::new(),
            },
            (Nth(unit), v) => number(v).map(|n| format!("第{n}{unit}")).unwrap_or_default(),
            (Place, Value::String(code)) => self.masters.places.full_name(code),
            (Typed, Value::String(text)) => text.clone(),
            (_, Value::String(text)) => self.plain(text),
            (_, Value::Number(_)) => number(value).map(commas).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// A stored text of the house: moments in Japan's time, days with their weekday, names for ids; keys without a word are left out.
    fn plain(&self, text: &str) -> String {
        if let Ok(at) = text.parse::<Timestamp>() {
            return time::say_instant(at);
        }
        if let Ok(day) = text.parse::<Date>() {
            return time::say_date(day);
        }
        if let Some(month) = Some(text).filter(|t| t.len() == 7).and_then(Month::parse) {
            return month.say();
        }
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        if let Some(known) = state(text).or_else(|| role(text)) {
            return known.into();
        }
        // A desk's address: `federation:13`, `municipality:131032`.
        if let Some((kind, code)) = text.split_once(':') {
            return match kind {
                "federation" => {
                    let found = self.masters.places.prefectures.iter().find(|p| p.code == code);
                    format!("{}国民健康保険団体連合会", found.map_or("", |p| p.name.as_str()))
                }
                "municipality" => self.masters.places.full_name(code),
                _ => String::new(),
            };
        }
        if is_machine(text) { String::new() } else { text.to_string() }
    }
}

/// Keys and ids: what only the machine reads.
fn is_machine(text: &str) -> bool {
    let of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
    text.len() > 2 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(of)
}

fn said(order: usize, key: &str, label: String, text: String, typed: bool) -> Said {
    Said { order, key: key.into(), label, text, typed }
}

fn first(tx: &mut Tx<'_>, statement: &'static str, id: &str) -> Result<Option<String>, Failure> {
    Ok(tx.first::<(String,)>(statement, args![id])?.map(|(name,)| name))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|t| t.parse().ok()))
}

fn whole(value: Option<&Value>) -> i64 {
    value.and_then(number).unwrap_or(0)
}

/// Of every number inside.
fn sum(value: &Value) -> i64 {
    match value {
        Value::Object(fields) => fields.values().map(sum).fold(0, i64::saturating_add),
        Value::Array(all) => all.iter().map(sum).fold(0, i64::saturating_add),
        other => number(other).unwrap_or(0),
    }
}

/// A value that stands by itself under its field's name.
fn as_fields(act: &str, value: &Value) -> Value {
    let field = match value {
        Value::Array(_) if act.starts_with("claim.") => "rows",
        _ => return value.clone(),
    };
    Value::Object(Map::from_iter([(field.to_string(), value.clone())]))
}

fn ids_in(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) if (text.starts_with("v-") || text.starts_with("p-")) && is_machine(text) => out.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|v| ids_in(v, out)),
        Value::Object(fields) => fields.values().for_each(|v| ids_in(v, out)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use serde_json::json;

    use super::*;

    fn lines(act: &str, record: &str, before: Value, after: Value) -> Vec<String> {
        let masters = Masters::load().expect("the masters");
        let words = Words::new(&masters);
        let said = |l: Line| match l.before.as_str() {
            "" => format!("{}：{}", l.label, l.after),
            before => format!("{}：{before} → {}", l.label, l.after),
        };
        words.lines(act, record, &before, &after).into_iter().map(said).collect()
    }

    #[test]
    fn a_changed_plan_is_said_cycle_by_cycle() {
        let before = json!({"number": 1, "lines": {"1": {"boxes": 4, "needle_correction": null}, "2": {"boxes": 3}}});
        let after = json!({"number": 2, "lines": {"1": {"boxes": 4, "needle_correction": null}, "2": {"boxes": 6}}, "review": "waiting"});
        assert_eq!(lines("plan.register", "v-1", before, after), ["版：第1版 → 第2版", "確認：確認待ち", "第2クール：3箱 → 6箱"]);
    }

    #[test]
    fn states_days_moments_and_amounts_are_words_and_what_the_machine_reads_is_left_out() {
        let after = json!({"status": "decided", "month": "2022-02", "amount": 404_800, "id": "c-0123456789ab", "at": "2022-02-08T06:00:00Z", "expiry": "2022-09-30"});
        assert_eq!(
            lines("bill.decide", "v-1", json!({"status": "received"}), after),
            [
                "接種月：2022年2月",
                "状態：受付済 → 決定",
                "有効期限：2022年9月30日（金）",
                "金額：404,800円",
                "日時：2022年2月8日（火）15:00"
            ]
        );
        assert!(lines("note.remove", "v-1", json!({"id": "n-0123456789ab"}), Value::Null).is_empty());
    }

    #[test]
    fn long_lists_are_counted_and_whatever_is_stored_has_an_end() {
        let many: Map<String, Value> = (1..=30).map(|n| (n.to_string(), json!({"boxes": i64::MAX}))).collect();
        let said = lines("plan.draft", "v-1", Value::Null, Value::Object(many));
        assert_eq!((said.len(), said.last().map(String::as_str)), (13, Some("ほか：18項目")));
        let rows = json!([{"municipality": "", "counts": {"vaccination": {"a": i64::MAX, "b": i64::MAX}}}, 7, null, "x"]);
        for odd in [rows, json!(1e300), json!("x"), json!({"lines": [1], "boxes": -1e300, "cycle": {}, "permissions": 7, "scope": [[]]})] {
            lines("claim.save", "v-1", odd.clone(), odd.clone());
            lines("claim.save", "v-1", Value::Null, odd);
        }
    }

    fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => sources(&path, out),
                path if path.extension().is_some_and(|e| e == "rs") => out.push(path),
                _ => {}
            }
        }
    }

    /// Every `"thing.deed"` in a file that writes to the journal is an act with words, a sentence of what was done, or no act at all.
    #[test]
    fn every_act_in_the_source_has_words_in_both_languages() {
        // Jobs, columns, fields of structures.
        const NO_ACT: [&str; 6] = ["import.check", "allocation.carry", "v.id", "a.id", "session.json", "save.pgbench"];
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let texts = |name: &str| std::fs::read_to_string(root.join("data/texts").join(name)).expect("the texts");
        let (ja, en) = (texts("ja.toml"), texts("en.toml"));
        let has = |all: &str, key: &str| all.lines().any(|l| l.starts_with(&format!("\"{key}\" =")));
        let mut files = Vec::new();
        for krate in ["features", "platform"] {
            sources(&root.join("crates").join(krate).join("src"), &mut files);
        }
        let (mut acts, mut left) = (0, Vec::new());
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a source");
            if !text.contains("journal") || file.ends_with("history/words.rs") {
                continue;
            }
            for word in text.split("#[cfg(test)]").next().unwrap_or_default().split('"').skip(1).step_by(2) {
                let Some((thing, deed)) = word.split_once('.') else { continue };
                let plain = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                let named = ["file", "attachment"].contains(&thing) || ["json", "py", "zip", "pdf", "ics", "sqlite"].contains(&deed);
                if !plain(thing) || !plain(deed) || named || NO_ACT.contains(&word) || has(&ja, &format!("done.{word}")) {
                    continue;
                }
                acts += 1;
                let key = format!("act.{word}");
                // English stands under the key itself, or under the Japanese words.
                let said = ja.lines().find_map(|l| l.strip_prefix(&format!("\"{key}\" = \""))?.strip_suffix('"'));
                if !said.is_some_and(|said| has(&en, &key) || has(&en, said)) {
                    left.push(key);
                }
            }
        }
        assert!(acts > 80, "only {acts} acts were found");
        // Sentences that a file with journal entries says elsewhere are no acts.
        left.retain(|key| !has(&ja, key.trim_start_matches("act.")));
        assert!(left.is_empty(), "acts without words: {left:?}");
    }
}
