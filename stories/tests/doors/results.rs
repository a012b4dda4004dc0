//! Results, persons, stock and bookings: figures that run over several entries, and what people,
//! files and scanners write there.

use scraper::{Html, Selector};
use stories::rich::{CLINIC, SATO, second_venue, with_stock};
use stories::{Page, Visitor, World, on_both_engines};

/// One column of a table, from above.
#[track_caller]
fn column(page: &Page, label: &str, at: usize) -> Vec<String> {
    page.table(label).iter().map(|row| row[at].clone()).collect()
}

/// A pack's code up to its lot: GTIN and expiry 2022-09-30.
const PACK: &str = "011498712345678117220930";

/// The lots with what the stock page says is left, and the whole figure.
#[track_caller]
fn lots(page: &Page) -> Vec<(String, String)> {
    page.table("ロットごとの在庫").into_iter().map(|r| (r[0].clone(), r[3].clone())).collect()
}

/// Nowhere on the page stands a figure below nothing, but in the column that says how a line moved
/// the stock.
#[track_caller]
fn nothing_negative(page: &Page) {
    for row in table_or_none(page, "ロットごとの在庫") {
        assert!(!row[3].contains(['-', '−']), "{row:?}");
    }
    for row in table_or_none(page, "台帳") {
        assert!(!row[5].contains(['-', '−']), "{row:?}");
    }
    let html = Html::parse_document(&page.body);
    for card in html.select(&Selector::parse("ul.cards b").unwrap()) {
        let said = card.text().collect::<String>();
        assert!(!said.contains(['-', '−']), "{said}");
    }
}

fn table_or_none(page: &Page, label: &str) -> Vec<Vec<String>> {
    if page.body.contains(&format!("aria-label=\"{label}\"")) {
        page.table(label)
    } else {
        Vec::new()
    }
}

/// A visitor at one venue's stock.
struct Stock<'w> {
    who: &'w Visitor,
    venue: String,
}

impl Stock<'_> {
    fn page(&self) -> Page {
        self.who.open(&format!("/venues/{}/stock", self.venue))
    }
    fn receive(&self, fill: &[(&str, &str)]) -> Page {
        let mut all = vec![("vials", "10")];
        all.extend_from_slice(fill);
        self.who.send(&format!("/venues/{}/stock/receive", self.venue), &all)
    }
    fn shift(&self, kind: &str, lot: &str, vials: &str, day: &str) -> Page {
        let fields = [
            ("kind", kind),
            ("move_lot", lot),
            ("move_vials", vials),
            ("day", day),
            ("move_reason", "棚卸"),
        ];
        self.who.send(&format!("/venues/{}/stock/move", self.venue), &fields)
    }
    /// What the nation's list holds.
    fn known(&self, world: &World) -> Vec<(String, String)> {
        let rows: Vec<(String, jiff::civil::Date)> =
            world.read(|tx| tx.all("select number, expiry from lot order by number", &[]));
        rows.into_iter().map(|(n, e)| (n, e.to_string())).collect()
    }
}

#[on_both_engines]
fn totals_of_the_results_run_from_the_oldest_report(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let edit = format!("/venues/{venue}/results/edit");
    world.set_clock("2022-02-22T10:00");
    for (day, doses) in [("2022/2/20", "540"), ("2022/2/21", "55"), ("2022/2/22", "5")] {
        let page = clinic.open(&edit);
        let told = clinic.press(
            &page,
            "接種実績を報告する",
            &[
                ("as_of", day),
                ("booster_increase", doses),
                ("unused_vials_increase", "1"),
                ("waste_reason", "breakage"),
                ("waste_lot", "3005785"),
            ],
        );
        if doses == "540" {
            told.is(200);
            continue;
        }
        // 600 doses came; a vial that is thrown away was for 15 of them.
        told.is(422).says("までに受け取った600回分を超えています");
        clinic.press(&told, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
    }
    let page = clinic.open(&edit);
    let asked = clinic.press(
        &page,
        "接種実績を報告する",
        &[("booster_increase", "−10"), ("reason", "数え間違い")],
    );
    clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
    let page = clinic.open(&format!("/venues/{venue}/results"));
    let rows: Vec<(String, String, String)> = page
        .table("報告の記録")
        .into_iter()
        .map(|r| (r[1].clone(), r[2].clone(), r[3].clone()))
        .collect();
    let of = |label: &str| -> Vec<(&str, &str)> {
        rows.iter()
            .filter(|r| r.0.starts_with(label))
            .map(|r| (r.1.as_str(), r.2.as_str()))
            .collect()
    };
    assert_eq!(
        of("3回目接種実績"),
        [("−10 回", "590 回"), ("+5 回", "600 回"), ("+55 回", "595 回"), ("+540 回", "540 回")]
    );
    assert_eq!(of("未使用のまま廃棄"), [("+1 本", "3 本"), ("+1 本", "2 本"), ("+1 本", "1 本")]);
}

#[on_both_engines]
fn what_came_is_in_the_stock_before_its_lot_is_entered_and_nothing_is_ever_below_nothing(
    world: &World,
) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-02-20T10:00");
    let list = clinic.open(&format!("/venues/{venue}/deliveries"));
    clinic.press(&clinic.open(&list.link("第1クール")), "受け取りを記録する", &[]).is(200);
    let stock = Stock { who: &clinic, venue: venue.clone() };
    let page = stock.page();
    page.says("いまの在庫 40 本")
        .says("2022年2月20日（日）に受け取った 4箱（40本）のうち 40本")
        .says("ここでロットを入力する");
    assert_eq!(lots(&page), [("（ロット未入力）".to_string(), "40 本".to_string())]);
    // Thrown away and used without a lot: 40 − 2 − 3.
    let edit = clinic.open(&format!("/venues/{venue}/results/edit"));
    clinic
        .press(
            &edit,
            "接種実績を報告する",
            &[
                ("booster_increase", "31"),
                ("unused_vials_increase", "2"),
                ("waste_reason", "breakage"),
            ],
        )
        .is(200);
    let page = stock.page();
    page.says("いまの在庫 35 本")
        .says("どのロットを使ったかが記録されていないものがあります")
        .says("ロットを選ばずに報告された廃棄です");
    nothing_negative(&page);
    // The municipality, the prefecture and the nation see the same figure; the closing list
    // too.
    for (who, path) in [
        ("watanabe@minato-city.example", "/municipal/stock"),
        ("kobayashi@tokyo-pref.example", "/prefecture/stock"),
        ("reviewer@ministry.example", "/mhlw/stock"),
    ] {
        world
            .persona(who)
            .open(path)
            .says("会場のページと同じ在庫です。 35 本")
            .says("（ロット未入力）");
    }
    clinic
        .open(&format!("/venues/{venue}/close"))
        .says("在庫が35本（そのうちロットを入力していないもの35本）");
    // Half of it gets a lot; the use is still of no lot.
    stock.receive(&[("gs1", &format!("{PACK}103005785")), ("vials", "20")]).is(200);
    let page = stock.page();
    page.says("いまの在庫 35 本");
    assert_eq!(
        lots(&page),
        [
            ("3005785".to_string(), "20 本".to_string()),
            ("（ロット未入力）".to_string(), "15 本".to_string())
        ]
    );
    // More used than ever came: nothing below 0, and it says so. 41 vials are used of 40.
    let edit = clinic.open(&format!("/venues/{venue}/results/edit"));
    let asked = clinic.press(&edit, "接種実績を報告する", &[("booster_total", "615")]);
    clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
    let page = stock.page();
    page.says("いまの在庫 0 本")
        .says("使用と廃棄の報告が、記録されている納入・入庫より多くなっています")
        .says("3本");
    nothing_negative(&page);
}

