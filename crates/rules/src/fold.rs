//! The form in which names, addresses and codes are searched and compared: what people write
//! differently and mean alike becomes one,
//! and nothing else does. か is カ and ｶ; ヶ isn't ケ, が isn't か. Source: ux §3.1; the table holds
//! pairs of old and new or of common and variant writing; classes of characters and radicals are
//! those of [`crate::input`].

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::input::{
    hiragana, is_blank, is_dash, is_ideograph, is_invisible, is_kana, is_selector, radical,
    without_postal_mark,
};

/// Changes with every change of what the functions here answer: stored keys of an older edition
/// are written anew.
pub const EDITION: &str = "3";

/// Variant writing and the one that stands for it: old forms of the common characters, and
/// variants in names and places.
const VARIANTS: &str = "亞亜 惡悪 壓圧 圍囲 爲為 醫医 壹壱 稻稲 飮飲 隱隠 營営 榮栄 衞衛 驛駅 悅悦 閱閲 圓円 緣縁 艷艶 鹽塩 奧奥 應応 橫横 歐欧 毆殴 黃黄 溫温 穩穏 假仮 價価 畫画 會会 \
    壞壊 懷懐 繪絵 槪概 擴拡 殼殻 覺覚 學学 嶽岳 樂楽 渴渇 鐮鎌 勸勧 卷巻 寬寛 歡歓 罐缶 觀観 關関 陷陥 巖巌 顏顔 歸帰 氣気 龜亀 僞偽 戲戯 犧犠 舊旧 據拠 擧挙 虛虚 \
    峽峡 挾挟 敎教 狹狭 鄕郷 曉暁 區区 驅駆 駈駆 勳勲 薰薫 徑径 惠恵 揭掲 溪渓 谿渓 經経 繼継 莖茎 螢蛍 輕軽 鷄鶏 藝芸 缺欠 儉倹 劍剣 劔剣 劒剣 剱剣 釼剣 圈圏 檢検 \
    權権 獻献 縣県 硏研 險険 顯顕 驗験 嚴厳 效効 廣広 恆恒 鑛鉱 礦鉱 砿鉱 號号 國国 圀国 黑黒 碎砕 濟済 齋斎 劑剤 櫻桜 册冊 雜雑 產産 參参 慘惨 棧桟 蠶蚕 贊賛 殘残 \
    絲糸 姊姉 齒歯 兒児 辭辞 濕湿 實実 舍舎 寫写 釋釈 壽寿 收収 從従 澁渋 獸獣 縱縦 肅粛 處処 緖緒 敍叙 奬奨 獎奨 將将 燒焼 稱称 證証 乘乗 剩剰 壤壌 孃嬢 條条 淨浄 \
    狀状 疊畳 穰穣 讓譲 釀醸 囑嘱 觸触 寢寝 愼慎 晉晋 眞真 盡尽 圖図 粹粋 醉酔 穗穂 隨随 髓髄 數数 樞枢 聲声 靜静 齊斎 攝摂 竊窃 專専 戰戦 淺浅 潛潜 纖繊 踐践 錢銭 \
    禪禅 雙双 壯壮 搜捜 插挿 爭争 總総 聰聡 莊荘 裝装 騷騒 增増 臟臓 藏蔵 屬属 續続 墮堕 體体 躰体 軆体 對対 帶帯 滯滞 臺台 瀧滝 擇択 澤沢 單単 擔担 膽胆 團団 彈弾 \
    斷断 癡痴 遲遅 晝昼 蟲虫 鑄鋳 廳庁 聽聴 鎭鎮 遞逓 鐵鉄 銕鉄 轉転 點点 傳伝 黨党 盜盗 燈灯 當当 鬭闘 德徳 獨独 讀読 屆届 貳弐 惱悩 腦脳 霸覇 廢廃 拜拝 賣売 麥麦 \
    發発 髮髪 拔抜 蠻蛮 祕秘 濱浜 濵浜 佛仏 拂払 變変 邊辺 邉辺 辨弁 瓣弁 辯弁 舖舗 寶宝 豐豊 沒没 飜翻 槇槙 默黙 彌弥 譯訳 藥薬 豫予 餘余 與与 譽誉 搖揺 樣様 謠謡 \
    遙遥 瑤瑶 來来 賴頼 亂乱 覽覧 兩両 獵猟 綠緑 壘塁 勵励 禮礼 靈霊 齡齢 戀恋 鍊錬 爐炉 勞労 樓楼 郞郎 祿禄 錄録 亙亘 灣湾 凜凛 堯尭 曆暦 歷歴 步歩 每毎 涉渉 淚涙 \
    瀨瀬 焰焔 甁瓶 稅税 絕絶 脫脱 說説 銳鋭 鄰隣 靑青 淸清 尙尚 吳呉 姬姫 娛娯 戶戸 戾戻 敕勅 萬万 邨村 繩縄 緜綿 羣群 龍竜 嶋島 嶌島 髙高 﨑崎 嵜崎 桒桑 槗橋 𣘺橋 \
    舘館 栁柳 桺柳 籔薮 藪薮 峯峰 冨富 渕淵 圡土 𡈽土 𠮷吉 曾曽 曻昇 昻昂 晄晃 翆翠 凉涼 靏鶴 靍鶴 蘓蘇 兔兎 莵兎 毗毘 穐秋 龝秋 秌秋 煕熙 凞熙 竒奇 埜野 濤涛 檜桧 \
    竈釜 竃釜 釡釜 鰺鯵 諌諫 頚頸 鷗鴎 篭籠 蛎蠣 礪砺 蠟蝋 讚讃 壷壺 塡填 剝剥 頰頬 餠餅 麴麹 麵麺 幷并 倂併 瘦痩 禱祷 萊莱 蔣蒋 驒騨 禰祢 邇迩 俠侠 搔掻 嚙噛 軀躯 \
    鶯鴬 檮梼 潑溌 瀆涜 繡繍 蘂蕊 蕋蕊 醬醤 鹼鹸 吞呑 攪撹 囊嚢 𠮟叱 舩船 冲沖 凖準 况況 囘回 壻婿 曵曳 枩松 枀松 桝枡 櫟檪 涌湧 烟煙 畧略 皋皐 皷鼓 盃杯 礒磯 頴穎 \
    膓腸 蘆芦 莓苺 盖蓋 蟬蝉 襃褒 咏詠 鈎鉤 鑒鑑 餝飾 鴈雁 鵞鵝 鼡鼠 靱靭 祗祇 濶闊 嶮険 巓巅 溯遡 蹟跡 迹跡 磗磚 鬪闘 弌一 弍二 弎三 閒間 斉斎";

