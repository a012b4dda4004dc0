//! What the titles of a pasted table say its columns are: word by word, so that what isn't
//! understood is said and not guessed.

use rules::claim::{Age, Band, Kind};
use rules::{heading, input};

use super::pasted::Slot;

/// What stands in a column of the paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Prefecture,
    /// A code of a municipality: it must say what the name beside it says.
    Code,
    Place,
    Count(Slot),
    /// The row's own total: checked, not taken.
    Total,
    /// A count without its time, beside columns that have one: the sum of those of its kind, or the
    /// regular ones.
    Sum(Option<Kind>),
    /// A count that holds those of the columns 「うち…」: what they leave of it is regular.
    Whole(Kind),
    /// A reading, a remark, money, a running number: passed over.
    Other,
    /// Nobody knows what: named, where there are numbers in it.
    Unknown,
}

/// What a title of a count says, as far as it says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Words {
    kind: Option<Kind>,
    age: Option<Age>,
    band: Option<Band>,
    /// 「件数」 and the like.
    count: bool,
    /// 「うち休日」: part of another column's count.
    part: bool,
}

/// Words of a title that say something; the longer ones first.
const BANDS: [(&str, Band); 11] = [
    ("診療時間外", Band::AfterHours),
    ("診療時間内", Band::Regular),
    ("通常時間帯", Band::Regular),
    ("時間外", Band::AfterHours),
    ("時間内", Band::Regular),
    ("休診日", Band::Holiday),
    ("日祝", Band::Holiday),
    ("祝日", Band::Holiday),
    ("休日", Band::Holiday),
    ("通常", Band::Regular),
    ("平日", Band::Regular),
];
const KINDS: [(&str, Kind); 5] = [
    ("接種なし", Kind::ScreeningOnly),
    ("予診票のみ", Kind::ScreeningOnly),
    ("予診のみ", Kind::ScreeningOnly),
    ("予診", Kind::ScreeningOnly),
    ("接種", Kind::Vaccination),
];
const AGES: [(&str, Age); 4] = [
    ("6歳未満", Age::UnderSix),
    ("6才未満", Age::UnderSix),
    ("6歳以上", Age::SixAndOver),
    ("6才以上", Age::SixAndOver),
];
const COUNTS: [&str; 4] = ["件数", "回数", "人数", "枚数"];
/// Titles that are a count where nothing else stands in them.
const ALONE: [&str; 8] = ["数", "件", "回", "人", "数量", "請求数", "請求件数", "実績"];
/// Words that change nothing.
const BESIDE: &[&str] = &[
    "新型コロナウイルス",
    "新型コロナ",
    "ワクチン",
    "コロナ",
    "追加",
    "第3回目",
    "第4回目",
    "第3回",
    "第4回",
    "3回目",
    "4回目",
    "三回目",
    "実施",
    "実績",
    "延べ",
    "のべ",
    "単位",
    "対応分",
    "対応",
    "加算",
    "済み",
    "済",
    "者",
    "数",
    "分",
    "の",
    "件",
    "回",
    "人",
    "名",
];

/// What a title of a count says; `None` where a word is left that says something else.
fn words(title: &str) -> Option<Words> {
    // Alone it says that it counts, and nothing else.
    if ALONE.contains(&title) {
        return Some(Words { count: true, ..Words::default() });
    }
    // 「通常対応分（時間外・休日分除く）」
    let mut left = without_exceptions(title).replace('六', "6");
    let mut found = Words {
        part: left.starts_with("うち") || left.starts_with("(うち") || left.starts_with("内、"),
        ..Words::default()
    };
    if found.part {
        left = left.replacen("うち", "", 1).replacen("内、", "", 1);
    }
    for (word, band) in BANDS {
        if left.contains(word) {
            if found.band.is_some_and(|b| b != band) {
                return None;
            }
            (found.band, left) = (Some(band), left.replace(word, ""));
        }
    }
    for (word, age) in AGES {
        if left.contains(word) {
            (found.age, left) = (Some(age), left.replace(word, ""));
        }
    }
    for (word, kind) in KINDS {
        // 「予診のみ（接種なし）」 is one kind, 「接種・予診」 two.
        if left.contains(word) {
            if found.kind.is_some_and(|k| k != kind) {
                return None;
            }
            (found.kind, left) = (Some(kind), left.replace(word, ""));
        }
    }
    for word in COUNTS {
        if left.contains(word) {
            (found.count, left) = (true, left.replace(word, ""));
        }
    }
    for word in BESIDE {
        left = left.replace(word, "");
    }
    let rest = left.chars().all(|c| input::is_dash(c) || "()[]【】〔〕「」・/:,、_※*".contains(c));
    // 「接種者数（人）」 counts persons, and 「3回目（人）」 those who came for it.
    found.count |=
        without_exceptions(title).ends_with("(人)") || without_exceptions(title).ends_with("(名)");
    let says = found.count || found.kind.is_some() || found.band.is_some() || found.age.is_some();
    (rest && says).then_some(found)
}

