//! What pages say of deadlines, decided amounts and totals.

use platform::args;
use platform::sql;
use stories::{World, on_both_engines, walk};

/// The state bar's sentence and the calendar's own line, at an instant.
fn said(world: &stories::World, clock: &str) -> (String, String) {
    world.set_clock(clock);
    let visitor = world.nobody();
    (visitor.open("/find").words(), visitor.open("/calendar").words())
}

/// What the list of tasks says from a task's title on.
fn task(words: &str, title: &str) -> String {
    let from = words.find(title).unwrap_or_else(|| panic!("{title} is no task: {words}"));
    words[from..].chars().take(110).collect()
}

#[on_both_engines]
fn the_state_bar_and_the_calendar_name_the_nearest_deadline_and_say_when_all_is_closed(
    world: &World,
) {
    // The last window has no close of its own; cycle 5 is cut off within it.
    for clock in ["2022-04-02T00:00", "2022-04-03T10:00", "2022-04-05T14:59:59.999"] {
        let (bar, calendar) = said(world, clock);
        for words in [&bar, &calendar] {
            assert!(
                words.contains("第5クールの登録・変更は4月5日（火）15:00まで"),
                "{clock}: {words}"
            );
        }
    }
    for clock in ["2022-04-05T15:00", "2022-04-06T09:00", "2022-05-20T09:00"] {
        let (bar, calendar) = said(world, clock);
        for words in [&bar, &calendar] {
            assert!(words.contains("すべてのクールの登録・変更を締め切りました（最後は第5クール、4月5日（火）15:00）"), "{clock}");
            assert!(!words.contains("登録・変更は"), "{clock}: a deadline is still named");
        }
    }
    // Every close of the calendar: just before it the bar names it, at the instant it doesn't any
    // more.
    for (close, named) in [
        ("2022-02-08T15:00", "計画の登録・変更は2月8日（火）15:00まで"),
        ("2022-02-15T15:00", "第2クールの登録・変更は2月15日（火）15:00まで"),
        ("2022-02-22T15:00", "計画の登録・変更は2月22日（火）15:00まで"),
        ("2022-03-01T15:00", "第3クールの登録・変更は3月1日（火）15:00まで"),
        ("2022-03-08T15:00", "計画の登録・変更は3月8日（火）15:00まで"),
        ("2022-03-15T15:00", "計画の登録・変更は3月15日（火）15:00まで"),
        ("2022-03-22T15:00", "第4クールの登録・変更は3月22日（火）15:00まで"),
        ("2022-03-29T15:00", "計画の登録・変更は3月29日（火）15:00まで"),
    ] {
        let before = close.replace("15:00", "14:59:59.999");
        assert!(said(world, &before).0.contains(named), "{before}: {named}");
        assert!(!said(world, close).0.contains(named), "{close}: {named}");
    }
}

#[on_both_engines]
fn a_month_of_the_calendar_shows_every_cut_off(world: &World) {
    world.set_clock("2022-03-25T10:00");
    let visitor = world.nobody();
    visitor.open("/calendar?m=2022-04").says("15:00 第5クール 登録/変更締切");
    visitor
        .open("/calendar?m=2022-03")
        .says("15:00 第3クール 登録/変更締切")
        .says("15:00 第4クール 登録/変更締切");
}

#[on_both_engines]
fn tasks_without_a_deadline_have_none_and_nothing_is_overdue_when_it_appears(world: &World) {
    let cast = walk::apply_and_sign_in(world);
    // The letter has just been made: a task, urgent, without a date that moves on every day.
    let mut seen = Vec::new();
    for clock in ["2022-02-07T12:00", "2022-02-08T12:00", "2022-02-14T12:00"] {
        world.set_clock(clock);
        let words = cast.organizer.open("/home").words();
        assert!(words.contains("いますぐ"), "{words}");
        assert!(!words.contains("期限を過ぎました"), "{clock}: {words}");
        seen.push(task(&words, "委任状をダウンロードする"));
    }
    // What follows the letter's number is the next heading, no date.
    for said in &seen {
        let after = said.split("L-2022-000002 ").nth(1).unwrap_or_default();
        assert!(after.starts_with("これから") || after.starts_with("今週"), "{seen:?}");
    }
    // An application that is sent back waits for its applicant from that minute on, and is not
    // late.
    let applicant = world.persona("sato@minato-shoji.example");
    let words = applicant.open("/home").words();
    assert!(!words.contains("期限を過ぎました"), "{words}");
}

