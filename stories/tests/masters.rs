//! What is data: masters with validity and a second person, the calendar with its preview and its
//! emergency, files in and out.

use platform::args;
use stories::{Visitor, World, on_both_engines};
use vsys::demo_world::national;
use web::table;

const EDITOR: &str = "reviewer@ministry.example";
const SECOND: &str = "approver@ministry.example";
const SATO: &str = "sato@minato-shoji.example";

fn change(editor: &Visitor, path: &str, fill: &[(&str, &str)]) -> stories::Page {
    let page = editor.open(path);
    page.is(200);
    let button = if page.words().contains("変更を承認に回す") {
        "変更を承認に回す"
    } else {
        "変更を保存する"
    };
    editor.press(&page, button, fill)
}

#[on_both_engines]
fn a_price_changes_on_a_day_after_a_second_person_has_seen_the_difference(world: &World) {
    let editor = world.persona(EDITOR);
    editor.open("/admin/masters").says("請求の単価").says("2人");
    let refused = change(
        &editor,
        "/admin/masters/prices/edit",
        &[
            ("from", "2022-05"),
            ("form", "new"),
            ("vaccination", "たくさん"),
            ("screening_only", "1540"),
            ("under_six", "660"),
            ("reason", "改定"),
        ],
    );
    refused.is(422).says("接種の単価は0以上の整数で");
    change(
        &editor,
        "/admin/masters/prices/edit",
        &[
            ("from", "2022-05"),
            ("form", "new"),
            ("vaccination", "2500"),
            ("screening_only", "1540"),
            ("under_six", "660"),
            ("reason", ""),
        ],
    )
    .is(422)
    .says("変更の理由を");
    change(
        &editor,
        "/admin/masters/prices/edit",
        &[
            ("from", "2022-05"),
            ("form", "new"),
            ("vaccination", "2500"),
            ("screening_only", "1540"),
            ("under_six", "660"),
            ("reason", "改定"),
            ("valid_from", "2022/1/1"),
        ],
    )
    .is(422)
    .says("有効になる日は2022年2月7日");
    let page = change(
        &editor,
        "/admin/masters/prices/edit",
        &[
            ("from", "2022-05"),
            ("form", "new"),
            ("vaccination", "２５００"),
            ("screening_only", "1,540"),
            ("under_six", "660"),
            ("after_hours", "730"),
            ("holiday", "2130"),
            ("reason", "改定の通知"),
        ],
    );
    page.is(200)
        .says("承認待ち")
        .says("変更を出した本人は承認できません")
        .does_not_say("変更を承認する");
    let own = editor.send(&page.path, &[("decision", "approve")]);
    assert!([422, 200].contains(&own.status));
    own.does_not_say("承認済み");
    world.nobody().open("/masters?at=2022-02-07").does_not_say("2,500円");
    let second = world.persona(SECOND);
    second.open("/home").says("マスタの変更を承認する（1件）");
    second.open("/admin/masters").says("承認待ちの変更（1）").says("改定の通知");
    let page = second.open(&page.path);
    page.says("2,500円").says("2,130円");
    second.press(&page, "変更を承認する", &[]).is(200).says("承認済み");
    second.send(&page.path, &[("decision", "approve")]).is(409).says("ほかの人がもう決めました");
    world.set_clock("2022-05-02T10:00");
    world.nobody().open("/masters").says("2,500円");
    world.nobody().open("/masters?at=2022-04-30").says("2,070円").does_not_say("2,500円");
    let (editor, second) = (world.persona(EDITOR), world.persona(SECOND));
    // The tax is turned down, with a reason; the journal has it all.
    let page = change(
        &editor,
        "/admin/masters/tax/edit",
        &[("from", "2022-06"), ("percent", "12"), ("reason", "？")],
    );
    let page = second.open(&page.path);
    second.press(&page, "差し戻す", &[]).is(422).says("差し戻す理由を");
    second
        .press(&page, "差し戻す", &[("reason", "根拠がありません")])
        .is(200)
        .says("差し戻しました");
    world
        .persona("kato@audit.example")
        .open("/audit?act=master.")
        .says("マスタの変更の承認")
        .says("根拠がありません");
    world
        .persona("ito@touto-oroshi.example")
        .open("/admin/masters")
        .is(403)
        .says("マスタの変更の権限");
    world.journal_is_sound();
}

