//! Sentences of [`rules::programme`].

use rules::application::grouped;
use rules::programme::{NeedleRule, Packing};

/// What boxes held and hold, one line a number that is another; nothing where they are the same.
pub fn changes(was: Packing, is: Packing) -> Vec<String> {
    let ratio = |rule: NeedleRule| format!("{}/{}", rule.numerator, rule.denominator);
    let line = |what: &str, was: String, is: String, unit: &str| {
        (was != is).then(|| format!("{what} {was}{unit} → {is}{unit}"))
    };
    let count =
        |what: &str, was: u32, is: u32, unit: &str| line(what, grouped(was), grouped(is), unit);
    let numbers = [
        count("1箱", was.doses_per_box(), is.doses_per_box(), "回"),
        count("1箱のバイアル", was.vials_per_box, is.vials_per_box, "本"),
        count("1バイアル", was.doses_per_vial, is.doses_per_vial, "回"),
        count("針・シリンジ1箱", was.needles.pack, is.needles.pack, "本"),
        line("針・シリンジの割合", ratio(was.needles), ratio(is.needles), ""),
    ];
    numbers.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_packing_is_said_in_words_and_the_same_one_in_none() {
        let needles = NeedleRule { numerator: 3, denominator: 2, pack: 100 };
        let was = Packing { vials_per_box: 10, doses_per_vial: 15, needles };
        assert_eq!(changes(was, was), Vec::<String>::new());
        let is = Packing { vials_per_box: 100, ..was };
        assert_eq!(changes(was, is), ["1箱 150回 → 1,500回", "1箱のバイアル 10本 → 100本"]);
        let needles = NeedleRule { numerator: 1, denominator: 1, pack: 50 };
        let is = Packing { vials_per_box: 15, doses_per_vial: 10, needles };
        assert_eq!(
            changes(was, is),
            [
                "1箱のバイアル 10本 → 15本",
                "1バイアル 15回 → 10回",
                "針・シリンジ1箱 100本 → 50本",
                "針・シリンジの割合 3/2 → 1/1"
            ]
        );
    }
}
