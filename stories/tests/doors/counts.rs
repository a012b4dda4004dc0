//! Counts that several people, tables and systems write: what came later stays, what is unlikely is
//! asked about, nothing counts twice.

use std::thread;

use serde_json::{Value, json};
use stories::rich::{CLINIC, SATO, second_venue, with_stock};
use stories::visitor::ask;
use stories::{Page, Visitor, World, on_both_engines};

use crate::wholesale::token;

/// The n-th person of 港区.
fn line(n: u32) -> String {
    format!("231310320000000{n}")
}

fn import_page(who: &Visitor, base: &str, name: &str, text: &str, button: &str) -> Page {
    let check = who.upload(base, name, text.as_bytes());
    let page = who.press(&check, button, &[]);
    page.is(200);
    page
}

/// The total of a venue's own doses.
fn total(world: &World, venue: &str) -> i64 {
    let venue = venue.to_string();
    let sql = "select cast(coalesce(sum(increase), 0) as bigint) from result_entry where venue_id = $1 and series = 'booster'";
    world.read(move |tx| tx.one::<(i64,)>(sql, platform::args![&venue])).0
}

#[on_both_engines]
fn an_import_that_was_corrected_since_is_not_taken_back_before_its_correction(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let stored = || -> Vec<(String, String)> {
        world.read(|tx| tx.all("select coupon, lot from person_record order by coupon", &[]))
    };
    let row = |n: u32, lot: &str| (format!("0000000{n}"), lot.to_string());
    let head = "接種日,券番号,ロット番号";
    let first = format!("{head}\n2022/3/18,{},3005785\n2022/3/18,{},3005785", line(340), line(341));
    let first = import_page(&clinic, &base, "a.csv", &first, "取り込む（2");
    world.set_clock("2022-04-20T10:01");
    let second = format!("{head}\n2022/3/18,{},3005999", line(340));
    let second = import_page(&clinic, &base, "b.csv", &second, "取り込む（1");
    world.set_clock("2022-04-20T10:02");
    let third = format!("{head}\n2022/3/18,{},3006111", line(340));
    let third = import_page(&clinic, &base, "c.csv", &third, "取り込む（1");
    let corrected = [row(340, "3006111"), row(341, "3005785")];
    assert_eq!(stored(), corrected);
    let undo = |page: &Page| clinic.press(&clinic.open(&page.path), "この取り込みを元に戻す", &[]);
    // Not from below: the first by name, the second because of the third.
    undo(&first)
        .is(422)
        .says("…0340")
        .says("後の取り込み「")
        .says("で訂正されているため、元に戻せません");
    undo(&second)
        .is(422)
        .says("後の取り込み「c.csv」（2022年4月20日（水））で訂正されている")
        .says("先に「c.csv」を元に戻して");
    assert_eq!(stored(), corrected);
    // From above, one by one.
    undo(&third).is(200);
    assert_eq!(stored(), [row(340, "3005999"), row(341, "3005785")]);
    undo(&first).is(422).says("後の取り込み「b.csv」");
    undo(&second).is(200);
    undo(&first).is(200).says("取り込みを元に戻しました");
    assert_eq!(stored(), []);
    assert_eq!(total(world, &venue), 0);
    world.journal_is_sound();
}

