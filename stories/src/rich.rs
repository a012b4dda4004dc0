//! A world in which everything has happened once: what pages look like when they are full. Built by
//! pressing the product's own buttons.

use platform::args;

use crate::{Visitor, World};

pub const SATO: &str = "sato@minato-shoji.example";
pub const CLINIC: &str = "takahashi@minato-clinic.example";

/// A second venue, whose clerk is a new account.
pub fn second_venue(world: &World) -> (String, Visitor) {
    let now = world.house.now();
    let secret = platform::ids::secret();
    let cookie = secret.clone();
    world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            tx.run("insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at) select 'v-second', '1311234577', surrogate, programme, '第二会場', prefecture, municipality, answers, expected_doses, created_at from venue where code = '1311234569'", args![])?;
            tx.run("insert into contact (id, venue_id, role, department, name, phone, mail) values ('c-second', 'v-second', 'organizer', '総務', '第二 担当', '03-0000-0000', 'second@example.jp')", args![])?;
            let account = work::account::create(tx, now, "second@example.jp", "第二 担当", Some("!"))?;
            work::account::grant(tx, now, &account, &work::account::Grant::of(rules::access::Role::Organizer, rules::access::Scope::Venue, "v-second"))?;
            work::account::open_session(tx, now, &secret, Some(&account), None, "story", "")?;
            Ok::<_, platform::db::Failure>(())
        })
        .expect("a second venue");
    ("v-second".into(), Visitor::with_session(&world.url, &cookie))
}

/// The demo world's venue receives its boxes and records their lot.
pub fn with_stock(world: &World, clinic: &Visitor) -> String {
    let venue = world.minato();
    world.set_clock("2022-02-20T10:00");
    let list = clinic.open(&format!("/venues/{venue}/deliveries"));
    let page = clinic.open(&list.link("第1クール"));
    clinic.press(&page, "受け取りを記録する", &[]).is(200);
    let page = clinic.open(&format!("/venues/{venue}/stock"));
    page.says("ロットが記録されていないものがあります");
    let page = clinic.press(
        &page,
        "入庫を記録する",
        &[("gs1", "(01)14987123456781(17)220930(10)3005785"), ("vials", "20")],
    );
    page.is(200).says("3005785").says("使えます").says("20 本");
    venue
}

/// Nothing happens at the same instant as another thing.
fn later(world: &World) {
    world.house.clock.set(world.house.now() + jiff::SignedDuration::from_mins(1));
}

/// Everything once. The visitors speak plain HTTP, whatever hands the world's own visitors have.
pub fn fill(world: &World) -> String {
    let signed_in = |mail: &str| {
        later(world);
        let mut visitor = Visitor::new(&world.url);
        visitor.sign_in(mail, vsys::demo_world::PASSWORD);
        visitor
    };
    let (sato, clinic) = (signed_in(SATO), signed_in(CLINIC));
    let venue = with_stock(world, &clinic);
    let base = format!("/venues/{venue}");
    second_venue(world);
    let press = |who: &Visitor, path: &str, button: &str, fill: &[(&str, &str)]| {
        later(world);
        who.press(&who.open(path), button, fill).is(200);
    };
    press(
        &sato,
        &format!("{base}/availability"),
        "予約の受付情報を更新する",
        &[("status", "bookable"), ("published", "yes"), ("note", "駐車場はありません")],
    );
    press(
        &sato,
        &format!("{base}/bookings/new"),
        "予約枠を作る",
        &[("from", "2022-03-14"), ("to", "2022-03-15"), ("ends", "10:00"), ("weekday", "月")],
    );
    let nobody = Visitor::new(&world.url);
    let slot = world
        .read(|tx| tx.one::<(String,)>("select id from slot order by day, begins limit 1", &[]))
        .0;
    let person = [
        ("day", "2022-03-14"),
        ("slot", slot.as_str()),
        ("name", "港 太郎"),
        ("reading", "みなと たろう"),
        ("mail", "taro@example.jp"),
        ("phone", "0312345678"),
    ];
    later(world);
    nobody.send("/find/1311234569/book", &person).is(200);
    press(
        &clinic,
        &format!("{base}/transfers"),
        "融通を申し出る",
        &[("to_code", "1311234577"), ("vials", "3")],
    );
    press(
        &clinic,
        &format!("{base}/results/edit"),
        "接種実績を報告する",
        &[
            ("booster_increase", "100"),
            ("unused_vials_increase", "1"),
            ("waste_reason", "breakage"),
            ("waste_lot", "3005785"),
        ],
    );
    let file = "接種日,券番号,ロット番号,時間帯\n2022/2/20,231310320000000001,3005785,通常\n2022/2/20,231310410000000002,3005785,休日\n2022/2/20,xx,3005785,\n";
    later(world);
    let check = clinic.upload(&format!("{base}/persons/import"), "vrs.csv", file.as_bytes());
    later(world);
    clinic.press(&check, "正しい行だけ取り込む", &[]).is(200);
    later(world);
    clinic.upload(&format!("{base}/persons/import"), "vrs.csv", file.as_bytes()).is(200);
    press(
        &sato,
        &format!("{base}/billing/2022-01/paste"),
        "貼り付けた内容を請求に入れる",
        &[("paste", "市区町村\t通常\t時間外\n港区\t3\t\n新宿区\t2\t1\n渋谷区\t4\t")],
    );
    press(&sato, &format!("{base}/billing/2022-01/check"), "この内容で請求書を作る", &[]);
    press(&sato, &format!("{base}/billing/2022-02/fill"), "記録から下書きを作る", &[]);
    press(
        &sato,
        &format!("{base}/billing/account"),
        "振込先の口座を保存する",
        &[
            ("bank", "みなと銀行"),
            ("branch", "本店"),
            ("kind", "ordinary"),
            ("number", "12345"),
            ("holder", "ミナト"),
        ],
    );
    press(&sato, &format!("{base}/notes"), "メモを残す", &[("text", "鍵は受付にあります")]);
    press(&sato, &format!("{base}/proxy"), "市町村の代行入力を認める", &[]);
    press(
        &sato,
        "/reports?kind=deliveries",
        "この表示を保存する",
        &[("name", "週の納入"), ("every", "week")],
    );
    press(&sato, "/account/notices", "このアドレスを使えるようにする", &[]);
    later(world);
    let looked = sato.press(
        &sato.open("/inquiries/new"),
        "近い質問を確かめて進む",
        &[("text", "委任状の住所が違います")],
    );
    later(world);
    sato.press(&looked, "問い合わせを送信する", &[]).is(200);
    later(world);
    sato.press(&sato.open("/assistant"), "質問する", &[("question", "締切はいつですか")]).is(200);
    let reviewer = signed_in("reviewer@ministry.example");
    press(
        &reviewer,
        "/mhlw/announcements",
        "お知らせを載せる",
        &[("title", "年度末の受付"), ("body", "3月31日は15:00までです。")],
    );
    press(
        &reviewer,
        &format!("{base}/letter/renew"),
        "新しい委任状を作る",
        &[("representative_name", "代表 花子"), ("reason", "代表者の交代")],
    );
    let desk = signed_in("nakamura@tokyo-kokuho.example");
    let bill = desk.open(&desk.open("/kokuho/bills").link("C-2022-"));
    let row = bill
        .body
        .split("name=\"returned\" value=\"")
        .nth(1)
        .and_then(|r| r.split('"').next())
        .unwrap_or("0")
        .to_string();
    let reason = format!("reason_{row}");
    later(world);
    desk.press(&bill, "請求を決定する", &[("returned", &row), (&reason, "住所が違います")]).is(200);
    world.tick();
    venue
}