#[on_both_engines]
fn no_day_of_a_lot_falls_below_nothing_whatever_is_back_dated(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    world.set_clock("2022-03-22T10:00");
    stock.receive(&[("gs1", &format!("{PACK}103004667"))]).is(200);
    world.set_clock("2022-03-28T10:00");
    for (kind, vials) in [("used", "3"), ("opened", "3"), ("adjusted", "―3")] {
        stock
            .shift(kind, "3004667", vials, "2021/1/1")
            .is(422)
            .says("2021年1月1日（金）と読みました");
        stock
            .shift(kind, "3004667", vials, "2022/3/21")
            .is(422)
            .says("2022年3月21日（月）の時点で0本です");
        stock.shift(kind, "3004667", vials, "R4.3.21").is(422).says("0本です");
    }
    stock.shift("used", "3004667", "8", "3/26").is(200);
    // Enough on that day, but not on the 26th; more that comes later doesn't help before it
    // came.
    stock.shift("used", "3004667", "3", "2022/3/23").is(422).says("在庫は2本です");
    stock.shift("adjusted", "3004667", "5", "2022/3/28").is(200);
    stock.shift("used", "3004667", "3", "2022/3/23").is(422).says("2022年3月26日（土）には2本です");
    stock.shift("adjusted", "3004667", "-5", "2022/3/28").is(200);
    // Nothing is found too much of what wasn't there yet.
    for plus in ["5", "+1"] {
        stock
            .shift("adjusted", "3004667", plus, "2022/3/21")
            .is(422)
            .says("この会場に初めて入ったのは2022年3月22日（火）です");
    }
    // A minus in any writing; what isn't one is refused.
    for (minus, left) in [("―1", 1), ("(1)", 0)] {
        stock
            .shift("adjusted", "3004667", minus, "2022/3/27")
            .is(200)
            .says(&format!("3004667 2022年9月30日（金） 使えます {left} 本"));
    }
    stock.shift("adjusted", "3004667", "ー1", "2022/3/27").is(422).says("在庫は0本です");
    for plus in ["+2", "２"] {
        stock.shift("adjusted", "3004667", plus, "2022/3/27").is(200);
    }
    stock.shift("adjusted", "3004667", "▲１", "2022/3/27").is(200);
    stock.shift("adjusted", "3004667", "マイナス1", "2022/3/27").is(200);
    // Thrown away on a day before it came, with a report: refused too, nothing is written.
    let waste = |day: &str, n: &str| {
        let page = clinic.open(&format!("/venues/{}/results/edit", stock.venue));
        clinic.press(
            &page,
            "接種実績を報告する",
            &[
                ("as_of", day),
                ("booster_increase", "10"),
                ("unused_vials_increase", n),
                ("waste_reason", "breakage"),
                ("waste_lot", "3004667"),
            ],
        )
    };
    waste("2022/3/21", "1").is(422).says("2022年3月21日（月）の時点で0本です");
    waste("2022/3/27", "3").is(422).says("在庫は2本です");
    waste("2022/3/27", "2").is(200);
    let page = stock.page();
    nothing_negative(&page);
    let ledger: Vec<(String, String, String)> = page
        .table("台帳")
        .into_iter()
        .filter(|r| r[1] == "3004667")
        .map(|r| (r[2].clone(), r[4].clone(), r[5].clone()))
        .collect();
    let line = |kind: &str, moves: &str, left: &str| {
        (kind.to_string(), moves.to_string(), left.to_string())
    };
    assert_eq!(
        ledger,
        [
            line("調整", "−5", "0"),
            line("調整", "+5", "5"),
            line("廃棄", "−2", "0"),
            line("調整", "−1", "2"),
            line("調整", "−1", "3"),
            line("調整", "+2", "4"),
            line("調整", "+2", "2"),
            line("調整", "−1", "0"),
            line("調整", "−1", "1"),
            line("使用", "−8", "2"),
            line("入庫", "+10", "10"),
        ]
    );
    let file = clinic.open(&format!("/venues/{}/stock/ledger.csv", stock.venue));
    assert!(file.body.contains("ロットの残り"));
    // Fewer thrown away than was said: the lot has them back, and no other lot.
    let correct = |lot: &str| {
        let page = clinic.open(&format!("/venues/{}/results/edit", stock.venue));
        let fill = [
            ("as_of", "2022/3/28"),
            ("booster_increase", "5"),
            ("unused_vials_increase", "−1"),
            ("waste_lot", lot),
            ("reason", "数え間違い"),
        ];
        let asked = clinic.press(&page, "接種実績を報告する", &fill);
        clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")])
    };
    correct("3005785").is(422).says("ロット3005785の廃棄は0本しか記録されていません");
    correct("").is(422).says("訂正する廃棄のロットを選んでください");
    correct("3004667").is(200);
    let page = stock.page();
    assert_eq!(lots(&page)[0], ("3004667".to_string(), "1 本".to_string()));
    page.says("廃棄の訂正");
}

