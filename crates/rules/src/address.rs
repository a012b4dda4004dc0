//! 町名・番地: what stands behind a municipality that has a field of its own.

mod spoiled;
mod vocabulary;

use crate::application::Answers;
use crate::input;
use crate::places::{self, Meaning, Places};

/// The fields that stand beside each other: a municipality, and what follows it.
pub const PAIRS: [(&str, &str); 1] = [("venue_municipality", "venue_address")];

/// Addresses that stand whole in their fields.
const WHOLE: [&str; 2] = ["organization_address", "institution_address"];

/// Why an address doesn't follow its municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Doubled(String, String),
    Nothing,
    Elsewhere(String, String),
    Postal(String),
    Date(String),
    TwoPrefectures(String),
    DateWithin(String),
    Nowhere(String),
    Signs(String),
}

/// No name of a municipality with its prefecture and county is longer.
const LONGEST: usize = 24;

/// The part of an address that names a municipality whole, and its code.
fn named<'a>(places: &Places, address: &'a str) -> Option<(&'a str, String)> {
    let ends = address.char_indices().map(|(at, c)| (at + c.len_utf8(), c)).take(LONGEST);
    ends.filter(|(_, c)| matches!(c, '市' | '区' | '區' | '町' | '村')).find_map(|(end, _)| {
        let start = &address[..end];
        let Meaning::One(found) = places.read(start) else { return None };
        let whole = places::key(&found.name);
        // A stem, a ward or a former name is part of an address; the prefecture before another
        // place's name makes it certain.
        places::key(start).ends_with(&whole).then(|| (start, found.code.clone()))
    })
}

/// Whether an address can stand behind its municipality.
///
/// # Errors
/// It begins with the municipality itself (a browser filled it in), or with another one and its
/// prefecture.
pub fn beside(places: &Places, municipality: &str, address: &str) -> Result<(), Fault> {
    let address = input::name(address);
    if let Some(postal) = postal_of(&address) {
        return Err(Fault::Postal(postal.to_string()));
    }
    if is_date(&address) {
        return Err(Fault::Date(address));
    }
    spoiled::check(&address)?;
    let own = places.municipality(municipality).map(|m| places::key(&m.name));
    let is_own = |start: &str| own.as_ref().is_some_and(|own| places::key(start) == *own);
    // Of namesakes (府中市) it is the one that is chosen.
    let alone = address
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take(LONGEST)
        .find(|end| is_own(&address[..*end]));
    let (start, code) = match (alone, named(places, &address)) {
        (Some(end), _) => (&address[..end], municipality.to_string()),
        (None, Some(found)) => found,
        (None, None) => return prefecture_beside(places, municipality, &address),
    };
    let rest = address[start.len()..]
        .trim_start_matches(|c: char| input::is_blank(c) || matches!(c, '、' | ',' | '，'));
    let with_prefecture =
        places.prefectures.iter().any(|p| places::key(start).starts_with(&places::key(&p.name)));
    if code == municipality {
        let fault = || Fault::Doubled(start.to_string(), rest.to_string());
        Err(if rest.is_empty() { Fault::Nothing } else { fault() })
    } else if with_prefecture {
        Err(Fault::Elsewhere(start.to_string(), places.full_name(municipality)))
    } else {
        Ok(())
    }
}

/// The same of an address that begins with no municipality: nor with a prefecture.
fn prefecture_beside(places: &Places, municipality: &str, address: &str) -> Result<(), Fault> {
    let Some((start, rest)) = prefecture_of(places, address) else { return Ok(()) };
    let full = places.full_name(municipality);
    match (full.starts_with(start), rest.is_empty()) {
        _ if full.is_empty() => Ok(()),
        (true, true) => Err(Fault::Nothing),
        (true, false) => Err(Fault::Doubled(start.into(), rest.into())),
        (false, _) => Err(Fault::Elsewhere(start.into(), full)),
    }
}