static SAME: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = VARIANTS.split_whitespace();
    pairs.filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?))).collect()
});

/// What parts words: blanks of every sort, line ends, controls.
fn gap(c: char) -> bool {
    is_blank(c) || c.is_whitespace() || c.is_control()
}

/// A Latin letter without its accents.
fn bare(c: char) -> Option<&'static str> {
    Some(match c {
        'đ' | 'ð' => "d",
        'ø' => "o",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

fn once(raw: &str) -> String {
    // The voicing marks that stand alone (゛ ゜) belong to the kana before them.
    let raw: String = raw
        .chars()
        .map(|c| match c {
            '\u{309b}' => '\u{3099}',
            '\u{309c}' => '\u{309a}',
            c => c,
        })
        .collect();
    let mut out = String::with_capacity(raw.len());
    let seen = raw.chars().filter(|c| !gap(*c) && !is_invisible(*c) && !is_selector(*c));
    let lower: String =
        seen.map(|c| radical(c).unwrap_or(c)).nfkc().flat_map(char::to_lowercase).collect();
    for c in lower.nfc() {
        let c = match c {
            // Some letters are gaps only once their width is folded.
            c if gap(c) => continue,
            // Accents that no letter took up.
            '\u{300}'..='\u{344}' | '\u{346}'..='\u{36f}' => continue,
            c if is_dash(c) || c == 'ー' => {
                if out.ends_with(is_kana) {
                    'ー'
                } else {
                    '-'
                }
            }
            c if hiragana(c) != c => hiragana(c),
            '～' | '~' => '〜',
            '·' | '•' | '‧' | '∙' => '・',
            '’' | '‘' | '′' => '\'',
            '“' | '”' | '″' => '"',
            '◯' | '○' => '〇',
            '之' => 'の',
            c => SAME.get(&c).copied().unwrap_or(c),
        };
        if let Some(bare) = bare(c) {
            out.push_str(bare);
            continue;
        }
        let base = std::iter::once(c).nfd().next().unwrap_or(c);
        out.push(if base.is_ascii_alphabetic() { base } else { c });
    }
    out
}

/// The form in which two writings of one name are equal: width, case, accents, kinds of kana,
/// blanks, dashes, radicals and variant
/// characters folded. `key(key(x)) == key(x)`; letters and digits never fold to nothing.
pub fn key(raw: &str) -> String {
    let mut last = once(raw);
    // What one round makes, the next may find (an accent set free by a variant): never more than a
    // few rounds.
    for _ in 0..4 {
        let next = once(&last);
        if next == last {
            break;
        }
        last = next;
    }
    last
}

/// [`key`] with the three signs of SQL's LIKE as letters (`like … escape '\\'`); the `%` round it
/// is the caller's.
pub fn like(raw: &str) -> String {
    escaped(&key(raw))
}

/// A folded text as a part of a LIKE pattern: `%`, `_` and `\\` mean themselves.
pub fn escaped(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A [`key`] in which some kana between two Chinese characters stand as ヶ, which is what they are
/// written for there (茅ケ崎, 霞が関).
pub fn small_ke(key: &str, written: &[char]) -> String {
    let chars: Vec<char> = key.chars().collect();
    let kanji =
        |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| is_ideograph(*c));
    let between = |at: usize| kanji(at.checked_sub(1)) && kanji(Some(at + 1));
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| if written.contains(c) && between(at) { 'ゖ' } else { *c })
        .collect()
}

/// What companies and bodies put before their names in short.
const BODIES: [(&str, &str); 11] = [
    ("(株)", "株式会社"),
    ("(有)", "有限会社"),
    ("(合)", "合同会社"),
    ("(医)", "医療法人"),
    ("(学)", "学校法人"),
    ("(福)", "社会福祉法人"),
    ("(独)", "独立行政法人"),
    ("(一社)", "一般社団法人"),
    ("(一財)", "一般財団法人"),
    ("(公社)", "公益社団法人"),
    ("(公財)", "公益財団法人"),
];

/// The value of a number in Chinese figures below ten thousand: 三 is 3, 十二 is 12, 二三 is 23.
fn figures(written: &[char]) -> Option<u32> {
    let one = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).map(|d| d as u32);
    if written.is_empty() || written.len() > 7 {
        return None;
    }
    if written.iter().all(|c| one(*c).is_some()) {
        return written
            .iter()
            .try_fold(0_u32, |n, c| n.checked_mul(10)?.checked_add(one(*c)?))
            .filter(|n| *n < 10_000);
    }
    let (mut sum, mut open) = (0, None);
    for c in written {
        match (one(*c), c) {
            (Some(digit), _) if open.is_none() && digit > 0 => open = Some(digit),
            (None, '十') => sum += open.take().unwrap_or(1) * 10,
            (None, '百') => sum += open.take().unwrap_or(1) * 100,
            (None, '千') => sum += open.take().unwrap_or(1) * 1000,
            _ => return None,
        }
    }
    Some(sum + open.unwrap_or(0))
}