#[on_both_engines]
fn a_transfer_is_answered_once_and_takes_no_more_than_there_is(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    let (second, clerk) = second_venue(world);
    let offer = |n: &str| {
        clinic.press(
            &clinic.open(&format!("/venues/{}/transfers", stock.venue)),
            "融通を申し出る",
            &[("to_code", "1311234577"), ("vials", n)],
        )
    };
    for n in ["3", "4", "13"] {
        offer(n).is(200);
    }
    offer("1").is(422).says("在庫は0本です");
    stock.shift("used", "3005785", "5", "2022/2/20").is(200);
    let waiting: Vec<String> = world
        .read(|tx| tx.all::<(String,)>("select id from transfer order by vials", &[]))
        .into_iter()
        .map(|t| t.0)
        .collect();
    let path = |i: usize| format!("/venues/{second}/transfers/{}", waiting[i]);
    for i in 0..2 {
        let page = clerk.open(&path(i));
        clerk.press(&page, "受け取りを確認する", &[]).is(200).says("引継ぎ済");
        // Once more, from a page that was opened before: nothing moves twice.
        let version = page.value("version").unwrap();
        clerk.send(&path(i), &[("version", &version), ("go", "accept"), ("accepted", "3")]).is(409);
        clerk
            .send(&path(i), &[("version", "2"), ("go", "decline"), ("answer_note", "x")])
            .is(422)
            .says("もう回答があります");
    }
    clerk.press(&clerk.open(&path(2)), "受け取りを確認する", &[]).is(422).says("在庫は8本です");
    let page = Stock { who: &clerk, venue: second }.page();
    assert_eq!(lots(&page), [("3005785".to_string(), "7 本".to_string())]);
    let moved: Vec<String> =
        page.table("台帳").into_iter().map(|r| format!("{} {} {}", r[2], r[4], r[5])).collect();
    assert_eq!(moved, ["融通（受入） +4 7", "融通（受入） +3 3"]);
    nothing_negative(&stock.page());
    stock.page().says("いまの在庫 28 本");
}

#[on_both_engines]
fn a_report_says_which_lot_was_used_and_is_not_counted_twice(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    stock.receive(&[("gs1", &format!("{PACK}103004667")), ("vials", "20")]).is(200);
    let report = |doses: &str, lot: &str| {
        let page = clinic.open(&format!("/venues/{}/results/edit", stock.venue));
        clinic.press(&page, "接種実績を報告する", &[("booster_increase", doses), ("used_lot", lot)])
    };
    let left = |a: &str, b: &str| {
        assert_eq!(
            lots(&stock.page()),
            [
                ("3004667".to_string(), format!("{a} 本")),
                ("3005785".to_string(), format!("{b} 本"))
            ]
        )
    };
    report("30", "3005785").is(200);
    left("20", "18");
    // Two lots are there, none is said: said plainly, taken from none.
    report("15", "").is(200);
    left("20", "18");
    stock
        .page()
        .says("どのロットを使ったかが記録されていないものがあります。ロットごとの在庫からは、まだ引かれていません。 1本")
        .says("いまの在庫 37 本");
    // By hand: asked, because the reports have used that lot already.
    let asked = stock.shift("used", "3005785", "1", "2022/2/20");
    asked.is(422).says("2本の使用がもう台帳に入っています。それとは別に1本を使いましたか");
    clinic.press(&asked, "在庫の動きを記録する", &[("again", "✓")]).is(200);
    left("20", "17");
    stock.page().does_not_say("どのロットを使ったかが").says("いまの在庫 37 本");
    // What the ledger has already isn't used once more by the next report.
    stock.shift("used", "3004667", "2", "2022/2/20").is(200);
    report("30", "3004667").is(200);
    left("18", "17");
    let asked = report("285", "3005785");
    clinic
        .press(&asked, "接種実績を報告する", &[("confirmed", "✓")])
        .is(422)
        .says("ロット3005785の在庫は17本です");
}

#[on_both_engines]
fn a_corrected_report_gives_back_what_it_had_taken_and_nothing_else(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    let path = format!("/venues/{}/results/edit", stock.venue);
    let report =
        |fill: &[(&str, &str)]| clinic.press(&clinic.open(&path), "接種実績を報告する", fill);
    let left = |n: &str| {
        let shown = lots(&stock.page());
        assert!(shown.contains(&("3005785".to_string(), format!("{n} 本"))), "{n}: {shown:?}");
    };
    // 270 doses by mistake: 18 vials of 20. Corrected to 30: two.
    let asked = report(&[("booster_increase", "270"), ("used_lot", "3005785")]);
    if asked.status == 422 {
        clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
    }
    left("2");
    let asked = report(&[("booster_total", "30"), ("reason", "桁の間違い")]);
    clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
    left("18");
    // What was written by hand before its report stays: a correction of one dose takes back no
    // vial but its own.
    stock.shift("used", "3005785", "3", "2022/2/20");
    let asked = stock.shift("used", "3005785", "3", "2022/2/20");
    clinic.press(&asked, "在庫の動きを記録する", &[("again", "✓")]).is(200);
    left("15");
    let asked = report(&[("booster_total", "15"), ("reason", "数え間違い")]);
    clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")]).is(200);
    left("16");
    nothing_negative(&stock.page());
}