/// Whether an address that stands whole in its field names its prefecture once.
///
/// # Errors
/// Two of them at its beginning: 東京都千葉県1-1, 東京都東京都港区芝1-1.
fn whole(places: &Places, address: &str) -> Result<(), Fault> {
    let address = input::name(address);
    if is_date(&address) {
        return Err(Fault::Date(address));
    }
    spoiled::check(&address)?;
    let second = prefecture_of(places, &address)
        .and_then(|(one, rest)| Some((one, prefecture_of(places, rest)?.0)));
    match second {
        Some((one, other)) => Err(Fault::TwoPrefectures(format!("{one}{other}"))),
        None => Ok(()),
    }
}

/// The postal code that an address begins with: 〒 and digits, or 105-0014 with words behind it.
fn postal_of(address: &str) -> Option<&str> {
    let text = input::without_postal_mark(address).trim_start();
    let marked = text.len() < address.len();
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let rest = text.trim_start_matches(|c: char| digit(c) || input::is_dash(c));
    let code = &text[..text.len() - rest.len()];
    let parts: Vec<usize> = code.split(input::is_dash).map(|p| p.chars().count()).collect();
    let grouped = parts == [3, 4]
        && (rest.is_empty()
            || rest.starts_with(|c: char| input::is_blank(c) || input::is_ideograph(c)));
    // 番地 without a town: 467-1番地.
    let counted = rest.trim_start().starts_with(['番', '号']);
    let end = address.len() - rest.len();
    ((marked || grouped && !counted) && !code.is_empty()).then(|| &address[..end])
}

/// A date and nothing else, also what a spreadsheet made of 1-1. A village's 2022-1-1 may be a
/// place.
fn is_date(address: &str) -> bool {
    input::is_date_word(address)
}

/// The prefecture with which an address begins, as it stands there.
fn prefecture_of<'a>(places: &Places, address: &'a str) -> Option<(&'a str, &'a str)> {
    let found = places.prefectures.iter().find(|p| address.starts_with(&p.name))?;
    let (start, rest) = address.split_at(found.name.len());
    Some((start, rest.trim_start_matches(input::is_blank)))
}

/// Another city or special ward that an address begins with, without its prefecture: 大阪市北区
/// beside 東京都港区. Asked about; towns and villages (清水町) aren't: streets are called so.
fn another<'a>(places: &Places, municipality: &str, address: &'a str) -> Option<&'a str> {
    let own = places.municipality(municipality)?;
    let is_own = |m: &places::Municipality| m.code == municipality;
    let ends = address.char_indices().map(|(at, c)| (at + c.len_utf8(), c)).take(LONGEST);
    ends.filter(|(_, c)| matches!(c, '市' | '区' | '區')).map(|(end, _)| &address[..end]).find(
        |start| {
            // Its own city's ward.
            if matches!(places.read(&format!("{}{start}", own.name)), Meaning::One(m) if is_own(m))
            {
                return false;
            }
            let whole =
                |m: &places::Municipality| places::key(start).ends_with(&places::key(&m.name));
            match places.read(start) {
                Meaning::One(m) => !is_own(m) && whole(m),
                Meaning::Many(all) => all.iter().all(|m| !is_own(m) && whole(m)),
                Meaning::Unknown => false,
            }
        },
    )
}

/// An address that begins with another municipality than its own, which a person confirms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What the address begins with.
    pub start: String,
    /// The full name of the municipality beside it.
    pub full: String,
    /// The address after the municipality, as it would be kept.
    pub text: String,
}

/// What a person should confirm of addresses: those that begin with another municipality.
pub fn doubts(places: &Places, answers: &Answers) -> Vec<Doubt> {
    let of = |(municipality, address): (&str, &str)| {
        let (code, text) = (answers.get(municipality)?, answers.get(address)?);
        let (full, text) = (places.full_name(code), input::name(text));
        let start = another(places, code, &text)?.to_string();
        Some(Doubt { start, full, text })
    };
    PAIRS.into_iter().filter_map(of).collect()
}

/// A ward that was typed with its city belongs before the address: the municipality is the city
/// alone. `typed` gives what was
/// written in a field.
pub fn put_wards<'t>(places: &Places, answers: &mut Answers, typed: impl Fn(&str) -> &'t str) {
    for (municipality, address) in PAIRS {
        let (Some(ward), Some(text)) =
            (places.ward_of(typed(municipality)), answers.get_mut(address))
        else {
            continue;
        };
        if !places::key(text).starts_with(&places::key(ward)) {
            text.insert_str(0, ward);
        }
    }
}