/// What is counted in addresses, behind a number in either figures.
const COUNTED: [&str; 7] = ["丁目", "番", "号", "条", "階", "線", "f"];

fn figures_before_counters(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    let (mut out, mut at) = (String::with_capacity(key.len()), 0);
    while at < chars.len() {
        let end = chars[at..]
            .iter()
            .position(|c| !"〇一二三四五六七八九十百千".contains(*c))
            .map_or(chars.len(), |n| at + n);
        let rest: String = chars[end..chars.len().min(end + 2)].iter().collect();
        match figures(&chars[at..end]).filter(|_| COUNTED.iter().any(|unit| rest.starts_with(unit)))
        {
            Some(number) => {
                out.push_str(&number.to_string());
                at = end;
            }
            None => {
                let next = end.max(at + 1);
                out.extend(&chars[at..next]);
                at = next;
            }
        }
    }
    out
}

/// `1丁目2番3号`, `1丁目2番地の3` and `1-2-3` become one; `3f` becomes `3階`, `b1f` `地下1階`.
fn blocks(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let (mut out, mut at) = (String::with_capacity(key.len()), 0);
    while at < chars.len() {
        if !digit(at) {
            let basement = chars[at] == 'b'
                && digit(at + 1)
                && !(at > 0 && chars[at - 1].is_ascii_alphanumeric());
            let floor = chars[at + 1..]
                .iter()
                .find(|c| !c.is_ascii_digit())
                .is_some_and(|c| matches!(c, 'f' | '階'));
            match basement && floor {
                true => out.push_str("地下"),
                false => out.push(chars[at]),
            }
            at += 1;
            continue;
        }
        // Whether the number goes on from a block: `1-` before it.
        let goes_on =
            out.ends_with('-') && out.trim_end_matches('-').ends_with(|c: char| c.is_ascii_digit());
        while digit(at) {
            out.push(chars[at]);
            at += 1;
        }
        let begins = |unit: &str| {
            chars[at..].iter().zip(unit.chars()).filter(|(a, b)| *a == b).count()
                == unit.chars().count()
        };
        let after = |unit: &str| at + unit.chars().count();
        if begins("丁目") {
            out.push('-');
            at = after("丁目");
            if begins_at(&chars, at, 'の') && digit(at + 1) {
                at += 1;
            }
            continue;
        }
        if let Some(unit) = ["番地の", "番地", "番の", "番"]
            .into_iter()
            .find(|u| begins(u))
            .filter(|u| goes_on || digit(after(u)))
        {
            out.push('-');
            at = after(unit);
        } else if begins("の") && digit(at + 1) {
            out.push('-');
            at += 1;
        } else if begins("号")
            && goes_on
            && !chars.get(at + 1).is_some_and(|c| "館棟室車線店機".contains(*c))
        {
            at += 1;
        } else if begins("f") && !chars.get(at + 1).is_some_and(char::is_ascii_alphanumeric) {
            out.push('階');
            at += 1;
        }
    }
    out
}