#[on_both_engines]
fn a_table_of_totals_asks_what_the_form_asks_and_goes_back_only_untouched(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-02-22T10:00");
    let report = |more: &str| {
        let page = clinic.open(&format!("/venues/{venue}/results/edit"));
        let asked = clinic.press(
            &page,
            "接種実績を報告する",
            &[("booster_increase", more), ("reason", "数え間違い")],
        );
        if asked.status == 422 {
            clinic.press(&asked, "接種実績を報告する", &[("confirmed", "✓")])
        } else {
            asked
        }
    };
    report("10").is(200);
    let table = |n: &str| format!("会場コード,時点,接種の累計\n1311234569,2022/2/22,{n}");
    let upload = |n: &str| clinic.upload("/results/import", "a.csv", table(n).as_bytes());
    for (n, said) in [("100", "いつもより多い増分です"), ("5000", "受け取った600分を超えています")]
    {
        let check = upload(n);
        check.is(200).says("変更 0 件").says("確かめる 1 件").says(said);
        clinic.press(&check, "すべて取り込む", &[]).is(422).says("確かめる行が1行あります");
        check.does_not_say("正しい行だけ取り込む");
        assert_eq!(total(world, &venue), 10, "{n}");
    }
    upload("20").says("変更 1 件").does_not_say("確かめる");
    let done = clinic.press(&upload("100"), "すべて取り込む", &[("asked", "✓")]);
    done.is(200);
    assert_eq!(total(world, &venue), 100);
    // Corrected and reported again by hand: the same total, and yet not the table's any more.
    report("-10").is(200);
    report("10").is(200);
    let undo = || clinic.press(&clinic.open(&done.path), "この取り込みを元に戻す", &[]);
    undo().is(422).says("の接種実績が報告されているため、元に戻せません");
    assert_eq!(total(world, &venue), 100);
    // A later table that was taken back again touches nothing.
    let later = clinic.press(&upload("130"), "取り込む（1", &[]);
    let last = clinic.press(&upload("140"), "取り込む（1", &[]);
    clinic.press(&clinic.open(&later.path), "この取り込みを元に戻す", &[]).is(422);
    clinic.press(&clinic.open(&last.path), "この取り込みを元に戻す", &[]).is(200);
    clinic.press(&clinic.open(&later.path), "この取り込みを元に戻す", &[]).is(200);
    assert_eq!(total(world, &venue), 100);
}

#[on_both_engines]
fn a_preview_shows_all_that_is_stored_and_holds_what_is_doubtful(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let parts = "接種日,市町村コード,回数,券番号,ロット番号,メーカー,医師名,区分,時間帯,年齢区分";
    let rows = [
        "2022/3/18,131032,3,125,3005785,武田/モデルナ,港 太郎,接種,夜間,12歳以上",
        "2022/3/18,12203,3,126,3005785,,,接種,,",
        "2022/3/18,13103,3,127,3005785,,,接種,通常,6歳以上",
        "2022/3/18,横浜市中区,3,128,3005785,,,接種,,",
        "2022/3/18,131032,3,129,3005785,,,接種,,",
        "2022/3/18,131032,3,129,,,,予診のみ,,",
        "2022/3/18,131032,3,130,3005785,,港 太郎,接種,,",
        "2022/3/18,131032,3,130,3005785,,別 太郎,接種,,",
        "2022/3/18,131032,3,130,3005785,,港 太郎,接種,,",
        "2022/3/18,131032,3,1,200,3005785,,,接種,,",
    ];
    let check = clinic.upload(
        &base,
        "a.csv",
        format!("{parts}\n{}\n\u{200b}\n", rows.join("\n")).as_bytes(),
    );
    check
        .is(200)
        .says("読んだ行 10")
        .says("追加 2 件")
        .says("確かめる 3 件")
        .says("取り込めない 5 件")
        .says("変更なし 0 件");
    check.says("…0125 ロット 3005785 メーカー 武田/モデルナ 医師 港 太郎 時間外 6歳以上");
    check.says("市町村コード 12203 「12203」は複数あります").says("千葉県市川市、北海道士別市");
    check.says("東京都港区 3回目 接種 …0127").says("「横浜市中区」は神奈川県横浜市の区です");
    check
        .says("6行目に、同じ券・同じ日の「接種」があります")
        .says("7行目に、同じ券・同じ日の「予診のみ」があります");
    check
        .says("9行目と同じ券・同じ回数で、医師名が違います")
        .says("8行目と同じ券・同じ回数で、医師名が違います");
    check
        .says("見出しは10列までですが、この行は11列に分かれています")
        .says("「1,200」の「,」が桁区切りのとき");
    // What belongs elsewhere, and what isn't read though it may say what is taken for granted.
    let of = |n: u32, rest: &str| format!("2022/3/18,{},3005785,{rest}", line(n));
    let head = "接種日,券番号,ロット番号,メーカー,接種会場名,診療の時刻,会場コード";
    let rows = [
        of(150, "ファイザー,,,"),
        of(151, "武田/モデルナ,別の会場,,"),
        of(152, "不明,みなと商事　本社会場,,"),
        of(153, "モデルナ,みなと商事 本社会場,20:30,"),
        of(154, ",,,1311234577"),
        of(155, ",,,1311234569"),
    ];
    let check = clinic.upload(&base, "a.csv", format!("{head}\n{}", rows.join("\n")).as_bytes());
    check
        .says("追加 1 件")
        .says("確かめる 3 件")
        .says("取り込めない 2 件")
        .says("この事業のワクチンは「武田/モデルナ");
    check
        .says("この会場は「みなと商事 本社会場」です")
        .says("メーカーかどうか、わかりません")
        .says("この会場の会場コードは「1311234569」です");
    check
        .says("「区分」「時間帯」「年齢区分」の列がありません")
        .says("「時間帯」は「通常」として取り込みます");
    // A lot beside a screening: a shot may have been meant. Words in its place say that there is
    // none.
    for (lot, asked) in [("3005785", true), ("―", false), ("", false)] {
        let row = format!("2022/3/18,{},{lot},予診のみ", line(155));
        let text = format!("接種日,券番号,ロット番号,区分\n{row}");
        let check = clinic.upload(&base, "a.csv", text.as_bytes());
        if asked {
            check.says("確かめる 1 件").says("「予診のみ」の行に、ロット番号3005785があります");
        } else {
            check.says("追加 1 件").does_not_say("確かめる行");
        }
    }
    // Other names of columns, in one line and in two.
    for head in ["接種区分,時間区分,年齢", "実施内容,,\n,,,区分,時間帯区分,年齢層"]
    {
        let text =
            format!("接種日,券番号,ロット番号,{head}\n2022/3/18,{},,予診のみ,休診日,5", line(156));
        let check = clinic.upload(&base, "a.csv", text.as_bytes());
        check
            .says("追加 1 件")
            .does_not_say("確かめる行")
            .says("3回目 予診のみ …0156 メーカー モデルナワクチン 休日 6歳未満 券種 2");
    }
}

