//! Radicals that have a code point of their own (U+2E80 to U+2FD5). They come out of PDFs, nobody
//! types them: ⻄ is 西.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// CJK Radicals Supplement, each with its ideograph: Unicode's `EquivalentUnifiedIdeograph`, letter
/// for letter. Two more (⺟, ⻳) have theirs by compatibility.
const SUPPLEMENT: &str = "\
    ⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇𠘨 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑𡯂 ⺒巳 ⺓幺 ⺔彑 ⺕彐 ⺖忄 ⺗心 ⺘扌 \
    ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪𤴔 ⺫目 ⺬示 ⺭礻 ⺮𥫗 ⺯糹 ⺰纟 ⺱罓 ⺲罒 \
    ⺳㓁 ⺴冗 ⺵𦉫 ⺶羊 ⺷𦍌 ⺸𦍋 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽𦥑 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇𧢲 ⻈讠 ⻉贝 ⻊𧾷 \
    ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻕𨸏 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞𩙿 ⻟飠 ⻠饣 ⻡𩠐 ⻢马 \
    ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀";

/// Kangxi radicals whose ideograph by Unicode is an old shape that Japan writes otherwise: Japan's.
const JAPANS: &str = "⼾戸 ⾭青 ⿈黄 ⿊黒";

static IDEOGRAPHS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = [SUPPLEMENT, JAPANS].into_iter().flat_map(str::split_whitespace);
    pairs.filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?))).collect()
});

/// The ideograph that a radical stands for; `None` for every other character, and for ⺀, which
/// stands for none.
pub fn radical(c: char) -> Option<char> {
    if !('\u{2e80}'..='\u{2fd5}').contains(&c) {
        return None;
    }
    // The other Kangxi radicals have theirs by compatibility.
    IDEOGRAPHS.get(&c).copied().or_else(|| c.nfkc().next()).filter(|ideograph| *ideograph != c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of Unicode's `EquivalentUnifiedIdeograph.txt`.
    const UNICODE: &[(char, char)] = &[
        ('\u{2e82}', '\u{4e5b}'),
        ('\u{2e87}', '\u{20628}'),
        ('\u{2e8b}', '\u{353e}'),
        ('\u{2ea5}', '\u{722b}'),
        ('\u{2eaa}', '\u{24d14}'),
        ('\u{2eae}', '\u{25ad7}'),
        ('\u{2eb7}', '\u{2634c}'),
        ('\u{2ebc}', '\u{8089}'),
        ('\u{2eca}', '\u{27fb7}'),
        ('\u{2ecf}', '\u{9091}'),
        ('\u{2ed5}', '\u{28e0f}'),
        ('\u{2ee1}', '\u{29810}'),
        ('\u{2ef1}', '\u{9f9c}'),
        ('\u{2f00}', '\u{4e00}'),
        ('\u{2f4f}', '\u{6bcb}'),
        ('\u{2faf}', '\u{9762}'),
        ('\u{2fd5}', '\u{9fa0}'),
    ];

    #[test]
    fn a_radical_is_the_ideograph_that_unicode_names() {
        for (radical_, ideograph) in UNICODE {
            assert_eq!(radical(*radical_), Some(*ideograph), "{radical_}");
        }
    }

    #[test]
    fn where_unicode_names_an_old_shape_it_is_the_one_that_japan_writes() {
        for pair in JAPANS.split_whitespace() {
            let (radical_, japans) = (pair.chars().next().unwrap(), pair.chars().nth(1).unwrap());
            assert_eq!(radical(radical_), Some(japans));
            let unicodes = radical_.nfkc().next().unwrap();
            assert_ne!(unicodes, japans, "{radical_} needs no entry");
            assert_eq!(
                crate::fold::key(&unicodes.to_string()),
                crate::fold::key(&japans.to_string()),
                "{radical_}"
            );
        }
    }

    #[test]
    fn every_radical_but_the_repeat_mark_has_one_and_nothing_else_does() {
        let assigned = |c: u32| !matches!(c, 0x2e9a | 0x2ef4..=0x2eff);
        for c in (0x2e80..=0x2fd5).filter(|c| assigned(*c)).filter_map(char::from_u32) {
            let ideograph = radical(c);
            assert_eq!(ideograph.is_none(), c == '\u{2e80}', "{c}");
            assert!(ideograph.is_none_or(super::super::chars::is_ideograph), "{c}");
        }
        for c in (0..0x2e80).chain(0x2fd6..0x3_0000).filter_map(char::from_u32) {
            assert_eq!(radical(c), None, "{c}");
        }
    }
}