#[on_both_engines]
fn codes_of_packs_are_read_as_scanners_send_them_and_asked_about_where_a_separator_is_lost(
    world: &World,
) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    let known = || stock.known(world).into_iter().map(|(n, _)| n).collect::<Vec<_>>();
    // Swallowed: nothing is entered; the person chooses.
    let page = stock.receive(&[("gs1", &format!("{PACK}10300578621000123"))]);
    page.is(422).says("ロット番号がどこまでかがわかりません").says("3005786 シリアル番号 000123");
    assert_eq!(known(), ["3005785"]);
    // Nearly a known one: asked as if it were typed.
    let page = clinic.press(&page, "入庫を記録する", &[("lot_choice", "3005786")]);
    page.is(422).says("3005785の打ち間違いではありませんか");
    assert_eq!(known(), ["3005785"]);
    clinic.press(&page, "入庫を記録する", &[("sure", "✓")]).is(200).says("3005786");
    assert_eq!(known(), ["3005785", "3005786"]);
    for odd in [
        &format!("{PACK}103005758"),
        &format!("{PACK}103OO5785"),
        &format!("{PACK}105785"),
        &format!("{PACK}103005785ABC"),
        "https://id.gs1.org/01/14987123456781/10/3005758?17=220900",
        "(01)14987123456781(17)220930(10)300578621000123",
    ] {
        stock.receive(&[("gs1", odd)]).is(422);
        assert_eq!(known(), ["3005785", "3005786"], "{odd}");
    }
    let page = stock.receive(&[("gs1", "011498712345678121ABC1231722093010300578A")]);
    page.is(422).says("300578A シリアル番号 ABC123 有効期限 2022年9月30日（金）");
    assert_eq!(known().len(), 2);
    let page = clinic.press(&page, "入庫を記録する", &[("lot_choice", "300578A")]);
    clinic.press(page.is(422), "入庫を記録する", &[("sure", "✓")]).is(200);
    // Substitutes, other fields, day 00, addresses: each its own lot in the list, once.
    for (i, s) in ["|", "~", "^", "␝", "{GS}", "<GS>", "\\x1d", "¦", "\u{1d}"].iter().enumerate()
    {
        let lot = format!("4{i}057{i}9");
        stock.receive(&[("gs1", &format!("{PACK}10{lot}{s}21000123"))]).is(200).says(&lot);
    }
    for (i, rest) in ["\u{1d}240ABC", "\u{1d}9112", "\u{1d}3710", ""].iter().enumerate() {
        stock.receive(&[("gs1", &format!("13220301{PACK}105{i}357{i}8{rest}"))]).is(200);
    }
    stock.receive(&[("gs1", "(02)14987123456781(17)220900(10)6005797(37)10")]).is(200);
    stock.receive(&[("gs1", "https://id.gs1.org/01/14987123456781/10/6115798?17=220900")]).is(200);
    stock.receive(&[("gs1", "(01)14987123456781(7003)2209301200(10)6225799")]).is(200);
    let all = stock.known(world);
    assert_eq!(all.len(), 3 + 9 + 4 + 3, "{all:?}");
    assert!(all.iter().all(|(n, e)| (7..=8).contains(&n.len()) && e == "2022-09-30"), "{all:?}");
    // Another product's code, a sign that is no code's, a check digit that doesn't fit.
    let page = stock.receive(&[("gs1", "(01)04987376046107(17)220930(10)7005799")]);
    page.is(422).says("ほかの製品の箱ではありませんか");
    clinic.press(&page, "入庫を記録する", &[("sure", "✓")]).is(200);
    stock
        .receive(&[("gs1", &format!("{PACK}10港5799"))])
        .is(422)
        .says("「港」はGS1コードに使わない文字です");
    stock
        .receive(&[("gs1", "(01)14987123456780(17)220930(10)7005799")])
        .is(422)
        .says("検査数字が合いません");
    stock
        .receive(&[("gs1", "(01)14987123456781(10)7005799")])
        .is(422)
        .says("有効期限（17）がありません");
    stock.receive(&[("gs1", "(01)14987123456781(10)7335797"), ("expiry", "2022/9")]).is(200);
    stock
        .receive(&[("gs1", "(01)14987123456781(17)220930(10)7005790"), ("expiry", "2022/10")])
        .is(422)
        .says("違います");
}

#[on_both_engines]
fn lots_typed_by_hand_are_in_one_form_and_slips_are_asked_about(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    // Months stand for their last day; one writing more each.
    for (i, month) in ["2022/9", "2022年9月", "09/2022", "2022.09", "令和4年9月", "R4.9", "2022-09"]
        .iter()
        .enumerate()
    {
        stock.receive(&[("lot", &format!("EX{i}9{i}7")), ("expiry", month)]).is(200);
    }
    assert!(stock.known(world).iter().all(|(_, e)| e == "2022-09-30"));
    // The known lot in other writings is the known lot: the same receipt once more is asked
    // about, another is added.
    let writings = ["３００５７８５", " 3005785 ", "Lot 3005785", "3005785.0", "\u{200b}3005785"];
    for (writing, vials) in writings.iter().zip(["10", "11", "12", "13", "14"]) {
        stock.receive(&[("lot", writing), ("expiry", "2022/9/30"), ("vials", vials)]).is(200);
        let twin = stock.receive(&[("lot", writing), ("expiry", "2022/9/30"), ("vials", vials)]);
        twin.is(422).says("入庫がもう記録されています").says("まだ何も記録していません");
    }
    assert_eq!(lots(&stock.page())[0], ("3005785".to_string(), "80 本".to_string()));
    // A slip of a known lot is asked about, and nothing is entered.
    let before = stock.known(world).len();
    for slip in ["300578S", "3OO5785", "300578", "3005758", "30057855", "3005784"] {
        let page = stock.receive(&[("lot", slip), ("expiry", "2022/9/30")]);
        page.is(422)
            .says("登録されている3005785の打ち間違いではありませんか")
            .says("まだ何も記録していません");
    }
    // What is no lot.
    for wreck in
        ["1.23E+06", "#N/A", "#REF!", "不明", "3月5日", "3005785／3005786", "2022/3/5", "-", "TRUE"]
    {
        stock.receive(&[("lot", wreck), ("expiry", "2022/9/30")]).is(422).says("ロット番号");
    }
    assert_eq!(stock.known(world).len(), before);
    let page = stock.receive(&[("lot", "3005784"), ("expiry", "2022/9/30")]);
    // The answer is for this lot: another one is asked about again.
    clinic
        .press(&page, "入庫を記録する", &[("sure", "✓"), ("lot", "3005783")])
        .is(422)
        .says("打ち間違いではありませんか");
    clinic.press(&page, "入庫を記録する", &[("sure", "✓")]).is(200);
    assert_eq!(stock.known(world).len(), before + 1);
}