/// Behind what isn't counted.
const ENDS: [&str; 9] =
    ["を除く", "除く", "を除き", "除き", "を除いた", "除いた", "除外済み", "含まない", "除"];

/// Without brackets that say what isn't counted.
fn without_exceptions(title: &str) -> String {
    let Some((before, rest)) = title.split_once('(') else { return title.to_string() };
    let Some((inside, after)) = rest.split_once(')') else { return title.to_string() };
    // 「除外」 alone names nothing that was: those that were left out may be meant.
    let named = |end: &&str| inside.strip_suffix(*end).is_some_and(|rest| !rest.is_empty());
    let taken_off = inside != "除外" && ENDS.iter().any(named);
    if taken_off {
        format!("{before}{after}")
    } else {
        format!("{before}({inside}){}", without_exceptions(after))
    }
}

/// A title without blanks, width folded.
fn folded(cell: &str) -> String {
    input::folded(cell).split_whitespace().collect()
}

/// What a title means by itself.
fn title(cell: &str, slots: &[Slot]) -> Column {
    let text = folded(cell);
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    match text.as_str() {
        "" => return Column::Unknown,
        "都道府県" | "都道府県名" => return Column::Prefecture,
        "合計" | "計" | "総数" | "合計件数" | "合計数" | "件数計" | "件数合計" | "総計"
        | "総件数" => {
            return Column::Total;
        }
        "名称" | "名前" | "名" | "地名" | "市区名" | "団体名" | "市名" | "区名" | "町名"
        | "請求先" => {
            return Column::Place;
        }
        "No" | "No." | "NO" | "NO." | "no" | "番号" | "#" | "項番" | "連番" => {
            return Column::Other;
        }
        _ => {}
    }
    // 「市区町村（変更前）」 isn't where to claim.
    const OF_PLACES: [&str; 7] = ["市", "区", "町", "住", "自治体", "都道府県", "団体"];
    let other = |inside: &str| {
        !heading::is_hint(&inside.to_lowercase()) && !OF_PLACES.iter().any(|w| inside.contains(w))
    };
    let bracketed = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    let other = bracketed.is_some_and(other);
    if other && has(&["コード", "ｺｰﾄﾞ", "市区町村", "市町村", "自治体"]) {
        return Column::Unknown;
    }
    if has(&["コード", "ｺｰﾄﾞ"]) || text.eq_ignore_ascii_case("code") {
        return Column::Code;
    }
    if has(&["金額", "円", "単価", "請求額", "税"])
        || has(&["備考", "摘要", "よみ", "ふりがな", "フリガナ", "カナ"])
    {
        return Column::Other;
    }
    if has(&["市区町村", "市町村", "住所地", "自治体", "区市町村", "居住地", "住民票", "お住まい"])
    {
        return Column::Place;
    }
    let Some(words) = words(&text) else { return Column::Unknown };
    let (kind, age) =
        (words.kind.unwrap_or(Kind::Vaccination), words.age.unwrap_or(Age::SixAndOver));
    let slot = (kind, age, words.band.unwrap_or(Band::Regular));
    if slots.contains(&slot) { Column::Count(slot) } else { Column::Unknown }
}

/// What the titles of a pasted table say its columns are; `None` where the line is no line of
/// titles.
pub fn read(cells: &[String], slots: &[Slot]) -> Option<Vec<Column>> {
    let columns: Vec<Column> = cells.iter().map(|c| title(c, slots)).collect();
    let of = |wanted: fn(&Column) -> bool| columns.iter().filter(|c| wanted(c)).count();
    let (codes, places) = (of(|c| *c == Column::Code), of(|c| *c == Column::Place));
    let counts = of(|c| matches!(c, Column::Count(_)));
    let numbers = cells.iter().any(|c| input::is_number(c) && !c.is_empty());
    let named = (places == 1 && codes <= 1) || (places == 0 && codes == 1);
    (!numbers && named && counts > 0).then_some(columns)
}

