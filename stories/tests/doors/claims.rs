//! Claims: what is pasted into one, and what a desk decides of it.

use stories::visitor::Page;
use stories::{Visitor, World, on_both_engines, walk};

use super::returned;

const SATO: &str = "sato@minato-shoji.example";

/// The page on which a claim of March is pasted.
fn paste_page(world: &World) -> (Visitor, Page) {
    world.set_clock("2022-04-04T10:00");
    let sato = world.persona(SATO);
    let page = sato.open(&format!("/venues/{}/billing/2022-03/paste", world.minato()));
    (sato, page)
}

fn paste(sato: &Visitor, page: &Page, text: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("paste", text), ("mode", "replace")];
    fields.extend(more);
    sato.press(page, "貼り付けた内容を請求に入れる", &fields)
}

/// The draft's rows: municipality, then what is vaccinated and screened by band (six and over).
fn rows(world: &World) -> Vec<(String, [u64; 6])> {
    let (text,): (String,) = world.read(|tx| {
        tx.one("select cast(rows as text) from claim where service_month = '2022-03'", &[])
    });
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    let n = |row: &serde_json::Value, kind: &str, band: &str| {
        row["counts"][kind]["six_and_over"][band].as_u64().unwrap_or(0)
    };
    rows.as_array()
        .unwrap()
        .iter()
        .map(|r| {
            let [v, s] = ["vaccination", "screening_only"];
            let counts = [
                (v, "regular"),
                (v, "after_hours"),
                (v, "holiday"),
                (s, "regular"),
                (s, "after_hours"),
                (s, "holiday"),
            ];
            (
                r["municipality"].as_str().unwrap().to_string(),
                counts.map(|(kind, band)| n(r, kind, band)),
            )
        })
        .collect()
}

/// The counts by columns in the page's own order, for the rows that follow in `municipality` order.
fn total(world: &World) -> u64 {
    rows(world).iter().map(|(_, counts)| counts.iter().sum::<u64>()).sum()
}

#[on_both_engines]
fn a_comma_in_a_pasted_table_parts_thousands_and_nothing_else(world: &World) {
    let (sato, page) = paste_page(world);
    paste(&sato, &page, "渋谷区\t1,234", &[]).is(200).says("下書きに入れました");
    assert_eq!(total(world), 1_234);
    assert_eq!(rows(world)[0].0, "131130");
    paste(&sato, &page_again(&sato, world), "東京都\t渋谷区\t1,050", &[]).is(200);
    assert_eq!(total(world), 1_050);
    // Without a head further numbers are asked about by the names they would get.
    let text = "渋谷区\t１，２３４\t5\t6";
    let asked = paste(&sato, &page_again(&sato, world), text, &[]);
    asked.is(422).says("3列目は「接種 6歳以上 時間外」（計5件）");
    paste(&sato, &asked, text, &[("noted", "✓")]).is(200);
    assert_eq!(total(world), 1_245);
    // Without tabs a comma may be either: asked, nothing is taken.
    let refused = paste(&sato, &page_again(&sato, world), "渋谷区,1,234", &[]);
    refused.is(422).says("桁区切りかがわかりません");
    for text in ["渋谷区,\"1,234\",5", "渋谷区\t1,234\t5"] {
        let asked = paste(&sato, &page_again(&sato, world), text, &[]);
        paste(&sato, &asked, text, &[("noted", "✓")]).is(200);
    }
    assert_eq!(total(world), 1_239);
    let text = "渋谷区 1,234 5\n港区 2";
    let asked = paste(&sato, &page_again(&sato, world), text, &[]);
    paste(&sato, &asked, text, &[("noted", "✓")]).is(200);
    assert_eq!(total(world), 1_241);
}

