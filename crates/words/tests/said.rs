//! What is said, byte for byte, of values that rules return.

use jiff::civil::{Date, date};
use rules::allocation::Refusal as NotShared;
use rules::application::{Fault, Finding, Found};
use rules::booking::Refusal as NotBooked;
use rules::calendar::Phase;
use rules::codes::CodeFault;
use rules::delivery::{DayFault, Doubt as OfDelivery};
use rules::heading::Doubt as OfHeading;
use rules::person::Refusal as NoRecord;
use rules::places::ReadAs;
use rules::plan::{Decided, Refusal as NotPlanned, Shut};
use rules::programme::{Cycle, NeedleRule, Packing};
use rules::results::Question;
use rules::review::Compared;
use rules::stock::Refusal as NotMoved;
use rules::time::{Month, parse_instant};
use rules::venue::{Manager, Missing};
use words::plan::{LOCKED_ALLOCATION, LOCKED_REVIEW, locked};
use words::{Sentence, sentences};

fn first_cycle() -> Cycle {
    Cycle {
        number: 1,
        from: date(2022, 2, 14),
        to: date(2022, 2, 27),
        delivery_week: date(2022, 2, 7),
        cut_off: parse_instant("2022-01-31T15:00").expect("it is there"),
        decided: date(2022, 2, 3),
    }
}

#[test]
fn golden_the_locked_sentences_are_the_ministrys() {
    assert_eq!(locked(Phase::PlanReview), Some(LOCKED_REVIEW));
    assert_eq!(
        LOCKED_REVIEW,
        "※現在登録量の確認中につき、接種計画を変更できません。確認期間が終了するまでお待ちください。"
    );
    assert_eq!(locked(Phase::Allocation), Some(LOCKED_ALLOCATION));
    assert_eq!(
        LOCKED_ALLOCATION,
        "※現在分配処理中につき、接種計画を変更できません。分配処理が終了するまでお待ちください。"
    );
    assert_eq!(locked(Phase::Open), None);
}

#[test]
fn a_late_wish_says_that_it_was_kept_and_when_entry_opens_again() {
    let closed = |reopens| NotPlanned::Closed { phase: Phase::Allocation, reopens }.sentence();
    let kept = "15:00を過ぎたため、登録できませんでした。入力した内容は下書きとして保存しました。";
    assert_eq!(closed(None), kept);
    assert_eq!(
        closed(parse_instant("2022-02-11")),
        format!("{kept}次の登録期間は2月11日（金）00:00からです。")
    );
}

#[test]
fn a_line_that_is_shut_says_why() {
    let needles = NeedleRule { numerator: 3, denominator: 2, pack: 100 };
    let packing = Packing { vials_per_box: 10, doses_per_vial: 15, needles };
    let at = parse_instant("2022-02-03T10:00").unwrap();
    let said = |why| NotPlanned::LineClosed { cycle: first_cycle(), why }.sentence();
    for (why, reason) in [
        (
            Shut::Fixed(Decided { boxes: 4, needle_boxes: 9, at, packing }),
            "分配量が確定したため変更できません（2月3日（木）10:00確定）。",
        ),
        (
            Shut::CutOff(first_cycle()),
            "第1クールの締切（1月31日（月）15:00）を過ぎたため変更できません。",
        ),
        (Shut::NotYet(first_cycle()), "第1クールの希望量は、前のクールの締切の後に報告できます。"),
    ] {
        assert_eq!(said(why), format!("第1クール: {reason}"));
    }
    assert_eq!(
        NotPlanned::OverWithoutReason { total: 1650, expected: 1500 }.sentence(),
        "計画の合計1,650回は、申込時の予定1,500回を150回上回っています。理由を書いてください。"
    );
}