#[on_both_engines]
fn a_venues_slip_of_an_expiry_is_not_the_nations(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: world.minato() };
    world.set_clock("2022-02-20T10:00");
    stock.receive(&[("lot", "3005785"), ("expiry", "2022/12/31")]).is(200);
    // Its own slip is mended by itself, as long as nobody else has said anything.
    let page = stock.receive(&[("lot", "3005785"), ("expiry", "2022/11/30")]);
    page.is(422).says("有効期限は2022年12月31日（土）と登録されています");
    clinic.press(&page, "入庫を記録する", &[("sure", "✓")]).is(200);
    assert_eq!(stock.known(world), [("3005785".to_string(), "2022-11-30".to_string())]);
    // Another venue reads something else: it is kept, nobody's date moves, everybody sees that
    // they differ.
    let (second, clerk) = second_venue(world);
    let other = Stock { who: &clerk, venue: second.clone() };
    world.set_clock("2022-02-20T10:01");
    let page = other.receive(&[("lot", "3005785"), ("expiry", "2022/9/30")]);
    page.is(422).says("有効期限は2022年11月30日（水）と登録されています");
    clerk.press(&page, "入庫を記録する", &[("sure", "✓")]).is(200).says("会場によって違います");
    stock.page().says("会場によって違います");
    assert_eq!(stock.known(world), [("3005785".to_string(), "2022-11-30".to_string())]);
    // The ministry settles it; who read it otherwise is told.
    let reviewer = world.persona("reviewer@ministry.example");
    reviewer.open("/mhlw/lots").says("有効期限の違い");
    let page = reviewer.open("/mhlw/lots/3005785");
    assert_eq!(
        column(&page, "会場が入力した有効期限", 1),
        ["2022年11月30日（水）", "2022年9月30日（金） 違います"]
    );
    reviewer
        .press(&page, "有効期限を確定する", &[("expiry", "2022年9月")])
        .is(200)
        .says("有効期限を確定しました");
    world.tick();
    assert!(
        world
            .mails_to(SATO)
            .iter()
            .any(|m| m.body.contains("ロット3005785の有効期限は2022年9月30日（金）です"))
    );
    assert!(
        !world
            .mails_to("second@example.jp")
            .iter()
            .any(|m| m.subject.contains("ロット3005785の有効期限"))
    );
    // Settled: a venue's other writing moves nothing any more.
    let page = stock.receive(&[("lot", "3005785"), ("expiry", "2022/11/30")]);
    clinic.press(&page, "入庫を記録する", &[("sure", "✓")]).is(200);
    assert_eq!(stock.known(world), [("3005785".to_string(), "2022-09-30".to_string())]);
}

#[on_both_engines]
fn records_are_read_in_every_writing_and_what_is_unlikely_is_asked_about(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let import = |rows: &[String]| {
        let file = format!(
            "接種日,券種,回数,市町村コード,券番号,ロット番号,区分,時間帯,年齢区分\n{}\n",
            rows.join("\n")
        );
        clinic.upload(&format!("/venues/{venue}/persons/import"), "vrs.csv", file.as_bytes())
    };
    let row = |number: usize, day: &str, dose: &str, lot: &str, rest: &str| {
        format!("{day},2,{dose},131032,{number:010},{lot},{rest}")
    };
    // Writings: each its own person.
    let good: Vec<String> = [
        ("2022/3/18", "3回目", "3005785", "接種 ,通常,6歳以上"),
        ("3/18", "第3回", " 3005785", "\"接種\n\",通　常\t,６歳以上"),
        ("3月18日", "３", "３００５７８５", "接種済,平日,45歳"),
        ("令4.3.18", "3.0", "3005785\u{a0}", "接種\u{200b},時間外,6才未満"),
        ("5040318", "三回目", "Lot 3005785", "実施,休 診 日,満6歳以上"),
        ("2022/3/18 0:00", "3", "", "予診のみ\u{3000},夜間,6歳~"),
    ]
    .iter()
    .enumerate()
    .map(|(i, (day, dose, lot, rest))| row(125 + i, day, dose, lot, rest))
    .collect();
    let check = import(&good);
    check
        .is(200)
        .says("追加 6 件")
        .says("取り込めない 0 件")
        .says("2022年3月18日（金） 東京都港区 3回目 接種 …0125");
    clinic.press(&check, "取り込む（6", &[]).is(200);
    let page = clinic.open(&format!("/venues/{venue}/persons"));
    assert_eq!(column(&page, "最近の記録", 0), vec!["2022年3月18日（金）"; 6]);
    let kinds = column(&page, "最近の記録", 4);
    for (kind, n) in
        [("接種（通常）", 3), ("接種（時間外）", 1), ("接種（休日）", 1), ("予診のみ（時間外）", 1)]
    {
        assert_eq!(kinds.iter().filter(|k| *k == kind).count(), n, "{kinds:?}");
    }
    assert_eq!(column(&page, "最近の記録", 5).iter().filter(|l| *l == "3005785").count(), 5);
    const SAID: &str = "接種,通常,6歳以上";
    // Refused: what can't be.
    let bad: Vec<String> = [
        ("2012/3/18", "3005785"),
        ("1922/3/18", "3005785"),
        ("2021/1/4", "3005785"),
        ("2202/3/18", "3005785"),
        ("2022/4/21", "3005785"),
        ("2022/3/18", "1.23E+06"),
        ("2022/3/18", "#N/A"),
        ("2022/3/18", "#REF!"),
        ("2022/3/18", "不明"),
        ("2022/3/18", "3月5日"),
        ("2022/3/18", "3005785／3005786"),
        ("2022/3/18", ""),
    ]
    .iter()
    .enumerate()
    .map(|(i, (day, lot))| row(200 + i, day, "3", lot, SAID))
    .collect();
    import(&bad)
        .is(200)
        .says("追加 0 件")
        .says("取り込めない 12 件")
        .says("2012年3月18日（日）と読みました")
        .says("2021年5月21日（金）から")
        .says("接種にはロット番号が必要です");
    let numbers: Vec<String> = [0, 9_999_999_999, 1_111_111_111]
        .iter()
        .map(|n| row(*n, "2022/3/18", "3", "3005785", SAID))
        .collect();
    import(&numbers).says("取り込めない 3 件").says("見本などに使う番号です");
    // Asked: what may be. Nothing of it is taken without a word.
    let doubtful = [
        row(1_234_567_890, "2022/3/18", "3", "3005785", SAID),
        row(300, "2021/12/20", "3", "3005785", SAID),
        row(301, "2022/3/18", "3", "300578S", SAID),
        row(302, "2022/3/18", "3", "3OO5785", SAID),
        row(303, "2022/1/20", "2", "3005785", SAID),
        row(303, "2022/3/18", "3", "3005785", SAID),
        row(304, "2022/3/18", "3", "3005785", SAID),
    ];
    let check = import(&doubtful);
    check
        .says("追加 1 件")
        .says("確かめる 6 件")
        .says("この事業の接種は3回目です（この行は2回目）")
        .says("目安は150日以上")
        .says("3005785の打ち間違いではありませんか")
        .says("この事業が始まった2022年1月7日（金）より前の接種です")
        .says("並びの番号です");
    clinic.press(&check, "すべて取り込む", &[]).is(422).says("確かめる行が6行あります");
    clinic.press(&check, "正しい行だけ取り込む", &[]).is(200);
    clinic.open(&format!("/venues/{venue}/persons")).says("個人単位の記録（接種） 6 回");
    let again = import(&doubtful);
    again.says("変更なし 1 件").says("確かめる 6 件");
    clinic.press(&again, "すべて取り込む", &[("asked", "✓")]).is(200);
    let page = clinic.open(&format!("/venues/{venue}/persons"));
    page.says("個人単位の記録（接種） 12 回").says("報告された接種の累計 12 回");
    // Reports that came of it: three entries, each with its own total.
    let history = clinic.open(&format!("/venues/{venue}/results"));
    assert_eq!(column(&history, "報告の記録", 3), ["12 回", "6 回", "5 回"]);
}