#[on_both_engines]
fn a_line_that_cannot_be_read_is_named_and_never_dropped(world: &World) {
    let (sato, page) = paste_page(world);
    for (text, line) in [
        ("渋谷区\t12.5\n新宿区\t3", "1行目"),
        ("渋谷区\t-5\n新宿区\t3", "1行目"),
        ("新宿区\t3\n渋谷区\t▲5", "2行目"),
        ("新宿区\t3\n渋谷区\tたくさん", "2行目"),
        ("渋谷区\t99999999999", "1行目"),
        ("新宿区\t3\n\"渋谷区\t4\n中野区\t5", "2行目"),
    ] {
        paste(&sato, &page, text, &[]).is(422).says(line);
        let (n,): (i64,) = world
            .read(|tx| tx.one("select count(*) from claim where service_month = '2022-03'", &[]));
        assert_eq!(n, 0, "{text}: nothing is taken");
    }
    paste(&sato, &page, "渋谷区\t12.0\n新宿区\t3", &[]).is(200);
    assert_eq!(total(world), 15);
}

#[on_both_engines]
fn titles_are_read_by_their_names_and_a_row_of_totals_is_checked(world: &World) {
    let (sato, page) = paste_page(world);
    let table = "予診のみ（通常）\t市区町村名\t接種（休日）\t接種（通常）\t合計\n1\t渋谷区\t2\t30\t33\n0\t新宿区\t4\t50\t54\n1\t合計\t6\t80\t87\n";
    paste(&sato, &page, table, &[]).is(200);
    let mut found = rows(world);
    found.sort();
    assert_eq!(
        found,
        [("131041".to_string(), [50, 0, 4, 0, 0, 0]), ("131130".to_string(), [30, 0, 2, 1, 0, 0])]
    );
    let wrong = table.replace("1\t合計\t6\t80\t87", "1\t合計\t6\t81\t88");
    paste(&sato, &page_again(&sato, world), &wrong, &[])
        .is(422)
        .says("4行目")
        .says("合計の行は88件ですが、上の行を足すと87件です");
    let wrong = table.replace("50\t54", "50\t55");
    paste(&sato, &page_again(&sato, world), &wrong, &[])
        .is(422)
        .says("3行目：合計が55件ですが、件数を足すと54件です");
    // Sums of a table without titles are held against the rows above them as well.
    paste(&sato, &page_again(&sato, world), "渋谷区\t30\n新宿区\t50\n計\t80", &[]).is(200);
    assert_eq!(total(world), 80);
    paste(&sato, &page_again(&sato, world), "渋谷区\t30\n新宿区\t50\n計\t81", &[])
        .is(422)
        .says("3行目");
}

#[on_both_engines]
fn a_title_of_another_month_is_asked_about_and_what_becomes_of_a_place_is_one_sentence(
    world: &World,
) {
    let (sato, page) = paste_page(world);
    let table = |title: &str| format!("{title}\n市区町村\t通常\n東京都港区\t10\n渋谷区\t2");
    for (title, said) in [
        ("請求書（2022年2月分）", "2022年2月の分と書かれていますが、ここは2022年3月の分です"),
        ("令和4年2月分\t", "2022年2月の分と書かれていますが"),
        ("接種月：2022年4月", "2022年4月の分と書かれていますが"),
        ("会場コード1310000003の請求", "コード1310000003と書かれていますが"),
        ("4回目接種 請求", "4回目と書かれていますが"),
        ("2/1〜2/28", "2022年2月の分と書かれていますが"),
        ("February", "2022年2月の分と書かれていますが"),
        ("先月分", "「先月分」と書かれていますが、ここは2022年3月の分です"),
        ("第4四半期", "「第4四半期」と書かれていますが、ここは2022年3月だけの分です"),
        ("5月請求分", "2022年5月に請求する表と書かれていますが、ここは2022年3月の分です"),
    ] {
        let asked = paste(&sato, &page, &table(title), &[]);
        asked.is(422).says("読み方を確かめて").says(said);
    }
    let asked = paste(&sato, &page, &table("請求書（2022年2月分）"), &[]);
    sato.press(&asked, "貼り付けた内容を請求に入れる", &[("noted", "✓")]).is(200);
    let again = page_again(&sato, world);
    let remark = paste(&sato, &again, "市区町村\t通常\t備考\n港区\t10\t二重入力", &[]);
    remark.is(422).says("2行目の「備考」に「二重入力」と書かれています");
    for title in ["請求書（2022年3月分）", "3月分（4月請求）", "3回目接種 作成日：2022年4月5日"]
    {
        paste(&sato, &page_again(&sato, world), &table(title), &[]).is(200);
    }
    assert_eq!(total(world), 12);
    // Two lines of one place onto what is there: from 10 to 16, in one sentence.
    let add = [("mode", "add")];
    let again = page_again(&sato, world);
    let asked = paste(&sato, &again, "東京都港区\t5\n港区\t1\n渋谷区\t3", &add);
    asked
        .is(422)
        .says("10件が入力済みです。1行目の5件と2行目の1件を加えて16件にします")
        .says("3行目：東京都渋谷区には2件が入力済みです。3件を加えて5件にします")
        .does_not_say("15件")
        .does_not_say("11件")
        .does_not_say("合わせて1行にします");
    sato.press(&asked, "貼り付けた内容を請求に入れる", &[("noted", "✓")]).is(200);
    assert_eq!(total(world), 21);
}