#[on_both_engines]
fn two_tabs_of_one_claim_never_overwrite_each_other(world: &World) {
    world.set_clock("2022-04-04T10:00");
    let sato = world.persona(SATO);
    let venue = world.minato();
    let secret = token(&sato, &format!("/venues/{venue}/tokens"));
    let billing = format!("/venues/{venue}/billing/2022-03");
    let rows = || -> String {
        world
            .read(|tx| {
                tx.one::<(String,)>(
                    "select cast(rows as text) from claim where service_month = '2022-03'",
                    &[],
                )
            })
            .0
    };
    let (edit, pasted) = (format!("{billing}/edit"), format!("{billing}/paste"));
    let (form, late, paste) = (sato.open(&edit), sato.open(&edit), sato.open(&pasted));
    let typed =
        |page: &Page, fill: &[(&str, &str)]| sato.press(page, "請求の下書きを保存する", fill);
    typed(&form, &[("place_1", "渋谷区"), ("vaccination.six_and_over.regular_1", "5")]).is(200);
    // Every other door that still holds the version before is told so, and nothing is lost.
    let before = rows();
    typed(&late, &[("place_1", "新宿区"), ("vaccination.six_and_over.regular_1", "7")]).is(409);
    sato.press(
        &paste,
        "貼り付けた内容を請求に入れる",
        &[("paste", "新宿区\t7"), ("mode", "replace")],
    )
    .is(409);
    sato.send(&pasted, &[("paste", "新宿区\t7"), ("mode", "replace")]).is(409);
    let sent = |version: u64, rows: Value| {
        let path = format!("/api/v1/venues/{venue}/claims/2022-03");
        ask(&world.url, "POST", &path, &secret, "", &json!({"version": version, "rows": rows}))
    };
    let count = |n: u64| json!({"vaccination": {"six_and_over": {"regular": n}}});
    let one = |place: &str, n: u64| json!({"municipality": place, "counts": count(n)});
    assert_eq!(sent(0, json!([one("新宿区", 7)])).0, 409);
    assert_eq!(rows(), before);
    // One municipality twice: asked at the form, refused at the API; how a name was read is
    // said at both.
    let twice = [
        ("place_1", "渋谷区"),
        ("vaccination.six_and_over.regular_1", "5"),
        ("place_2", "東京都渋谷区"),
        ("vaccination.six_and_over.regular_2", "7"),
        ("place_3", "横浜市中区"),
        ("vaccination.six_and_over.regular_3", "1"),
    ];
    let asked = typed(&sato.open(&edit), &twice);
    asked
        .is(422)
        .says("東京都渋谷区が2行目と3行目にあります。合わせて1行にします")
        .says("「横浜市中区」は神奈川県横浜市の区です");
    assert_eq!(rows(), before);
    // The tick is for what was shown: another remark is asked about anew.
    typed(&asked, &[("noted", "✓"), ("place_3", "横浜市西区")])
        .is(422)
        .says("「横浜市西区」は神奈川県横浜市の区です");
    typed(&asked, &[("noted", "✓")]).is(200);
    let now: Value = serde_json::from_str(&rows()).unwrap();
    assert_eq!(
        (
            now.as_array().unwrap().len(),
            &now[0]["counts"]["vaccination"]["six_and_over"]["regular"]
        ),
        (2, &json!(12))
    );
    let (status, answer) = sent(2, json!([one("渋谷区", 5), one("13113", 7)]));
    assert_eq!(status, 422, "{answer}");
    assert!(answer.to_string().contains("東京都渋谷区がrows[0]にもあります"), "{answer}");
    let (status, answer) = sent(2, json!([one("横浜市中区", 1_000_000)]));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["notes"], json!(["rows[0]：「横浜市中区」は神奈川県横浜市の区です"]));
    assert_eq!(sent(3, json!([one("渋谷区", 1_000_001)])).0, 422);
    let most = [("place_1", "渋谷区"), ("vaccination.six_and_over.regular_1", "1000001")];
    typed(&sato.open(&edit), &most).is(422).says("0から1,000,000まで");
}

