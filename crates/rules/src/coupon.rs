//! A coupon that stands in several cells: kind, dose, municipality, number, each read as everywhere
//! else.

use crate::codes::check_municipality;
use crate::input;
use crate::person::{self, Coupon, Refusal, coupon, digits, dose};
use crate::places::{Meaning, Places};

/// The cells that a coupon stands in, where it isn't one line of 18 digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cells<'c> {
    /// 券種; empty is 2, as on every coupon of this programme.
    pub kind: &'c str,
    pub dose: &'c str,
    pub municipality: &'c str,
    /// The municipality's name, where it has a column of its own beside the code's.
    pub named: &'c str,
    pub number: &'c str,
}

impl Cells<'_> {
    /// The coupon of a line of 18 digits, or of four cells; a municipality is read as everywhere
    /// else ([`Places::read`]). Cells beside
    /// a whole line must say what it says.
    ///
    /// # Errors
    /// The column, and what is wrong there.
    pub fn coupon(&self, places: &Places) -> Result<Coupon, (&'static str, Refusal)> {
        let number = digits(self.number).map_err(|e| ("券番号", e))?;
        let apart = [self.dose, self.municipality, self.named]
            .iter()
            .any(|cell| !input::folded(cell).is_empty());
        if number.len() >= 18 || (!apart && !number.is_empty()) {
            let whole = coupon(&number).map_err(|e| ("券番号", e))?;
            return self.agrees(places, &whole).map(|()| whole);
        }
        let number = match number.len() {
            0 => return Err(("券番号", Refusal::NoNumber)),
            1..=10 => format!("{number:0>10}"),
            more => return Err(("券番号", Refusal::Number(more))),
        };
        let municipality = match self.place(places)? {
            Some(code) => {
                self.is_named(places, &code)?;
                code
            }
            None if !input::folded(self.named).is_empty() => {
                crate::application::municipality(self.named, places)
                    .map_err(|e| ("市区町村", e.into()))?
            }
            None => return Err(("市町村コード", Refusal::NoMunicipality)),
        };
        let dose = dose(self.dose).map_err(|e| ("回数", e))?;
        Ok(Coupon { kind: self.kind()?.unwrap_or_else(|| "2".into()), dose, municipality, number })
    }

    fn kind(&self) -> Result<Option<String>, (&'static str, Refusal)> {
        let kind = input::code(self.kind);
        match kind.as_bytes() {
            [] => Ok(None),
            _ => match person::kind(&kind) {
                Ok(kind) => Ok(Some(kind)),
                Err(_) => Err(("券種", Refusal::Kind(input::name(self.kind)))),
            },
        }
    }

    /// Six digits are the code that stands on the coupon, also of a municipality that there is no
    /// more; anything else is looked up.
    fn place(&self, places: &Places) -> Result<Option<String>, (&'static str, Refusal)> {
        let at = |e: Refusal| ("市町村コード", e);
        let code = input::code(self.municipality);
        if code.is_empty() {
            return Ok(None);
        }
        if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
            return check_municipality(&code)
                .map(|()| Some(code.clone()))
                .map_err(|_| at(Refusal::Municipality(code)));
        }
        crate::application::municipality(self.municipality, places)
            .map(Some)
            .map_err(|e| at(e.into()))
    }

    /// The name must mean the code's municipality, or may: 府中市 beside 132063 is told apart.
    fn is_named(&self, places: &Places, code: &str) -> Result<(), (&'static str, Refusal)> {
        let meant = match places.read(self.named) {
            _ if input::folded(self.named).is_empty() => return Ok(()),
            Meaning::One(m) => vec![m],
            Meaning::Many(all) => all,
            Meaning::Unknown => vec![],
        };
        if meant.iter().any(|m| m.code == code) {
            return Ok(());
        }
        let told = Refusal::Contradicts {
            cell: input::name(self.named),
            column: "市町村コード",
            part: code.into(),
            place: Some(places.full_name(code)),
        };
        Err(("市区町村", told))
    }

    fn agrees(&self, places: &Places, whole: &Coupon) -> Result<(), (&'static str, Refusal)> {
        let told = |column: &'static str, cell: &str, part: &str| {
            let (cell, part) = (input::name(cell), part.into());
            Err((column, Refusal::Contradicts { cell, column, part, place: None }))
        };
        if let Some(code) = self.place(places)?.filter(|code| *code != whole.municipality) {
            return told("市町村コード", &code, &whole.municipality);
        }
        self.is_named(places, &whole.municipality)?;
        if let Some(kind) = self.kind()?.filter(|kind| *kind != whole.kind) {
            return told("券種", &kind, &whole.kind);
        }
        if !input::folded(self.dose).is_empty()
            && dose(self.dose).map_err(|e| ("回数", e))? != whole.dose
        {
            return told("回数", self.dose, &whole.dose.to_string());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Fault;
    use crate::places::{Contradicted, Former, Municipality, Prefecture, Ward};

    fn places() -> Places {
        let towns = [
            ("012203", "士別市"),
            ("122033", "市川市"),
            ("131032", "港区"),
            ("141003", "横浜市"),
            ("282219", "丹波篠山市"),
        ];
        let town = |(code, name): (&str, &str)| Municipality {
            code: code.into(),
            name: name.into(),
            reading: String::new(),
        };
        let prefectures = [
            ("01", "北海道"),
            ("12", "千葉県"),
            ("13", "東京都"),
            ("14", "神奈川県"),
            ("28", "兵庫県"),
        ];
        let prefecture = |(code, name): (&str, &str)| Prefecture {
            code: code.into(),
            name: name.into(),
            english: String::new(),
        };
        let wards = vec![Ward { city: "141003".into(), name: "中区".into() }];
        let until = "2019-05-01".parse().unwrap();
        let former = vec![Former {
            name: "篠山市".into(),
            prefecture: "28".into(),
            until,
            successors: vec!["282219".into()],
        }];
        Places::new(prefectures.map(prefecture).to_vec(), towns.map(town).to_vec())
            .with(wards, former)
    }

    fn read(
        kind: &str,
        dose: &str,
        municipality: &str,
        number: &str,
    ) -> Result<String, (&'static str, Refusal)> {
        let cells = Cells { kind, dose, municipality, number, named: "" };
        let whole = |c: Coupon| format!("{}{}{}{}", c.kind, c.dose, c.municipality, c.number);
        cells.coupon(&places()).map(whole)
    }

    #[test]
    fn a_municipality_of_a_coupon_is_read_as_everywhere_else() {
        for raw in [
            "131032",
            "１３１０３２",
            "13103",
            "13103.0",
            "港区",
            "東京都港区",
            "131032 港区",
            "=\"131032\"",
            "13103-2",
        ] {
            assert_eq!(read("", "3", raw, "125"), Ok("231310320000000125".into()), "{raw}");
        }
        // Six digits stand as they are, also of a municipality that there is no more.
        assert_eq!(read("2", "3", "282014", "125"), Ok("232820140000000125".into()));
        type Is = fn(&Refusal) -> bool;
        let refused: [(&str, Is); 7] = [
            ("12203", |r| {
                matches!(r, Refusal::Place(Fault::Namesakes { candidates, .. })
                    if candidates == "千葉県市川市、北海道士別市")
            }),
            ("131033", |r| *r == Refusal::Municipality("131033".into())),
            (
                "99999",
                |r| matches!(r, Refusal::Place(Fault::UnknownPlace { raw }) if raw == "99999"),
            ),
            ("131032 市川市", |r| contradicts(r, Contradicted::OtherPlace)),
            ("131033 港区", |r| contradicts(r, Contradicted::CheckDigit { expected: 2 })),
            ("99999 港区", |r| contradicts(r, Contradicted::NoCode)),
            ("", |r| *r == Refusal::NoMunicipality),
        ];
        for (raw, is) in refused {
            let (column, refusal) = read("2", "3", raw, "125").unwrap_err();
            assert!(column == "市町村コード" && is(&refusal), "{raw}: {column} {refusal:?}");
        }
    }

    fn contradicts(refusal: &Refusal, why: Contradicted) -> bool {
        matches!(refusal, Refusal::Place(Fault::CodeBeside(beside)) if beside.why == why)
    }

    #[test]
    fn the_name_of_a_municipality_is_compared_as_its_code_is() {
        let line = "231310320000000125";
        let with = |municipality: &'static str, named: &'static str, number: &'static str| {
            let cells = Cells { kind: "", dose: "3", municipality, named, number };
            let whole = |c: Coupon| format!("{}{}{}{}", c.kind, c.dose, c.municipality, c.number);
            cells.coupon(&places()).map(whole)
        };
        for (municipality, named, number) in [
            ("", "港区", line),
            ("", "東京都港区", line),
            ("", "131032", line),
            ("131032", "港区", line),
            ("131032", "港区", "125"),
            ("", "港区", "125"),
            ("", "港 区", line),
        ] {
            let read = with(municipality, named, number);
            assert_eq!(read, Ok(line.into()), "{municipality} {named} {number}");
        }
        for (municipality, named, number) in [
            ("", "市川市", line),
            ("131032", "市川市", line),
            ("131032", "市川市", "125"),
            ("", "どこか市", line),
            ("", "どこか市", "125"),
            ("", "122033", line),
        ] {
            let (at, why) = with(municipality, named, number).unwrap_err();
            assert_eq!(at, "市区町村", "{municipality} {named} {number}: {why:?}");
        }
        let told = Refusal::Contradicts {
            cell: "市川市".into(),
            column: "市町村コード",
            part: "131032".into(),
            place: Some("東京都港区".into()),
        };
        assert_eq!(with("", "市川市", line), Err(("市区町村", told)));
    }

    #[test]
    fn what_is_wrong_stands_on_its_own_column_and_says_what_was_written() {
        for (cells, column, why) in [
            (["2", "3", "131032", "12345678901"], "券番号", Refusal::Number(11)),
            (["2", "3", "131032", "00000A0125"], "券番号", Refusal::Letters("00000A0125".into())),
            (["2", "3", "131032", ""], "券番号", Refusal::NoNumber),
            (["2", "", "", ""], "券番号", Refusal::NoNumber),
            (["", "", "", "23131032"], "券番号", Refusal::Length(8)),
            (["21", "3", "131032", "125"], "券種", Refusal::Kind("21".into())),
            (["0", "3", "131032", "125"], "券種", Refusal::Kind("0".into())),
            (["9", "3", "131032", "125"], "券種", Refusal::Kind("9".into())),
            (["2", "", "131032", "125"], "回数", Refusal::Dose),
            (["2", "追加", "131032", "125"], "回数", Refusal::Dose),
            (["2", "3", "", "125"], "市町村コード", Refusal::NoMunicipality),
        ] {
            let [kind, dose, municipality, number] = cells;
            assert_eq!(read(kind, dose, municipality, number), Err((column, why)), "{cells:?}");
        }
    }

    #[test]
    fn cells_beside_a_whole_line_say_the_same_as_the_line() {
        let line = "231310320000000125";
        for cells in [["", "", ""], ["2", "3", "131032"], ["", "第3回", "港区"], ["", "", "13103"]]
        {
            assert_eq!(read(cells[0], cells[1], cells[2], line), Ok(line.into()), "{cells:?}");
        }
        for (cells, column) in [
            (["1", "", ""], "券種"),
            (["", "2回目", ""], "回数"),
            (["", "", "市川市"], "市町村コード"),
        ] {
            let (at, why) = read(cells[0], cells[1], cells[2], line).unwrap_err();
            assert!(
                at == column && matches!(why, Refusal::Contradicts { .. }),
                "{cells:?}: {at} {why:?}"
            );
        }
    }
}
