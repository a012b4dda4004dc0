//! Accept any writing that a Japanese office uses, store one, show one. Source: ux §3.1.
//!
//! One function a kind of field, and every door (form, paste, file, API, scanner) calls it. What
//! each reads, asks and refuses stands in `docs/doors.md`; the tables that hold it to that stand in
//! `tests/writings`.

mod bank;
mod chars;
mod clock;
mod code;
mod counted;
mod cp932;
mod date;
mod elsewhere;
mod lot;
mod mail;
mod name;
mod number;
mod person;
mod phone;
pub(crate) mod placeholder;
mod radical;
mod unit;
mod vocabulary;
mod wreck;

use jiff::civil::DateTime;

use crate::application::grouped;
use crate::time::say_date;

pub use bank::account_number;
pub use chars::{
    clean, dashes, folded, is_blank, is_compatibility_ideograph, is_dash, is_ideograph,
    is_invisible, is_lost, is_selector, text,
};
pub(crate) use chars::{hiragana, is_kana};
pub(crate) use clock::clock_range_said;
pub use clock::{clock, clock_range};
pub use code::{code, id, mark, official, same_id};
pub use counted::{counted, is_separator};
pub use cp932::{in_cp932, kept_of_cp932};
pub(crate) use date::named_month;
pub use date::{
    date, date_near, date_within, day_said, era_before, expiry, inside, is_date_word, moment,
    month, nearest, time_of,
};
pub use elsewhere::Belongs;
pub use lot::lot;
pub use mail::{mail, mail_key, sendable, web};
pub use name::{
    account_holder, held, is_ditto, is_none, limited, line, long_text, name, named, reading,
    same_person, thing,
};
pub use number::{decimal, is_number, percent, signed, version, whole, within};
pub use person::person;
pub use phone::{phone, phone_parts, postal, without_postal_mark};
pub(crate) use radical::radical;
pub use unit::Unit;
pub(crate) use vocabulary::{SIGNS, STARS};
pub use wreck::{holds_error, holds_left_over, is_error_word, is_left_over};

/// The longest name of a thing, a place or an office, in characters.
pub const LONGEST_LINE: usize = 120;
/// The longest name of a person, in characters.
pub const LONGEST_NAME: usize = 60;
/// The longest note, reason or comment, in characters.
pub const LONGEST_NOTE: usize = 2000;