#[on_both_engines]
fn a_cell_that_is_there_and_empty_is_taken_for_nothing_without_a_word(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let head = "接種日,券番号,ロット番号,医師名,区分,時間帯,年齢区分";
    let import = |name: &str, above: &str, rest: &[&str]| {
        let row =
            |(n, rest): (usize, &&str)| format!("2022/3/18,231310320000000{},{rest}", 340 + n);
        let rows: Vec<String> = rest.iter().enumerate().map(row).collect();
        let text = format!("{above}{head}\n{}\n", rows.join("\n"));
        clinic.upload(&base, name, text.as_bytes())
    };
    let whole = ["3005785,港 太郎,接種,休診日,6歳未満", "3005785,港 太郎,接種,通常,6歳以上"];
    // New: each of the three is asked about, at its own cell.
    let check = import("a.csv", "", &["3005785,,,休診日,6歳未満", "3005785,,接種,,", whole[1]]);
    check.says("追加 1 件").says("確かめる 2 件");
    for (column, value) in [("区分", "接種"), ("時間帯", "通常"), ("年齢区分", "6歳以上")]
    {
        check.says(&format!("{column} （空） 空欄です。「{value}」として取り込みます"));
    }
    clinic.press(&import("a.csv", "", &whole), "取り込む（2", &[]).is(200);
    import("a.csv", "", &whole).says("変更なし 2 件");
    // Stored: what stays is said; nothing is overwritten, and nothing is kept without a word.
    let check = import("a.csv", "", &["3005785,,,,", "3005785,港 太郎,,,"]);
    check.says("変更なし 1 件").says("確かめる 1 件");
    for value in ["港 太郎", "休日", "6歳未満"] {
        check.says(&format!("登録されている「{value}」のままにします"));
    }
    let stored = || -> Vec<(String, String, bool)> {
        let sql = "select doctor, band, under_six from person_record order by coupon";
        world.read(|tx| tx.all(sql, &[]))
    };
    let before = stored();
    let done = clinic.press(&check, "すべて取り込む", &[("asked", "✓")]);
    done.is(200);
    assert_eq!(stored(), before);
    let corrections = "select count(*) from journal where act = 'persons.correct'";
    assert_eq!(stories::count(world, corrections), 0);
    // Above the head, in the file's name: another venue's code, another dose. Two lines are asked
    // about as they are empty.
    for (name, above, said) in [
        ("a.csv", "接種記録 会場コード 1310000003\n", "コード1310000003と書かれていますが"),
        ("接種記録_1310000003.csv", "", "コード1310000003と書かれていますが"),
        ("a.csv", "4回目接種の記録\n", "4回目と書かれていますが、この事業の接種は3回目です"),
    ] {
        import(name, above, &["", "", whole[1]]).says("確かめる 3 件").says(said);
    }
    for (name, above) in [("接種記録_1311234569.csv", ""), ("a.csv", "3回目接種の記録 2022/4/1\n")]
    {
        import(name, above, &["", "", whole[1]]).says("追加 1 件").says("確かめる 2 件");
    }
}