/// The titles of a line that say nothing of what is read.
pub fn not_understood<'c>(cells: &'c [String], slots: &[Slot]) -> Vec<&'c str> {
    let unknown = |cell: &&String| !cell.is_empty() && title(cell, slots) == Column::Unknown;
    cells.iter().filter(unknown).map(|cell| cell.trim()).collect()
}

/// A count beside columns that are parts of it (「うち休日」): there is one, it says no time of its own,
/// and all parts are told apart by their times, or all by their ages. `None` where there are no
/// parts.
///
/// # Errors
/// The titles that are parts of nobody knows what.
pub fn wholes(titles: &[String], columns: &mut [Column]) -> Option<Result<(), Vec<String>>> {
    let said: Vec<Option<Words>> = titles.iter().map(|t| words(&folded(t))).collect();
    let count = |at: &usize| matches!(columns.get(*at), Some(Column::Count(_)));
    let of = |wanted: fn(&Words) -> bool| -> Vec<usize> {
        let all = said.iter().enumerate().filter(|(_, w)| w.as_ref().is_some_and(wanted));
        all.map(|(at, _)| at).filter(count).collect()
    };
    let (parts, bare, others) = (
        of(|w| w.part),
        of(|w| !w.part && w.band.is_none() && w.age.is_none()),
        of(|w| !w.part && (w.band.is_some() || w.age.is_some())),
    );
    if parts.is_empty() {
        return None;
    }
    let kind = |at: usize| said[at].and_then(|w| w.kind).unwrap_or(Kind::Vaccination);
    let all =
        |wanted: fn(&Words) -> bool| parts.iter().all(|at| said[*at].as_ref().is_some_and(wanted));
    let one_sort = all(|w| w.age.is_none() && w.band.is_some_and(|b| b != Band::Regular))
        || all(|w| w.band.is_none() && w.age == Some(Age::UnderSix));
    let whole = bare.iter().copied().find(|at| kind(*at) == kind(parts[0]));
    let alone = bare.iter().filter(|at| kind(**at) == kind(parts[0])).count() == 1
        && parts.iter().all(|at| kind(*at) == kind(parts[0]));
    match whole.filter(|_| one_sort && alone && others.is_empty()) {
        Some(at) => {
            columns[at] = Column::Whole(kind(at));
            Some(Ok(()))
        }
        None => Some(Err(parts.into_iter().map(|at| titles[at].trim().to_string()).collect())),
    }
}

/// A count that names no time, beside one of its kind that does: the sum of those, or the regular
/// ones. The rows tell, or the person.
pub fn sums(titles: &[String], columns: &mut [Column]) {
    let said: Vec<Option<Words>> = titles.iter().map(|t| words(&folded(t))).collect();
    for (at, column) in columns.iter_mut().enumerate() {
        let (Column::Count(_), Some(own)) = (*column, said.get(at).copied().flatten()) else {
            continue;
        };
        let bare = own.band.is_none() && own.age.is_none();
        let of_kind = |w: &Words| {
            own.kind.is_none()
                || w.kind.unwrap_or(Kind::Vaccination) == own.kind.unwrap_or(Kind::Vaccination)
        };
        let others =
            said.iter().enumerate().filter(|(i, _)| *i != at).filter_map(|(_, w)| w.as_ref());
        if bare && others.clone().any(|w| w.band.is_some() && of_kind(w)) {
            *column = Column::Sum(own.kind);
        }
    }
}

/// Titles that name one count twice: whether the two are to be added nobody but the person knows.
pub fn said_twice(titles: &[String], columns: &[Column]) -> Vec<String> {
    let said: Vec<Option<Words>> = titles.iter().map(|t| words(&folded(t))).collect();
    let mut all = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        // 「件数」 beside 「通常」 may be the sum: told apart by the rows.
        let alike =
            |c: &usize| said[*c].map(|w| w.band.is_some()) == said[i].map(|w| w.band.is_some());
        let same = |c: &usize| columns[*c] == *column && alike(c);
        let before = (0..i).find(same).filter(|_| matches!(column, Column::Count(_)));
        if let Some(before) = before {
            let (one, other) = (titles[before].trim(), titles[i].trim());
            let (first, second) = (before + 1, i + 1);
            all.push(format!(
                "見出しの{first}列目「{one}」と{second}列目「{other}」は、同じ件数を表しています。1つにするか、\
                 「予診のみ」「時間外」などを書き分けてください"
            ));
        }
    }
    all
}
