//! Names of people: what a name is, and that a date or an error slipped into its column is none.

mod nobody;
mod several;
mod vocabulary;

use nobody::is_no_name;
use several::is_of_several;

use super::{InputFault, LONGEST_NAME, date_near, folded, holds_error, is_date_word, line};

/// The name of a person, which must be there, of one line, at most 60 characters long.
///
/// # Errors
/// [`InputFault::Empty`], [`InputFault::TooLong`], [`InputFault::Lost`], [`InputFault::LeftOver`],
/// [`InputFault::DateForName`], [`InputFault::NoName`], [`InputFault::TwoNames`]
pub fn person(label: &str, raw: &str) -> Result<String, InputFault> {
    let name = line(label, raw, LONGEST_NAME)?;
    // 四月一日 is somebody's name; a date has digits.
    let digits = folded(&name).contains(|c: char| c.is_ascii_digit());
    let about = jiff::civil::date(2022, 1, 1);
    if is_date_word(&name) || (digits && date_near(label, &name, about).is_ok()) {
        return Err(InputFault::DateForName { label: label.into(), raw: name });
    }
    if holds_error(&name) {
        return Err(InputFault::LeftOver { label: label.into(), raw: name });
    }
    if is_no_name(&name) {
        return Err(InputFault::NoName { label: label.into(), raw: name });
    }
    if is_of_several(&name) {
        return Err(InputFault::TwoNames { label: label.into(), raw: name });
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_nobodys_name_and_a_name_with_digits_is_one() {
        for raw in [
            "2022/3/18",
            "２０２２／３／１８",
            "令和4年3月18日",
            "R4.3.18",
            "3/18",
            "3月18日",
            "44638",
            "2022-03-18 0:00",
            "20220318",
        ] {
            assert!(matches!(person("医師名", raw), Err(InputFault::DateForName { .. })), "{raw}");
        }
        for raw in ["#N/A", "#REF!", "1.23E+05", "NULL", "####", "Err:502"] {
            assert!(matches!(person("医師名", raw), Err(InputFault::LeftOver { .. })), "{raw}");
        }
        for raw in [
            "四月一日",
            "四月一日 太郎",
            "八月朔日 健",
            "日野 一",
            "厚生 太郎2",
            "医師 3",
            "無藤 太郎",
            "なし田 太郎",
            "Null 太郎",
            "山田 3/18",
            "X 太郎",
        ] {
            assert_eq!(person("医師名", raw).as_deref(), Ok(raw), "{raw}");
        }
        for raw in [
            "未定",
            "（未定）",
            "不明",
            "なし",
            "無し",
            "-",
            "－",
            "ー",
            "…",
            "３",
            "12",
            "＋81",
            "山田?太郎",
            "山田？太郎",
            "山田■太郎",
            "□田 太郎",
            "○○",
            "xxx",
            "担当医",
            "担当医師",
            "（担当医）",
            "担当者",
            "交代制",
            "輪番制",
            "当番医",
            "シフト制",
            "日替わり",
            "複数",
            "複数名",
            "多数",
            "両名",
            "非常勤医師",
            "医師",
            "看護師",
            "院長",
            "事務局",
            "受付",
            "総務課",
            "調整中",
            "医師調整中",
            "担当未定",
            "手配中",
            "別紙参照",
            "別紙のとおり",
            "上記と同じ",
            "後日連絡",
            "氏名",
            "テスト",
            "記入例",
            "サンプル",
            "TBD",
            "test",
            "ああああ",
            "aaa",
            "〇〇",
            "〇〇 太郎",
            "△△",
            "××",
            "医師1名",
            "1名",
        ] {
            let said = person("医師名", raw).unwrap_err();
            assert!(matches!(said, InputFault::NoName { .. }), "{raw}: {said}");
        }
        assert!(matches!(person("医師名", "　"), Err(InputFault::Empty(_))));
        for raw in ["1月1日", "1-Jan", "Jan-22", "2022年1月", "Mar 18"] {
            assert!(matches!(person("医師名", raw), Err(InputFault::DateForName { .. })), "{raw}");
        }
        for raw in ["山田#N/A", "#REF!太郎"] {
            assert!(matches!(person("医師名", raw), Err(InputFault::LeftOver { .. })), "{raw}");
        }
    }

    #[test]
    fn two_people_in_one_field_are_refused() {
        for raw in [
            "山田太郎、鈴木花子",
            "山田 太郎、鈴木 花子",
            "山田太郎，鈴木花子",
            "山田太郎,鈴木花子",
            "山田／鈴木",
            "山田/鈴木",
            "山田太郎・鈴木花子",
            "山田 太郎 ・ 鈴木 花子",
            "山田＆鈴木",
            "山田+鈴木",
            "山田太郎；鈴木花子",
            "山田 太郎\u{3001}\n鈴木 花子",
            "John Smith / Jane Doe",
            "John & Jane",
            "山田 太郎 他1名",
            "山田太郎ほか２名",
            "山田太郎（外1名）",
            "山田太郎他数名",
            "山田太郎 鈴木花子",
            "山田太郎　鈴木花子",
            "山田太郎\n鈴木花子",
            "山田 太郎 鈴木 花子",
            "山田 太郎\n鈴木 花子",
            "山田健 鈴木誠",
            "山田太郎 鈴木 花子",
            "山田 太郎 鈴木花子",
            "山田 鈴木",
            "山田 鈴木 佐藤",
            "山田太郎鈴木花子",
            "山田太郎先生 鈴木花子先生",
            "内科 山田太郎 外科 鈴木花子",
            "山田太郎と鈴木花子",
            "山田 太郎 と 鈴木 花子",
            "山田と鈴木",
            "山田とスズキ",
            "山田太郎 及び 鈴木花子",
            "山田太郎及び鈴木花子",
            "山田太郎および鈴木花子",
            "山田太郎ならびに鈴木花子",
            "山田太郎または鈴木花子",
            "山田太郎又は鈴木花子",
            "山田太郎もしくは鈴木花子",
            "山田太郎 or 鈴木花子",
            "山田太郎 OR 鈴木花子",
            "山田太郎 and 鈴木花子",
            "John Smith or Jane Doe",
            "山田 太郎 → 鈴木 花子",
            "山田太郎→鈴木花子",
            "山田太郎⇒鈴木花子",
            "山田 -> 鈴木",
            "山田から鈴木に変更",
            "山田～鈴木",
            "山田|鈴木",
            "山田太郎。鈴木花子",
            "山田太郎（代理：鈴木花子）",
            "山田太郎（代理 鈴木花子）",
            "山田太郎（代理鈴木花子）",
            "山田太郎 代理 鈴木花子",
            "山田太郎代理鈴木花子",
            "山田太郎（代：鈴木）",
            "山田太郎（代診：鈴木）",
            "山田太郎（補助：鈴木花子）",
            "山田太郎（正）、鈴木花子（副）",
            "山田太郎（正）鈴木花子（副）",
            "山田（午前）鈴木（午後）",
            "午前：山田 午後：鈴木",
            "山田太郎（午前）／鈴木花子（午後）",
            "①山田 ②鈴木",
            "1.山田太郎 2.鈴木花子",
            "山田太郎 他",
            "山田 太郎 他",
            "山田太郎他",
            "山田他",
            "山田太郎 ほか",
            "山田太郎ほか",
            "山田 ほか",
            "山田太郎（ほか）",
            "山田太郎 など",
            "山田太郎など",
            "山田太郎等",
            "山田 太郎 等",
            "山田 太郎 外",
            "山田太郎ら",
            "山田 太郎ら",
            "山田ら",
            "山田太郎 その他",
            "医師2名",
            "医師２人",
            "医師 2名",
            "医師三名",
            "看護師3名",
            "2名",
            "2名体制",
            "山田他三名",
            "林・森",
        ] {
            let said = person("医師名", raw);
            assert!(matches!(said, Err(InputFault::TwoNames { .. })), "{raw}: {said:?}");
        }
        for raw in [
            "ダニエル・ジャン＝ポール",
            "ジャン・ポール",
            "Smith, John",
            "O’Brien Mary",
            "山田 太郎 (旧姓 佐藤)",
            "山田 3/18",
            "厚生 太郎2",
            "外山 太郎",
            "名他 一",
            "Nguyễn Thị Hà",
            "マリア・山田",
            "中外 名",
            "与謝野 晶子",
            "三ツ矢 雄二",
            "乙黒 えり",
            "長谷川 たらら",
            "長谷川 健太郎",
            "佐々木 小次郎",
            "長谷川健太郎",
            "佐々木小次郎",
            "片岡 仁左衛門",
            "勅使河原 三郎",
            "勅使河原 仁左衛門",
            "武者小路 実篤",
            "五百旗頭 真",
            "江良 慎",
            "新良 一",
            "野々村 真",
            "及川 光博",
            "及川及",
            "和戸 一",
            "山田 ラルフ 太郎",
            "ジョン スミス",
            "ジョン・スミス",
            "丁・永浩",
            "丁・ヨンホ",
            "マリア デ ラ クルス",
            "Maria de la Cruz Santos",
            "Nguyễn Thị Minh Khai",
            "Sato Suzuki Maria",
            "鈴木 田中 マリア",
            "佐藤 山田 太郎",
            "山田 等",
            "山田等",
            "佐々木等",
            "佐藤 咲ら",
            "佐藤咲ら",
            "佐藤 さくら",
            "佐藤 とし子",
            "佐藤 と志子",
            "山本 さと子",
            "佐藤 美と里",
            "能登 太郎",
            "能登 麻美子",
            "木全またはる",
            "外山 外男",
            "他田 他人",
            "二宮 三名",
            "三名 太郎",
            "人見 一人",
            "王 大明",
            "欧陽 菲菲",
            "諸葛 孔明",
            "ＯＲ Cohen",
            "Or Cohen",
            "Sam Or Lee",
            "第一内科 山田太郎",
            "みなと病院 山田 太郎",
            "みなと病院 内科 山田 太郎",
            "院長 山田 太郎",
            "院長・山田太郎",
            "山田太郎／内科",
            "院長代理 山田太郎",
            "山田太郎（院長代理）",
            "山田太郎（代理）",
            "山田太郎 先生",
            "山田太郎先生",
            "山田 太郎（内科）",
            "山田太郎（やまだ たろう）",
            "山田 太郎 (旧姓：佐藤)",
            "山田（旧姓 佐藤）太郎",
            "山田 太郎（午前）",
            "服部 太郎",
            "阿部 服次郎",
            "長谷部 誠",
            "代田 代",
            "交代 太郎",
            "副島 隆彦",
            "不在 太郎",
            "小野寺 五典",
            "小山田 太郎",
            "原 泉",
            "森 林",
            "東 出",
            "山田＝佐藤 花子",
            "山田-佐藤 花子",
            "Smith-Jones Mary",
            "Smith, John Jr.",
            "김 민준",
            "太郎2",
            "八月一日 宮",
            "四月一日 一二三",
            "一二三 四五六",
            "月見里 七五三",
            "小鳥遊 六花",
        ] {
            assert_eq!(person("医師名", raw).as_deref(), Ok(raw), "{raw}");
        }
    }
}