#[test]
fn an_officer_reads_japanese_with_the_venues_name_and_what_there_is() {
    let id = || "本社会場".to_string();
    for (refusal, said) in [
        (
            NotShared::Beyond { id: id(), boxes: 1200, left: 40 },
            "本社会場の個別調整（+1,200箱）は、残りの40箱を超えています。\
             箱数を減らすか、供給を増やしてください",
        ),
        (
            NotShared::Below { id: id(), boxes: -200, given: 3 },
            "本社会場の個別調整（−200箱）は、この会場に分ける3箱より多く減らしています。\
             箱数を直してください",
        ),
        (NotShared::Twice(id()), "本社会場が2回入っています"),
        (
            NotShared::Nobody(id()),
            "本社会場には、この試算の対象になる計画がありません。\
             対象外の会場と個別調整から除いてください",
        ),
        (NotShared::Path(id(), 2), "本社会場の都道府県と市区町村がわかりません（2段）"),
    ] {
        assert_eq!(refusal.sentence(), said);
    }
    for refusal in [
        NotShared::NoRule,
        NotShared::TiersWithoutCap,
        NotShared::Cut(101),
        NotShared::TooLarge,
        NotShared::Percent(101),
        NotShared::Needles,
        NotShared::RulesAndLevels,
        NotShared::Depot("倉庫".into()),
    ] {
        let said = refusal.sentence();
        assert!(!said.contains(|c: char| c.is_ascii_alphabetic()), "{said}");
    }
}

#[test]
fn a_code_that_may_have_lost_its_zero_is_asked_about_with_the_prefecture() {
    let asked = Fault::NineDigits {
        label: "医療機関等コード（10桁）".into(),
        restored: "0110113719".into(),
        prefecture: "北海道".into(),
    };
    assert_eq!(
        asked.sentence(),
        "医療機関等コード（10桁）は10桁の数字で入力してください（入力は9桁です）。\
         先頭の0が消えた0110113719（北海道）であれば、0から入力してください"
    );
}

#[test]
fn findings_of_an_application() {
    let said = |field, what| Finding { field, section: "", what, stops: true }.sentence();
    for (found, wanted) in [
        (said("organization_name", Found::Empty), "企業・大学等の名称を入力してください"),
        (said("freezer_wanted", Found::NotChosen), "冷凍庫の貸与を希望しますかを選んでください"),
        (
            said(
                "planned_start",
                Found::StartOutside { min: date(2022, 2, 14), max: date(2022, 6, 5) },
            ),
            "接種開始予定日は2022年2月14日（月）から2022年6月5日（日）までの日付で入力してください",
        ),
        (
            said("expected_persons", Found::UnderMinimum { minimum: 1000, cycle: 2 }),
            "1会場の最低人数は1,000人です（第2クールから開始する場合）。\
             下回るときは厚生労働省が個別に確認します。",
        ),
        (
            said("expected_doses", Found::MoreThanPersons { doses: 1900, persons: 800 }),
            "接種予定回数1,900回は、接種予定人数800人を上回っています。追加接種は1人1回です。",
        ),
        (
            said("institution_code", Found::UnlikelyCode(CodeFault::CheckDigit { expected: 9 })),
            "医療機関等コードの検査数字が合いません（最後の桁は9のはずです）。\
             介護保険事業所番号などであれば、このままで申し込めます。",
        ),
        (
            said("institution_code", Found::Code(CodeFault::NotDigits)),
            "医療機関等コードは数字だけで入力してください",
        ),
        (
            said("vaccination_manager_name", Found::NotYetNamed),
            "ワクチン接種責任者の氏名が未記入です。計画の登録までに登録してください。",
        ),
    ] {
        assert_eq!(found, wanted);
    }
}

#[test]
fn doubts_about_the_day_of_a_delivery() {
    let (monday, sunday) = (date(2022, 2, 28), date(2022, 3, 6));
    let words = || "土日祝".to_string();
    assert_eq!(
        sentences(&[
            OfDelivery::NoDay { week: monday },
            OfDelivery::OutsideWeek { day: sunday, week: monday },
            OfDelivery::Holiday { day: date(2022, 3, 21), name: "春分の日".into() },
            OfDelivery::Closed { day: sunday },
            OfDelivery::Refused { day: sunday, words: words() },
            OfDelivery::Unread { day: sunday, words: words() },
        ]),
        [
            "配送週（2月28日（月）からの1週間）に、会場が受け取れる平日がありません。\
             日を決める前に、会場に確かめてください。",
            "3月6日（日）は、配送週（2月28日（月）からの1週間）の外です。",
            "3月21日（月）は祝日です（春分の日）。",
            "3月6日（日）は休日です。",
            "3月6日（日）は、会場の受け取れない曜日（土日祝）に当たります。",
            "3月6日（日）に会場が受け取れるかどうかを、会場の記載（土日祝）からは読み取れません。\
             会場に確かめてください。",
        ]
    );
    assert!(DayFault::Neither("9:00～17:00".into()).sentence().contains("は、午前（9時〜12時）か"));
}