#[on_both_engines]
fn a_column_that_names_another_month_is_asked_about(world: &World) {
    let (sato, _) = paste_page(world);
    for (title, other, own) in [
        ("接種月", "2022/2", "2022/3"),
        ("対象月", "2月", "3月"),
        ("診療月", "令和4年2月", "R4.3"),
        ("接種日", "2022/2/14", "2022/3/14"),
        ("月", "２", "３"),
        ("請求月", "2022/3", "2022/4"),
    ] {
        let table = |cell: &str| format!("{title}\t市区町村\t件数\n{cell}\t港区\t10");
        let page = page_again(&sato, world);
        let asked = paste(&sato, &page, &table(other), &[]);
        asked.is(422).says(&format!("列「{title}」に「{other}」と書かれた行があります"));
        let taken = paste(&sato, &page, &table(own), &[]);
        // A column of bare numbers is asked about whatever it says.
        assert!(taken.status == 200 || own == "３", "{title} {own}: {}", taken.status);
        taken.does_not_say("と書かれた行があります");
    }
}

#[on_both_engines]
fn what_a_place_may_mean_is_asked_and_how_it_was_read_is_said(world: &World) {
    let (sato, page) = paste_page(world);
    let asked = paste(&sato, &page, "12203\t10\n渋谷区\t5", &[]);
    asked.is(422).says("1行目").says("北海道士別市").says("千葉県市川市");
    let taken = paste(&sato, &asked, "12203\t10\n渋谷区\t5", &[("pick_0", "012203")]);
    taken.is(200);
    let mut found: Vec<String> = rows(world).into_iter().map(|(code, _)| code).collect();
    found.sort();
    assert_eq!(found, ["012203", "131130"]);
    let asked = paste(
        &sato,
        &page_again(&sato, world),
        "横浜市中区\t3\n篠山市\t2\n渋谷区\t1\n渋谷区\t1",
        &[],
    );
    asked
        .is(422)
        .says("「横浜市中区」は神奈川県横浜市の区です")
        .says("篠山市は2019年5月1日")
        .says("兵庫県丹波篠山市になっています")
        .says("東京都渋谷区が3行目と4行目にあります");
    paste(&sato, &asked, "横浜市中区\t3\n篠山市\t2\n渋谷区\t1\n渋谷区\t1", &[("noted", "✓")])
        .is(200);
    let mut found: Vec<(String, u64)> =
        rows(world).into_iter().map(|(code, counts)| (code, counts.iter().sum())).collect();
    found.sort();
    let wanted = [("131130", 2), ("141003", 3), ("282219", 2)];
    assert_eq!(found, wanted.map(|(code, n)| (code.to_string(), n)));
    let text = "塩釜市\t3\n四条畷市\t4\n鯵ヶ沢町\t5\n桧原村\t1\n⻄東京市\t3\n江⼾川区\t2\nカスミガウラ市\t1\n千代田区(東京都)\t1";
    paste(&sato, &page_again(&sato, world), text, &[]).is(200);
    let mut found: Vec<String> = rows(world).into_iter().map(|(code, _)| code).collect();
    found.sort();
    assert_eq!(
        found,
        ["023213", "042030", "082309", "131016", "131237", "132292", "133078", "272299"]
    );
}

