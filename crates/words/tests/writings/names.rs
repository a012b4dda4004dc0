//! Names, texts, readings, and the key by which one person is known again.

use rules::input::{self, InputFault};
use words::Sentence;

use crate::{mean, of, refused, wrapped, wrapped_wide};

#[test]
fn names() {
    // Every letter stays: rare ideographs, compatibility ideographs as Windows types them,
    // variation selectors, accents, kana with marks.
    let stored = [
        "厚生 太郎",
        "𠮷野 家子",
        "髙橋 健",
        "﨑山 葛\u{e0100}子",
        "John Smith",
        "オブライエン 恵",
        "渡邉 邊",
        "齋藤 齊",
        "\u{fa19}田 一",
        "\u{fa10}本 二",
        "\u{fa1b}井 三",
        "\u{fa26}\u{fa1a} 五",
        "渚\u{fa46} 六",
        "\u{fa0e}\u{fa0f} \u{fa11}",
        "\u{2f81a}田 七",
        "Nguyễn Thị Hà",
        "José Núñez",
        "김 민준",
        "镇 江",
        "ダニエル・ジャン＝ポール",
        "辻\u{e0101} 八",
        "がんば ぱぴ",
        "山田 太郎 (旧姓 佐藤)",
        "Ａ棟 会場",
        "㈱みなと商事",
        "O’Brien Mary",
    ];
    let mut cases = Vec::new();
    for name in stored {
        for gap in
            [" ", "\u{3000}", "  ", " \u{3000}", "\u{a0}", "\t", "\u{2009}", "\r\n", "\u{202f}"]
        {
            cases.push((name.replace(' ', gap), name.to_string()));
        }
        cases.extend(of(&name.to_string(), &[name], wrapped));
    }
    for (stored, raw) in [
        ("山田 太郎", "山田 \u{202e}太郎"),
        ("山田 太郎", "\u{2067}山田\u{2069} \u{2068}太郎\u{2069}"),
        ("山田 太郎", "山\u{ad}田 太\u{200b}郎"),
        ("山田 太郎", "山田\u{200e} 太郎\u{200f}"),
        ("山田 太郎", "山\u{2060}田\u{feff} 太郎"),
        ("山田 太郎", "山田 太郎\u{e0041}"),
        ("山田 太郎", "山\u{0}田\u{7} 太郎"),
        ("山田 太郎", "山田\u{34f} 太郎"),
        ("山田 太郎", "⼭⽥ 太郎"),
        ("長野 青子", "⻑野 ⻘子"),
        ("亀岡 西", "⻲岡 ⻄"),
        ("黒部 戸", "⿊部 ⼾"),
        ("がく パリ", "か\u{3099}く ハ\u{309a}リ"),
        ("José", "Jose\u{301}"),
        ("葛\u{e0100}飾", "葛\u{e0100}飾"),
        ("John", "John\u{fe0e}"),
        ("👨\u{200d}👩\u{200d}👧 家", "👨\u{200d}👩\u{200d}👧 家"),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
    ] {
        cases.push((raw.to_string(), stored.to_string()));
    }
    mean(&cases, input::name);
    assert_eq!(
        input::line("氏名", "\u{3000}", 60).unwrap_err().sentence(),
        "氏名を入力してください"
    );
    assert_eq!(
        input::line("氏名", &"あ".repeat(61), 60).unwrap_err().sentence(),
        "氏名は60文字までで入力してください"
    );
    assert_eq!(input::line("氏名", &"\u{20bb7}".repeat(60), 60), Ok("\u{20bb7}".repeat(60)));
}