#[on_both_engines]
fn a_correction_is_a_change_that_says_what_differs_and_can_be_taken_back(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let line = |n: u32| format!("231310320000000{n}");
    let first = format!(
        "接種日,券番号,ロット番号,医師名\n2022/3/18,{},3005785,港 太郎\n2022/3/18,{},3005785,港 太郎\n2022/3/18,{},3005785,\n",
        line(340),
        line(341),
        line(342)
    );
    clinic.press(&clinic.upload(&base, "a.csv", first.as_bytes()), "取り込む（3", &[]).is(200);
    let correction = format!(
        "接種日,券番号,ロット番号,医師名,時間帯,年齢区分\n2022/3/18,{},3005999,訂正 太郎,休診日,6歳未満\n2022/3/18,{},3005785,,,\n2022/3/19,{},3005785,,,\n2022/3/18,{},3005999,,,\n2022/3/18,{},3005999,,,\n2022/3/18,{},3006111,,,\n",
        line(340),
        line(341),
        line(342),
        line(343),
        line(343),
        line(343)
    );
    let check = clinic.upload(&base, "b.csv", correction.as_bytes());
    // Three lines of one shot, of which one says something else: none of them is taken.
    check
        .is(200)
        .says("追加 0 件")
        .says("変更 1 件")
        .says("変更なし 0 件")
        .says("確かめる 2 件")
        .says("取り込めない 3 件");
    // A line whose cells are empty says nothing of what is stored there, and that is asked about.
    check.says("医師名 （空） 空欄です。登録されている「港 太郎」のままにします");
    check
        .says("ロット番号 3005785 → 3005999、医師名 港 太郎 → 訂正 太郎、時間帯 通常 → 休日、年齢区分 6歳以上 → 6歳未満")
        .says("登録されている接種日は2022年3月18日（金）です。接種日の訂正ですか")
        .says("5行目と同じ券・同じ回数で、ロット番号が違います")
        .says("7行目と同じ券・同じ回数で、ロット番号が違います");
    let done = clinic.press(&check, "正しい行だけ取り込む", &[("asked", "✓")]);
    done.is(200);
    let stored = || -> Vec<(String, String, String, String, bool)> {
        world.read(|tx| tx.all("select cast(day as text), lot, doctor, band, under_six from person_record order by coupon", &[]))
    };
    let row = |day: &str, lot: &str, doctor: &str, band: &str, six: bool| {
        (day.to_string(), lot.to_string(), doctor.to_string(), band.to_string(), six)
    };
    assert_eq!(
        stored(),
        [
            row("2022-03-18", "3005999", "訂正 太郎", "holiday", true),
            row("2022-03-18", "3005785", "港 太郎", "regular", false),
            row("2022-03-19", "3005785", "", "regular", false)
        ]
    );
    let history: Vec<(String, String)> = world.read(|tx| {
        tx.all("select cast(before as text), cast(after as text) from journal where act = 'persons.correct' order by number", &[])
    });
    assert!(
        history.len() == 2
            && history[0].0.contains("3005785")
            && history[0].1.contains("3005999")
            && history[1].1.contains("2022年3月19日"),
        "{history:?}"
    );
    // The same again says so, and it can be taken back whole.
    clinic
        .upload(&base, "b.csv", correction.as_bytes())
        .says("変更なし 2 件")
        .says("確かめる 1 件")
        .says("取り込めない 3 件");
    clinic
        .press(&clinic.open(&done.path), "この取り込みを元に戻す", &[])
        .is(200)
        .says("取り込みを元に戻しました");
    assert_eq!(
        stored(),
        [
            row("2022-03-18", "3005785", "港 太郎", "regular", false),
            row("2022-03-18", "3005785", "港 太郎", "regular", false),
            row("2022-03-18", "3005785", "", "regular", false)
        ]
    );
    world.journal_is_sound();
}

#[on_both_engines]
fn records_of_persons_reach_the_ledger_lot_by_lot_and_leave_it_again(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = Stock { who: &clinic, venue: with_stock(world, &clinic) };
    stock.receive(&[("gs1", &format!("{PACK}103004667")), ("vials", "20")]).is(200);
    world.set_clock("2022-03-20T10:00");
    let base = format!("/venues/{}/persons/import", stock.venue);
    let file = |from: u32, to: u32, lot: &str| {
        let rows: String =
            (from..to).map(|n| format!("2022/3/18,2313103200000{n:05},{lot}\n")).collect();
        clinic.upload(&base, "a.csv", format!("接種日,券番号,ロット番号\n{rows}").as_bytes())
    };
    let left = |a: &str, b: &str| {
        assert_eq!(
            lots(&stock.page()),
            [
                ("3004667".to_string(), format!("{a} 本")),
                ("3005785".to_string(), format!("{b} 本"))
            ]
        )
    };
    clinic.press(&file(100, 116, "3005785"), "取り込む（16", &[]).is(200);
    left("20", "18");
    clinic.press(&file(200, 231, "3004667"), "取り込む（31", &[]).is(200);
    left("17", "18");
    let third = clinic.press(&file(300, 320, "3004667"), "取り込む（20", &[]);
    left("16", "18");
    stock.page().says("いまの在庫 34 本").does_not_say("どのロットを使ったかが");
    clinic.press(&clinic.open(&third.is(200).path), "この取り込みを元に戻す", &[]).is(200);
    left("17", "18");
    stock.page().says("使用の訂正");
    nothing_negative(&stock.page());
    // The page of the persons counts all of them.
    clinic
        .open(&format!("/venues/{}/persons", stock.venue))
        .says("個人単位の記録（接種） 47 回")
        .says("報告された接種の累計 47 回");
}