/// A change of the price from December 2021, proposed.
fn proposed(editor: &Visitor, fill: &[(&str, &str)]) -> String {
    let page = change(editor, "/admin/masters/prices/edit?key=2021-12", fill);
    page.is(200).says("承認待ち");
    page.path.split('?').next().unwrap().to_string()
}

#[on_both_engines]
fn changes_of_one_row_hold_together_in_whatever_order_they_are_approved(world: &World) {
    world.set_clock("2022-06-12T10:00");
    let (editor, second) = (world.persona(EDITOR), world.persona(SECOND));
    let fields = |key, value, day| [(key, value), ("valid_from", day), ("reason", "改定の通知")];
    let approve = |second: &Visitor, path: &str| {
        second.press(&second.open(path), "変更を承認する", &[]).is(200).says("承認済み");
    };
    let a = proposed(&editor, &fields("vaccination", "2080", "2022/7/1"));
    let b = proposed(&editor, &fields("holiday", "2300", "2022/7/5"));
    let c = proposed(&editor, &fields("after_hours", "750", "2022/6/20"));
    // Each shows what will stand on its day, and says what else is asked for.
    let row = |page: &stories::Page, title: &str| {
        let rows = page.table("違い");
        rows.iter().find(|row| row[0] == title).unwrap()[1..].join(" ")
    };
    assert_eq!(row(&second.open(&b), "接種"), "2,070円 2,070円");
    second.open(&b).says("この行のほかの変更").says("2,070円 → 2,080円");
    approve(&second, &a);
    let page = second.open(&b);
    assert_eq!(row(&page, "接種"), "2,080円 2,080円");
    assert_eq!(row(&page, "休日の加算"), "2,130円 2,300円 変更");
    approve(&second, &b);
    // Who proposes another one is told, and changes only what is typed over.
    let form = editor.open("/admin/masters/prices/edit?key=2021-12");
    form.says("この行には、ほかの変更があります").says("2,070円 → 2,080円");
    let later = editor.open(&form.link_under(
        "/admin/masters/prices/edit?key=2021-12&day=2022-07-05",
        "この日の値から変更する",
    ));
    assert_eq!(later.value("vaccination").as_deref(), Some("2080"));
    assert_eq!(later.value("holiday").as_deref(), Some("2300"));
    let d = proposed(&editor, &fields("screening_only", "1550", "2022/7/6"));
    approve(&second, &d);
    // Approved when its day has passed: said, and the days until then stay as they were.
    world.set_clock("2022-07-07T10:00");
    let (sato, second) = (world.persona(SATO), world.persona(SECOND));
    let nobody = world.nobody();
    second.open(&c).says("有効になる日は過ぎています");
    approve(&second, &c);
    nobody.open("/masters?at=2022-07-06").says("2,080円").says("2,300円").does_not_say("750円");
    nobody.open("/masters").says("2,080円").says("2,300円").says("1,550円").says("750円");
    // 10 × 2,080 × 1.1 + 4 × (2,080 + 2,300) × 1.1 = 22,880 + 19,272.
    let base = format!("/venues/{}/billing/2022-06", world.minato());
    let page = sato.open(&format!("{base}/paste"));
    let fill = [("paste", "市区町村\t通常\t時間外\t休日\n港区\t10\t0\t4"), ("mode", "replace")];
    sato.press(&page, "貼り付けた内容を請求に入れる", &fill).is(200);
    sato.open(&base).says("42,152円");
    world.journal_is_sound();
}