fn begins_at(chars: &[char], at: usize, wanted: char) -> bool {
    chars.get(at) == Some(&wanted)
}

/// The key of a place or a body, for looking for it: on top of [`key`], figures of addresses
/// (芝一丁目1番1号, 芝1丁目1-1, 芝1-1-1),
/// floors, short forms of companies, and ヶ between Chinese characters, where ケ and が are written
/// for it.
pub fn place(raw: &str) -> String {
    let mut text = key(raw);
    for (short, long) in BODIES {
        if text.contains(short) {
            text = text.replace(short, long);
        }
    }
    let text = small_ke(&text, &['け', 'が', 'ゖ', 'ゕ']);
    blocks(&figures_before_counters(&text))
}

/// What the texts of one record are searched in: each text as its [`key`] and, where it differs,
/// as its [`place`], line by line.
pub fn haystack<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for text in texts {
        for line in [key(text), place(text)] {
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines.join("\n")
}

/// A word without the sort of body at its front or end: a name is found whether 株式会社 stands before
/// it, behind it or not at all.
fn without_body(word: &str) -> &str {
    let off = |long: &str| {
        word.strip_prefix(long).or_else(|| word.strip_suffix(long)).filter(|rest| !rest.is_empty())
    };
    BODIES.iter().find_map(|(_, long)| off(long)).unwrap_or(word)
}

/// What stands between a name and what belongs to it: みなと商事（本社会場）, みなと商事・本社.
fn parts_names(c: char) -> bool {
    matches!(
        c,
        '(' | ')'
            | '['
            | ']'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '「'
            | '」'
            | '『'
            | '』'
            | '"'
            | '“'
            | '”'
            | '〝'
            | '〟'
            | '・'
            | '、'
            | ','
            | '/'
    )
}

/// The words that are looked for: as they were typed, and folded. Beside others, the sort of body
/// is
/// none, nor is a postal code: the address behind it says more.
fn parts(raw: &str) -> Vec<(&str, String)> {
    let mut all: Vec<(&str, String)> = Vec::new();
    for word in raw.split(gap) {
        let folded = place(word);
        let texts = folded
            .split(parts_names)
            .map(|text| without_body(text).to_string())
            .filter(|text| !text.is_empty());
        all.extend(texts.map(|text| (word, text)));
    }
    let says_little = |text: &str| BODIES.iter().any(|(_, long)| text == *long) || is_postal(text);
    if all.iter().any(|(_, text)| !says_little(text)) {
        all.retain(|(_, text)| !says_little(text));
    }
    for (_, text) in &mut all {
        // 105-0014 may be a part of a telephone number as well.
        if is_postal(text) && !text.starts_with(|c: char| c.is_ascii_digit()) {
            *text = text.chars().filter(char::is_ascii_digit).collect();
        }
    }
    all
}

/// `〒105-0014`, `〒1050014`, `105-0014`
fn is_postal(text: &str) -> bool {
    let bare = without_postal_mark(text);
    let groups: Vec<usize> = bare.split('-').map(str::len).collect();
    let digits = bare.chars().all(|c| c.is_ascii_digit() || c == '-');
    digits && (groups == [3, 4] || bare.len() < text.len() && groups == [7])
}

/// What follows the stems of prefectures.
const PREFECTURES: [(&str, &str); 4] = [
    ("都", "東京"),
    ("府", "京都 大阪"),
    (
        "県",
        "青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜 静岡 愛知 三重 滋賀 兵庫 奈良 和歌山",
    ),
    (
        "県",
        "鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 宮崎 鹿児島 沖縄",
    ),
];

/// The other form of a [`Word`].
fn other_form(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 6
        && digits.len() < text.len()
        && text.chars().all(|c| c.is_ascii_digit() || c == '-')
    {
        return Some(digits);
    }
    let official = crate::input::official(text).to_lowercase();
    if official != text && official.contains('-') {
        return Some(official);
    }
    let stems = PREFECTURES
        .iter()
        .flat_map(|(end, stems)| stems.split(' ').map(move |stem| (*end, place(stem))));
    stems.into_iter().find_map(|(end, stem)| {
        let rest = text
            .strip_prefix(stem.as_str())
            .filter(|rest| rest.chars().count() > 1 && !rest.starts_with(end))?;
        Some(format!("{stem}{end}{rest}"))
    })
}

/// One word that is looked for, in the forms of which one has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As a [`place`].
    pub text: String,
    /// Another form of it: the digits alone of what may be a code in groups (1311-234569), a
    /// number of ours with the dashes that were
    /// left out (A2022000001), a prefecture in full (東京港区).
    pub other: Option<String>,
}

