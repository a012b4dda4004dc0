//! Sentences of [`rules::input`].

use rules::application::grouped;
use rules::input::{Belongs, InputFault, LotFault, MailFault};
use rules::time::say_date;

use crate::Sentence;

impl Sentence for InputFault {
    fn sentence(&self) -> String {
        match self {
            InputFault::Empty(label) => format!("{label}を入力してください"),
            InputFault::NotChosen(label) => format!("{label}を選んでください"),
            InputFault::Ditto(label) => format!(
                "{label}の「〃」や「同上」は読み取れません。上と同じでも、\
                 その値を入力してください"
            ),
            InputFault::NotWhole(label) => format!("{label}は0以上の整数で入力してください"),
            InputFault::NotSigned(label) => {
                format!("{label}は整数で入力してください（減らすときは −2 のように入力します）")
            }
            InputFault::Separators { label, raw } => format!(
                "{label}の「{raw}」は、小数か桁区切りかがわかりません。\
                 1234 のように数字だけで入力してください"
            ),
            InputFault::OtherUnit { label, raw, wanted } => {
                format!("{label}の「{raw}」は、単位が違います。{wanted}で入力してください")
            }
            InputFault::Range { label, min, max } => {
                format!("{label}は{}から{}までの数で入力してください", grouped(*min), grouped(*max))
            }
            InputFault::Phone(label) => {
                format!("{label}は市外局番から10桁または11桁で入力してください")
            }
            InputFault::PhoneDigits { label, start, wanted, found } => format!(
                "{label}は市外局番から10桁または11桁で入力してください（{start}で始まる番号は\
                 {wanted}桁、入力は{found}桁です）"
            ),
            InputFault::PhoneZero(label) => format!(
                "{label}の先頭の0がありません。市外局番の0から入力してください（例 03-1234-5678）"
            ),
            InputFault::PhoneTwo(label) => format!(
                "{label}には1つの番号だけを入力してください（内線は「03-1234-5678 内線123」\
                 のように続けます）"
            ),
            InputFault::PhoneWords { label, found } => format!(
                "{label}に「{found}」が入っています。\
                 番号と内線だけを入力してください（例 03-1234-5678 内線123）"
            ),
            InputFault::PhoneAbroad(label) => format!(
                "{label}は日本国内の番号で入力してください（+81 の番号はそのまま入力できます）"
            ),
            InputFault::Postal(label) => {
                format!("{label}は7桁の数字で入力してください（例 100-8916）")
            }
            InputFault::Placeholder { label, raw } => format!(
                "{label}の「{raw}」は、仮の番号のように見えます。正しい番号を入力してください"
            ),
            InputFault::AccountNumber(label) => format!(
                "{label}は4桁から7桁の数字で入力してください（7桁より短い番号は、\
                 頭に0を付けて登録します）"
            ),
            InputFault::Reading(label) => format!("{label}はひらがなで入力してください"),
            InputFault::Katakana(label) => format!("{label}はカタカナで入力してください"),
            InputFault::Mail(label) => format!("{label}は name@example.jp の形で入力してください"),
            InputFault::MailPart { label, why } => format!(
                "{label}は name@example.jp の形で入力してください。{why}",
                why = why.sentence()
            ),
            InputFault::NotDate(label) => format!(
                "{label}は年・月・日がわかるように入力してください（例 2022年3月14日、R4.3.14）"
            ),
            InputFault::WhichYear { label, raw } => format!(
                "{label}の「{raw}」は、どの年かがわかりません。\
                 西暦4桁か元号で入力してください（例 2022年3月14日、R4.3.14）"
            ),
            InputFault::WhichOrder { label, raw } => format!(
                "{label}の「{raw}」は、月と日のどちらが先かがわかりません。\
                 2022年3月14日 のように入力してください"
            ),
            InputFault::NoSuchDay { label, raw } => format!(
                "{label}は年・月・日がわかるように入力してください（「{raw}」という日は\
                 ありません）"
            ),
            InputFault::YearOutside { label, raw } => format!(
                "{label}の「{raw}」は、読める範囲の外です。\
                 1900年から2200年までの日付で入力してください"
            ),
            InputFault::OtherWeekday { label, raw, day } => format!(
                "{label}の「{raw}」は、{}の曜日と合いません。年から入力してください",
                say_date(*day)
            ),
            InputFault::WrongWeekday { label, raw, day } => format!(
                "{label}の「{raw}」は、{}の曜日と合いません。日付か曜日を直してください",
                say_date(*day)
            ),
            InputFault::NoHoliday { label, raw, at, named } => format!(
                "{label}の「{raw}」：{}は{}ではありません。日付か祝日の記載を直してください",
                say_date(at.date()),
                if named.is_empty() { "祝日" } else { *named }
            ),
            InputFault::DateRange { label, min, max } => format!(
                "{label}は{}から{}までの日付で入力してください",
                say_date(*min),
                say_date(*max)
            ),
            InputFault::DateOutside { label, read, min, max } => format!(
                "{label}は{}から{}までの日付で入力してください（{}と読みました）",
                say_date(*min),
                say_date(*max),
                say_date(*read)
            ),
            InputFault::NotMoment(label) => {
                format!("{label}は 2022-02-15 15:00 の形で入力してください")
            }
            InputFault::NotMonth(label) => {
                format!("{label}は年と月がわかるように入力してください（例 2022年9月、R4.9）")
            }
            InputFault::NotClock(label) => format!("{label}は 9:00 の形で入力してください"),
            InputFault::WhichTwelve { label, raw } => format!(
                "{label}の「{raw}」は、正午か真夜中かがわかりません。\
                 12:00 か 0:00 で入力してください"
            ),
            InputFault::NotClockRange(label) => {
                format!("{label}は 9:00～12:00 の形で入力してください")
            }
            InputFault::ClockOrder(label) => {
                format!("{label}の終わりの時刻は、始まりの時刻より後にしてください")
            }
            InputFault::Lot { label, raw, why } => {
                format!("{label}の「{raw}」はロット番号ではありません。{why}", why = why.sentence())
            }
            InputFault::NotWeb(label) => format!("{label}は https:// から入力してください"),
            InputFault::NotDecimal(label) => {
                format!("{label}は 1.5 のような数字で入力してください")
            }
            InputFault::Lost { label, found } => format!(
                "{label}に、読めない文字（{}）があります。正しい字か、かなで入力してください",
                lost(*found)
            ),
            InputFault::Picture { label, found } => format!(
                "{label}に、読めない文字（{found}）があります。正しい字か、かなで入力してください"
            ),
            InputFault::Garbled(label) => format!(
                "{label}に、読めない文字（文字化け）があります。正しい字か、かなで入力してください"
            ),
            InputFault::LeftOver { label, raw } => format!(
                "{label}の「{raw}」は、表計算ソフトのエラーか、値がないことを表す記号です。\
                 正しい値を入力してください"
            ),
            InputFault::NoName { label, raw } => {
                format!("{label}の「{raw}」は、人の名前ではありません。名前を入力してください")
            }
            InputFault::DateForName { label, raw } => {
                format!("{label}の「{raw}」は、日付のように見えます。名前を入力してください")
            }
            InputFault::DateForThing { label, raw } => {
                format!("{label}の「{raw}」は、日付のように見えます。正しい名称を入力してください")
            }
            InputFault::NoThing { label, raw } => {
                format!("{label}の「{raw}」は、名称ではありません。正しい名称を入力してください")
            }
            InputFault::Elsewhere { label, found, belongs } => {
                format!("{label}の「{found}」は{}", elsewhere(*belongs))
            }
            InputFault::TwoNames { label, raw } => format!(
                "{label}の「{raw}」は、2人以上の名前のように見えます。\
                 1人の名前だけを入力してください"
            ),
            InputFault::TooLong { label, max } => {
                format!("{label}は{max}文字までで入力してください")
            }
        }
    }
}