#[on_both_engines]
fn writers_of_one_total_count_it_once_by_whatever_door(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let (_, _) = second_venue(world);
    world.set_clock("2022-02-22T10:00");
    let secret = token(&clinic, &format!("/venues/{venue}/tokens"));
    let edit = format!("/venues/{venue}/results/edit");
    for round in 1..=4 {
        let wanted = (round * 20).to_string();
        // Prepared one after the other, sent together: the form, the venue's own system twice,
        // and a table.
        let (one, other) = (world.persona(CLINIC), world.persona(CLINIC));
        let (path, fields) = stories::visitor::form(
            &one.open(&edit),
            "接種実績を報告する",
            &[("booster_total", &wanted)],
        );
        let table = format!("会場コード,時点,接種の累計\n1311234569,2022/2/22,{wanted}");
        let check = other.upload("/results/import", "a.csv", table.as_bytes());
        let button = if check.words().contains("すべて取り込む") {
            "すべて取り込む"
        } else {
            "取り込む（"
        };
        let (apply, agreed) = stories::visitor::form(&check, button, &[]);
        let sent = |who: Visitor, path: String, fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            who.send_exactly(&path, &fields).status
        };
        let (url, api) = (&world.url, format!("/api/v1/venues/{venue}/results"));
        let report = || {
            let body = json!({"as_of": "2022-02-22", "booster_total": round * 20});
            ask(url, "POST", &api, &secret, "", &body).0
        };
        let outcomes: Vec<u16> = thread::scope(|scope| {
            let all = [
                scope.spawn(move || sent(one, path, fields)),
                scope.spawn(report),
                scope.spawn(report),
                scope.spawn(move || sent(other, apply, agreed)),
            ];
            all.map(|one| one.join().expect("an answer")).to_vec()
        });
        assert_eq!(total(world, &venue), round * 20, "round {round}: {outcomes:?}");
        assert!(outcomes.iter().all(|status| *status < 500), "{outcomes:?}");
    }
    world.journal_is_sound();
}