/// Words in any order, set off by blanks: all of them have to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    pub words: Vec<Word>,
}

impl Sought {
    /// The words of a search box. More than so many aren't looked for, and a word isn't longer
    /// than so many letters.
    pub const MOST: usize = 5;
    const LONGEST: usize = 100;

    pub fn of(raw: &str) -> Sought {
        let words = parts(raw)
            .into_iter()
            .map(|(_, text)| text.chars().take(Self::LONGEST).collect::<String>())
            .take(Self::MOST)
            .map(|text| Word { other: other_form(&text), text })
            .collect();
        Sought { words }
    }

    /// The words of a search box that aren't looked for: those behind the first [`Sought::MOST`],
    /// as they were typed.
    pub fn unused(raw: &str) -> Vec<&str> {
        let mut unused: Vec<&str> =
            parts(raw).into_iter().skip(Self::MOST).map(|(word, _)| word).collect();
        unused.dedup();
        unused.truncate(20);
        unused
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every word is in a [`haystack`].
    pub fn is_in(&self, haystack: &str) -> bool {
        self.words.iter().all(|w| {
            haystack.contains(&w.text)
                || w.other.as_ref().is_some_and(|other| haystack.contains(other))
        })
    }

    /// For a statement that lets everything through where nothing is asked for: empty, or not.
    pub fn asked(&self) -> &'static str {
        if self.is_empty() { "" } else { "asked" }
    }