#[on_both_engines]
fn a_code_of_five_digits_and_a_count_are_two_things_and_two_titles_of_one_count_are_asked_about(
    world: &World,
) {
    let (sato, page) = paste_page(world);
    paste(&sato, &page, "13103\t2\n13104\t1\n渋谷区\t7", &[]).is(200).says("下書きに入れました");
    assert_eq!(total(world), 10);
    let same = rows(world)
        .into_iter()
        .find(|(code, _)| code != "131041" && code != "131130")
        .expect("港区");
    assert_eq!(same.1, [2, 0, 0, 0, 0, 0]);
    for pair in ["15202\t1", "23213\t1", "12203\t10"] {
        paste(&sato, &page_again(&sato, world), pair, &[]).is(422).says("複数");
    }
    let twice = "市区町村\t通常\t時間外\t休日\t通常\t時間外\t休日\n港区\t5\t1\t2\t3\t4\t6";
    let refused = paste(&sato, &page_again(&sato, world), twice, &[]);
    refused.is(422).says("2列目「通常」と5列目「通常」は、同じ件数を表しています");
    for comma in ["渋谷区,１,２３４", "渋谷区，１，２３４"] {
        paste(&sato, &page_again(&sato, world), comma, &[])
            .is(422)
            .says("桁区切りかがわかりません");
    }
    let long = "渋谷区\t1\n".repeat(2_001);
    paste(&sato, &page_again(&sato, world), &long, &[]).is(422).says("2,000行まで");
    assert_eq!(total(world), 10);
}

#[on_both_engines]
fn a_refused_decision_keeps_every_tick(world: &World) {
    walk::whole(world);
    let desk = world.persona("nakamura@tokyo-kokuho.example");
    let page = desk.open(&desk.open("/kokuho/bills").link("C-2022-"));
    let (path, fields) = stories::visitor::form(&page, "請求を決定する", &[]);
    let mut sent: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.extend([("returned", "131024-2"), ("returned", "131041-2")]);
    let refused = desk.send_exactly(&path, &sent);
    refused.is(422).says("返戻の理由を書いてください");
    let ticked = refused.body.matches("name=\"returned\"").count();
    let (_, again) = stories::visitor::form(&refused, "請求を決定する", &[]);
    let kept: Vec<&str> =
        again.iter().filter(|(name, _)| name == "returned").map(|(_, v)| v.as_str()).collect();
    assert_eq!((ticked, kept), (2, vec!["131024-2", "131041-2"]));
}

#[on_both_engines]
fn a_desk_decides_by_rows_and_counts_and_sums_are_computed(world: &World) {
    let (cast, _) = walk::whole(world);
    let desk = world.persona("nakamura@tokyo-kokuho.example");
    let page = desk.open(&desk.open("/kokuho/bills").link("C-2022-"));
    page.says("404,800円").does_not_say("決定金額（税込み）");
    // Two rows: 60 + 30 + 3 and 40 + 20 + 2. Two of the 60 are returned: a count, and a reason.
    let chuo = "131024-2";
    let back = format!("back_{chuo}_vaccination.six_and_over.regular");
    let reason = format!("reason_{chuo}");
    desk.press(&page, "請求を決定する", &[(&back, "2")]).is(422).says("返戻の理由を書いてください");
    desk.press(&page, "請求を決定する", &[(&back, "61"), (&reason, "重複")])
        .is(422)
        .says("0から60までの数");
    desk.press(&page, "請求を決定する", &[(&reason, "重複")])
        .is(422)
        .says("返戻する件数がありません");
    desk.press(&page, "請求を決定する", &[(&back, "-2"), (&reason, "重複")]).is(422);
    let status = |world: &World| -> (String, Option<i64>, Option<i64>) {
        world.read(|tx| tx.one("select status, decided_count, decided_amount from claim_part where destination = 'federation:13'", &[]))
    };
    assert_eq!(status(world).1, None, "nothing was decided yet");
    // 155 − 2 = 153; 98 × 2,070 × 1.1 + 154,000 + 23,100 = 400,246. Sums that are sent along count
    // for nothing.
    let (path, mut sent) =
        stories::visitor::form(&page, "請求を決定する", &[(&back, "2"), (&reason, "券番号の重複")]);
    sent.extend(
        ["decided_count", "decided_amount"].map(|name| (name.to_string(), "1".to_string())),
    );
    let sent: Vec<(&str, &str)> =
        sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let decided = desk.send_exactly(&path, &sent);
    decided.is(200).says("153件").says("400,246円").says("券番号の重複");
    assert_eq!(status(world), ("decided".to_string(), Some(153), Some(400_246)));
    cast.organizer
        .open(&format!("/venues/{}/billing/2022-04", cast.venue))
        .says("決定 153件")
        .says("400,246円")
        .says("東京都中央区　2件：券番号の重複");
    cast.organizer
        .open(&format!("/venues/{}/billing", cast.venue))
        .says("2件")
        .says("券番号の重複");
}