#[test]
fn texts() {
    let said = [
        "1行目\n二行目",
        "搬入口は裏手です。\n\n警備室で名前を書いてください。",
        "9:00～12:00（午前）",
        "①冷凍庫 ②針",
        "1箱破損\u{3000}写真あり",
        "50%",
        "a\u{3000}b",
        "㈱みなと商事",
        "−20℃",
        "か\u{3000}が",
        "全角ＡＢＣ",
        "ﾊﾝｶｸ",
        "©2022",
        "\u{fa19}社",
        "葛\u{e0100}飾区",
        "“引用”",
        "—",
        "…",
        "～",
        "=SUM(A1)",
        "'引用",
        "a \"b\" c",
        "=\"a\"&\"b\"",
        "⭕️",
        "済✔︎",
        "😀👍🏽",
        "行末です。",
    ];
    let mut cases = Vec::new();
    for text in said {
        for raw in wrapped(text) {
            cases.push((raw, text.to_string()));
        }
        for (from, to) in [("\n", "\r\n"), ("\n", "\r"), ("\n", "\u{2028}"), ("\n", "\u{85}")] {
            cases.push((text.replace(from, to), text.to_string()));
        }
        cases.push((format!("{text}\u{7}"), text.to_string()));
        cases.push((format!("\u{0}{text}"), text.to_string()));
        cases.push((format!("\n\n{text}\n\n"), text.to_string()));
    }
    cases.push(("か\u{3099}".into(), "が".into()));
    cases.push(("=\"0123\"".into(), "0123".into()));
    cases.push(("a\tb\u{2003}c".into(), "a b c".into()));
    mean(&cases, input::text);
    for raw in [
        "",
        " ",
        "\u{3000}",
        "\n",
        "\u{200b}",
        "\u{202e}",
        "\u{3164}",
        "\u{2800}",
        "\u{ad}\u{ad}",
        "=\"\"",
    ] {
        assert_eq!(input::clean(raw), "", "{raw:?}");
    }
    assert_eq!(
        input::long_text("メモ", &"あ".repeat(2001), 2000).unwrap_err().sentence(),
        "メモは2000文字までで入力してください"
    );
}

#[test]
fn readings() {
    let table: &[(&str, &[&str])] = &[
        (
            "こうせい たろう",
            &[
                "こうせい たろう",
                "コウセイ タロウ",
                "ｺｳｾｲ ﾀﾛｳ",
                "こうせい　たろう",
                "こうせい  たろう",
                "コウセイ\u{a0}たろう",
            ],
        ),
        (
            "がっこう はなこ",
            &[
                "がっこう はなこ",
                "ガッコウ ハナコ",
                "ｶﾞｯｺｳ ﾊﾅｺ",
                "か\u{3099}っこう はなこ",
                "か゛っこう はなこ",
            ],
        ),
        ("ぱーく りー", &["ぱーく りー", "パーク リー", "ﾊﾟｰｸ ﾘｰ", "ハ゜ーク リー"]),
        (
            "さーば",
            &[
                "さーば",
                "サーバ",
                "ｻｰﾊﾞ",
                "サ－バ",
                "サ-バ",
                "さ‐ば",
                "サ―バ",
                "サ─バ",
                "サ—バ",
                "サ–バ",
                "サ−バ",
                "サ‑バ",
                "サ━バ",
                "サ﹣バ",
                "サ‒バ",
                "さｰば",
            ],
        ),
        ("しんーいち", &["ｼﾝ-ｲﾁ", "しん―いち", "シン－イチ", "シンーイチ"]),
        ("ゔぃくたー", &["ヴィクター", "ゔぃくたー", "ｳﾞｨｸﾀｰ", "ヴィクタ―"]),
        ("いすゞ みすゞ", &["いすゞ みすゞ", "イスヾ ミスヾ", "いすゝ\u{3099} みすゝ\u{3099}"]),
        ("さゝき", &["さゝき", "サヽキ"]),
        (
            "じゃん・ぽーる",
            &["ジャン・ポール", "ジャン＝ポール", "ジャン゠ポール", "ｼﾞｬﾝ･ﾎﾟｰﾙ", "じゃん・ぽーる"],
        ),
        ("ゐせき ゑい", &["ヰセキ ヱイ", "ゐせき ゑい"]),
        ("ゖ ゕ", &["ヶ ヵ"]),
        ("わたなべ めぐみ", &["ワタナベ メグミ", "ﾜﾀﾅﾍﾞ ﾒｸﾞﾐ", "わたなべ\tめぐみ"]),
    ];
    let cases: Vec<(String, Result<String, InputFault>)> = table
        .iter()
        .flat_map(|(stored, all)| of(&Ok((*stored).to_string()), all, wrapped))
        .collect();
    mean(&cases, |raw| input::reading("よみ", raw));
    refused(
        |raw| input::reading("よみ", raw),
        &[
            ("よみを入力してください", &["", "　", "\u{200b}"]),
            (
                "よみはひらがなで",
                &[
                    "厚生 たろう",
                    "Kosei Taro",
                    "こうせい1",
                    "厚生",
                    "ｋｏｓｅｉ",
                    "-あ",
                    "・",
                    "⼀",
                    "あ、い",
                    "さ一ば",
                    "たろう様",
                    "?",
                    "―",
                    "た ろ う -い",
                ],
            ),
        ],
    );
    assert_eq!(
        input::reading("よみ", &"あ".repeat(61)).unwrap_err().sentence(),
        "よみは60文字までで入力してください"
    );
}

