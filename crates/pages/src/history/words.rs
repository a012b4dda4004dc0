//! The journal in words: what one row changed, field by field, as an office reads it. Exports and
//! evidence keep the stored values.

use platform::english;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::journal::Stored;
use rules::access::{Permission, Role};
use rules::allocation::Choices;
use rules::application::{self, FieldKind, commas, grouped};
use rules::delivery::TimeBand;
use rules::letter::Status as Letter;
use rules::results::Series;
use rules::review;
use rules::time::{self, Month};
use serde::Serialize;
use serde_json::{Map, Value};

use super::pages;
use masters::Masters;
use masters::kinds::Kind;
use web::visit::Visit;
use work::audit::{self, Named, ShipmentName};

/// Acts of which everything is said, whether or not it is what stood before.
const TOLD_WHOLE: [&str; 3] = ["delivery.receive", "delivery.deliver", "transfer.accept"];

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

impl Line {
    /// In a cell of a table: `label：before → after`.
    pub fn say(&self) -> String {
        let Line { label, before, after, .. } = self;
        if before.is_empty() {
            format!("{label}：{after}")
        } else {
            format!("{label}：{before} → {after}")
        }
    }
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
    if let Some(review) = review::Status::from_key(key) {
        return Some(review.label());
    }
    let mut letters =
        [Letter::NotDownloaded, Letter::Downloaded, Letter::SentBack, Letter::Consented].iter();
    if let Some(letter) = letters.find(|s| s.key() == key) {
        return Some(words::letter::status(*letter));
    }
    Some(match key {
        "draft" => "下書き",
        "submitted" => "作成済",
        "received" => "受付済",
        "decided" => "決定",
        "returned" => "返戻",
        "queued" => "順番待ち",
        "working" => "試算中",
        "tried" | "trial" => "試算",
        "approved" => "承認済み",
        "fixed" => "確定",
        "fixing" => "確定中",
        "cancelled" => "取り消し",
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
    rules::letter::Way::ALL.into_iter().find(|w| w.key() == key).map(words::letter::way)
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
        "copy" | "last" | "last_month" => "前の月から",
        "file" | "import" => "ファイル",
        "api" => "API",
        "returned" | "returned_kept" | "returned_out" => "返戻分",
        _ => return None,
    })
}

/// How somebody joins an organisation.
fn joining(key: &str) -> Option<&'static str> {
    Some(match key {
        "member" => "メンバーとして",
        "stand_in" => "代理として",
        "successor" => "後任として",
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

fn unsubscribed(key: &str) -> Option<&'static str> {
    Some(match key {
        "digest" => "まとめのメール",
        "reminders" | "reminder" => "締切前のお知らせ",
        _ => return None,
    })
}

/// Field by field in the order in which they are read: the beginning of the acts that it is for,
/// key, label, form. The first that fits is it.
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
    ("booking.", "from", "前の予約枠", Plain),
    ("booking.", "to", "新しい予約枠", Plain),
    ("", "weekdays", "曜日", Plain),
    ("slots.make", "slots", "予約枠", Count("件")),
    ("slots.make", "changed", "変えた予約枠", Count("件")),
    ("", "slot", "予約枠", Plain),
    ("", "capacity", "定員", Count("名")),
    ("", "closed", "受付終了", Plain),
    ("delivery.", "date", "納入予定日", Plain),
    ("letter.", "date", "委任状の日付", Plain),
    ("", "date", "日付", Plain),
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
    ("results.", "reason", "廃棄の理由", Word(rules::stock::waste_reason)),
    ("", "by", "報告した人", Typed),
    ("", "doses", "接種", Count("回")),
    ("", "received_vials", "受け取った量", Count("本")),
    ("", "wasted_vials", "廃棄", Count("本")),
    ("", "records", "記録", Count("件")),
    ("", "increase", "増えた接種", Count("回")),
    // What a correction of a person's record changed, as `rules::person::differs` names it.
    ("persons.", "record", "記録（券番号の終わり）", Typed),
    ("persons.", "区分", "区分", Plain),
    ("persons.", "接種日", "接種日", Plain),
    ("persons.", "ロット番号", "ロット番号", Typed),
    ("persons.", "メーカー", "メーカー", Typed),
    ("persons.", "医師名", "医師名", Typed),
    ("persons.", "時間帯", "時間帯", Plain),
    ("persons.", "年齢区分", "年齢区分", Plain),
    ("persons.", "券種", "券種", Typed),
    ("delivery.", "received_on", "受け取った日", Plain),
    ("", "how", "作り方", Word(how)),
    ("", "destination", "提出先", Plain),
    ("", "count", "件数", Count("件")),
    ("", "returned", "返戻", Count("件")),
    ("", "corrected", "訂正", Count("件")),
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
    ("member.", "kind", "加え方", Word(joining)),
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
    ("account.", "digest", "まとめのメール", Plain),
    ("notice.", "digest", "まとめのメール", Plain),
    ("", "digest", "", Hidden),
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
    ("", "run", "", Hidden),
    ("", "fingerprint", "", Hidden),
    ("", "membership", "", Hidden),
    ("", "read_as", "", Hidden),
    ("import.", "kind", "", Hidden),
    ("", "venue", "会場", Plain),
];