#[on_both_engines]
fn what_would_do_something_else_than_its_preview_said_is_shown_again(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let lot = || world.read(|tx| tx.all::<(String,)>("select lot from person_record", &[]));
    let table = |lot: &str| {
        let text = format!("接種日,券番号,ロット番号\n2022/3/18,{},{lot}", line(360));
        clinic.upload(&base, "a.csv", text.as_bytes())
    };
    let first = table("3005785");
    first.is(200).says("追加 1 件");
    let second = table("3005999");
    clinic.press(&second, "取り込む（1", &[]).is(200);
    let again = clinic.press(&first, "取り込む（1", &[]);
    again.is(422).says("確認の画面を出した後に").says("変更 1 件").says("3005999 → 3005785");
    assert_eq!(lot(), [("3005999".to_string(),)]);
    clinic.press(&again, "取り込む（1", &[]).is(200);
    assert_eq!(lot(), [("3005785".to_string(),)]);
    // What a list of masters would overwrite.
    let editor = world.persona("reviewer@ministry.example");
    let holiday = |name: &str| {
        let text = format!("date,name\n2022-04-14,{name}\n");
        editor.upload("/admin/masters/holidays/import", "休日.csv", text.as_bytes())
    };
    let (first, second) = (holiday("開校の日"), holiday("創立の日"));
    editor.press(&second, "取り込む（1", &[]).is(200);
    let again = editor.press(&first, "取り込む（1", &[]);
    again.is(422).says("確認の画面を出した後に").says("創立の日 → 開校の日");
    editor.press(&again, "取り込む（1", &[]).is(200);
}

#[on_both_engines]
fn what_was_asked_about_and_taken_is_counted_as_written(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let text = format!(
        "接種日,券番号,ロット番号\n2022/3/18,{},3005785\n2022/3/18,231310321234567890,3005785",
        line(361)
    );
    let check = clinic.upload(&base, "a.csv", text.as_bytes());
    check.is(200).says("追加 1 件").says("確かめる 1 件");
    let page = clinic.press(&check, "すべて取り込む", &[("asked", "yes")]);
    page.is(200).says("追加 1 件").says("確かめて取り込んだ 1 件").does_not_say("確かめる 1 件");
}

#[on_both_engines]
fn a_report_of_a_day_before_anything_came_is_asked_about_at_every_door(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-02-22T10:00");
    let report = |fill: &[(&str, &str)]| {
        let page = clinic.open(&format!("/venues/{venue}/results/edit"));
        clinic.press(&page, "接種実績を報告する", fill)
    };
    let said = "最初に受け取ったのは2022年2月20日（日）です";
    report(&[("as_of", "2022/2/19"), ("booster_total", "10")]).is(422).says(said);
    let secret = token(&world.persona(CLINIC), &format!("/venues/{venue}/tokens"));
    let api = format!("/api/v1/venues/{venue}/results");
    let body = json!({"as_of": "2022-02-19", "booster_total": 10});
    let (status, answer) = ask(&world.url, "POST", &api, &secret, "", &body);
    assert!(status == 422 && answer.to_string().contains(said), "{status} {answer}");
    let table = "会場コード,時点,接種の累計\n1311234569,2022/2/19,10";
    let check = clinic.upload("/results/import", "a.csv", table.as_bytes());
    check.is(200).says("確かめる 1 件").says(said);
    assert_eq!(total(world, &venue), 0);
    // Each alone can be, both together can't.
    let waste = [("unused_vials_total", "2"), ("waste_reason", "expired")];
    let both = [("as_of", "2022/2/22"), ("booster_total", "590"), waste[0], waste[1]];
    report(&both)
        .is(422)
        .says("接種590回と廃棄2本は、合わせると2022年2月22日（火）までに受け取った");
    assert_eq!(total(world, &venue), 0);
}
