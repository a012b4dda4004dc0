//! The masters that can be changed: for each its columns, what a row looks like today, and what a
//! changed row does. A further master is a further variant, and the compiler asks for the rest.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use platform::unread;
use rules::calendar::{Calendar, EntryWindow, Phase};
use rules::claim::{Form, PaymentRule, PriceList};
use rules::codes::{self, check_municipality};
use rules::holidays::Holidays;
use rules::input::Unit;
use rules::places::Municipality;
use rules::programme::Cycle;
use rules::review::{BY_ITSELF, Flag};
use rules::time::{self, Month};
use rules::{allocation::Choices, input};
use words::Sentence;

use crate::Masters;
use crate::{Federation, RuleSet, Wholesaler};

/// A row by its columns, as text; what a file and a form hold.
pub type Row = BTreeMap<String, String>;

/// A column: key, title, what belongs there.
pub struct Column {
    pub key: &'static str,
    pub title: &'static str,
    pub hint: &'static str,
    pub required: bool,
}

const fn column(key: &'static str, title: &'static str, hint: &'static str) -> Column {
    Column { key, title, hint, required: true }
}
const fn optional(key: &'static str, title: &'static str, hint: &'static str) -> Column {
    Column { key, title, hint, required: false }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Products,
    Needles,
    Minimums,
    Prices,
    Tax,
    Holidays,
    Municipalities,
    Wholesalers,
    Federations,
    Flags,
    RuleSets,
    Texts,
    /// 登録期間 and クール have pages of their own.
    Windows,
    Cycles,
}

/// What is wrong with a row: the column and the sentence.
pub type Wrong = (&'static str, String);

fn whole(row: &Row, key: &'static str, label: &str, unit: Unit) -> Result<u32, Wrong> {
    let n = input::whole(label, unit, get(row, key)).map_err(|e| (key, e.sentence()))?;
    u32::try_from(n).map_err(|_| (key, format!("{label}が大きすぎます")))
}

fn positive(row: &Row, key: &'static str, label: &str, unit: Unit) -> Result<u32, Wrong> {
    whole(row, key, label, unit).and_then(|n| {
        if n > 0 {
            Ok(n)
        } else {
            Err((key, format!("{label}は1以上の整数で入力してください")))
        }
    })
}

fn get<'r>(row: &'r Row, key: &str) -> &'r str {
    row.get(key).map_or("", String::as_str)
}

fn text(row: &Row, key: &'static str, label: &str) -> Result<String, Wrong> {
    let text = input::long_text(label, get(row, key), input::LONGEST_NOTE)
        .map_err(|e| (key, e.sentence()))?;
    if text.is_empty() {
        Err((key, format!("{label}を入力してください")))
    } else {
        Ok(text)
    }
}

/// A name, which papers print.
fn name(row: &Row, key: &'static str, label: &str) -> Result<String, Wrong> {
    input::named(label, get(row, key), input::LONGEST_LINE).map_err(|e| (key, e.sentence()))
}

/// The years of which masters speak: what lies outside is a slip of the hand.
const YEARS: (Date, Date) = (Date::constant(2015, 1, 1), Date::constant(2040, 12, 31));

fn inside(label: &str, day: Date) -> Result<Date, input::InputFault> {
    input::inside(label, day, YEARS.0, YEARS.1)
}

fn day(row: &Row, key: &'static str, label: &str, known: &Holidays) -> Result<Date, Wrong> {
    known
        .settle(input::date(label, get(row, key)))
        .and_then(|day| inside(label, day))
        .map_err(|e| (key, e.sentence()))
}

fn month(row: &Row, key: &'static str) -> Result<Month, Wrong> {
    let label = "接種月";
    let month = input::month(label, get(row, key))
        .and_then(|month| inside(label, month.first()).map(|_| month));
    month.map_err(|e| (key, e.sentence()))
}

/// `2022-02-15 15:00`, Japan time.
fn moment(row: &Row, key: &'static str, label: &str, known: &Holidays) -> Result<DateTime, Wrong> {
    let at = known
        .settle_at(input::moment(label, get(row, key)))
        .and_then(|at| inside(label, at.date()).map(|_| at));
    at.map_err(|e| (key, e.sentence()))
}

