//! 港区 and the like, written without a prefecture: taken as the special ward, and told on the next
//! page. Nobody is held up by it.

use rules::places::Places;

use web::Done;
use words::Sentence;

/// The same page, which tells how these names were read.
pub fn told<'n>(done: Done, places: &Places, names: impl IntoIterator<Item = &'n str>) -> Done {
    let code = |raw: &str| {
        places.namesake(raw).and_then(|_| rules::application::municipality(raw, places).ok())
    };
    let mut codes: Vec<String> = names.into_iter().filter_map(code).collect();
    codes.sort();
    codes.dedup();
    if codes.is_empty() {
        return done;
    }
    let sign = if done.location.contains('?') { '&' } else { '?' };
    Done { location: format!("{}{sign}read={}", done.location, codes.join("-")) }
}

/// The sentences about the codes of an address.
pub fn said(places: &Places, codes: &str) -> Vec<String> {
    let name = |code: &str| places.municipality(code).and_then(|m| places.namesake(&m.name));
    codes.split('-').take(23).filter_map(name).map(|read| read.sentence()).collect()
}

#[cfg(test)]
mod tests {
    use rules::places::{Municipality, Prefecture, Ward};

    use super::*;

    #[test]
    fn special_wards_with_namesakes_are_told_once() {
        let town = |(code, name): (&str, &str)| Municipality {
            code: code.into(),
            name: name.into(),
            reading: String::new(),
        };
        let prefecture = |(code, name): (&str, &str)| Prefecture {
            code: code.into(),
            name: name.into(),
            english: String::new(),
        };
        let towns = [("131032", "港区"), ("131041", "新宿区"), ("271004", "大阪市")].map(town);
        let wards = vec![Ward { city: "271004".into(), name: "港区".into() }];
        let places = Places::new(
            [("13", "東京都"), ("27", "大阪府")].map(prefecture).to_vec(),
            towns.to_vec(),
        )
        .with(wards, vec![]);
        let at = |names: &[&str]| {
            told(Done::saying("/edit", "claim.filled"), &places, names.iter().copied()).location
        };
        assert_eq!(at(&["港区", "新宿区", "港 区"]), "/edit?done=claim.filled&read=131032");
        assert_eq!(at(&["東京都港区", "大阪市港区", "", "どこか"]), "/edit?done=claim.filled");
        assert_eq!(told(Done::to("/check"), &places, ["港区"]).location, "/check?read=131032");
        let sentence = "「港区」は東京都港区と読みました（大阪市にも同じ名前の区があります）";
        assert_eq!(said(&places, "131032-131041-x"), [sentence]);
        assert_eq!((said(&places, ""), said(&places, "<b>")), (vec![], vec![]));
    }
}