#[test]
fn holders_of_accounts() {
    for (stored, all) in [
        (
            "ミナトショウジ(カ",
            &["ミナトショウジ(カ", "ﾐﾅﾄｼｮｳｼﾞ(ｶ", "みなとしょうじ（か", "ミナトショウジ（カ"][..],
        ),
        ("サトウ ハナコ", &["サトウ　ハナコ", "ｻﾄｳ ﾊﾅｺ", "さとう はなこ", "サトウ\u{a0}ハナコ"]),
        ("イ)ミナトセンター", &["イ）ミナトセンタ－", "ｲ)ﾐﾅﾄｾﾝﾀ-", "イ)ミナトセンタ―"]),
        ("ABC ショウカイ", &["abc ショウカイ", "ＡＢＣ　ｼｮｳｶｲ"]),
    ] {
        for raw in all.iter().flat_map(|w| wrapped(w)) {
            assert_eq!(input::account_holder("口座名義", &raw), Ok(stored.into()), "{raw:?}");
        }
    }
    refused(
        |raw| input::account_holder("口座名義", raw),
        &[
            ("口座名義を入力してください", &["", "　"]),
            ("口座名義はカタカナで入力してください", &["佐藤 花子", "サトウ＠", "Señor"]),
        ],
    );
}

#[test]
fn one_person_in_many_writings() {
    let same: &[&[&str]] = &[
        &["山田 太郎", "山田太郎", "山田　太郎", "山田\u{a0}太郎", "山田\u{202e}太郎", "⼭⽥太郎"],
        &["髙橋 﨑子", "高橋 崎子", "高橋﨑子", "髙橋　崎子"],
        &["渡邊 恵", "渡邉 恵", "渡辺 恵", "渡辺恵", "渡邉\u{e0100} 恵"],
        &["齋藤 一", "齊藤 一", "斎藤 一", "斉藤一"],
        &["澤田 櫻", "沢田 桜", "澤田桜"],
        &["John Smith", "JOHN SMITH", "john smith", "Ｊｏｈｎ　Ｓｍｉｔｈ", "JohnSmith"],
        &["やまだ たろう", "ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ", "やまだたろう"],
        &["ぱーく", "パーク", "ﾊﾟｰｸ", "パ－ク", "パ―ク"],
        &["福井 神", "\u{fa1b}井 \u{fa19}"],
    ];
    for group in same {
        let key = input::same_person(group[0]);
        for raw in group.iter().flat_map(|w| wrapped_wide(w)) {
            assert_eq!(input::same_person(&raw), key, "{raw:?}");
        }
    }
    let keys: std::collections::BTreeSet<String> =
        same.iter().map(|g| input::same_person(g[0])).collect();
    assert_eq!(keys.len(), same.len(), "different people stay different");
}