pub fn say_moment(at: jiff::Timestamp) -> String {
    time::local(at).strftime("%Y-%m-%d %H:%M").to_string()
}

fn row<const N: usize>(fields: [(&str, String); N]) -> Row {
    fields.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
}

impl Kind {
    /// Those with a list and an editor of their own name.
    pub const LISTED: [Kind; 12] = [
        Kind::Products,
        Kind::Needles,
        Kind::Minimums,
        Kind::Prices,
        Kind::Tax,
        Kind::RuleSets,
        Kind::Flags,
        Kind::Holidays,
        Kind::Municipalities,
        Kind::Wholesalers,
        Kind::Federations,
        Kind::Texts,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Kind::Products => "products",
            Kind::Needles => "needles",
            Kind::Minimums => "minimums",
            Kind::Prices => "prices",
            Kind::Tax => "tax",
            Kind::Holidays => "holidays",
            Kind::Municipalities => "municipalities",
            Kind::Wholesalers => "wholesalers",
            Kind::Federations => "federations",
            Kind::Flags => "flags",
            Kind::RuleSets => "rule-sets",
            Kind::Texts => "texts",
            Kind::Windows => "windows",
            Kind::Cycles => "cycles",
        }
    }
    /// The title of a column, by its key, in whichever master has it first.
    pub fn title_of(key: &str) -> Option<&'static str> {
        let all = Kind::LISTED.into_iter().chain([Kind::Windows, Kind::Cycles]);
        all.flat_map(|kind| kind.columns())
            .find(|column| column.key == key)
            .map(|column| column.title)
    }
    pub fn from_id(id: &str) -> Option<Kind> {
        Kind::LISTED.into_iter().chain([Kind::Windows, Kind::Cycles]).find(|k| k.id() == id)
    }
    pub fn label(self) -> &'static str {
        match self {
            Kind::Products => "ワクチンと箱",
            Kind::Needles => "針・シリンジの数え方",
            Kind::Minimums => "最少の人数",
            Kind::Prices => "請求の単価",
            Kind::Tax => "消費税",
            Kind::Holidays => "休日",
            Kind::Municipalities => "市区町村",
            Kind::Wholesalers => "卸業者と担当地域",
            Kind::Federations => "国保連",
            Kind::Flags => "計画の注意",
            Kind::RuleSets => "分配のルールの組",
            Kind::Texts => "画面の文",
            Kind::Windows => "登録期間",
            Kind::Cycles => "クール",
        }
    }
    /// Prices, tax and rules take effect only when a second person has approved them.
    pub fn needs_two(self) -> bool {
        matches!(
            self,
            Kind::Products
                | Kind::Needles
                | Kind::Minimums
                | Kind::Prices
                | Kind::Tax
                | Kind::RuleSets
                | Kind::Flags
        )
    }
    /// Whether rows may be added and taken away, or only changed.
    pub fn grows(self) -> bool {
        !matches!(self, Kind::Products | Kind::Needles | Kind::Flags | Kind::Federations)
    }

    /// The first is the key.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Kind::Products => {
                &const {
                    [
                        column("id", "事業", "変えません"),
                        column("name", "ワクチンの名称", ""),
                        column("short_name", "短い名称", ""),
                        column("vials_per_box", "1箱のバイアル数", "本"),
                        column("doses_per_vial", "1バイアルの回数", "回"),
                        column("storage", "保管温度", "例 −20℃"),
                        column("boxes_per_freezer", "冷凍庫1台に入る箱数", "箱"),
                    ]
                }
            }
            Kind::Needles => {
                &const {
                    [
                        column("id", "事業", "変えません"),
                        column("numerator", "割合の分子", "回接種分にかける数"),
                        column("denominator", "割合の分母", "回接種分を割る数"),
                        column("pack", "1箱の本数", "本"),
                    ]
                }
            }
            Kind::Minimums => {
                &const {
                    [
                        column("from_cycle", "クールから", "例 3"),
                        column("persons", "最少の人数", "人"),
                    ]
                }
            }
            Kind::Prices => {
                &const {
                    [
                        column("from", "接種月から", "例 2022年4月"),
                        column("form", "様式", ""),
                        column("vaccination", "接種", "円・税抜"),
                        column("screening_only", "予診のみ", "円・税抜"),
                        column("under_six", "6歳未満の加算", "円・税抜"),
                        optional("after_hours", "時間外の加算", "円・税抜"),
                        optional("holiday", "休日の加算", "円・税抜"),
                    ]
                }
            }
            Kind::Tax => {
                &const {
                    [column("from", "接種月から", "例 2022年4月"), column("percent", "消費税", "%")]
                }
            }
            Kind::Holidays => {
                &const { [column("date", "日付", "例 2022年5月3日"), column("name", "名称", "")] }
            }
            Kind::Municipalities => {
                &const {
                    [
                        column("code", "団体コード", "6桁"),
                        column("name", "名称", ""),
                        column("reading", "よみ", "ひらがな"),
                    ]
                }
            }
            Kind::Wholesalers => {
                &const {
                    [
                        column("id", "コード", "例 w-tokyo"),
                        column("name", "名称", ""),
                        column("phone", "電話番号", ""),
                        optional("prefectures", "担当する都道府県", "例 東京都、神奈川県"),
                    ]
                }
            }
            Kind::Federations => {
                &const {
                    [
                        column("prefecture", "都道府県", ""),
                        column("name", "名称", ""),
                        column("payment", "支払日", ""),
                    ]
                }
            }
            Kind::Flags => {
                &const { [column("flag", "注意", "変えません"), column("used", "使う", "")] }
            }
            Kind::RuleSets => {
                &const {
                    [
                        column("id", "コード", "例 as-planned"),
                        column("version", "版", "前の版より大きい数"),
                        column("from", "有効になる日", "例 2022年4月1日"),
                        column("name", "名称", ""),
                        column("note", "説明", ""),
                        column("choices", "ルール（JSON）", ""),
                    ]
                }
            }
            Kind::Texts => {
                &const {
                    [
                        column("key", "キー", ""),
                        column("ja", "日本語", ""),
                        optional("en", "英語", ""),
                    ]
                }
            }
            Kind::Windows => {
                &const {
                    [
                        column("window", "登録期間", "番号"),
                        column("open", "登録開始", "例 2022年2月11日 0:00"),
                        optional("close", "締切", "例 2022年2月15日 15:00"),
                        optional("then", "締切の後", ""),
                        optional("cycle", "クール", "分配するクールの番号"),
                    ]
                }
            }
            Kind::Cycles => {
                &const {
                    [
                        column("number", "クール", "番号"),
                        column("from", "接種期間の初日", "例 2022年2月21日"),
                        column("to", "接種期間の最終日", ""),
                        column("delivery_week", "配送週の月曜日", ""),
                        column("cut_off", "締切", "例 2022年2月15日 15:00"),
                        column("decided", "分配量の決定日", ""),
                    ]
                }
            }
        }
    }

    /// By what a row is known, in one form however it was written: `2022/5/3` is `2022-05-03`, `１３`
    /// is `13`.
    pub fn key(self, row: &Row) -> String {
        let raw = get(row, self.columns()[0].key);
        let read = match self {
            Kind::Holidays => Holidays::own(input::date("", raw)).ok().map(|d| d.to_string()),
            Kind::Prices | Kind::Tax => input::month("", raw).ok().map(|m| m.to_string()),
            Kind::Minimums | Kind::Windows | Kind::Cycles => {
                input::whole("", Unit::Ordinal, raw).ok().map(|n| n.to_string())
            }
            Kind::Municipalities => Some(input::code(raw)),
            Kind::Federations => Some(codes::prefecture(raw)),
            Kind::Products | Kind::Needles | Kind::Wholesalers | Kind::Flags | Kind::RuleSets => {
                Some(input::folded(raw))
            }
            Kind::Texts => None,
        };
        let key = read.unwrap_or_else(|| input::text(raw));
        match self {
            // A rule set is one of its versions.
            Kind::RuleSets => {
                let version = get(row, "version");
                format!(
                    "{key}/{}",
                    input::version(version).map_or_else(|| version.to_string(), |n| n.to_string())
                )
            }
            _ => key,
        }
    }

    /// The rows as they are in these masters, in the order of their list.
    pub fn rows(self, m: &Masters) -> Vec<Row> {
        let programme = m.programme();
        match self {
            Kind::Products => {
                let p = &programme.product;
                vec![row([
                    ("id", programme.id.clone()),
                    ("name", p.name.clone()),
                    ("short_name", p.short_name.clone()),
                    ("vials_per_box", p.vials_per_box.to_string()),
                    ("doses_per_vial", p.doses_per_vial.to_string()),
                    ("storage", p.storage.clone()),
                    ("boxes_per_freezer", p.boxes_per_freezer.to_string()),
                ])]
            }
            Kind::Needles => {
                let r = &programme.needle_rule;
                vec![row([
                    ("id", programme.id.clone()),
                    ("numerator", r.numerator.to_string()),
                    ("denominator", r.denominator.to_string()),
                    ("pack", r.pack.to_string()),
                ])]
            }
            Kind::Minimums => programme
                .minimums
                .iter()
                .map(|(from, persons)| {
                    row([("from_cycle", from.to_string()), ("persons", persons.to_string())])
                })
                .collect(),
            Kind::Prices => m
                .tariff
                .prices
                .iter()
                .map(|p| {
                    let extra = |n: u32| if n == 0 { String::new() } else { n.to_string() };
                    row([
                        ("from", p.from.to_string()),
                        ("form", if p.form == Form::New { "new" } else { "old" }.into()),
                        ("vaccination", p.vaccination.to_string()),
                        ("screening_only", p.screening_only.to_string()),
                        ("under_six", p.under_six.to_string()),
                        ("after_hours", extra(p.after_hours)),
                        ("holiday", extra(p.holiday)),
                    ])
                })
                .collect(),
            Kind::Tax => m
                .tariff
                .tax
                .iter()
                .map(|(from, percent)| {
                    row([("from", from.to_string()), ("percent", percent.to_string())])
                })
                .collect(),
            Kind::Holidays => m
                .holidays
                .0
                .iter()
                .map(|(date, name)| row([("date", date.to_string()), ("name", name.clone())]))
                .collect(),
            Kind::Municipalities => m
                .places
                .municipalities
                .iter()
                .map(|p| {
                    row([
                        ("code", p.code.clone()),
                        ("name", p.name.clone()),
                        ("reading", p.reading.clone()),
                    ])
                })
                .collect(),
            Kind::Wholesalers => m
                .wholesalers
                .iter()
                .map(|w| {
                    row([
                        ("id", w.id.clone()),
                        ("name", w.name.clone()),
                        ("phone", w.phone.clone()),
                        ("prefectures", w.prefectures.join(" ")),
                    ])
                })
                .collect(),
            Kind::Federations => m
                .federations
                .iter()
                .map(|f| {
                    let payment = if f.payment == PaymentRule::TwentiethOfSecondMonth {
                        "20th"
                    } else {
                        "end"
                    };
                    row([
                        ("prefecture", f.prefecture.clone()),
                        ("name", f.name.clone()),
                        ("payment", payment.into()),
                    ])
                })
                .collect(),
            Kind::Flags => Flag::KEYS
                .iter()
                .chain([&BY_ITSELF])
                .map(|key| {
                    row([
                        ("flag", (*key).to_string()),
                        ("used", if m.flags_off.contains(*key) { "いいえ" } else { "はい" }.into()),
                    ])
                })
                .collect(),
            Kind::RuleSets => m
                .rule_sets
                .iter()
                .map(|s| {
                    row([
                        ("id", s.id.clone()),
                        ("version", s.version.to_string()),
                        ("from", s.from.to_string()),
                        ("name", s.name.clone()),
                        ("note", s.note.clone()),
                        ("choices", serde_json::to_string(&s.choices).unwrap_or_default()),
                    ])
                })
                .collect(),
            Kind::Texts => m
                .texts
                .pairs()
                .map(|(key, ja, en)| {
                    row([("key", key.into()), ("ja", ja.into()), ("en", en.into())])
                })
                .collect(),
            Kind::Windows => programme
                .calendar
                .windows()
                .iter()
                .map(|w| {
                    let then = w.then.map_or("", |p| {
                        if p == Phase::Allocation { "allocation" } else { "plan_review" }
                    });
                    row([
                        ("window", w.window.to_string()),
                        ("open", say_moment(w.open)),
                        ("close", w.close.map_or(String::new(), say_moment)),
                        ("then", then.into()),
                        ("cycle", w.cycle.map_or(String::new(), |c| c.to_string())),
                    ])
                })
                .collect(),
            Kind::Cycles => programme
                .cycles
                .iter()
                .map(|c| {
                    row([
                        ("number", c.number.to_string()),
                        ("from", c.from.to_string()),
                        ("to", c.to.to_string()),
                        ("delivery_week", c.delivery_week.to_string()),
                        ("cut_off", say_moment(c.cut_off)),
                        ("decided", c.decided.to_string()),
                    ])
                })
                .collect(),
        }
    }

    /// Puts a row into masters, in the place of the one with its key. What comes back is the row as
    /// it is written.
    ///
    /// # Errors
    /// The column and what is wrong with it; the masters may then be half changed and must be
    /// thrown away.
    pub fn put(self, m: &mut Masters, r: &Row) -> Result<Row, Wrong> {
        match self {
            Kind::Products => {
                let p = &mut m.programmes[0].product;
                p.name = name(r, "name", "ワクチンの名称")?;
                p.short_name = name(r, "short_name", "短い名称")?;
                p.storage = text(r, "storage", "保管温度")?;
                p.vials_per_box = positive(r, "vials_per_box", "1箱のバイアル数", Unit::Vial)?;
                p.doses_per_vial = positive(r, "doses_per_vial", "1バイアルの回数", Unit::Dose)?;
                p.boxes_per_freezer =
                    positive(r, "boxes_per_freezer", "冷凍庫1台に入る箱数", Unit::Box)?;
                if p.doses_per_box() > 100_000 {
                    return Err(("vials_per_box", "1箱の回数が大きすぎます".into()));
                }
            }
            Kind::Needles => {
                let rule = &mut m.programmes[0].needle_rule;
                rule.numerator = positive(r, "numerator", "割合の分子", Unit::Bare)?;
                rule.denominator = positive(r, "denominator", "割合の分母", Unit::Bare)?;
                rule.pack = positive(r, "pack", "1箱の本数", Unit::Vial)?;
            }
            Kind::Minimums => {
                let (from, persons) = (
                    positive(r, "from_cycle", "クール", Unit::Ordinal)?,
                    whole(r, "persons", "最少の人数", Unit::Person)?,
                );
                let minimums = &mut m.programmes[0].minimums;
                minimums.retain(|(known, _)| *known != from);
                minimums.push((from, persons));
                minimums.sort_unstable();
            }
            Kind::Prices => {
                let from = month(r, "from")?;
                let form = match input::folded(get(r, "form")).to_lowercase().as_str() {
                    "old" => Form::Old,
                    "new" => Form::New,
                    _ => {
                        return Err((
                            "form",
                            "様式は「旧様式」か「新様式」を選んでください".into(),
                        ));
                    }
                };
                let extra = |key: &'static str, label: &str| {
                    if get(r, key).is_empty() { Ok(0) } else { whole(r, key, label, Unit::Yen) }
                };
                let price = PriceList {
                    from,
                    form,
                    vaccination: positive(r, "vaccination", "接種の単価", Unit::Yen)?,
                    screening_only: whole(r, "screening_only", "予診のみの単価", Unit::Yen)?,
                    under_six: whole(r, "under_six", "6歳未満の加算", Unit::Yen)?,
                    after_hours: extra("after_hours", "時間外の加算")?,
                    holiday: extra("holiday", "休日の加算")?,
                };
                m.tariff.prices.retain(|p| p.from != from);
                m.tariff.prices.push(price);
                m.tariff.prices.sort_by_key(|p| p.from);
            }
            Kind::Tax => {
                let (from, percent) = (
                    month(r, "from")?,
                    input::percent("消費税", get(r, "percent"))
                        .map_err(|e| ("percent", e.sentence()))?,
                );
                m.tariff.tax.retain(|(known, _)| *known != from);
                m.tariff.tax.push((from, percent));
                m.tariff.tax.sort();
            }
            Kind::Holidays => {
                let date = Holidays::own(input::date("日付", get(r, "date")))
                    .and_then(|day| inside("日付", day))
                    .map_err(|e| ("date", e.sentence()))?;
                let name = name(r, "name", "名称")?;
                m.holidays.0.insert(date, name);
            }
            Kind::Municipalities => {
                let code = input::code(get(r, "code"));
                check_municipality(&code).map_err(|e| ("code", e.sentence()))?;
                let place = Municipality {
                    name: name(r, "name", "名称")?,
                    reading: input::reading("よみ", get(r, "reading"))
                        .map_err(|e| ("reading", e.sentence()))?,
                    code,
                };
                let mut all = std::mem::take(&mut m.places.municipalities);
                match all.iter_mut().find(|p| p.code == place.code) {
                    Some(known) => *known = place,
                    None => all.push(place),
                }
                m.places = std::mem::take(&mut m.places).with_municipalities(all);
            }
            Kind::Wholesalers => {
                let id = input::folded(get(r, "id"));
                if id.is_empty()
                    || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                {
                    return Err(("id", "コードは英小文字、数字、-で入力してください".into()));
                }
                let prefectures: Vec<String> = input::folded(get(r, "prefectures"))
                    .split(|c: char| input::is_blank(c) || matches!(c, '\n' | ',' | '、'))
                    .filter(|p| !p.is_empty())
                    .map(codes::prefecture)
                    .collect();
                if let Some(unknown) = prefectures.iter().find(|p| m.places.prefecture(p).is_none())
                {
                    return Err(("prefectures", format!("{unknown}という都道府県はありません")));
                }
                let wholesaler = Wholesaler {
                    name: name(r, "name", "名称")?,
                    phone: input::phone("電話番号", get(r, "phone"))
                        .map_err(|e| ("phone", e.sentence()))?,
                    prefectures,
                    id,
                };
                // An area has one wholesaler: whoever gets it takes it over.
                for other in m.wholesalers.iter_mut().filter(|w| w.id != wholesaler.id) {
                    other.prefectures.retain(|p| !wholesaler.prefectures.contains(p));
                }
                match m.wholesalers.iter_mut().find(|w| w.id == wholesaler.id) {
                    Some(known) => *known = wholesaler,
                    None => m.wholesalers.push(wholesaler),
                }
                everybody_is_served(m)?;
            }
            Kind::Federations => {
                let payment = match input::folded(get(r, "payment")).to_lowercase().as_str() {
                    "20th" => PaymentRule::TwentiethOfSecondMonth,
                    "end" => PaymentRule::EndOfSecondMonth,
                    _ => return Err(("payment", "支払日は月末か20日を選んでください".into())),
                };
                let federation = Federation {
                    prefecture: codes::prefecture(get(r, "prefecture")),
                    name: name(r, "name", "名称")?,
                    payment,
                };
                match m.federations.iter_mut().find(|f| f.prefecture == federation.prefecture) {
                    Some(known) => *known = federation,
                    None => return Err(("prefecture", "この都道府県はありません".into())),
                }
            }
            Kind::Flags => {
                let key = input::folded(get(r, "flag"));
                if !Flag::KEYS.contains(&key.as_str()) && key != BY_ITSELF {
                    return Err(("flag", "この注意はありません".into()));
                }
                match input::mark(get(r, "used")).filter(|_| !get(r, "used").is_empty()) {
                    Some(true) => m.flags_off.remove(&key),
                    Some(false) => m.flags_off.insert(key),
                    None => return Err(("used", "「はい」か「いいえ」を入力してください".into())),
                };
            }
            Kind::RuleSets => {
                let choices: Choices = unread::read(get(r, "choices").as_bytes())
                    .map_err(|why| ("choices", format!("ルールとして読めません：{why}")))?;
                choices.check().map_err(|e| ("choices", e.sentence()))?;
                let set = RuleSet {
                    id: text(r, "id", "コード").map(|id| input::folded(&id))?,
                    version: positive(r, "version", "版", Unit::Ordinal)?,
                    from: day(r, "from", "有効になる日", &m.holidays)?,
                    name: name(r, "name", "名称")?,
                    note: text(r, "note", "説明")?,
                    choices,
                };
                if m.rule_sets.iter().any(|s| s.id == set.id && s.version == set.version) {
                    return Err((
                        "version",
                        "この版はもうあります。新しい版を作ってください（使われた版は変えません）"
                            .into(),
                    ));
                }
                m.rule_sets.push(set);
            }
            Kind::Texts => {
                m.texts.put(
                    text(r, "key", "キー")?,
                    text(r, "ja", "日本語")?,
                    input::text(get(r, "en")),
                );
            }
            Kind::Windows => {
                let number = positive(r, "window", "登録期間", Unit::Ordinal)?;
                let close = if get(r, "close").is_empty() {
                    None
                } else {
                    Some(time::instant(moment(r, "close", "締切", &m.holidays)?))
                };
                let cycle = if get(r, "cycle").is_empty() {
                    None
                } else {
                    Some(positive(r, "cycle", "クール", Unit::Ordinal)?)
                };
                let then = match (close, input::folded(get(r, "then")).as_str()) {
                    (None, "") => None,
                    (None, _) => {
                        return Err((
                            "then",
                            "締切のない登録期間では、「締切の後」を空にしてください".into(),
                        ));
                    }
                    (Some(_), "allocation") => Some(Phase::Allocation),
                    (Some(_), "plan_review") => Some(Phase::PlanReview),
                    (Some(_), _) => {
                        return Err((
                            "then",
                            "締切の後は「計画確認中」か「分配処理中」を選んでください".into(),
                        ));
                    }
                };
                match (then, cycle) {
                    (Some(Phase::Allocation), None) => {
                        return Err((
                            "cycle",
                            "分配処理の登録期間には、クールを選んでください".into(),
                        ));
                    }
                    (Some(Phase::Allocation), Some(_)) | (_, None) => {}
                    (_, Some(_)) => {
                        return Err((
                            "cycle",
                            "クールは、締切の後が「分配処理中」の登録期間だけに入力してください"
                                .into(),
                        ));
                    }
                }
                let programme = &mut m.programmes[0];
                if let Some(unknown) = cycle.filter(|c| programme.cycle(*c).is_none()) {
                    return Err(("cycle", format!("第{unknown}クールはありません")));
                }
                let window = EntryWindow {
                    window: number,
                    open: time::instant(moment(r, "open", "登録開始", &m.holidays)?),
                    close,
                    then,
                    cycle,
                    reopen: None,
                };
                let mut windows = programme.calendar.windows();
                windows.retain(|w| w.window != number);
                windows.push(window);
                programme.calendar = Calendar::of_windows(windows).map_err(|_| {
                    (
                        "close",
                        "登録期間が重なっているか、順番が逆です。前後の登録期間と比べてください"
                            .to_string(),
                    )
                })?;
            }
            Kind::Cycles => {
                let number = positive(r, "number", "クール", Unit::Ordinal)?;
                let cycle = Cycle {
                    number,
                    from: day(r, "from", "接種期間の初日", &m.holidays)?,
                    to: day(r, "to", "接種期間の最終日", &m.holidays)?,
                    delivery_week: day(r, "delivery_week", "配送週の月曜日", &m.holidays)?,
                    cut_off: time::instant(moment(r, "cut_off", "締切", &m.holidays)?),
                    decided: day(r, "decided", "分配量の決定日", &m.holidays)?,
                };
                if cycle.to < cycle.from {
                    return Err((
                        "to",
                        "接種期間の最終日は初日以降の日付で入力してください".into(),
                    ));
                }
                if cycle.decided < time::date(cycle.cut_off) {
                    return Err((
                        "decided",
                        "分配量の決定日は締切以降の日付で入力してください".into(),
                    ));
                }
                let cycles = &mut m.programmes[0].cycles;
                cycles.retain(|c| c.number != number);
                cycles.push(cycle);
                cycles.sort_by_key(|c| c.number);
                if cycles.windows(2).any(|c| c[0].cut_off >= c[1].cut_off) {
                    return Err(("cut_off", "締切はクールの順に並んでいる必要があります".into()));
                }
            }
        }
        let key = self.key(r);
        self.rows(m)
            .into_iter()
            .find(|known| self.key(known) == key)
            .ok_or_else(|| (self.columns()[0].key, "この行は書き込めません".to_string()))
    }

    /// The same, with the masters as they were where the row is refused.
    ///
    /// # Errors
    /// The column and what is wrong with it.
    pub fn try_put(self, m: &mut Masters, r: &Row) -> Result<Row, Wrong> {
        // These read the whole row before they write any of it.
        if matches!(
            self,
            Kind::Minimums
                | Kind::Prices
                | Kind::Tax
                | Kind::Holidays
                | Kind::Municipalities
                | Kind::Texts
        ) {
            return self.put(m, r);
        }
        let mut next = m.clone();
        let row = self.put(&mut next, r)?;
        *m = next;
        Ok(row)
    }

    /// Takes a row away.
    pub fn remove(self, m: &mut Masters, key: &str) -> Result<(), Wrong> {
        let first = self.columns()[0].key;
        if !self.grows() {
            return Err((first, "この行は削除できません".into()));
        }
        match self {
            Kind::Minimums => m.programmes[0].minimums.retain(|(from, _)| from.to_string() != key),
            Kind::Prices => m.tariff.prices.retain(|p| p.from.to_string() != key),
            Kind::Tax => m.tariff.tax.retain(|(from, _)| from.to_string() != key),
            Kind::Holidays => m.holidays.0.retain(|date, _| date.to_string() != key),
            Kind::Municipalities => {
                let mut all = std::mem::take(&mut m.places.municipalities);
                all.retain(|p| p.code != key);
                m.places = std::mem::take(&mut m.places).with_municipalities(all);
            }
            Kind::Wholesalers => {
                m.wholesalers.retain(|w| w.id != key);
                everybody_is_served(m)?;
            }
            Kind::RuleSets => m.rule_sets.retain(|s| format!("{}/{}", s.id, s.version) != key),
            Kind::Texts => {
                return Err((first, "画面の文は削除できません。変えることはできます".into()));
            }
            _ => return Err((first, "この行は削除できません".into())),
        }
        if m.tariff.prices.is_empty()
            || m.tariff.tax.is_empty()
            || m.programmes[0].minimums.is_empty()
            || m.rule_sets.is_empty()
        {
            return Err((first, "最後の1行は削除できません".into()));
        }
        Ok(())
    }
}