    /// Patterns for SQL, two a word (`like … escape '\\'`), of which one has to fit; what isn't
    /// asked fits everything.
    pub fn patterns(&self) -> [String; Self::MOST * 2] {
        let mut all: [String; Self::MOST * 2] = std::array::from_fn(|_| "%".to_string());
        for (at, word) in self.words.iter().enumerate().take(Self::MOST) {
            let pattern = |text: &str| format!("%{}%", escaped(text));
            all[at * 2] = pattern(&word.text);
            all[at * 2 + 1] = pattern(word.other.as_deref().unwrap_or(&word.text));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writings_that_mean_the_same_fold_to_one_key() {
        for (first, others) in [
            ("か", &["カ", "ｶ", "か\u{200b}"][..]),
            ("が", &["ガ", "ｶﾞ", "か\u{3099}", "か゛", "カ\u{ff9e}"]),
            ("ぱ", &["パ", "ﾊﾟ", "は゜"]),
            ("け", &["ケ", "ｹ"]),
            ("ヶ", &["ゖ"]),
            ("ヵ", &["ゕ"]),
            ("脂肉", &["脂⺼"]),
            ("김", &["김\u{3164}", "\u{ffa0}김"]),
            (
                "みなと商事 本社会場",
                &[
                    "ミナト商事本社会場",
                    "ﾐﾅﾄ商事　本社会場",
                    "み な と商事\t本社会場",
                    "みなと商事\u{a0}本社会場",
                ],
            ),
            (
                "サーバー",
                &["サ－バ－", "サ-バ-", "さ‐ば‐", "ｻｰﾊﾞｰ", "サ―バ―", "サ─バ─", "サ−バ−", "サ–バ—"],
            ),
            ("1-2-3", &["１－２－３", "1−2−3", "1‐2‐3", "1―2―3", "1ー2ー3", "1 - 2 - 3"]),
            ("ABC会館", &["abc会館", "ＡＢＣ会館", "Ａbc 会館"]),
            ("Nguyễn Văn Đức", &["NGUYEN VAN DUC", "nguye\u{302}\u{303}n van duc"]),
            ("Müller Straße", &["muller strasse", "MÜLLER STRASSE"]),
            ("西東京市", &["⻄東京市"]),
            ("青森市", &["⻘森市", "靑森市"]),
            ("長野市", &["⻑野市", "⾧野市"]),
            ("亀岡市", &["⻲岡市", "龜岡市", "⿔岡市"]),
            ("黒部市", &["⿊部市", "黑部市"]),
            ("江戸川区", &["江⼾川区", "江戶川区", "江戸川區"]),
            ("神戸市", &["神⼾市", "\u{fa19}戸市"]),
            ("八王子市", &["⼋王⼦市"]),
            ("高橋", &["髙橋", "⾼橋", "髙槗"]),
            ("山崎", &["山﨑", "山嵜"]),
            ("沢", &["澤"]),
            ("浜", &["濱", "濵"]),
            ("渡辺", &["渡邊", "渡邉", "渡邉\u{e0101}"]),
            ("斎藤", &["齋藤", "齊藤", "斉藤"]),
            ("吉野", &["𠮷野"]),
            ("桜島", &["櫻嶋", "桜嶌"]),
            ("塩釜市", &["塩竈市", "鹽竈市", "塩竃市"]),
            ("四条畷市", &["四條畷市"]),
            ("檜原村", &["桧原村"]),
            ("葛飾", &["葛\u{e0100}飾", "葛\u{fe00}飾"]),
            ("井の頭", &["井之頭", "井ノ頭"]),
            ("㈱みなと", &["(株)ミナト", "（株）みなと"]),
        ] {
            for other in others {
                assert_eq!(key(first), key(other), "{first} {other}");
            }
        }
    }

    #[test]
    fn what_is_not_the_same_stays_apart() {
        for (one, other) in [
            ("か", "が"),
            ("ヶ", "ケ"),
            ("ヵ", "カ"),
            ("ヶ", "が"),
            ("ヵ", "が"),
            ("ヶ", "ヵ"),
            ("は", "ぱ"),
            ("びょういん", "びよういん"),
            ("カマゴオリ", "ガマゴオリ"),
            ("サーバ", "サバ"),
            ("一", "ー"),
            ("一", "1"),
            ("三一", "31"),
            ("二", "ニ"),
            ("口", "ロ"),
            ("エ", "工"),
            ("大", "太"),
            ("田", "由"),
            ("а", "a"),
            ("%", "_"),
        ] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    #[test]
    fn wildcards_of_a_pattern_are_letters() {
        assert_eq!(like("100％"), "100\\%");
        assert_eq!(like("A_b＼"), "a\\_b\\\\");
    }

    #[test]
    fn the_tables_hold_pairs_that_lead_to_an_end() {
        for pair in VARIANTS.split_whitespace() {
            let both: Vec<char> = pair.chars().collect();
            assert_eq!(both.len(), 2, "{pair}");
            assert_eq!(key(&both[0].to_string()), key(&both[1].to_string()), "{pair}");
        }
    }

    #[test]
    fn every_character_folds_once_and_letters_never_to_nothing() {
        for c in (0..0x3_0000_u32).chain(0xe_0000..0xe_0200).filter_map(char::from_u32) {
            let folded = key(&c.to_string());
            assert_eq!(key(&folded), folded, "{c:?}");
            assert!(!letter(c) || !folded.is_empty(), "{c:?}");
        }
    }

    #[test]
    fn a_place_is_found_in_every_writing_of_its_address() {
        let hay = haystack([
            "みなと商事 本社会場",
            "東京都港区芝一丁目1番1号 みなとビル3階",
            "1311234569",
        ]);
        for words in [
            "ミナト商事",
            "ﾐﾅﾄ商事",
            "みなと商事本社会場",
            "みなとビル３階",
            "みなとビル3F",
            "みなとビル三階",
            "芝1丁目",
            "芝一丁目",
            "芝１－１－１",
            "芝1ー1ー1",
            "芝1丁目1番",
            "芝1丁目1番1号",
            "港区芝1-1",
            "東京都港区",
            "東京都 港区 芝",
            "1311234569",
            "１３１１２３４５６９",
            "1311-234569",
            "1311−234569",
            "本社 みなと",
            "3階　本社",
            "株式会社みなと商事",
            "みなと商事（株）",
            "㈱ミナト商事 芝",
            "東京港区",
            "東京港区芝一丁目",
            "㈱ みなと商事",
            "株式会社 みなと商事",
            "みなと商事 株式会社",
            "みなと商事　（株） 本社",
            "みなと商事（本社会場）",
            "みなと商事(本社)",
            "みなと商事・本社",
            "みなと商事、本社会場",
            "【みなと商事】本社",
            "〒105-0014 東京都港区芝",
            "〒１０５－００１４　東京都港区芝",
            "105-0014 東京都港区芝",
            "〒1050014 港区",
            "〒105-0014　みなとビル",
            "郵便番号105-0014 港区",
        ] {
            assert!(Sought::of(words).is_in(&hay), "{words}: {:?} in {hay}", Sought::of(words));
        }
        for words in [
            "%",
            "_",
            "みなと%会場",
            "芝2丁目",
            "芝11丁目",
            "大阪府港区",
            "みなと 支社",
            "1311-234560",
            "4階",
            "ミナドビル",
            "株式会社 浜商事",
            "みなと（支社）",
            "〒105-0014",
            "（株）",
        ] {
            assert!(!Sought::of(words).is_in(&hay), "{words}");
        }
    }

    #[test]
    fn a_body_before_or_behind_a_name_is_no_part_of_what_is_looked_for() {
        for name in [
            "みなと商事",
            "株式会社みなと商事",
            "みなと商事株式会社",
            "みなと商事（株）",
            "㈱みなと商事",
        ] {
            for words in ["みなと商事", "株式会社みなと商事", "みなと商事㈱", "(株)ミナト商事"]
            {
                assert!(Sought::of(words).is_in(&haystack([name])), "{words} in {name}");
            }
        }
        for words in ["みなと商事", "\"みなと商事\"", "“みなと商事”", "『みなと』＂商事＂"]
        {
            let sought = Sought::of(words);
            assert!(sought.is_in(&haystack(["みなと商事 本社会場"])), "{words} {sought:?}");
        }
        for words in ["（）", "・", " 「」、", "\"\""] {
            assert!(Sought::of(words).is_empty(), "{words}");
        }
        // A postal code by itself is looked for in the form in which it is kept.
        for words in ["〒105-0014", "105-0014", "〒1050014"] {
            assert!(Sought::of(words).is_in(&haystack(["港区芝", "1050014"])), "{words}");
        }
        // What looks like one may be a part of a telephone number.
        for words in ["123-4567", "045-123-4567", "1２３－4567"] {
            assert!(Sought::of(words).is_in(&haystack(["港区芝", "045-123-4567"])), "{words}");
        }
        assert_eq!(Sought::unused("株式会社 あ い う（え） お か き"), ["か", "き"]);
        // By itself it is what is looked for.
        assert!(Sought::of("医療法人").is_in(&haystack(["（医）芝会"])));
        assert!(!Sought::of("医療法人").is_in(&haystack(["芝会"])));
    }

    #[test]
    fn numbers_of_ours_are_found_with_and_without_their_dashes() {
        let hay = haystack(["A-2022-000001", "B-42P2ZN1H", "P-1311234569-0001"]);
        for words in [
            "A2022000001",
            "a−2022−000001",
            "Ａ２０２２０００００１",
            "A-2022000001",
            "2022-000001",
            "B42P2ZN1H",
            "P13112345690001",
        ] {
            assert!(Sought::of(words).is_in(&hay), "{words}");
        }
        for words in ["A2022000002", "L2022000001", "B42P2ZN1X"] {
            assert!(!Sought::of(words).is_in(&hay), "{words}");
        }
    }

    #[test]
    fn figures_are_folded_where_an_address_counts_and_nowhere_else() {
        for (one, other) in [
            ("南三十一条西八丁目", "南31条西8丁目"),
            ("北二十四条東1丁目", "北24条東1"),
            ("三番町5番地", "3番町5番地"),
            ("地下一階", "B1F"),
            ("大字原1番地の2", "大字原1-2"),
            ("1丁目の2", "1-2"),
            ("茅ヶ崎市", "茅ケ崎市"),
            ("霞が関一丁目", "霞ヶ関1丁目"),
            ("㈱みなと", "株式会社ミナト"),
        ] {
            assert!(
                place(one).starts_with(&place(other)),
                "{one} {} {other} {}",
                place(one),
                place(other)
            );
        }
        for (one, other) in [
            ("三一商店", "31商店"),
            ("千葉", "1000葉"),
            ("三号館", "三"),
            ("かまごおり", "がまごおり"),
        ] {
            assert_ne!(place(one), place(other), "{one} {other}");
        }
    }

    /// Not an accent that waits for its letter, nor a letter by category that is a gap to the eye
    /// (the Hangul fillers).
    fn letter(c: char) -> bool {
        c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c) && !is_blank(c)
    }

    proptest! {
        #[test]
        fn a_text_is_found_in_other_kana_width_and_case(raw in "[ぁ-ん一-三丁目番号階条芝0-9A-Fケが %_]{1,16}") {
            let other: String = raw
                .chars()
                .map(|c| match c {
                    'ぁ'..='ん' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
                    '!'..='~' => char::from_u32(c.to_ascii_lowercase() as u32 + 0xfee0).unwrap_or(c),
                    c => c,
                })
                .collect();
            let whole = Sought { words: vec![Word { text: place(&other), other: None }] };
            prop_assert!(whole.is_in(&haystack([raw.as_str()])), "{:?}", whole);
        }

        #[test]
        fn a_key_is_its_own_key(raw in "\\PC{0,24}") {
            let folded = key(&raw);
            prop_assert_eq!(key(&folded), folded.clone());
            prop_assert!(!raw.chars().any(letter) || !folded.is_empty());
        }

        #[test]
        fn japanese_keys_are_their_own_keys(raw in "[ぁ-ヿｦ-ﾟ゛゜ー－ -～一-鿿⺀-⿟Ａ-ｚà-ỹ\u{300}-\u{36f}]{0,24}") {
            let folded = key(&raw);
            prop_assert_eq!(key(&folded), folded);
        }
    }
}