/// Why a typed value can't be taken; the text says how to mend it. `{0}` is the field's label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    #[error("{0}を入力してください")]
    Empty(String),
    #[error("{0}を選んでください")]
    NotChosen(String),
    #[error("{0}の「〃」や「同上」は読み取れません。上と同じでも、その値を入力してください")]
    Ditto(String),
    #[error("{0}は0以上の整数で入力してください")]
    NotWhole(String),
    #[error("{0}は整数で入力してください（減らすときは −2 のように入力します）")]
    NotSigned(String),
    #[error(
        "{label}の「{raw}」は、小数か桁区切りかがわかりません。1234 のように数字だけで入力してください"
    )]
    Separators { label: String, raw: String },
    #[error("{label}の「{raw}」は、単位が違います。{wanted}で入力してください")]
    OtherUnit { label: String, raw: String, wanted: &'static str },
    #[error("{label}は{}から{}までの数で入力してください", grouped(*.min), grouped(*.max))]
    Range { label: String, min: i64, max: i64 },
    #[error("{0}は市外局番から10桁または11桁で入力してください")]
    Phone(String),
    #[error(
        "{label}は市外局番から10桁または11桁で入力してください（{start}で始まる番号は{wanted}桁、入力は{found}桁です）"
    )]
    PhoneDigits { label: String, start: String, wanted: usize, found: usize },
    #[error("{0}の先頭の0がありません。市外局番の0から入力してください（例 03-1234-5678）")]
    PhoneZero(String),
    #[error(
        "{0}には1つの番号だけを入力してください（内線は「03-1234-5678 内線123」のように続けます）"
    )]
    PhoneTwo(String),
    #[error(
        "{label}に「{found}」が入っています。番号と内線だけを入力してください（例 03-1234-5678 内線123）"
    )]
    PhoneWords { label: String, found: String },
    #[error("{0}は日本国内の番号で入力してください（+81 の番号はそのまま入力できます）")]
    PhoneAbroad(String),
    #[error("{0}は7桁の数字で入力してください（例 100-8916）")]
    Postal(String),
    #[error("{label}の「{raw}」は、仮の番号のように見えます。正しい番号を入力してください")]
    Placeholder { label: String, raw: String },
    #[error(
        "{0}は4桁から7桁の数字で入力してください（7桁より短い番号は、頭に0を付けて登録します）"
    )]
    AccountNumber(String),
    #[error("{0}はひらがなで入力してください")]
    Reading(String),
    #[error("{0}はカタカナで入力してください")]
    Katakana(String),
    #[error("{0}は name@example.jp の形で入力してください")]
    Mail(String),
    #[error("{label}は name@example.jp の形で入力してください。{why}")]
    MailPart { label: String, why: MailFault },
    #[error("{0}は年・月・日がわかるように入力してください（例 2022年3月14日、R4.3.14）")]
    NotDate(String),
    #[error(
        "{label}の「{raw}」は、どの年かがわかりません。西暦4桁か元号で入力してください（例 2022年3月14日、R4.3.14）"
    )]
    WhichYear { label: String, raw: String },
    #[error(
        "{label}の「{raw}」は、月と日のどちらが先かがわかりません。2022年3月14日 のように入力してください"
    )]
    WhichOrder { label: String, raw: String },
    #[error("{label}は年・月・日がわかるように入力してください（「{raw}」という日はありません）")]
    NoSuchDay { label: String, raw: String },
    #[error(
        "{label}の「{raw}」は、読める範囲の外です。1900年から2200年までの日付で入力してください"
    )]
    YearOutside { label: String, raw: String },
    #[error("{label}の「{raw}」は、{day}の曜日と合いません。年から入力してください")]
    OtherWeekday { label: String, raw: String, day: String },
    #[error("{label}の「{raw}」は、{day}の曜日と合いません。日付か曜日を直してください")]
    WrongWeekday { label: String, raw: String, day: String },
    /// It is said to be a holiday; the calendar wasn't asked yet, or says that it is none.
    #[error(
        "{label}の「{raw}」：{}は{}ではありません。日付か祝日の記載を直してください",
        say_date(at.date()), if named.is_empty() { "祝日" } else { *named }
    )]
    NoHoliday { label: String, raw: String, at: DateTime, named: &'static str },
    #[error("{label}は{min}から{max}までの日付で入力してください")]
    DateRange { label: String, min: String, max: String },
    #[error("{label}は{min}から{max}までの日付で入力してください（{read}と読みました）")]
    DateOutside { label: String, read: String, min: String, max: String },
    #[error("{0}は 2022-02-15 15:00 の形で入力してください")]
    NotMoment(String),
    #[error("{0}は年と月がわかるように入力してください（例 2022年9月、R4.9）")]
    NotMonth(String),
    #[error("{0}は 9:00 の形で入力してください")]
    NotClock(String),
    #[error("{label}の「{raw}」は、正午か真夜中かがわかりません。12:00 か 0:00 で入力してください")]
    WhichTwelve { label: String, raw: String },
    #[error("{0}は 9:00～12:00 の形で入力してください")]
    NotClockRange(String),
    #[error("{0}の終わりの時刻は、始まりの時刻より後にしてください")]
    ClockOrder(String),
    #[error("{label}の「{raw}」はロット番号ではありません。{why}")]
    Lot { label: String, raw: String, why: LotFault },
    #[error("{0}は https:// から入力してください")]
    NotWeb(String),
    #[error("{0}は 1.5 のような数字で入力してください")]
    NotDecimal(String),
    #[error("{label}に、読めない文字（{found}）があります。正しい字か、かなで入力してください")]
    Lost { label: String, found: String },
    #[error(
        "{label}の「{raw}」は、表計算ソフトのエラーか、値がないことを表す記号です。正しい値を入力してください"
    )]
    LeftOver { label: String, raw: String },
    #[error("{label}の「{raw}」は、人の名前ではありません。名前を入力してください")]
    NoName { label: String, raw: String },
    #[error("{label}の「{raw}」は、日付のように見えます。名前を入力してください")]
    DateForName { label: String, raw: String },
    #[error("{label}の「{raw}」は、日付のように見えます。正しい名称を入力してください")]
    DateForThing { label: String, raw: String },
    #[error("{label}の「{raw}」は、名称ではありません。正しい名称を入力してください")]
    NoThing { label: String, raw: String },
    #[error("{label}の「{found}」は{}", belongs.said())]
    Elsewhere { label: String, found: String, belongs: Belongs },
    #[error("{label}の「{raw}」は、2人以上の名前のように見えます。1人の名前だけを入力してください")]
    TwoNames { label: String, raw: String },
    #[error("{label}は{max}文字までで入力してください")]
    TooLong { label: String, max: usize },
}

impl InputFault {
    /// The same of a moment of that day.
    fn at(mut self, moment: DateTime) -> InputFault {
        if let InputFault::NoHoliday { at, .. } = &mut self {
            *at = moment;
        }
        self
    }
}

/// What of a mail address can't be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailFault {
    #[error("アドレスは1つだけ入力してください")]
    Two,
    #[error("@ が1つだけ必要です")]
    At,
    #[error("空白が入っています")]
    Blank,
    #[error("@ の前に、使えない文字が入っています")]
    Local,
    #[error("@ の前の「.」は、先頭・末尾に置いたり続けたりできません")]
    Dots,
    #[error("@ の前は64文字までです")]
    LongLocal,
    #[error("@ の後（ドメイン）が正しくありません")]
    Domain,
    #[error("@ の後（ドメイン）に「.」がありません")]
    NoDot,
    #[error("日本語のドメインは、xn-- で始まる英数字の形で入力してください")]
    Idn,
    #[error("@ の後は、数字のアドレスではなくドメイン名で入力してください")]
    Literal,
    #[error("全体で254文字までです")]
    Long,
}

/// Why something is no lot number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LotFault {
    #[error(
        "表計算ソフトのエラーか、指数の表示になっています。セルを文字列にして、箱の表示のとおりに入力してください"
    )]
    Wreckage,
    #[error("桁区切りの「,」が入っています。箱の表示のとおりに入力してください")]
    Grouped,
    #[error("日付に変わっています。セルを文字列にして、箱の表示のとおりに入力してください")]
    Date,
    #[error("箱かバイアルに印字されている番号を入力してください")]
    Words,
    #[error("ロット番号は1つずつ入力してください")]
    Two,
    #[error("使える文字は、英数字と一部の記号です")]
    Characters,
    #[error("20文字までです")]
    Long,
    #[error("仮の番号のように見えます。箱かバイアルに印字されている番号を入力してください")]
    Placeholder,
}

#[cfg(test)]
mod tests;