/// A price of before is changed by two people, from the next day on.
fn dearer_holidays(world: &World) {
    let editor = world.persona("reviewer@ministry.example");
    let page = editor.open("/admin/masters/prices/edit?key=2021-12");
    let fields = [("holiday", "3130"), ("reason", "改定の通知")];
    let change = editor.press(&page, "変更を承認に回す", &fields);
    change.is(200).says("承認待ち");
    let second = world.persona("approver@ministry.example");
    let page = second.open(&change.path);
    second.press(&page, "変更を承認する", &[]).is(200).says("承認済み");
}

#[on_both_engines]
fn a_submitted_claim_keeps_its_prices_and_what_came_back_of_it_is_not_lost(world: &World) {
    let (cast, _) = walk::whole(world);
    let desk = world.persona("nakamura@tokyo-kokuho.example");
    let page = desk.open(&desk.open("/kokuho/bills").link("C-2022-"));
    let chuo = "131024-2";
    let (back, reason) =
        (format!("back_{chuo}_vaccination.six_and_over.regular"), format!("reason_{chuo}"));
    // A row that is ticked and counted, and a reason for nothing, are asked about.
    let both = [("returned", chuo), (back.as_str(), "2"), (reason.as_str(), "重複")];
    desk.press(&page, "請求を決定する", &both).is(422).says("どちらか一方にしてください");
    desk.press(&page, "請求を決定する", &[("reason", "全体の理由")])
        .is(422)
        .says("返戻する件数がありません");
    world.set_clock("2022-05-03T09:00");
    dearer_holidays(world);
    world.set_clock("2022-05-10T09:00");
    let (own, desk) = (&cast.organizer, world.persona("nakamura@tokyo-kokuho.example"));
    let base = format!("/venues/{}/billing", cast.venue);
    let before = "404,800円";
    own.open(&format!("{base}/2022-04")).says(before);
    let page = desk.open(&desk.open("/kokuho/bills").link("C-2022-"));
    page.says(before);
    // 153 of 155, at the prices of its day.
    let partly = [(back.as_str(), "2"), (reason.as_str(), "券番号の重複")];
    desk.press(&page, "請求を決定する", &partly).is(200).says("400,246円");
    // What came back is put into this month's claim; a table that takes its place puts it out again.
    let page = own.open(&format!("{base}/2022-05/edit"));
    own.press(&page, "返戻分をこの月の請求に加える", &[]).is(200);
    own.open("/home").does_not_say("返戻された請求を直して");
    let page = own.open(&format!("{base}/2022-05/paste"));
    // The very table that stands there changes nothing, and puts nothing out.
    paste(own, &page, "中央区\t2", &[]).is(200).says("変更はありませんでした");
    own.open("/home").does_not_say("返戻された請求を直して");
    let page = own.open(&format!("{base}/2022-05/paste"));
    let asked = paste(own, &page, "港区\t3", &[]);
    asked.is(422).says("返戻された2件が、この請求に加えられています");
    paste(own, &asked, "港区\t3", &[("noted", "✓")]).is(200);
    own.open("/home").says("返戻された請求を直して");
    own.open(&format!("{base}/2022-05/edit")).says("返戻された分があります");
    returned::leaves_the_form_knowingly(own, &base);
    returned::leaves_the_api_knowingly(world, own, &cast.venue);
}

fn page_again(sato: &Visitor, world: &World) -> Page {
    sato.open(&format!("/venues/{}/billing/2022-03/paste", world.minato()))
}
