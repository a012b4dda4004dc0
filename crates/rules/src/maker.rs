//! メーカー: whether a written maker is the one of the programme's product. Names of makers and of
//! their vaccines as labels, VRS and offices write them.

use crate::fold;

/// Words by which each maker is known, in the form of [`fold::key`]'s input.
const MAKERS: [&[&str]; 7] = [
    &[
        "武田",
        "タケダ",
        "takeda",
        "モデルナ",
        "moderna",
        "スパイクバックス",
        "spikevax",
        "mrna-1273",
        "tak-919",
    ],
    &["ファイザー", "pfizer", "ビオンテック", "biontech", "コミナティ", "comirnaty", "bnt162"],
    &["アストラゼネカ", "astrazeneca", "バキスゼブリア", "vaxzevria", "azd1222"],
    &["ノババックス", "novavax", "ヌバキソビッド", "nuvaxovid"],
    &["ヤンセン", "janssen", "ジョンソン", "johnson", "ジェコビデン", "jcovden"],
    &["第一三共", "daiichisankyo", "ダイチロナ", "daichirona"],
    &["meiji", "コスタイベ", "kostaive"],
];

/// What a written maker is to a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    Own,
    /// Another maker's.
    Other,
    /// A word that names no maker that is known.
    Unknown,
}

/// Which maker a text means, for a product of this name. A product whose name says no maker has
/// any.
pub fn made(raw: &str, product: &[&str]) -> Made {
    let key = |text: &str| fold::key(text).replace(['-', ' '], "");
    let all = |text: &str| -> Vec<usize> {
        let text = key(text);
        (0..MAKERS.len())
            .filter(|i| MAKERS[*i].iter().any(|word| text.contains(&key(word))))
            .collect()
    };
    let own: Vec<usize> = product.iter().flat_map(|name| all(name)).collect();
    let said = all(raw);
    // The product's own name is as good as its maker's.
    let named = product.iter().any(|name| key(name) == key(raw));
    match said.as_slice() {
        _ if named => Made::Own,
        [] if own.is_empty() && !is_nobody(raw) => Made::Own,
        [] => Made::Unknown,
        all if all.iter().all(|i| own.contains(i)) => Made::Own,
        _ => Made::Other,
    }
}

/// 不明 and the like.
fn is_nobody(raw: &str) -> bool {
    let text = fold::key(raw);
    ["不明", "ふめい", "なし", "無し", "未定", "未記入", "確認中"]
        .iter()
        .any(|word| text.contains(&fold::key(word)))
        || !text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maker_is_the_products_or_anothers_or_nobody() {
        let moderna = ["武田/モデルナ(職域接種)", "モデルナワクチン"];
        for (raw, wanted) in [
            ("武田/モデルナ", Made::Own),
            ("武田／モデルナ", Made::Own),
            ("武田", Made::Own),
            ("ﾓﾃﾞﾙﾅ", Made::Own),
            ("もでるな", Made::Own),
            ("武田薬品工業", Made::Own),
            ("武田薬品工業株式会社", Made::Own),
            ("Moderna", Made::Own),
            ("ＭＯＤＥＲＮＡ", Made::Own),
            ("スパイクバックス筋注", Made::Own),
            ("モデルナワクチン", Made::Own),
            ("mRNA-1273", Made::Own),
            ("ファイザー", Made::Other),
            ("ﾌｧｲｻﾞｰ", Made::Other),
            ("ファイザー社", Made::Other),
            ("コミナティ筋注", Made::Other),
            ("Pfizer/BioNTech", Made::Other),
            ("アストラゼネカ", Made::Other),
            ("ノババックス（武田）", Made::Other),
            ("ファイザー・モデルナ", Made::Other),
            ("不明", Made::Unknown),
            ("なし", Made::Unknown),
            ("―", Made::Unknown),
            ("ＡＢＣ製薬", Made::Unknown),
            ("1", Made::Unknown),
        ] {
            assert_eq!(made(raw, &moderna), wanted, "{raw}");
        }
        // A product whose name says no maker.
        let influenza = ["インフルエンザHAワクチン", "インフルエンザワクチン"];
        for (raw, wanted) in [
            ("デンカ", Made::Own),
            ("KMバイオロジクス", Made::Own),
            ("インフルエンザHAワクチン", Made::Own),
            ("ファイザー", Made::Other),
            ("不明", Made::Unknown),
        ] {
            assert_eq!(made(raw, &influenza), wanted, "{raw}");
        }
    }
}