#[on_both_engines]
fn what_one_person_may_change_holds_at_once_on_every_node(world: &World) {
    let editor = world.persona(EDITOR);
    change(
        &editor,
        "/admin/masters/holidays/edit",
        &[("date", "2022/2/14"), ("name", "臨時の休日"), ("reason", "告示")],
    )
    .is(200)
    .says("マスタを変更しました");
    world.nobody().open("/calendar?m=2022-02").says("臨時の休日");
    change(
        &editor,
        "/admin/masters/holidays/edit",
        &[("date", "2022-02-14"), ("name", "二つ目"), ("reason", "告示")],
    )
    .is(422)
    .says("同じ行がもうあります");
    change(
        &editor,
        "/admin/masters/texts/edit?key=brand",
        &[("ja", "みんなのワクチン"), ("en", "vsys"), ("reason", "名称")],
    )
    .is(200);
    world.nobody().open("/").says("みんなのワクチン");
    // A second node over the same database, which saw nothing of it.
    let here = &world.house;
    let node = web::House::new(
        here.db.clone(),
        here.clock.clone(),
        here.base_masters.clone(),
        platform::mail::Courier::Nowhere,
        web::Settings::new(web::Mode::Demo, world.url.clone()),
        vsys::ROOMS,
    );
    let (other, now) = (node.clone(), here.now());
    let known = world
        .block_on(
            node.db.read(move |tx: &mut platform::db::Tx<'_>| other.masters_at(tx, None, now)),
        )
        .unwrap();
    assert_eq!(known.texts.say(platform::texts::Lang::Ja, "brand"), "みんなのワクチン");
    // An area goes to another wholesaler, which is asked about; none is left without.
    let asked = change(
        &editor,
        "/admin/masters/wholesalers/edit?key=w-kanto",
        &[("prefectures", "08 09 10 11 12 13 14 19"), ("reason", "担当の変更")],
    );
    asked.is(422).says("東京都は、いま「東都医薬品卸株式会社」が担当しています");
    editor.press(&asked, "変更を保存する", &[("sure", "✓")]).is(200);
    let page = editor.open("/admin/masters/wholesalers");
    page.says("茨城県、栃木県、群馬県、埼玉県、千葉県、東京都、神奈川県、山梨県");
    let page = editor.open("/admin/masters/wholesalers/edit?key=w-kanto");
    editor
        .press(&page, "この行を削除する", &[("reason", "廃業")])
        .is(422)
        .says("担当する卸業者がいなくなります");
    // A flag that isn't used any more.
    let page = change(
        &editor,
        "/admin/masters/flags/edit?key=doctor_missing",
        &[("used", "いいえ"), ("reason", "運用の変更")],
    );
    let second = world.persona(SECOND);
    second.press(&second.open(&page.path), "変更を承認する", &[]).is(200);
    let (other, now) = (node.clone(), here.now());
    let known = world
        .block_on(
            node.db.read(move |tx: &mut platform::db::Tx<'_>| other.masters_at(tx, None, now)),
        )
        .unwrap();
    assert!(known.flags_off.contains("doctor_missing"));
}

#[on_both_engines]
fn a_master_goes_out_as_a_file_and_comes_back_changed(world: &World) {
    let editor = world.persona(EDITOR);
    let out = editor.open("/admin/masters/municipalities/table.xlsx");
    let rows = table::read(&out.bytes).unwrap().rows.texts();
    assert_eq!(rows.len(), 1 + 1741);
    let page = editor.upload("/admin/masters/municipalities/import", "同じ.xlsx", &out.bytes);
    page.is(200).says("内容を確かめています");
    world.tick();
    editor.open(&page.path).says("変更なし 1,741 件").says("取り込む行がありません");
    let text = "団体コード\t名称\tよみ\n131032\tみなと区\tみなとく\n131033\t港区\tみなとく\n011002\t札幌市\tサッポロ漢字\n";
    let page =
        editor.upload("/admin/masters/municipalities/import", "直し.tsv", &table::to_cp932(text).0);
    page.is(200)
        .says("変更 1 件")
        .says("取り込めない 2 件")
        .says("みなと区")
        .says("港区 → みなと区");
    editor.press(&page, "正しい行だけ取り込む", &[]).is(200).says("取り込み済み");
    editor.open("/admin/masters/municipalities?q=131032").says("みなと区");
    editor
        .press(&editor.open(&page.path), "この取り込みを元に戻す", &[])
        .is(200)
        .says("取り込みを元に戻しました");
    editor.open("/admin/masters/municipalities?q=131032").does_not_say("みなと区");
    editor.send(&format!("{}/undo", page.path), &[]).is(422).says("元に戻せません");
    // Prices that came as a file wait for the second person, who approves them together.
    let text = "接種月から,様式,接種,予診のみ,6歳未満の加算,時間外の加算,休日の加算\n2022-05,new,2500,1540,660,730,2130\n2022-06,new,2600,1540,660,730,2130\n";
    let page = editor.upload("/admin/masters/prices/import", "単価.csv", text.as_bytes());
    editor.press(&page, "取り込む", &[]).says("承認に回しました");
    let second = world.persona(SECOND);
    let page = second.open("/admin/masters");
    page.says("承認待ちの変更（2）");
    let page = second.open(&page.link("請求の単価：2022年5月"));
    second.press(&page, "同じファイルの変更をすべて承認する", &[]).is(200).says("承認済み");
    second.open("/admin/masters/prices").says("2,600円");
}

/// A change of the calendar is looked at before it is made.
fn looked(who: &Visitor, page: &stories::Page, fill: &[(&str, &str)]) -> stories::Page {
    let (path, fields) = stories::visitor::form(page, "影響を確かめる", fill);
    let hex = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let query: Vec<String> = fields.iter().map(|(k, v)| format!("{}={}", hex(k), hex(v))).collect();
    who.open(&format!("{path}?{}", query.join("&")))
}

#[on_both_engines]
fn two_officers_change_other_fields_of_one_cycle_and_both_stand(world: &World) {
    let (one, other) = (world.persona(EDITOR), world.persona(SECOND));
    let path = "/mhlw/periods/cycles/5";
    let first = looked(&one, &one.open(path), &[("decided", "2022/4/8")]);
    first.is(200).says("この内容に変更する");
    // Meanwhile the other one moves the delivery week, from a form that was opened before.
    let form = other.open(path);
    let second = looked(&other, &form, &[("delivery_week", "2022/4/25")]);
    let save = "この内容に変更する";
    other.press(&second, save, &[("reason", "連休")]).is(200).says("変更しました");
    one.press(&first, save, &[("reason", "会議の日")]).is(200).says("変更しました");
    let row = || {
        let page = world.persona(EDITOR).open(path);
        (page.value("delivery_week").unwrap(), page.value("decided").unwrap())
    };
    let both = ("2022年4月25日（月）".to_string(), "2022年4月8日（金）".to_string());
    assert_eq!(row(), both);
    // A preview of before, looked at again, shows what stands now.
    let again = looked(&one, &form, &[("decided", "2022/4/11")]);
    assert_eq!(again.value("delivery_week").as_deref(), Some("2022年4月25日（月）"));
    // Refused, and sent again, it is still nobody's change but the one that was typed.
    let stale = one.press(&again, save, &[("reason", "")]);
    stale.is(422);
    let third = looked(&other, &other.open(path), &[("delivery_week", "2022/5/2")]);
    other.press(&third, save, &[("reason", "連休の後")]).is(200);
    one.press(&stale, save, &[("reason", "会議の日")]).is(200).says("変更しました");
    let both = ("2022年5月2日（月）".to_string(), "2022年4月11日（月）".to_string());
    assert_eq!(row(), both);
}

#[on_both_engines]
fn the_calendar_is_changed_with_a_preview_and_put_off_in_an_emergency(world: &World) {
    let editor = world.persona(EDITOR);
    editor.open("/mhlw/periods").says("登録期間④").says("いま");
    let preview = editor.open("/mhlw/periods/windows/6?preview=1&close=2022-03-02+15:00");
    preview
        .is(200)
        .says("この変更で1会場の締切が変わります（2022年3月1日（火）15:00 → 2022年3月2日（水）15:00）")
        .says("第3クールの締切")
        .says("変更した後の登録期間")
        .says("2022年3月2日（水）15:00");
    let wrong = editor.open("/mhlw/periods/windows/6?preview=1&close=2022-03-09+15:00");
    wrong.says("このままでは変更できません").says("重なっているか、順番が逆です");
    editor
        .open("/mhlw/periods/windows/6?preview=1&close=2022-03-21+15:00")
        .says("このままでは変更できません");
    let saved = editor.press(&preview, "この内容に変更する", &[("reason", "予備日の確保")]);
    saved.is(200).says("登録期間とクールを変更しました");
    assert!(
        world
            .mails_to("sato@minato-shoji.example")
            .iter()
            .any(|m| m.subject.contains("登録期間が変わりました")
                && m.body.contains("2022年3月2日（水）15:00"))
    );
    world.nobody().open("/calendar?view=list").says("2022年3月2日（水）15:00");
    editor.open("/mhlw/periods/cycles/1").is(200);
    let page = editor.open("/mhlw/periods/cycles/1?preview=1&decided=2022-02-04");
    editor
        .press(&page, "この内容に変更する", &[("reason", "x")])
        .is(422)
        .says("分配量が確定したクールは変えられません");

    // 15:05, the country is late: put off, and everybody can register again, at once.
    world.set_clock("2022-02-15T15:05:00");
    let sato = world.persona("sato@minato-shoji.example");
    let plan = format!("/venues/{}/plan", world.minato());
    sato.open(&plan).says("分配処理中");
    let second = world.persona(SECOND);
    let page = second.open("/mhlw/periods/extend");
    page.says("締切済").says("1会場");
    second
        .press(&page, "締切を延ばす", &[("close", "2022-02-15 15:00"), ("reason", "障害")])
        .is(422)
        .says("より後にしてください");
    second
        .press(&page, "締切を延ばす", &[("close", "2022-02-20 15:00"), ("reason", "障害")])
        .is(422);
    second
        .press(&page, "締切を延ばす", &[("close", "2022-02-16 15:00"), ("reason", "通信の障害")])
        .is(200)
        .says("締切を延ばしました");
    sato.open(&plan).says("登録可能").says("2月16日（水）15:00まで");
    let edit = sato.open(&format!("{plan}/edit"));
    sato.press(&edit, "計画を確認する", &[("boxes_2", "2")]).is(200).says("登録する");
    assert!(
        world
            .mails_to("sato@minato-shoji.example")
            .iter()
            .any(|m| m.subject.contains("第2クールの登録・変更の締切が延びました")
                && m.body.contains("通信の障害"))
    );
    world.set_clock("2022-02-16T15:00:00");
    sato.open(&plan).says("分配処理中");
    world.set_clock("2022-02-17T10:00:00");
    let officer = world.persona(EDITOR);
    officer.open("/mhlw/allocations/new").says("締切 2月16日（水）15:00");
}

#[on_both_engines]
fn another_needle_rule_is_in_the_pages_and_in_what_their_script_looks_up(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let plan = format!("/venues/{}/plan/edit", world.minato());
    // 150 doses a box × 3/2 in packs of 100: 2.25 for one box, 4.5 for two, 6.75 for three.
    let page = sato.open(&plan);
    page.says("（4箱 → 600回 × 3/2 ÷ 100 = 9箱）");
    assert!(page.body.contains("data-needle-first=\"0 3 5 7\" data-needle-round=\"9\""));
    let question = sato.open("/assistant?pick=needles");
    question.says("4箱（600回接種分）なら、針・シリンジは9箱（900本）です。");
    let (editor, second) = (world.persona(EDITOR), world.persona(SECOND));
    let fill = [("numerator", "1"), ("denominator", "1"), ("pack", "60"), ("reason", "包装の変更")];
    let key = "workplace-booster-2022";
    let page = change(&editor, &format!("/admin/masters/needles/edit?key={key}"), &fill);
    second.press(&second.open(&page.path), "変更を承認する", &[]).is(200);
    // One to one in packs of 60: 2.5 for one box, then even.
    let page = sato.open(&plan);
    page.says("（4箱 → 600回 × 1/1 ÷ 60 = 10箱）");
    assert!(page.body.contains("data-needle-first=\"0 3\" data-needle-round=\"5\""));
    let question = sato.open("/assistant?pick=needles");
    question.says("4箱（600回接種分）なら、針・シリンジは10箱（600本）です。");
    world.nobody().open("/masters").says("回接種分 × 1/1 ÷ 60本を切り上げた箱数");
    let check = sato.press(&page, "計画を確認する", &[("boxes_2", "7")]);
    check.is(200).says("18 箱");
}

/// 季節性インフルエンザ: another programme, made of nothing but data files, from the wish to the claim.
#[test]
fn a_second_programme_of_data_alone_runs_from_the_wish_to_the_claim() {
    let world = World::of_programme("influenza-2022", "2022-09-17T09:00");
    national::plant(&world.house.db, &world.house.masters(), 2).unwrap();
    let sketch = national::sketch(&world.house.masters(), 0);
    let (secret, now) = (platform::ids::secret(), world.house.now());
    let (cookie, account) = (secret.clone(), sketch.account.clone());
    world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            work::account::open_session(tx, now, &cookie, Some(&account), None, "story", "")
        })
        .unwrap();
    let clinic = Visitor::with_session(&world.url, &secret);
    let base = format!("/venues/{}", sketch.id);

    // Wishes cycle by cycle: only the next one is asked for. A box is four doses, needles one for
    // one.
    let page = clinic.open(&format!("{base}/plan/edit"));
    page.says("第2クールの希望量は、前のクールの締切の後に報告できます").says("1箱は4回接種分です");
    let check = clinic.press(&page, "計画を確認する", &[("boxes_1", "9")]);
    check.is(200).says("第1クール");
    clinic.press(&check, "登録する", &[]).is(200).says("計画を登録しました");

    world.set_clock("2022-09-22T10:00");
    let officer = world.persona(EDITOR);
    let page = officer.open("/mhlw/allocations/new");
    page.says("第1クール（10/10〜10/23接種");
    let trial = officer.press(&page, "分配を試算する", &[("supply", "100")]);
    trial.is(200).says("計画9箱に対して9箱です");
    let second = world.persona(SECOND);
    second.press(&second.open(&trial.path), "分配を承認して確定する", &[]).says("確定済");
    clinic
        .open(&format!("{base}/allocations"))
        .says("4回接種分 × 9 箱 = 36 回接種分")
        .says("針・シリンジ 1 箱");
    clinic.open(&format!("{base}/plan/edit")).says("第3クールの希望量は");

    let (shipment, wholesaler): (String, String) = world.read({
        let venue = sketch.id.clone();
        move |tx| tx.one("select id, wholesaler from shipment where venue_id = $1", args![&venue])
    });
    world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            tx.run(
                "update membership set scope_id = $1 where role = 'wholesaler'",
                args![&wholesaler],
            )
        })
        .unwrap();
    let ito = world.persona("ito@touto-oroshi.example");
    let page = ito.open(&format!("/wholesale/shipments/{shipment}"));
    page.says("インフルエンザHAワクチン 9箱（36回接種分）");
    ito.press(&page, "納入予定日を登録する", &[("date", "2022-10-04"), ("band", "morning")])
        .is(200);
    world.set_clock("2022-10-04T11:00");
    let page = clinic.open(&format!("{base}/deliveries/{shipment}"));
    clinic.press(&page, "受け取りを記録する", &[]).is(200).says("受領済");
    world.set_clock("2022-10-20T17:00");
    let page = clinic.open(&format!("{base}/results/edit"));
    page.says("インフルエンザ接種実績（累計）");
    clinic.press(&page, "接種実績を報告する", &[("booster_increase", "30")]).is(200).says("30 回");
    world.set_clock("2022-11-01T10:00");
    let month = format!("{base}/billing/2022-10");
    let page = clinic.open(&format!("{month}/edit"));
    clinic
        .press(
            &page,
            "請求の内容を確認する",
            &[("place_1", "東京都中央区"), ("vaccination.six_and_over.regular_1", "30")],
        )
        .is(200)
        .says("108,900円");

    // The programme's own prices: 3,300 + 10 %.
    world.nobody().open("/masters").says("3,300円").says("季節性インフルエンザ");
}