impl Sentence for MailFault {
    fn sentence(&self) -> String {
        match self {
            MailFault::Two => "アドレスは1つだけ入力してください".into(),
            MailFault::At => "@ が1つだけ必要です".into(),
            MailFault::Blank => "空白が入っています".into(),
            MailFault::Local => "@ の前に、使えない文字が入っています".into(),
            MailFault::Dots => "@ の前の「.」は、先頭・末尾に置いたり続けたりできません".into(),
            MailFault::LongLocal => "@ の前は64文字までです".into(),
            MailFault::Domain => "@ の後（ドメイン）が正しくありません".into(),
            MailFault::NoDot => "@ の後（ドメイン）に「.」がありません".into(),
            MailFault::Idn => {
                "日本語のドメインは、xn-- で始まる英数字の形で入力してください".into()
            }
            MailFault::Literal => {
                "@ の後は、数字のアドレスではなくドメイン名で入力してください".into()
            }
            MailFault::Long => "全体で254文字までです".into(),
        }
    }
}

impl Sentence for LotFault {
    fn sentence(&self) -> String {
        match self {
            LotFault::Wreckage => {
                "表計算ソフトのエラーか、指数の表示になっています。セルを文字列にして、\
                 箱の表示のとおりに入力してください"
                    .into()
            }
            LotFault::Grouped => {
                "桁区切りの「,」が入っています。箱の表示のとおりに入力してください".into()
            }
            LotFault::Date => {
                "日付に変わっています。セルを文字列にして、箱の表示のとおりに入力してください"
                    .into()
            }
            LotFault::Words => "箱かバイアルに印字されている番号を入力してください".into(),
            LotFault::Two => "ロット番号は1つずつ入力してください".into(),
            LotFault::Characters => "使える文字は、英数字と一部の記号です".into(),
            LotFault::Long => "20文字までです".into(),
            LotFault::Placeholder => {
                "仮の番号のように見えます。箱かバイアルに印字されている番号を入力してください"
                    .into()
            }
        }
    }
}

/// What was found in a field that isn't its own, and what to do with it.
fn elsewhere(belongs: Belongs) -> &'static str {
    match belongs {
        Belongs::Phone => {
            "電話番号です。電話番号の欄に入力してください（内線は番号の後に「内線123」と続けます）"
        }
        Belongs::Mail => "メールアドレスです。メールアドレスの欄に入力してください",
        Belongs::Postal => "郵便番号です。郵便番号の欄に入力してください",
        Belongs::Web => "ホームページのアドレスです。この欄には入力しないでください",
    }
}

/// What only stands for a letter, as a person may know it.
fn lost(found: char) -> String {
    match found {
        '〓' => "〓".into(),
        '\u{fffd}' => "文字化け".into(),
        found => format!("外字 U+{:04X}", u32::from(found)),
    }
}
