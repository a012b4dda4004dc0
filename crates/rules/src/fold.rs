//! The form in which names, addresses and codes are searched and compared: what people write differently and mean alike becomes one,
//! and nothing else does. か is カ and ｶ; ヶ isn't ケ, が isn't か. Source: ux §3.1; the radicals' table is Unicode's
//! EquivalentUnifiedIdeograph, the others are pairs of old and new or of common and variant writing.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Changes with every change of what the functions here answer: stored keys of an older edition are written anew.
pub const EDITION: &str = "1";

/// Radicals that are typed by nobody but come with text copied from a PDF; NFKC knows the others (U+2F00 and on).
const RADICALS: &str = "⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇𠘨 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑𡯂 ⺒巳 ⺓幺 ⺔彑 ⺕彐 ⺖忄 ⺗心 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺠民 ⺡氵 ⺢氺 \
    ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪𤴔 ⺫目 ⺬示 ⺭礻 ⺮𥫗 ⺯糹 ⺰纟 ⺱罓 ⺲罒 ⺳㓁 ⺴冗 ⺵𦉫 ⺶羊 ⺷𦍌 ⺸𦍋 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽𦥑 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 \
    ⻃覀 ⻄西 ⻅见 ⻆角 ⻇𧢲 ⻈讠 ⻉贝 ⻊𧾷 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻕𨸏 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞𩙿 ⻟飠 ⻠饣 ⻡𩠐 ⻢马 \
    ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀";

/// Variant writing and the one that stands for it: old forms of the common characters, and variants in names and places.
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
    [RADICALS, VARIANTS]
        .iter()
        .flat_map(|table| table.split_whitespace())
        .filter_map(|pair| {
            let mut both = pair.chars();
            Some((both.next()?, both.next()?))
        })
        .collect()
});

/// Drawn as nothing and meant by nobody: format characters, joiners, selectors of variants.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{e0000}'..='\u{e0fff}')
}

/// Anything that is drawn as a short stroke in the middle of a line.
fn dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{207b}'
                | '\u{208b}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{ad}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{30fc}'
                | '\u{ff70}'
                | '\u{2796}'
    )
}

fn kana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ' | 'ー' | '\u{30f7}'..='\u{30fa}')
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
    let lower: String = raw.chars().filter(|c| !invisible(*c)).nfkc().flat_map(char::to_lowercase).collect();
    for c in lower.nfc() {
        let c = match c {
            c if c.is_whitespace() || c.is_control() || c == '\u{2800}' => continue,
            // Accents that no letter took up.
            '\u{300}'..='\u{344}' | '\u{346}'..='\u{36f}' => continue,
            c if dash(c) => {
                if out.chars().next_back().is_some_and(kana) {
                    'ー'
                } else {
                    '-'
                }
            }
            'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
            'ヽ' => 'ゝ',
            'ヾ' => 'ゞ',
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

/// The form in which two writings of one name are equal: width, case, accents, kinds of kana, blanks, dashes, radicals and variant
/// characters folded. `key(key(x)) == key(x)`; letters and digits never fold to nothing.
pub fn key(raw: &str) -> String {
    let mut last = once(raw);
    // What one round makes, the next may find (an accent set free by a variant): never more than a few rounds.
    for _ in 0..4 {
        let next = once(&last);
        if next == last {
            break;
        }
        last = next;
    }
    last
}

/// [`key`] with the three signs of SQL's LIKE as letters (`like … escape '\\'`); the `%` round it is the caller's.
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
            ("みなと商事 本社会場", &["ミナト商事本社会場", "ﾐﾅﾄ商事　本社会場", "み な と商事\t本社会場", "みなと商事\u{a0}本社会場"]),
            ("サーバー", &["サ－バ－", "サ-バ-", "さ‐ば‐", "ｻｰﾊﾞｰ", "サ―バ―", "サ─バ─", "サ−バ−", "サ–バ—"]),
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
        for pair in [RADICALS, VARIANTS].iter().flat_map(|t| t.split_whitespace()) {
            let both: Vec<char> = pair.chars().collect();
            assert_eq!(both.len(), 2, "{pair}");
            assert_eq!(key(&both[0].to_string()), key(&both[1].to_string()), "{pair}");
        }
    }

    #[test]
    fn every_character_folds_once_and_letters_never_to_nothing() {
        for c in (0..=0x0010_ffff_u32).filter_map(char::from_u32) {
            let folded = key(&c.to_string());
            assert_eq!(key(&folded), folded, "{c:?}");
            assert!(!letter(c) || !folded.is_empty(), "{c:?}");
        }
    }

    /// Not an accent that waits for its letter.
    fn letter(c: char) -> bool {
        c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c)
    }

    proptest! {
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