/// Objects whose fields are fields of the row itself.
const INNER: [&str; 8] =
    ["content", "answers", "facts", "lines", "value", "entries", "total", "waste"];

/// A field as it was read: its place in the order, its key, then label, text and whether it was
/// typed.
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

    /// With the names of every venue, person and application that these rows name by id.
    pub fn of(visit: &'m Visit, tx: &mut Tx<'_>, rows: &[Stored]) -> Result<Words<'m>, Failure> {
        Words::naming(
            visit.masters(),
            tx,
            rows.iter().flat_map(|row| [&row.before.0, &row.after.0]),
        )
    }

    /// The same for stored values of any rows.
    pub fn naming<'v>(
        masters: &'m Masters,
        tx: &mut Tx<'_>,
        values: impl IntoIterator<Item = &'v Value>,
    ) -> Result<Words<'m>, Failure> {
        let mut words = Words::new(masters);
        let mut ids = Vec::new();
        values.into_iter().for_each(|value| ids_in(value, &mut ids));
        for id in ids {
            if words.names.contains_key(&id) {
                continue;
            }
            let name = match id.split_once('-').map(|(kind, _)| kind) {
                Some("v") => audit::name(tx, Named::Venue, &id)?,
                Some("c") => audit::name(tx, Named::Contact, &id)?,
                Some("d") => audit::name(tx, Named::Doctor, &id)?,
                Some("a") => audit::name(tx, Named::Application, &id)?,
                _ => audit::name(tx, Named::Account, &id)?,
            };
            words.names.insert(id, name.unwrap_or_default());
        }
        Ok(words)
    }

    /// Whose data were read: `venue:v-1`.
    fn read_of(&self, tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
        let (of, id) = id.split_once(':').unwrap_or(("", id));
        let places = &self.masters.places;
        let name = match of {
            "nation" => return Ok(Some("全国".to_string())),
            "prefecture" => places.prefecture(id).map(|p| p.name.clone()),
            "municipality" => Some(places.full_name(id)),
            "wholesaler" => self.masters.wholesaler(id).map(|w| w.name.clone()),
            "account" => audit::name(tx, Named::Account, id)?,
            "application" => audit::name(tx, Named::Application, id)?,
            "transfer" => audit::name(tx, Named::Transfer, id)?,
            "inquiry" => Some(id.to_string()),
            _ => audit::name(tx, Named::Venue, id)?,
        };
        Ok(name.map(|name| english::typed(&name)))
    }

    /// The record that a row belongs to: `会場：みなと商事 本社会場`.
    pub fn subject(&self, tx: &mut Tx<'_>, kind: &str, id: &str) -> Result<String, Failure> {
        let venue = |tx: &mut Tx<'_>, id: &str| audit::name(tx, Named::Venue, id);
        let marked = |name: Option<String>| name.map(|name| english::typed(&name));
        let (word, name) = match kind {
            "venue" => ("会場", marked(venue(tx, id)?)),
            "reading" => ("閲覧", self.read_of(tx, id)?),
            "nation" => ("全国", None),
            "allocation" => {
                let (owner, cycle) = id.split_once(":c").unwrap_or((id, ""));
                (
                    "分配",
                    venue(tx, owner)?
                        .map(|name| format!("{} 第{cycle}クール", english::typed(&name))),
                )
            }
            "shipment" => {
                let named =
                    |s: ShipmentName| format!("{} 第{}クール", english::typed(&s.venue), s.cycle);
                ("納入", audit::shipment(tx, id)?.map(named))
            }
            "allocation_run" => {
                let cycle = audit::cycle_of_run(tx, id)?;
                ("分配の試算", cycle.map(|cycle| format!("第{cycle}クール")))
            }
            "account" => ("利用者", marked(audit::name(tx, Named::Account, id)?)),
            "application" => ("申込", audit::name(tx, Named::Application, id)?),
            "letter" => ("委任状", audit::name(tx, Named::Letter, id)?),
            "transfer" => ("融通", audit::name(tx, Named::Transfer, id)?),
            "import" => ("取り込み", marked(audit::name(tx, Named::Import, id)?)),
            "announcement" => ("お知らせ", marked(audit::name(tx, Named::Announcement, id)?)),
            "lot" => ("ロット", marked(Some(id.to_string()))),
            "inquiry" => ("問い合わせ", Some(id.to_string())),
            "municipality" => ("市町村", marked(Some(self.masters.places.full_name(id)))),
            "master" => {
                let (master, key) = id.split_once(':').unwrap_or((id, ""));
                (
                    "マスタ",
                    Kind::from_id(master).map(|kind| {
                        format!("{} {}", kind.label(), kind.named(self.masters, key, None))
                    }),
                )
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
        let master = record
            .split_once(':')
            .and_then(|(kind, _)| Kind::from_id(kind))
            .filter(|_| act.starts_with("master."));
        let (mut was, mut is) = (Vec::new(), Vec::new());
        self.gather(act, master, &as_fields(act, before), &mut was);
        self.gather(act, master, &as_fields(act, after), &mut is);
        // Where both sides hold the same kind of thing, what is missing on one was empty.
        let edit = [
            ".edit",
            ".save",
            ".propose",
            ".draft",
            ".register",
            "contact.set",
            "membership.permissions",
            "municipality.settings",
        ];
        let edited =
            edit.iter().any(|word| act.ends_with(word)) && !was.is_empty() && !after.is_null();
        let told = TOLD_WHOLE.contains(&act);
        let mut order: Vec<(usize, &str)> =
            was.iter().chain(&is).map(|s| (s.order, s.key.as_str())).collect();
        order.sort();
        order.dedup();
        let of = |list: &'_ [Said], key: &str| list.iter().position(|s| s.key == key);
        let mut lines: Vec<Line> = Vec::new();
        for (_, key) in order {
            let (b, a) = (of(&was, key).map(|i| &was[i]), of(&is, key).map(|i| &is[i]));
            let Some(any) = a.or(b) else { continue };
            let (old, new) = (b.map_or("", |s| s.text.as_str()), a.map_or("", |s| s.text.as_str()));
            let (old, new) = match (old, new) {
                // What came is said even where it is what was to come.
                (old, new) if old == new && told && !new.is_empty() => ("", new),
                (old, new) if old == new => continue,
                (old, "") if edited || is_empty(after, key) => (old, "（空欄）"),
                ("", new) if master.is_none() && is_empty(before, key) => ("（空欄）", new),
                (old, "") => ("", old),
                pair => pair,
            };
            lines.push(Line {
                label: any.label.clone(),
                before: short(old),
                after: short(new),
                typed: any.typed,
            });
        }
        let more = lines.len().saturating_sub(MOST_LINES);
        if more > 0 {
            lines.truncate(MOST_LINES);
            lines.push(Line {
                label: "ほか".into(),
                after: format!("{more}項目"),
                ..Line::default()
            });
        }
        lines
    }

    fn gather(&self, act: &str, master: Option<Kind>, value: &Value, out: &mut Vec<Said>) {
        let Value::Object(fields) = value else { return };
        for (key, v) in fields {
            if let (true, Value::Object(_)) = (INNER.contains(&key.as_str()), v) {
                self.gather(act, master, v, out);
            } else if let Some(said) = self.special(act, key, v) {
                out.extend(said);
            } else if let Some(said) = self.field(act, master, key, v) {
                out.push(said);
            }
        }
    }

    /// Lines of plans, series of results, rows of claims, comments; which page, paper or file.
    fn special(&self, act: &str, key: &str, value: &Value) -> Option<Vec<Said>> {
        if let (Ok(n), Value::Object(line)) = (key.parse::<usize>(), value) {
            let needles = line.get("needle_correction").and_then(Value::as_i64);
            let mut text = format!("{}箱", commas(whole(line.get("boxes"))));
            if let Some(needles) = needles {
                text.push_str(&format!("（針・シリンジ {}箱）", commas(needles)));
            }
            return Some(vec![said(
                2000 + n.min(9999),
                key,
                format!("第{key}クール"),
                text,
                false,
            )]);
        }
        if let (Some(series), Value::Object(entry)) = (Series::from_key(key), value) {
            let unit = series.unit().word();
            let text = format!(
                "{}{unit}（増えた分 {}{unit}）",
                commas(whole(entry.get("total"))),
                commas(whole(entry.get("increase")))
            );
            return Some(vec![said(
                3000,
                key,
                words::results::label(series, self.masters.programme()),
                text,
                false,
            )]);
        }
        match (key, value) {
            ("path", Value::String(path)) => Some(self.page(path)),
            ("scope", Value::Array(both)) => match both.as_slice() {
                [Value::String(kind), Value::String(id)] => {
                    let (text, typed) = self.scope(kind, id);
                    let at = FIELDS.iter().position(|(_, k, ..)| *k == key).unwrap_or_default();
                    let line = || said(at, key, "範囲".into(), text.clone(), typed);
                    Some((!text.is_empty()).then(line).into_iter().collect())
                }
                _ => None,
            },
            ("paper", Value::String(paper)) if act == "claim.print" => {
                Some(vec![said(60, key, "印刷したもの".into(), self.paper(paper), false)])
            }
            ("what", Value::Object(what)) if act.starts_with("export.") => {
                let of = |name: &str| what.get(name).and_then(Value::as_str).unwrap_or_default();
                let whose = if what.contains_key("nation") {
                    "全国".to_string()
                } else {
                    format!("{}（{}）", of("name"), of("venue"))
                };
                Some(vec![said(
                    60,
                    key,
                    "書き出したもの".into(),
                    whose,
                    !what.contains_key("nation"),
                )])
            }
            ("conditions", Value::Object(_)) => {
                let choices = value
                    .get("choices")
                    .and_then(|c| serde_json::from_value::<Choices>(c.clone()).ok())?;
                let rules = words::allocation::said(&choices, english::typed);
                Some(
                    rules
                        .into_iter()
                        .enumerate()
                        .map(|(i, (title, text))| said(6000 + i, title, title.into(), text, false))
                        .collect(),
                )
            }
            ("rows", Value::Array(rows)) => {
                Some(rows.iter().enumerate().map(|(i, row)| self.claim_row(i, row)).collect())
            }
            ("comments", Value::Object(comments)) => Some(
                comments
                    .iter()
                    .map(|(field, text)| {
                        let label = application::find_field(field)
                            .map_or("コメント", |f| words::application::label(f.key));
                        said(
                            4000,
                            &format!("comment {field}"),
                            label.into(),
                            text.as_str().unwrap_or_default().into(),
                            true,
                        )
                    })
                    .collect(),
            ),
            _ => None,
        }
    }

    /// Which page or file somebody opened, and whose where it is one person's.
    fn page(&self, path: &str) -> Vec<Said> {
        let mut all = Vec::new();
        let name = pages::name(path).unwrap_or("そのほかのページ");
        all.push(said(60, "path", "画面".into(), name.into(), false));
        if let Some(file) = pages::ending(path) {
            all.push(said(61, "path.file", "ファイルの形式".into(), file.into(), false));
        }
        let segments = pages::segments(path);
        // The venue itself is the record.
        for (i, id) in segments.iter().enumerate().skip(2) {
            let text = match (
                self.names.get(*id).filter(|n| !n.is_empty()),
                id.parse::<Date>(),
                Month::parse(id),
            ) {
                (Some(name), ..) => name.clone(),
                (None, Ok(day), _) => time::say_date(day),
                (None, _, Some(month)) => month.say(),
                _ => continue,
            };
            all.push(said(
                62 + i,
                &format!("path.{i}"),
                "対象".into(),
                text,
                self.names.contains_key(*id),
            ));
        }
        all
    }

    /// Where somebody acts: the nation, a prefecture, a municipality, a wholesaler, a venue; and
    /// whether that is a name.
    fn scope(&self, kind: &str, id: &str) -> (String, bool) {
        let places = &self.masters.places;
        let name = match kind {
            "nation" => return ("全国".into(), false),
            "prefecture" => places.prefecture(id).map(|p| p.name.clone()),
            "municipality" => Some(places.full_name(id)),
            "federation" => self.masters.federation(id).map(|f| f.name.clone()),
            "wholesaler" => self.masters.wholesaler(id).map(|w| w.name.clone()),
            _ => self.names.get(id).cloned(),
        };
        (name.unwrap_or_default(), true)
    }

    /// Which of a claim's papers: `cover-0`, `summary-0`, `131024-1`, `all`, `set`, `all-2`.
    fn paper(&self, paper: &str) -> String {
        let (name, number) = paper.split_once('-').unwrap_or((paper, ""));
        let nth = number.parse::<u32>().map_or(String::new(), |n| format!("（提出先{}）", n + 1));
        let part = number.parse::<u32>().map_or(String::new(), |n| format!("（{n}つ目）"));
        match name {
            "all" => format!("請求書類の一式（1つのファイル）{part}"),
            "set" | "set.zip" => format!("請求書類の一式（ZIP）{part}"),
            "cover" => format!("送付状{nth}"),
            "summary" => format!("請求総括書{nth}"),
            code => {
                let class = if number == "1" { "（クーポン券なし）" } else { "" };
                format!("市区町村別請求書：{}{class}", self.masters.places.full_name(code))
            }
        }
    }

    fn claim_row(&self, i: usize, row: &Value) -> Said {
        let code = row["municipality"].as_str().unwrap_or_default();
        let class = row["recipient_class"].as_str().unwrap_or("2");
        let place = match code {
            "" => "市区町村なし".to_string(),
            work::claim::SAME => "会場と同じ市区町村".to_string(),
            code => self.masters.places.full_name(code),
        };
        let label =
            if class == "1" { format!("{place}（クーポン券なし）") } else { place };
        let of = |kind: &str| commas(sum(&row["counts"][kind]));
        let text = format!(
            "接種 {}件、予診のみ {}件",
            grouped(of("vaccination")),
            grouped(of("screening_only"))
        );
        said(5000_usize.saturating_add(i), &format!("row {code} {class}"), label, text, false)
    }

    fn field(&self, act: &str, master: Option<Kind>, key: &str, value: &Value) -> Option<Said> {
        if let Some((i, column)) =
            master.and_then(|kind| kind.columns().iter().enumerate().find(|(_, c)| c.key == key))
        {
            let kind = master?;
            let text = kind.say(self.masters, key, value.as_str().unwrap_or_default());
            // What the row is called stands above, as the record.
            let shown = kind.shown().iter().any(|c| c.key == key);
            return shown.then(|| said(i, key, kind.heading(column).into(), text, true));
        }
        if let Some(field) = application::find_field(key) {
            let text =
                application::show(field, value.as_str().unwrap_or_default(), &self.masters.places);
            let typed = !matches!(
                field.kind,
                FieldKind::Choice(_) | FieldKind::Whole { .. } | FieldKind::Date
            );
            return Some(said(1000, key, words::application::label(field.key).into(), text, typed));
        }
        let Some(at) = FIELDS.iter().position(|(acts, k, ..)| *k == key && act.starts_with(acts))
        else {
            return self.unnamed(key, value);
        };
        let (_, _, label, form) = FIELDS[at];
        if matches!(form, Hidden) || value.is_null() {
            return None;
        }
        let text = self.text(form, value);
        (!text.is_empty()).then(|| said(at, key, label.into(), text, matches!(form, Typed | Place)))
    }

    /// A field that no word is known for: nothing is left out, and nothing is shown that only the
    /// machine reads.
    fn unnamed(&self, key: &str, value: &Value) -> Option<Said> {
        let said_of = |text: String| said(FIELDS.len(), key, "そのほかの項目".into(), text, false);
        match value {
            Value::Null => None,
            Value::Object(fields) if fields.is_empty() => None,
            Value::Array(all) if all.is_empty() => None,
            Value::String(text) if text.is_empty() => None,
            Value::Object(fields) => {
                let parts: Vec<String> = fields
                    .values()
                    .map(|v| self.text(Plain, v))
                    .filter(|t| !t.is_empty())
                    .collect();
                Some(said_of(if parts.is_empty() {
                    "記録があります".into()
                } else {
                    parts.join("、")
                }))
            }
            other => {
                let text = self.text(Plain, other);
                Some(said_of(if text.is_empty() { "記録があります".into() } else { text }))
            }
        }
    }

    /// What of a row's content has no word yet: keys without a label, values without a word.
    /// Nothing, if all is well.
    pub fn without_words(&self, act: &str, record: &str, value: &Value) -> Vec<String> {
        let master = record
            .split_once(':')
            .and_then(|(kind, _)| Kind::from_id(kind))
            .filter(|_| act.starts_with("master."));
        let mut left = Vec::new();
        self.wordless(act, master, &as_fields(act, value), &mut left);
        left
    }

    fn wordless(&self, act: &str, master: Option<Kind>, value: &Value, left: &mut Vec<String>) {
        let Value::Object(fields) = value else { return };
        for (key, v) in fields {
            let column = master.is_some_and(|kind| kind.columns().iter().any(|c| c.key == key));
            if let (true, Value::Object(_) | Value::Null) = (INNER.contains(&key.as_str()), v) {
                self.wordless(act, master, v, left);
            } else if column
                || self.special(act, key, v).is_some()
                || application::find_field(key).is_some()
            {
                continue;
            } else {
                let empty = matches!(v, Value::Null)
                    || v.as_str() == Some("")
                    || v.as_array().is_some_and(Vec::is_empty);
                match FIELDS.iter().find(|(acts, k, ..)| k == key && act.starts_with(acts)) {
                    None => left.push(format!("{act}: {key}")),
                    Some((_, _, _, Hidden)) => {}
                    Some((_, _, _, form)) if self.text(*form, v).is_empty() && !empty => {
                        left.push(format!("{act}: {key} = {v}"))
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn text(&self, form: Form, value: &Value) -> String {
        match (form, value) {
            (_, Value::Bool(true)) => "はい".into(),
            (_, Value::Bool(false)) => "いいえ".into(),
            // A permission's list is one text.
            (Word(word), Value::String(text)) => {
                let parts = text.split([',', ' ']).filter(|p| !p.is_empty());
                parts
                    .map(|p| word(p).map_or_else(|| self.plain(p), str::to_string))
                    .collect::<Vec<_>>()
                    .join("、")
            }
            (_, Value::Array(all)) => {
                let parts: Vec<String> =
                    all.iter().map(|v| self.text(form, v)).filter(|t| !t.is_empty()).collect();
                match parts.len().checked_sub(8).filter(|more| *more > 0) {
                    Some(more) => {
                        format!("{}、ほか{more}件", parts[..8].join("、"), more = grouped(more))
                    }
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

    /// A stored text of the house: moments in Japan's time, days with their weekday, names for ids;
    /// keys without a word are left out.
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
            return english::typed(name);
        }
        if let Some(known) = state(text).or_else(|| role(text)) {
            return known.into();
        }
        // A desk's address: `federation:13`, `municipality:131032`.
        if let Some((kind, code)) = text
            .split_once(':')
            .filter(|(kind, _)| kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        {
            return match kind {
                "federation" => {
                    let found = self.masters.places.prefectures.iter().find(|p| p.code == code);
                    english::typed(&format!(
                        "{}国民健康保険団体連合会",
                        found.map_or("", |p| p.name.as_str())
                    ))
                }
                "municipality" => english::typed(&self.masters.places.full_name(code)),
                _ => String::new(),
            };
        }
        if is_machine(text) { String::new() } else { text.to_string() }
    }
}

/// Whether a side of a row says that a field is empty.
fn is_empty(side: &Value, key: &str) -> bool {
    side.get(key).and_then(Value::as_str) == Some("")
}

/// Keys, ids and sums of files: what only the machine reads.
fn is_machine(text: &str) -> bool {
    if text.len() >= 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return true;
    }
    let of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.');
    text.len() > 2 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(of)
}

fn said(order: usize, key: &str, label: String, text: String, typed: bool) -> Said {
    Said { order, key: key.into(), label, text, typed }
}

fn short(text: &str) -> String {
    english::cut(text, LONGEST)
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
        Value::String(path) if path.starts_with('/') => {
            let named = |id: &&str| {
                ["v-", "p-", "c-", "d-"].iter().any(|kind| id.starts_with(kind)) && is_machine(id)
            };
            out.extend(pages::segments(path).into_iter().filter(named).map(str::to_string));
        }
        Value::String(text)
            if ["v-", "p-", "a-"].iter().any(|kind| text.starts_with(kind)) && is_machine(text) =>
        {
            out.push(text.clone())
        }
        Value::Array(all) => all.iter().for_each(|v| ids_in(v, out)),
        Value::Object(fields) => fields.values().for_each(|v| ids_in(v, out)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            lines("plan.register", "v-1", before, after),
            ["版：第1版 → 第2版", "確認：確認待ち", "第2クール：3箱 → 6箱"]
        );
    }

    #[test]
    fn a_corrected_record_of_a_person_is_said_field_by_field() {
        use platform::journal::Event as _;
        use rules::claim::Band;
        use rules::person::{Coupon, Record};
        let coupon = |kind: &str| Coupon {
            kind: kind.into(),
            dose: 3,
            municipality: "131032".into(),
            number: "0000000340".into(),
        };
        let stored = Record {
            coupon: coupon("2"),
            day: Date::constant(2022, 3, 18),
            lot: "3005785".into(),
            maker: "モデルナ".into(),
            doctor: "港 太郎".into(),
            screening_only: false,
            band: Band::Regular,
            under_six: false,
        };
        let row = Record {
            coupon: coupon("1"),
            day: Date::constant(2022, 3, 19),
            lot: "3005999".into(),
            maker: "武田".into(),
            doctor: "訂正 太郎".into(),
            screening_only: true,
            band: Band::Holiday,
            under_six: true,
        };
        let sides = work::results::Event::corrected(&stored, &row).sides().expect("it is JSON");
        assert_eq!(
            lines("persons.correct", "v-1", sides.before, sides.after),
            [
                "区分：接種 → 予診のみ",
                "接種日：2022年3月18日（金） → 2022年3月19日（土）",
                "ロット番号：3005785 → 3005999",
                "メーカー：モデルナ → 武田",
                "医師名：港 太郎 → 訂正 太郎",
                "時間帯：通常 → 休日",
                "年齢区分：6歳以上 → 6歳未満",
                "券種：2 → 1",
            ]
        );
    }

    #[test]
    fn what_was_empty_before_and_what_is_empty_now_are_told_apart() {
        let of = |lot: &str| json!({"record": "…0340", "ロット番号": lot});
        let said = |was: &str, is: &str| lines("persons.correct", "v-1", of(was), of(is));
        assert_eq!(said("3005785", ""), ["ロット番号：3005785 → （空欄）"]);
        assert_eq!(said("", "3005785"), ["ロット番号：（空欄） → 3005785"]);
        assert_eq!(said("", ""), Vec::<String>::new());
        let contact = |phone: &str| json!({"name": "港 太郎", "phone": phone});
        assert_eq!(
            lines("contact.set", "v-1", contact(""), contact("03-1234-5678")),
            ["電話番号：（空欄） → 03-1234-5678"]
        );
    }

    #[test]
    fn a_sum_of_a_file_is_nobodys_mail_and_a_scope_is_a_place() {
        let sum = "43cfa384b2736e3a316a6716c9e8ed7de137a3a5a9535de84ecd29db94ff5da2";
        let taken = json!({"kind": "persons", "file": "x.csv", "digest": sum, "rows": 2});
        assert_eq!(lines("import.take", "i-1", Value::Null, taken), ["ファイル：x.csv", "行：2行"]);
        // Wherever a sum stands.
        assert!(
            lines("some.act", "v-1", Value::Null, json!({"seen": sum, "of": [sum]}))
                .iter()
                .all(|line| !line.contains(sum))
        );
        assert_eq!(
            lines("account.digest", "p-1", Value::Null, json!({"digest": true})),
            ["まとめのメール：はい"]
        );
        for (scope, said) in [
            (json!(["nation", "jp"]), "範囲：全国"),
            (json!(["municipality", "131032"]), "範囲：東京都港区"),
            (json!(["prefecture", "13"]), "範囲：東京都"),
        ] {
            let row = json!({"scope": scope});
            assert_eq!(lines("membership.grant", "p-1", Value::Null, row), [said]);
        }
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
        assert!(
            lines("note.remove", "v-1", json!({"id": "n-0123456789ab"}), Value::Null).is_empty()
        );
    }

    #[test]
    fn long_lists_are_counted_and_whatever_is_stored_has_an_end() {
        let many: Map<String, Value> =
            (1..=30).map(|n| (n.to_string(), json!({"boxes": i64::MAX}))).collect();
        let said = lines("plan.draft", "v-1", Value::Null, Value::Object(many));
        assert_eq!((said.len(), said.last().map(String::as_str)), (13, Some("ほか：18項目")));
        let rows = json!([{"municipality": "", "counts": {"vaccination": {"a": i64::MAX, "b": i64::MAX}}}, 7, null, "x"]);
        for odd in [
            rows,
            json!(1e300),
            json!("x"),
            json!({"lines": [1], "boxes": -1e300, "cycle": {}, "permissions": 7, "scope": [[]]}),
        ] {
            lines("claim.save", "v-1", odd.clone(), odd.clone());
            lines("claim.save", "v-1", Value::Null, odd);
        }
    }

    #[test]
    fn what_was_printed_opened_and_exported_is_said() {
        let paper = |name: &str| {
            lines("claim.print", "v-1", Value::Null, json!({"month": "2022-02", "paper": name}))
        };
        assert_eq!(
            paper("131032"),
            ["接種月：2022年2月", "印刷したもの：市区町村別請求書：東京都港区"]
        );
        assert_eq!(
            paper("131032-1")[1],
            "印刷したもの：市区町村別請求書：東京都港区（クーポン券なし）"
        );
        assert_eq!(paper("summary-1")[1], "印刷したもの：請求総括書（提出先2）");
        assert_eq!(paper("set.zip")[1], "印刷したもの：請求書類の一式（ZIP）");
        let opened =
            |path: &str| lines("contacts.read", "venue:v-1", Value::Null, json!({"path": path}));
        assert_eq!(opened("/venues/v-0123456789ab/contacts"), ["画面：担当者"]);
        assert_eq!(opened("/mhlw/venues.xlsx"), ["画面：接種会場", "ファイルの形式：Excel"]);
        assert_eq!(
            opened("/venues/v-0123456789ab/bookings/2022-03-14/list.csv"),
            ["画面：予約枠と予約", "ファイルの形式：CSV", "対象：2022年3月14日（月）"]
        );
        let exported = json!({"what": {"venue": "1311234569", "name": "みなと商事 本社会場"}});
        assert_eq!(
            lines("export.venue", "v-1", Value::Null, exported),
            ["書き出したもの：みなと商事 本社会場（1311234569）"]
        );
        assert_eq!(
            lines("export.nation", "jp", Value::Null, json!({"what": {"nation": true}})),
            ["書き出したもの：全国"]
        );
    }

    #[test]
    fn a_master_is_said_as_its_page_says_it() {
        let before =
            json!({"from": "2022-05", "form": "new", "vaccination": "2070", "holiday": ""});
        let after = json!({"value": {"from": "2022-05", "form": "new", "vaccination": "2500", "holiday": "2130"}, "valid_from": "2022-05-01"});
        assert_eq!(
            lines("master.propose", "prices:2022-05", before, after),
            ["接種：2,070円 → 2,500円", "休日の加算：2,130円", "有効になる日：2022年5月1日（日）"]
        );
    }

    #[test]
    fn a_field_without_a_word_is_shown_and_not_left_out() {
        let said = lines(
            "lot.enter",
            "l",
            Value::Null,
            json!({"fresh_key": 1200, "odd": {"a": "2022-02-08T06:00:00Z", "b": "some_key"}, "x": "some_key"}),
        );
        assert_eq!(
            said,
            [
                "そのほかの項目：1,200",
                "そのほかの項目：2022年2月8日（火）15:00",
                "そのほかの項目：記録があります"
            ]
        );
        let masters = Masters::load().expect("the masters");
        let left = Words::new(&masters).without_words(
            "lot.enter",
            "l",
            &json!({"fresh_key": 1, "expiry": "2022-09-30", "status": "strange_one"}),
        );
        assert_eq!(left, ["lot.enter: fresh_key", "lot.enter: status = \"strange_one\""]);
    }
}