#[on_both_engines]
fn what_a_wholesaler_takes_from_another_is_asked_recorded_and_given_back(world: &World) {
    let editor = world.persona("reviewer@ministry.example");
    let base = "/admin/masters/wholesalers";
    let text = "id\tname\tphone\tprefectures\nw-tokyo\t東都医薬品卸株式会社\t03-0000-1000\t13 14\n";
    let check = editor.upload(&format!("{base}/import"), "卸.tsv", text.as_bytes());
    let said = "神奈川県は、いま「関東医薬品卸株式会社」が担当しています";
    check.is(200).says("確かめる 1 件").says(said);
    let of = |world: &World, id: &str| {
        let masters = world.house.masters();
        masters.wholesalers.iter().find(|w| w.id == id).unwrap().prefectures.join(" ")
    };
    let applied = editor.press(&check, "すべて取り込む", &[("asked", "yes")]);
    applied.is(200);
    editor.open(base).says("関東医薬品卸株式会社").says("の変更に伴う変更");
    assert_eq!(
        (of(world, "w-tokyo"), of(world, "w-kanto")),
        ("13 14".into(), "08 09 10 11 12 19".into())
    );
    editor.press(&applied, "この取り込みを元に戻す", &[]).is(200);
    editor.open(base).is(200);
    assert_eq!(
        (of(world, "w-tokyo"), of(world, "w-kanto")),
        ("13".into(), "08 09 10 11 12 14 19".into())
    );
    // The form asks the same.
    let form = editor.open(&format!("{base}/edit?key=w-tokyo"));
    let fill = [("prefectures", "東京都、神奈川県"), ("reason", "担当の見直し")];
    let asked = editor.press(&form, "変更を保存する", &fill);
    asked.is(422).says(said);
    world.journal_is_sound();
}
