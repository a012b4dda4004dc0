//! What offices write where a department, a title, a company, a clinic or a bank is asked for: the
//! name, that there is none, or what belongs into another field.

use rules::input::{self, Belongs, InputFault};
use words::Sentence;

use crate::{mean, wrapped};

/// What becomes of a writing: the name as it is kept (nothing where there is none), or which
/// question it answers.
fn thing(raw: &str) -> String {
    match input::thing("部署名", raw) {
        Ok(name) => name,
        Err(InputFault::Elsewhere { belongs: Belongs::Phone, .. }) => "→ 電話".into(),
        Err(InputFault::Elsewhere { belongs: Belongs::Mail, .. }) => "→ メール".into(),
        Err(InputFault::Elsewhere { belongs: Belongs::Postal, .. }) => "→ 郵便".into(),
        Err(InputFault::Elsewhere { belongs: Belongs::Web, .. }) => "→ ページ".into(),
        Err(InputFault::LeftOver { .. }) => "→ 表計算".into(),
        Err(InputFault::NoThing { .. }) => "→ 名称".into(),
        Err(InputFault::DateForThing { .. }) => "→ 日付".into(),
        Err(why) => format!("→ {}", why.sentence()),
    }
}

/// The writings of a table, which stand between `¦`.
fn each(writings: &'static str) -> impl Iterator<Item = &'static str> {
    writings.split('¦')
}

const NONE: &str = "\
    ¦なし¦無し¦無¦ナシ¦ﾅｼ¦ない¦無い¦なし。¦（なし）¦「なし」¦[なし]¦な し¦なしです¦特になし¦特に無し¦特に無¦とくになし¦特にない¦特段なし¦特になし。¦該当なし¦\
    該当無し¦該当ナシ¦（該当なし）¦該当せず¦非該当¦ありません¦有りません¦ございません¦部署なし¦部署無し¦部署名なし¦部署はありません¦役職なし¦役職無し¦肩書なし¦所属なし¦\
    無所属¦記載なし¦記入なし¦設定なし¦登録なし¦空欄¦（空白）¦ブランク¦省略¦不要¦対象外¦-¦－¦ー¦―¦—¦–¦‐¦−¦─¦--¦---¦－－¦ーー¦- -¦/¦／¦\\¦\
    ・¦…¦‥¦×¦_¦=¦~¦〜¦|¦.¦。¦※¦*¦()¦（－）¦［－］¦none¦None.¦NONE。¦nil¦nothing¦No¦no.¦non¦na¦N.A.¦ｎａ¦\
    nashi";

const PHONE: &str = "\
    03-1234-5678¦０３－１２３４－５６７８¦0312345678¦03 1234 5678¦(03)1234-5678¦03(1234)5678¦03.1234.5678¦\
    03ー1234ー5678¦090-1234-5678¦09012345678¦080 1234 5678¦050-1234-5678¦0120-123-456¦\
    0120123456¦0570-012-345¦+81-3-1234-5678¦+81 90 1234 5678¦+81312345678¦045-123-4567¦\
    0466-12-3456¦04992-1-2345¦099-123-4567¦3-1234-5678¦90-1234-5678¦総務部 03-1234-5678¦\
    総務部03-1234-5678¦総務部（03-1234-5678）¦総務部 0312345678¦総務部/03-1234-5678¦総務課　０３－１２３４－５６７８¦\
    総務部 TEL03-1234-5678¦総務部 tel:03-1234-5678¦総務部 電話 03-1234-5678¦電話03-1234-5678¦\
    電話番号：03-1234-5678¦TEL 1234-5678¦tel.1234-5678¦Tel: 12345678¦総務部 ☎03-1234-5678¦☎1234¦\
    総務部 内線123¦内線123¦内線 12¦内線番号：1234¦内線:123¦（内線123）¦ext.123¦総務 extension 45¦総務課 内線１２３¦\
    FAX 03-1234-5679¦総務部 fax:1234-5679¦ファックス03-1234-5679¦携帯090-1234-5678¦携帯 09012345678¦\
    直通 1234-5678¦総務部直通03-1234-5678¦山田 090-1234-5678¦総務部 山田 内線 1234¦03-0000-0000¦\
    院長 045-123-4567¦事務長（045-123-4567）¦本社ビル3階 03-1234-5678¦〇〇ではなく 03-1234-5678";

const MAIL: &str = "\
    info@example.jp¦ＩＮＦＯ＠ＥＸＡＭＰＬＥ．ＪＰ¦taro.yamada@example.co.jp¦総務部 info@example.jp¦\
    総務部（info@example.jp）¦総務部info@example.jp¦総務部 <info@example.jp>¦mailto:info@example.jp¦\
    Mail: info@example.jp¦info (at) example.jp¦info[at]example.jp¦info @ example.jp¦\
    info★example.jp¦soumu_1@city.minato.tokyo.jp¦a@b.jp¦e-mail：soumu@example.org¦\
    総務課、soumu@example.jp¦keiri+1@example.com¦院長 incho@clinic.example¦info@example.jp.¦\
    03-1234-5678 info@example.jp";

const PAGE: &str = "\
    https://example.jp¦http://example.jp/¦ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｊｐ¦https://example.jp/soumu?x=1¦\
    総務部 https://example.jp¦www.example.jp¦ＷＷＷ．ｅｘａｍｐｌｅ．ｊｐ¦総務部 www.example.co.jp¦example.co.jp¦\
    minato-clinic.or.jp¦city.minato.lg.jp/kenko¦example.ac.jp¦ftp://example.jp¦\
    みなと商事（https://example.jp）¦https://info@example.jp";

const POSTAL: &str = "\
    〒105-0014¦〒1050014¦〒１０５－００１４¦105-0014¦１０５－００１４¦〒105-0014 総務部¦総務部 〒105-0014¦〶105-0014¦\
    105ー0014¦123-4567";

const LEFT: &str = "\
    TRUE¦FALSE¦true¦false¦True¦ＴＲＵＥ¦総務部 TRUE¦総務部 FALSE¦総務部FALSE¦総務課TRUE¦3階FALSE¦総務部 0¦総務部　０¦\
    #N/A¦#REF!¦#VALUE!¦#NAME?¦総務部#N/A¦NULL¦null¦総務部 NULL¦NaN¦undefined¦1.23E+05¦N/A¦n/a¦####¦\
    Err:502";

const NAMELESS: &str = "\
    0¦0000000000¦００¦1¦３¦12¦109¦12345678¦1-1¦?¦??¦★¦◎¦未定¦（未定）¦不明¦調整中¦検討中¦確認中¦未記入¦未入力¦別紙参照¦後日連絡¦\
    xxx¦TBD¦○○部¦■■課¦□□¦〇〇部¦総務??¦●●病院¦!¦#¦@¦¥¦()()1";

const DATES: &str = "\
    2022/4/1¦2022年4月1日¦R4.4.1¦4月1日¦４／１¦1-Apr¦Apr-22¦44652¦2022年4月¦4/20(祝)¦4月29日（金・祝）";

const KEPT: &str = "\
    総務部¦総務部総務課¦総務1課¦第2営業部¦24時間診療課¦医事課¦事務¦事務室¦健康管理室¦院長¦理事長¦代表取締役¦代表取締役社長¦院長（管理者）¦所長代理¦部長 兼 課長¦\
    総務部（本社）¦総務部・人事部¦人事/総務¦管理本部 人事部 健康推進課¦電話課¦電話交換室¦携帯電話事業部¦FAX受付係¦内線管理課¦TEL事業部¦メール室¦ホームページ係¦\
    Web事業部¦www事業部¦直通課¦直通1課¦IT推進室¦R&D¦CSR推進室¦AI・DX推進部¦DX¦QA¦HR¦総務（1号館3階）¦3階事務室¦B1F 総務¦1号館¦\
    第3診療所¦1-2病棟¦7対1病棟¦3-4年生担当¦株式会社TRUE¦株式会社 TRUE¦TRUE NORTH合同会社¦ギャラリーFALSE¦アット＠ホーム株式会社¦＠cosme¦\
    株式会社@home¦価格.com¦Booking.com¦株式会社ドットjp¦Yahoo! JAPAN¦無印商事¦無名塾¦無医地区診療所¦なし園¦梨本商店¦なし花町会¦\
    ありません商会¦非該当認定室¦対象外来¦空欄社¦未定義研究所¦一般内科¦みなとクリニック¦医療法人社団みなと会¦独立行政法人 みなと病院¦みなと・しば¦○本社¦★本社¦日本橋支店¦\
    七十七銀行¦三十三銀行¦百五銀行¦セブン-イレブン¦セブン−イレブン¦コ・メディカル室¦ＮＨＫ¦3.11記念館¦2022年度接種会場¦4月会¦一月会¦第03-1234号館¦\
    東館 0120号室¦みなとビル 1050号室¦会場（定員 1000名）¦みなとタワー 2E-101¦1311234569会場¦エー・ビー・シー¦海の日商店¦祝町会館¦\
    ホテル1234¦hotel 1234¦Ext会¦地下0階¦レベル0¦ゼロ0ラボ";

#[test]
fn what_stands_where_a_department_or_a_title_is_asked_for() {
    let kinds: [(&str, &str); 8] = [
        ("", NONE),
        ("→ 電話", PHONE),
        ("→ メール", MAIL),
        ("→ ページ", PAGE),
        ("→ 郵便", POSTAL),
        ("→ 表計算", LEFT),
        ("→ 名称", NAMELESS),
        ("→ 日付", DATES),
    ];
    let mut cases: Vec<(String, String)> = Vec::new();
    for (becomes, writings) in kinds {
        cases.extend(each(writings).map(|raw| (raw.to_string(), becomes.to_string())));
    }
    cases.extend(each(KEPT).map(|raw| (raw.to_string(), input::name(raw))));
    mean(&cases, thing);
    // What nobody sees around it changes nothing.
    let around: Vec<(String, String)> = cases
        .iter()
        .flat_map(|(raw, becomes)| wrapped(raw).into_iter().map(|w| (w, becomes.clone())))
        .collect();
    mean(&around, thing);
}

#[test]
fn where_a_thing_must_be_named_none_is_empty_and_elsewhere_is_said() {
    for raw in each(NONE) {
        assert_eq!(
            input::named("部署名", raw, input::LONGEST_LINE),
            Err(InputFault::Empty("部署名".into())),
            "{raw}"
        );
        assert!(raw.is_empty() || input::is_none(raw), "{raw}");
    }
    for (raw, sentence) in [
        (
            "総務部 03-1234-5678",
            "部署名の「03-1234-5678」は電話番号です。電話番号の欄に入力してください（内線は番号の後に「内線123」と続けます）",
        ),
        ("総務課 内線１２３", "部署名の「内線123」は電話番号です。"),
        (
            "総務部 INFO@Example.JP",
            "部署名の「info@example.jp」はメールアドレスです。メールアドレスの欄に入力してください",
        ),
        ("〒105-0014", "部署名の「105-0014」は郵便番号です。郵便番号の欄に入力してください"),
        ("www.example.jp", "部署名の「www.example.jp」はホームページのアドレスです。"),
    ] {
        let said = input::thing("部署名", raw).expect_err(raw).sentence();
        assert!(said.starts_with(sentence), "{raw}: {said}");
    }
}

/// Addresses hold no other field's value either; what is one stays.
#[test]
fn addresses_hold_nothing_that_has_a_field_of_its_own() {
    let held = |raw: &str| input::held("所在地", input::name(raw), input::LONGEST_LINE);
    for raw in each(
        "\
         芝1-1-1 03-1234-5678¦芝1-1-1　TEL０３－１２３４－５６７８¦03-1234-5678¦芝1-1-1（電話 03-1234-5678）¦\
         東京都港区芝1-1-1 090-1234-5678¦芝1-1-1 内線123¦芝1-1-1 FAX:03-1234-5679¦芝1-1-1 0312345678¦\
         芝1-1-1、03(1234)5678¦芝1-1-1 +81-3-1234-5678¦芝1-1-1 info@example.jp¦info@example.jp¦\
         芝1-1-1 https://example.jp¦芝1-1-1 www.example.jp¦芝1-1-1 TRUE¦芝1-1-1 FALSE¦\
         芝1-1-1FALSE¦TRUE¦false¦芝1-1-1 #N/A¦芝1-1-1 0¦芝 NULL",
    ) {
        assert!(held(raw).is_err(), "{raw}");
    }
    for raw in each(
        "\
         芝1-1-1¦東京都港区芝1-1-1¦芝1丁目2番3号¦芝1-1-1 みなとビル1050号室¦1234-5678¦芝1234-5678¦芝12-3456¦\
         大字芝字浜123番地4567¦芝0-1¦芝1-1-10¦電話局前1-1¦テレフォン通り1-1¦メール町1-1¦芝1-1-1 TRUEビル¦\
         芝1-1 みなとタワー 0301¦北3条西1-2-3¦10線西 12-345¦西11丁目1-1234¦芝1-1-1 100-200号¦無番地¦1-2-3-4567¦\
         芝町 1000番地の1234",
    ) {
        assert_eq!(held(raw).as_deref(), Ok(input::name(raw).as_str()), "{raw}");
    }
}