#[on_both_engines]
fn a_month_that_is_late_goes_into_the_present_claim_and_is_never_lost(world: &World) {
    let cast = walk::apply_and_sign_in(world);
    walk::letter(world, &cast);
    walk::venue(world, &cast);
    walk::plan_and_review(world, &cast);
    walk::allocate(world, &cast);
    walk::deliver(world, &cast);
    walk::report(world, &cast);
    // March's shots were never claimed, April's neither: both stand there, each with its own date.
    world.set_clock("2022-05-02T09:00");
    let words = cast.organizer.open("/home").words();
    assert!(words.contains("2022年4月接種分の請求を作る"), "{words}");
    let march = task(&words, "2022年3月接種分の請求を作る");
    assert!(
        march.contains("提出期限（4月11日（月））を過ぎました。2022年5月請求分に加えられます"),
        "{march}"
    );
    assert!(march.contains("5月10日（火）まで"), "{march}");
    assert!(!march.contains("期限を過ぎました）"), "{march}");
    // What the task says is what the claim, its papers and its desk say, then and later.
    let base = format!("/venues/{}/billing/2022-03", cast.venue);
    let page = cast.organizer.open(&format!("{base}/edit"));
    page.says("2022年5月請求分");
    let fill = [("place_1", "東京都中央区"), ("vaccination.six_and_over.regular_1", "110")];
    let check = cast.organizer.press(&page, "請求の内容を確認する", &fill);
    let late = "提出期限（4月11日（月））を過ぎました。2022年5月請求分に加えられます";
    check.is(200).says(late).says("2022年5月請求分");
    cast.organizer.press(&check, "この内容で請求書を作る", &[]).is(200).says("2022年5月請求分");
    world.set_clock("2022-06-20T09:00");
    for path in ["", "/documents"] {
        let page = cast.organizer.open(&format!("{base}{path}"));
        page.says("2022年5月請求分").says("2022年5月10日（火）").does_not_say("4月請求分");
    }
    let data = cast.organizer.open(&format!("{base}/data.json")).body;
    for part in [r#""claim_month":"2022-05""#, r#""due":"2022-05-10""#] {
        assert!(data.contains(part), "{data}");
    }
    let bill = cast.federation.open(&cast.federation.open("/kokuho/bills").link("C-2022-"));
    bill.says("2022年5月請求分").says("締切後に提出");
}

#[on_both_engines]
fn the_check_page_and_the_receipt_show_what_is_decided_as_decided_and_add_up(world: &World) {
    let person = world.persona("sato@minato-shoji.example");
    let venue = world.minato();
    let decided: Vec<(u32, i64, i64)> = world.read({
        let venue = venue.clone();
        move |tx| {
            tx.all(
                sql!(
                    "select cycle, boxes, needle_boxes
                       from allocation
                      where venue_id = $1
                      order by cycle"
                ),
                args![&venue],
            )
        }
    });
    assert!(!decided.is_empty(), "the demo's venue has a decided cycle");
    // What is registered for a decided cycle and what was decided are two figures.
    world.tamper("update allocation set boxes = boxes + 1 where cycle = 1");
    world.set_clock("2022-02-12T10:00");
    let page = person.open(&format!("/venues/{venue}/plan/edit"));
    let check = person.press(&page, "計画を確認する", &[("boxes_3", "5")]);
    check.says("計画の確認").says("分配量確定済");
    let boxes = |cell: &str| {
        cell.split_whitespace().next().and_then(|n| n.replace(',', "").parse::<i64>().ok())
    };
    let column = |page: &stories::visitor::Page, nth: usize| -> (Vec<i64>, i64) {
        let html = page.html();
        let row = |selector: &str| -> Vec<Vec<String>> {
            let rows = scraper::Selector::parse(selector).unwrap();
            let cells = scraper::Selector::parse("th, td").unwrap();
            html.select(&rows)
                .map(|r| r.select(&cells).map(|c| c.text().collect::<String>()).collect())
                .collect()
        };
        let body = row("main table tbody tr").iter().filter_map(|r| boxes(r.get(nth)?)).collect();
        let foot =
            row("main table tfoot tr").iter().filter_map(|r| boxes(r.get(nth)?)).next().unwrap();
        (body, foot)
    };
    for nth in [1, 2] {
        let (body, foot) = column(&check, nth);
        assert!(body.len() >= 5, "{body:?}");
        assert_eq!(body.iter().sum::<i64>(), foot, "column {nth}: {body:?}");
    }
    let decided_now = decided.iter().find(|(c, _, _)| *c == 1).map(|(_, b, _)| b + 1).unwrap();
    assert_eq!(column(&check, 2).0[0], decided_now, "the decided amount stands in the column");
    let receipt = person.press(&check, "この内容で計画を登録する", &[("reason", "追加の希望者")]);
    receipt.says("受付番号").says("分配量確定済").says("分配済みワクチン");
    let numbers: Vec<i64> = receipt
        .words()
        .split("箱 = ")
        .skip(1)
        .filter_map(|t| t.split_whitespace().next()?.replace(',', "").parse().ok())
        .collect();
    assert!(numbers.len() > 5, "{numbers:?}");
}