/// The fields of answers whose address doesn't follow the municipality beside it.
pub fn faults(places: &Places, answers: &Answers) -> Vec<(&'static str, Fault)> {
    let of = |(municipality, address): (&str, &'static str)| {
        let (place, text) = (answers.get(municipality)?, answers.get(address)?);
        beside(places, place, text).err().map(|fault| (address, fault))
    };
    let of_whole =
        |field: &'static str| whole(places, answers.get(field)?).err().map(|fault| (field, fault));
    PAIRS.into_iter().filter_map(of).chain(WHOLE.into_iter().filter_map(of_whole)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{Municipality, Prefecture};

    fn places() -> Places {
        let m = |code: &str, name: &str| Municipality {
            code: code.into(),
            name: name.into(),
            reading: String::new(),
        };
        let p = |code: &str, name: &str| Prefecture {
            code: code.into(),
            name: name.into(),
            english: String::new(),
        };
        Places::new(
            vec![p("13", "東京都"), p("14", "神奈川県"), p("34", "広島県"), p("24", "三重県")],
            vec![
                m("131032", "港区"),
                m("131041", "新宿区"),
                m("132063", "府中市"),
                m("342084", "府中市"),
                m("133078", "檜原村"),
                m("142077", "茅ヶ崎市"),
                m("242021", "四日市市"),
            ],
        )
    }

    #[test]
    fn a_municipality_that_stands_in_its_own_field_isnt_said_again() {
        let places = places();
        for (code, address, start, rest) in [
            ("131032", "東京都港区芝一丁目1番1号", "東京都港区", "芝一丁目1番1号"),
            ("131032", "東京都　港区　芝1-1-1", "東京都 港区", "芝1-1-1"),
            ("131032", "港区芝1-1-1", "港区", "芝1-1-1"),
            ("131032", "東京港区芝1-1-1", "東京港区", "芝1-1-1"),
            ("132063", "府中市宮西町2-24", "府中市", "宮西町2-24"),
            ("342084", "府中市府川町315", "府中市", "府川町315"),
            ("342084", "広島県府中市府川町315", "広島県府中市", "府川町315"),
            ("133078", "東京都西多摩郡檜原村467-1", "東京都西多摩郡檜原村", "467-1"),
            ("142077", "神奈川県茅ケ崎市茅ヶ崎1-1-1", "神奈川県茅ケ崎市", "茅ヶ崎1-1-1"),
            ("242021", "四日市市諏訪町1-5", "四日市市", "諏訪町1-5"),
        ] {
            assert_eq!(
                beside(&places, code, address),
                Err(Fault::Doubled(start.into(), rest.into())),
                "{address}"
            );
        }
        for address in ["東京都港区", "港区 "] {
            assert_eq!(beside(&places, "131032", address), Err(Fault::Nothing), "{address}");
        }
        for address in ["東京都新宿区西新宿2-8-1", "広島県府中市府川町315"] {
            assert!(
                matches!(beside(&places, "131032", address), Err(Fault::Elsewhere(..))),
                "{address}"
            );
        }
        // What only looks like it: a town of the name, a building, a street.
        for (code, address) in [
            ("131032", "芝一丁目1番1号 港区ビル"),
            ("131032", "港南2-1"),
            ("131032", "芝5-1 府中市民会館"),
            ("132063", "府中町1-1"),
            ("242021", "四日市1-1"),
            ("131032", "新宿区民ビル"),
            ("131032", ""),
            ("", "芝1-1-1"),
            ("133078", "467-1"),
            ("133078", "123-4567番地"),
            ("133078", "2022-1-1"),
            ("131032", "芝1-1-1 〒"),
        ] {
            assert_eq!(beside(&places, code, address), Ok(()), "{address}");
        }
    }

    #[test]
    fn a_postal_code_and_a_date_are_no_address() {
        let places = places();
        for (address, code) in [
            ("〒105-0014 芝1-1-1", "〒105-0014"),
            ("〒１０５－００１４　芝1-1-1", "〒105-0014"),
            ("〒1050014芝1-1-1", "〒1050014"),
            ("105-0014 芝1-1-1", "105-0014"),
            ("105−0014芝1-1-1", "105−0014"),
            ("〒105-0014", "〒105-0014"),
        ] {
            match beside(&places, "131032", address) {
                Err(Fault::Postal(said)) => {
                    assert_eq!(input::postal("", &said), input::postal("", code), "{address}")
                }
                other => panic!("{address}: {other:?}"),
            }
        }
        for date in [
            "2022/1/1",
            "２０２２／１／１",
            "2022年1月1日",
            "R4.1.1",
            "20220101",
            "44562",
            "1月1日",
            "１月１日",
            "1/1",
            "1-Jan",
            "Jan-01",
            "Jan-22",
            "2022年1月",
        ] {
            assert!(matches!(beside(&places, "131032", date), Err(Fault::Date(_))), "{date}");
            let answers = [("organization_address".to_string(), date.to_string())].into();
            assert!(matches!(faults(&places, &answers)[..], [(_, Fault::Date(_))]), "{date}");
        }
        for address in ["1-1", "1-1-1", "2022-1-1", "四月一日町1-1", "月島1-1", "一月1-1"]
        {
            assert_eq!(beside(&places, "131032", address), Ok(()), "{address}");
        }
    }

    #[test]
    fn a_prefecture_that_contradicts_the_municipality_or_stands_twice_is_refused() {
        let places = places();
        let elsewhere = |start: &str| Err(Fault::Elsewhere(start.into(), "東京都港区".into()));
        for (address, found) in [
            ("神奈川県1-1", elsewhere("神奈川県")),
            ("広島県", elsewhere("広島県")),
            ("三重県　津1-1", elsewhere("三重県")),
            ("東京都", Err(Fault::Nothing)),
            ("東京都芝1-1", Err(Fault::Doubled("東京都".into(), "芝1-1".into()))),
            ("東京都 芝1-1", Err(Fault::Doubled("東京都".into(), "芝1-1".into()))),
            ("芝1-1 神奈川県民ビル", Ok(())),
        ] {
            assert_eq!(beside(&places, "131032", address), found, "{address}");
        }
        for (address, wrong) in [
            ("東京都神奈川県1-1", true),
            ("東京都東京都港区芝1-1", true),
            ("東京都　東京都港区芝1-1", true),
            ("東京都港区芝1-1", false),
            ("港区芝1-1", false),
        ] {
            let answers = [("institution_address".to_string(), address.to_string())].into();
            let found = faults(&places, &answers);
            assert_eq!(found.len(), usize::from(wrong), "{address}: {found:?}");
        }
    }

    #[test]
    fn another_municipality_at_the_beginning_is_asked_about() {
        let ward =
            |city: &str, name: &str| crate::places::Ward { city: city.into(), name: name.into() };
        let mut places = places();
        let m = |code: &str, name: &str| Municipality {
            code: code.into(),
            name: name.into(),
            reading: String::new(),
        };
        let mut all = places.municipalities.clone();
        all.extend([
            m("271004", "大阪市"),
            m("131130", "渋谷区"),
            m("131172", "北区"),
            m("122033", "清水町"),
        ]);
        places = places
            .with_municipalities(all)
            .with(vec![ward("271004", "北区"), ward("271004", "港区")], vec![]);
        let asked = |code: &str, address: &str| {
            let answers = [("venue_municipality", code), ("venue_address", address)];
            doubts(
                &places,
                &answers.map(|(k, v)| (k.to_string(), v.to_string())).into_iter().collect(),
            )
        };
        for (address, start) in [
            ("大阪市北区梅田1-1", "大阪市"),
            ("渋谷区芝1-1-1", "渋谷区"),
            ("府中市宮西町2-24", "府中市"),
            ("北区芝1-1", "北区"),
            ("大阪市　北区梅田1-1", "大阪市"),
        ] {
            let asked = asked("131032", address);
            assert!(matches!(&asked[..], [doubt] if doubt.start == start), "{asked:?}");
        }
        for (code, address) in [
            ("271004", "北区梅田1-1"),
            ("271004", "港区弁天1-1"),
            ("131032", "芝1-1-1 渋谷区ビル"),
            ("131032", "清水町1-1"),
            ("131032", "芝1-1-1"),
            ("", "渋谷区芝1-1-1"),
        ] {
            assert_eq!(asked(code, address), [], "{code} {address}");
        }
    }
}