#[on_both_engines]
fn grids_that_overlap_are_asked_about_and_success_is_said_of_what_happened(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let path = format!("/venues/{venue}/bookings/new");
    let grid = |begins: &str, ends: &str, minutes: &str, capacity: &str| {
        let fill = [
            ("from", "2022/3/25"),
            ("to", "3月25日"),
            ("begins", begins),
            ("ends", ends),
            ("minutes", minutes),
            ("capacity", capacity),
        ];
        sato.press(&sato.open(&path), "予約枠を作る", &fill)
    };
    let slots = || -> Vec<(String, String, i64)> {
        world
            .read(|tx| tx.all("select begins, ends, capacity from slot order by begins, ends", &[]))
    };
    grid("9:00", "午前10時", "30", "2")
        .is(200)
        .says("予約枠を2枠作りました。")
        .does_not_say("そのままです");
    grid("9:15", "10:15", "30分", "2")
        .is(422)
        .says("2022年3月25日（金） 9:15〜9:45 は、もうある枠 9:00〜9:30 と重なります（重なる枠は全部で2）")
        .says("まだ何も作っていません");
    grid("9:00", "10:00", "60", "2")
        .is(422)
        .says("9:00 から始まる枠は、もう 9:00〜9:30 としてあります");
    // The same grid: nothing is made, and it isn't said.
    grid("9:00", "10:00", "30", "2")
        .is(422)
        .says("同じ定員でもうあります。何も作っていません")
        .does_not_say("作りました");
    let asked = grid("9:00", "10:00", "30", "50");
    asked
        .is(422)
        .says("同じ時間の枠が2あり、定員が違います（2022年3月25日（金） 9:00〜9:30 は2人、入力は50人）")
        .does_not_say("作りました");
    assert_eq!(slots().iter().map(|s| s.2).collect::<Vec<_>>(), [2, 2]);
    sato.press(&asked, "予約枠を作る", &[("resize", "no")])
        .is(422)
        .says("新しい枠はありません。定員も変えていません。");
    sato.press(&asked, "予約枠を作る", &[("resize", "yes")])
        .is(200)
        .says("新しい枠は作っていません。もうあった2枠の定員を変えました。");
    assert_eq!(slots().iter().map(|s| s.2).collect::<Vec<_>>(), [50, 50]);
    // One more behind them: what is there stays.
    grid("9:00", "10:30", "30", "50")
        .is(200)
        .says("予約枠を1枠作りました。もうあった2枠はそのままです。");
    let asked = grid("9:45", "10:15", "30", "3");
    sato.press(&asked, "予約枠を作る", &[("overlap", "✓")]).is(200).says("予約枠を1枠作りました。");
    assert_eq!(slots().len(), 4);
    // A day's own buttons say what they did.
    let day = sato.open(&format!("/venues/{venue}/bookings/2022-03-25"));
    sato.press(&day, "定員を変える：09:00", &[])
        .is(422)
        .says("いまと同じです。何も変えていません。");
    sato.press(&day, "受付を終える：09:00", &[]).is(200).says("この枠の受付を終えました");
}

#[on_both_engines]
fn one_person_books_once_a_day_in_whatever_writing(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let (second, clerk) = second_venue(world);
    for (who, venue) in [(&sato, &venue), (&clerk, &second)] {
        let page = who.open(&format!("/venues/{venue}/availability"));
        who.press(
            &page,
            "予約の受付情報を更新する",
            &[("status", "bookable"), ("published", "yes")],
        )
        .is(200);
        who.press(
            &who.open(&format!("/venues/{venue}/bookings/new")),
            "予約枠を作る",
            &[
                ("from", "2022-03-25"),
                ("to", "2022-03-25"),
                ("begins", "9:00"),
                ("ends", "10:30"),
                ("capacity", "5"),
            ],
        )
        .is(200);
    }
    let slot = |venue: &str, begins: &'static str| -> String {
        let venue = venue.to_string();
        world
            .read(move |tx| {
                tx.one::<(String,)>(
                    "select id from slot where venue_id = $1 and begins = $2",
                    platform::args![&venue, begins],
                )
            })
            .0
    };
    let book = |code: &str, slot: &str, name: &str, reading: &str, mail: &str, phone: &str| {
        let person = [
            ("day", "2022-03-25"),
            ("slot", slot),
            ("name", name),
            ("reading", reading),
            ("mail", mail),
            ("phone", phone),
        ];
        world.nobody().send(&format!("/find/{code}/book"), &person)
    };
    let (nine, half, ten) = (slot(&venue, "09:00"), slot(&venue, "09:30"), slot(&venue, "10:00"));
    book("1311234569", &nine, "山田 太郎", "やまだ たろう", "taro@example.jp", "03-1234-5678")
        .is(200);
    for (name, reading, mail, phone) in [
        ("山田太郎", "やまだたろう", "taro@example.jp", "090-1111-2222"),
        ("山田　太郎", "ヤマダ タロウ", "Taro@example.jp", "0312345678"),
        ("山田 太郎", "やまだ たろう", "other@example.jp", "０３１２３４５６７８"),
        ("Yamada Taro", "やまだ たろう", "TARO@EXAMPLE.JP", "090-1111-2222"),
    ] {
        for at in [&nine, &half, &ten] {
            book("1311234569", at, name, reading, mail, phone)
                .is(422)
                .says("同じ方の、同じ日の予約（09:00〜09:30）があります");
        }
    }
    // Somebody of the same family, and somebody of the same name.
    book("1311234569", &nine, "山田 花子", "やまだ はなこ", "taro@example.jp", "03-1234-5678")
        .is(200);
    book("1311234569", &nine, "山田 太郎", "やまだ たろう", "another@example.jp", "090-3333-4444")
        .is(200);
    // Elsewhere at the same time: stopped; at another time: not.
    book(
        "1311234577",
        &slot(&second, "09:00"),
        "山田太郎",
        "やまだたろう",
        "Taro@Example.jp",
        "03-1234-5678",
    )
    .is(422)
    .says("同じ時間の予約がほかの会場にあります");
    let mine = book(
        "1311234577",
        &slot(&second, "09:30"),
        "山田太郎",
        "やまだたろう",
        "Taro@Example.jp",
        "03-1234-5678",
    );
    mine.is(200).says("予約済");
    // Nor by moving there.
    let there = slot(&second, "09:00");
    let nobody = world.nobody();
    let page = nobody.open(&mine.path);
    nobody
        .press(&page, "日時を変更する", &[("slot", &there)])
        .is(422)
        .says("同じ時間の予約がほかの会場にあります");
    assert_eq!(world.read(|tx| tx.one::<(i64,)>("select count(*) from booking", &[])).0, 4);
    // Found again with the address in other letters.
    let (number,): (String,) =
        world.read(|tx| tx.one("select number from booking where venue_id = 'v-second'", &[]));
    let nobody = world.nobody();
    nobody
        .press(
            &nobody.open("/bookings"),
            "予約を開く",
            &[("number", &number), ("mail", "TARO@example.jp")],
        )
        .is(200)
        .says("予約済");
}