fn everybody_is_served(m: &Masters) -> Result<(), Wrong> {
    match m.places.prefectures.iter().find(|p| m.wholesaler_for(&p.code).is_none()) {
        Some(left) => {
            Err(("prefectures", format!("{}を担当する卸業者がいなくなります", left.name)))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_every_master_goes_in_as_it_came_out() {
        let masters = Masters::load().unwrap();
        for kind in Kind::LISTED.into_iter().chain([Kind::Windows, Kind::Cycles]) {
            let rows = kind.rows(&masters);
            assert!(!rows.is_empty(), "{kind:?}");
            for known in rows.iter().take(60) {
                assert_eq!(
                    known.keys().collect::<Vec<_>>().len(),
                    kind.columns().len(),
                    "{kind:?}"
                );
                let mut other = masters.clone();
                if kind == Kind::RuleSets {
                    // A version that was used is never written over.
                    assert_eq!(kind.put(&mut other, known).unwrap_err().0, "version");
                    continue;
                }
                assert_eq!(&kind.put(&mut other, known).unwrap(), known, "{kind:?}");
                assert_eq!(kind.rows(&other).len(), rows.len(), "{kind:?}");
            }
        }
    }

    #[test]
    fn what_would_leave_the_country_without_something_is_refused() {
        let masters = Masters::load().unwrap();
        let refuses = |kind: Kind, key: &str| kind.remove(&mut masters.clone(), key).unwrap_err().1;
        assert!(refuses(Kind::Wholesalers, "w-tokyo").contains("東京都を担当する"));
        assert!(refuses(Kind::Tax, "2019-10").contains("最後の1行"));
        assert!(refuses(Kind::Federations, "13").contains("削除できません"));
        let window = row([
            ("window", "4".into()),
            ("open", "2022-02-11 00:00".into()),
            ("close", "2022-02-20 15:00".into()),
            ("then", "allocation".into()),
            ("cycle", "2".into()),
        ]);
        assert!(
            Kind::Windows
                .put(&mut masters.clone(), &window)
                .unwrap_err()
                .1
                .contains("重なっている")
        );
    }
}