#[test]
fn a_title_of_another_claim_says_when_it_is_usual() {
    let month = |text: &str| Month::parse(text).unwrap();
    let doubt = OfHeading::Billed { billed: month("2022-05"), own: month("2022-03") };
    assert_eq!(
        doubt.sentence(),
        "2022年5月に請求する表と書かれていますが、ここは2022年3月の分です\
         （ふつうは2022年4月に請求します）。表を確かめてください"
    );
}

#[test]
fn how_the_name_of_a_place_was_read() {
    let until: Date = date(2019, 5, 1);
    let namesake = |cities: &[&str], more| ReadAs::Namesake {
        raw: "港区".into(),
        full: "東京都港区".into(),
        cities: cities.iter().map(|c| (*c).to_string()).collect(),
        more,
    };
    for (read, said) in [
        (
            ReadAs::Ward { raw: "横浜市中区".into(), full: "神奈川県横浜市".into() },
            "「横浜市中区」は神奈川県横浜市の区です",
        ),
        (
            ReadAs::Former {
                raw: "篠山市".into(),
                name: "篠山市".into(),
                until,
                full: "兵庫県丹波篠山市".into(),
            },
            "「篠山市」：篠山市は2019年5月1日（水）に兵庫県丹波篠山市になっています",
        ),
        (
            namesake(&["名古屋市", "大阪市"], false),
            "「港区」は東京都港区と読みました（名古屋市、大阪市にも同じ名前の区があります）",
        ),
        (
            namesake(&["名古屋市"], true),
            "「港区」は東京都港区と読みました（名古屋市などにも同じ名前の区があります）",
        ),
    ] {
        assert_eq!(read.sentence(), said);
    }
}

#[test]
fn a_cell_beside_a_coupons_line_is_told_with_the_lines_part() {
    let told = |column, part: &str, place: Option<&str>| {
        let (cell, part, place) = ("市川市".into(), part.into(), place.map(str::to_string));
        NoRecord::Contradicts { cell, column, part, place }.sentence()
    };
    assert_eq!(
        told("市町村コード", "131032", Some("東京都港区")),
        "「市川市」と、券番号の行の市町村コード「131032」（東京都港区）が合いません。\
         どちらが正しいか、券で確かめてください"
    );
    assert!(told("回数", "3", None).contains("行の回数「3」が合いません"));
}

#[test]
fn numbers_stand_in_groups_and_days_with_their_weekday() {
    let day = date(2022, 3, 9);
    for (said, wanted) in [
        (
            Question::Less { before: 1100, after: 90 }.sentence(),
            "前回の累計1,100より少なくなっています（−1,010）。訂正のときは理由を書いてください。",
        ),
        (
            NotMoved::BeforeItCame { lot: "3005785".into(), came: date(2022, 3, 13), day }
                .sentence(),
            "ロット3005785がこの会場に初めて入ったのは2022年3月13日（日）です。\
             それより前の2022年3月9日（水）の日付では記録できません。日付を確かめてください",
        ),
        (
            NotBooked::TooLong(90, 60).sentence(),
            "枠の長さ（90分）が、始まりから終わりまでの時間（60分）より長くなっています",
        ),
        (
            Compared::DeliveryAndFreezers { most: 30, capacity: 15 }.sentence(),
            "1回の配送週に最大30箱が届きます。冷凍庫に入るのは15箱です。",
        ),
        (
            Compared::DosesAndDoctors { a_day: 450, needed: 3, pace: 200, doctors: Some(1) }
                .sentence(),
            "1クールを10日で打ち終えるには1日450回、医師3名が必要です（1名あたり1日200回）。\
             登録されている医師は1名です。",
        ),
        (
            Compared::DosesAndDoctors { a_day: 450, needed: 3, pace: 200, doctors: None }
                .sentence(),
            "1クールを10日で打ち終えるには1日450回、医師3名が必要です（1名あたり1日200回）。",
        ),
        (
            Missing::Manager(Manager::Needles).sentence(),
            "針・シリンジ保管管理責任者の氏名と電話番号を登録してください。",
        ),
    ] {
        assert_eq!(said, wanted);
    }
}
