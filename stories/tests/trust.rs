//! What happened can be proved: seals, evidence packs, any past day; who looked at whose data.

use std::process::Command;

use platform::args;
use platform::seal::{self, Verdict};
use stories::{World, on_both_engines};

fn verdict(world: &World) -> Verdict {
    world.read(|tx| seal::verify(tx, None))
}

/// The faults that a verification names, as `kind row: what`.
fn found(world: &World) -> Vec<String> {
    verdict(world)
        .faults
        .iter()
        .map(|f| format!("{} {}: {}", f.record_kind, f.number, f.what))
        .collect()
}

/// One tampering with the journal's table, undone afterwards, and what the verification must say.
fn tampered(world: &World, sql: &'static str, says: &str) {
    world.tamper("create table kept as select * from journal");
    world.tamper(sql);
    let faults = found(world);
    assert!(faults.iter().any(|f| f.contains(says)), "{sql}: {faults:?}");
    world.tamper("delete from journal");
    world.tamper("insert into journal select * from kept");
    world.tamper("drop table kept");
    assert_eq!(found(world), Vec::<String>::new());
}

#[on_both_engines]
fn any_changed_removed_inserted_or_reordered_row_is_found_and_named(world: &World) {
    world.tick();
    let sound = verdict(world);
    assert!(
        sound.rows > 10 && sound.seals >= 1 && sound.unsealed == 0 && sound.faults.is_empty(),
        "{sound:?}"
    );
    // Changed.
    tampered(
        world,
        "update journal set reason = 'x' where record_kind = 'venue' and number = 3",
        "venue 3: this row was changed",
    );
    // Removed from the middle, from the end, and a whole chain.
    tampered(
        world,
        "delete from journal where record_kind = 'venue' and number = 3",
        "venue 4: a row before this one is missing",
    );
    tampered(
        world,
        "delete from journal where record_kind = 'venue' and number = (select max(number) from journal where record_kind = 'venue')",
        "it was removed or replaced",
    );
    tampered(
        world,
        "delete from journal where record_kind = 'letter'",
        "letter 1: seal 1 knows this row otherwise",
    );
    // Inserted at the end of a chain, well formed but for the seal.
    tampered(
        world,
        "insert into journal (record_kind, record_id, number, at, account, name, membership, role, act, before, after, reason, previous, hash, sealed_in) select record_kind, record_id, number + 1, at, account, name, membership, role, act, before, after, reason, hash, 'h', sealed_in from journal where record_kind = 'letter'",
        "letter 2: seal 1 doesn't know this row: it was inserted",
    );
    // Two rows that change places.
    tampered(
        world,
        "update journal set number = case number when 2 then 1003 else 1002 end where record_kind = 'venue' and number in (2, 3); update journal set number = number - 1000 where number > 1000",
        "venue 2: this row was changed",
    );
}

#[on_both_engines]
fn whoever_rewrites_a_whole_chain_is_found_by_the_seals_and_whoever_rewrites_those_by_one_that_was_kept(
    world: &World,
) {
    world.tick();
    let (number, hash) = verdict(world).last_seal.unwrap();
    // A chain rewritten from its beginning: every hash is right again, but the seal knows another
    // head.
    world.house.db.write_blocking(|tx: &mut platform::db::Tx<'_>| {
            let mut rows: Vec<platform::journal::Stored> = tx.all("select record_kind, record_id, number, at, account, name, membership, role, act, before, after, reason, previous, hash from journal where record_kind = 'letter' order by number", args![])?;
            let mut previous = String::new();
            for row in &mut rows {
                row.name = "だれか".into();
                row.previous = previous;
                row.hash = row.computed_hash();
                previous = row.hash.clone();
                tx.run("update journal set name = $1, previous = $2, hash = $3 where record_kind = $4 and record_id = $5 and number = $6", args![&row.name, &row.previous, &row.hash, &row.record_kind, &row.record_id, row.number])?;
            }
            Ok::<_, platform::db::Failure>(())
        }).unwrap();
    assert!(
        found(world).iter().any(|f| f.starts_with("letter") && f.contains("removed or replaced")),
        "{:?}",
        found(world)
    );
    // The seals torn down and put up again: everything fits, except the seal that somebody had
    // noted down.
    world.tamper("update journal set sealed_in = null; delete from seal_leaf; delete from seal");
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            seal::seal(tx, stories::at("2022-02-07T10:00"))
        })
        .unwrap();
    assert_eq!(found(world), Vec::<String>::new());
    let against = world.read(move |tx| seal::verify(tx, Some((number, &hash))));
    assert!(
        against.faults.iter().any(|f| f.what.contains("kept elsewhere")),
        "{:?}",
        against.faults
    );
}

#[on_both_engines]
fn sealing_goes_on_beside_the_writers_and_covers_every_row_once(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/doctors/new", world.minato());
    for round in 0..3 {
        let page = sato.open(&base);
        sato.press(
            &page,
            "医師情報を保存する",
            &[("name", &format!("封印 {round}")), ("reading", "ふういん")],
        )
        .is(200);
        world.set_clock(&format!("2022-02-07T10:0{}", round + 1));
    }
    let sound = verdict(world);
    assert!(sound.seals >= 3 && sound.unsealed == 0, "{sound:?}");
    let (covered,): (i64,) =
        world.read(|tx| tx.one("select cast(sum(covered) as bigint) from seal", args![]));
    assert_eq!(covered as u64, sound.rows);
    world.journal_is_sound();
}

#[on_both_engines]
fn an_evidence_pack_is_verified_without_the_system_and_finds_what_was_changed(world: &World) {
    world.tick();
    let auditor = world.persona("kato@audit.example");
    let venue = world.minato();
    let chain = auditor.open(&format!("/audit/venue/{venue}"));
    let pack = auditor.open(&chain.link("証拠一式をダウンロードする"));
    assert_eq!((pack.status, pack.mime.as_str()), (200, "application/zip"));
    let folder = world.folder.join("evidence");
    std::fs::create_dir_all(&folder).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(pack.bytes)).unwrap();
    zip.extract(&folder).unwrap();
    let verify = |anchor: &[&str]| {
        let out =
            Command::new("python3").arg(folder.join("verify.py")).args(anchor).output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (good, said) = verify(&[]);
    assert!(good && said.contains("rows sound") && said.contains("1 seals sound"), "{said}");
    let (_, hash) = verdict(world).last_seal.unwrap();
    assert!(verify(&[&format!("1={hash}")]).0);
    assert!(!verify(&["1=00"]).0);
    let file = folder.join("evidence.json");
    let whole = std::fs::read_to_string(&file).unwrap();
    for (from, to, says) in [
        ("佐藤", "佐籐", "was changed"),
        ("\"leaf\": \"[", "\"leaf\": \"[ ", "isn't under its root"),
        ("\"side\": \"left\"", "\"side\": \"right\"", "isn't under its root"),
    ] {
        let changed = whole.replacen(from, to, 1);
        if changed == whole {
            continue;
        }
        std::fs::write(&file, changed).unwrap();
        let (good, said) = verify(&[]);
        assert!(!good && said.contains(says), "{from}: {said}");
    }
    world
        .persona("reviewer@ministry.example")
        .open(&format!("/audit/venue/{venue}/evidence.zip"))
        .is(403);
}

#[on_both_engines]
fn any_past_day_can_be_shown(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    let page = sato.open(&format!("{base}/edit/storage"));
    sato.press(&page, "変更を保存する", &[("freezers_owned", "7")]).is(200).says("7 台");
    let (contact,): (String,) =
        world.read(|tx| tx.one("select id from contact where role = 'organizer'", args![]));
    let page = sato.open(&format!("{base}/contacts/{contact}"));
    sato.press(&page, "担当者の変更を保存する", &[("phone", "03-5555-7777")]).is(200);
    let page = sato.open(&format!("{base}/doctors/new"));
    sato.press(&page, "医師情報を保存する", &[("name", "新任 医師"), ("reading", "しんにん いし")])
        .is(200);
    world.set_clock("2022-02-08T10:00");
    sato.open(&base)
        .says("7 台")
        .says("03-5555-7777")
        .says("2名")
        .does_not_say("時点の内容を表示しています");
    let before = sato.open(&format!("{base}?at=2022-02-06"));
    before
        .is(200)
        .says("2022年2月6日（日）23:59の時点の内容を表示しています")
        .does_not_say("7 台")
        .does_not_say("03-5555-7777")
        .says("1名")
        .does_not_say("編集する");
    sato.open(&format!("{base}?at=2022-02-07+12:00")).says("7 台").says("03-5555-7777");
    sato.open(&format!("{base}?at=2022-01-01")).is(404);
    sato.open(&format!("{base}?at=きのう")).is(422).says("日時は 2022-02-15 15:00 の形で");
    // The plan and the amounts: before the registration, before the decision, after it.
    sato.open(&format!("{base}/plan?at=2022-01-20"))
        .says("計画はまだ登録されていません")
        .does_not_say("計画を登録・変更する");
    sato.open(&format!("{base}/plan?at=2022-01-25")).says("第1版").does_not_say("分配量確定済");
    sato.open(&format!("{base}/plan?at=2022-02-04")).says("第1版").says("分配量確定済");
    sato.open(&format!("{base}/allocations?at=2022-02-02"))
        .does_not_say("分配量確定済")
        .says("分配量を決めています");
    sato.open(&format!("{base}/allocations?at=2022-02-03")).says("分配量確定済");
    let form = sato.open(&format!("{base}/history"));
    form.says("過去の時点の内容を見る");
    // Prices: the old form's, the new form's.
    let nobody = world.nobody();
    nobody
        .open("/masters?at=2021-11-30")
        .says("2,070円")
        .says("このシステムの外で請求")
        .does_not_say("730円");
    nobody.open("/masters").says("2,130円").says("150回接種分").says("10%");
}

#[on_both_engines]
fn reading_other_peoples_contact_data_is_journalled_and_shown_to_them(world: &World) {
    let base = format!("/venues/{}", world.minato());
    let sato = world.persona("sato@minato-shoji.example");
    sato.open(&format!("{base}/contacts")).is(200);
    sato.open(&format!("{base}/history")).does_not_say("連絡先を見た");
    world.persona("kobayashi@tokyo-pref.example").open(&format!("{base}/contacts")).is(200);
    world
        .persona("ito@touto-oroshi.example")
        .open(&{
            let list =
                world.persona("ito@touto-oroshi.example").open("/wholesale/shipments?show=all");
            list.link("みなと商事")
        })
        .is(200);
    sato.open(&format!("{base}/history")).says("連絡先を見た").says("小林 由美").says("伊藤 誠");
    world.journal_is_sound();
}

#[on_both_engines]
fn support_sees_a_persons_screens_touches_nothing_and_is_seen_doing_so(world: &World) {
    let yoshida = world.persona("yoshida@support.example");
    let list = yoshida.open("/support/people?q=佐藤");
    let home =
        yoshida.open(&list.says("sato@minato-shoji.example").link("佐藤 花子さんの画面を見る"));
    home.is(200).says("佐藤 花子さんの画面を見ています（操作できません）").says("やること");
    let plan = yoshida.open(&home.link("計画"));
    plan.is(200).is_at("/as/").says("第1版");
    let editor = yoshida.open(&plan.link("計画を登録・変更する"));
    assert!(
        editor.body.contains("<button disabled") && !editor.body.contains("<button class"),
        "a button can be pressed"
    );
    // Pressing past the page is refused all the same.
    let venue = world.minato();
    yoshida.send(&format!("/venues/{venue}/plan/edit"), &[("boxes_3", "9")]).is(403);
    yoshida.send(editor.path.split('?').next().unwrap(), &[("boxes_3", "9")]).is(405);
    // Those who decide or watch can't be viewed, nor can anybody's keys.
    yoshida.open("/support/people?q=田中").says("見つかりませんでした");
    let prefix = home.path.trim_end_matches("/home").to_string();
    yoshida.open(&format!("{prefix}/account/second-factor")).is(404);
    world
        .persona("reviewer@ministry.example")
        .open(&format!("{prefix}/home"))
        .is(403)
        .says("サービスデスク");
    // The person sees who looked.
    world
        .persona("sato@minato-shoji.example")
        .open("/account")
        .says("サービスデスクがあなたの画面を見た記録")
        .says("吉田 直");
    world.journal_is_sound();
}

/// The closed sets of words, by table and column (migrations 0021 and 0024), with every key. Beside
/// invitations stand links for those who have no membership yet, under words of their own.
fn states() -> Vec<(&'static str, &'static str, &'static [&'static str])> {
    platform::words::vocabularies()
        .flat_map(|set| set.stored.iter().map(|(table, column)| (*table, *column, set.keys)))
        .filter(|(table, _, _)| *table != "invitation")
        .collect()
}

/// What somebody with the database's password writes is refused where nobody could read it.
#[on_both_engines]
fn a_table_takes_every_state_of_its_records_and_none_that_nobody_knows(world: &World) {
    stories::rich::fill(world);
    world.tamper(
        "insert into municipality_setting (municipality, letter_way, outsourced, joint, desk)
         values ('131130', 'paper', false, '[]', '')",
    );
    // What nobody has written in this world stands there once.
    world.tamper(
        "insert into remark
                     (id, record_kind, record_id, number, scope_kind, scope_id, account, name,
                      concern, text, at)
         select 'k-tried', 'plan', id, 1, 'prefecture', '13', 'x', 'x', false, '', created_at
           from venue
          limit 1",
    );
    world.tamper(
        "insert into venue_account (venue_id, bank, branch, kind, number, holder)
         select id, 'x', 'x', 'ordinary', '1234567', 'x'
           from venue
          where not exists (select 1 from venue_account)
          limit 1",
    );
    world.tamper(
        "insert into saved_report (id, account_id, name, address, every, made_at)
         select 'rp-tried', a.id, 'x', 'kind=deliveries', 'never', v.created_at
           from account a
          cross join venue v
          where not exists (select 1 from saved_report)
          limit 1",
    );
    let change = |sql: String| {
        let sql: &'static str = sql.leak();
        world.house.db.write_blocking(move |tx: &mut platform::db::Tx<'_>| tx.run(sql, &[]))
    };
    for (table, column, known) in states() {
        for word in known {
            let rows = change(format!("update {table} set {column} = '{word}'")).unwrap();
            assert!(rows > 0, "{table} has no rows to try");
        }
        // An empty word is none either.
        for word in ["nonsense", "Draft", ""] {
            let refused = change(format!("update {table} set {column} = '{word}'"));
            assert!(
                matches!(refused, Err(platform::db::Failure::Broken(_))),
                "{table}.{column} and {word:?}: {refused:?}"
            );
        }
    }
}

/// What no version of ours wrote isn't taken for another state.
#[on_both_engines]
fn a_state_that_nobody_knows_is_a_fault_that_says_where_it_stands(world: &World) {
    stories::rich::fill(world);
    world.tamper(match world.house.db.engine {
        platform::db::Engine::Sqlite => "drop trigger claim_status_update",
        platform::db::Engine::Postgres => "alter table claim drop constraint claim_status",
    });
    world.tamper("update claim set status = 'mislaid'");
    let (venue,): (String,) =
        world.read(|tx| tx.one("select venue_id from claim limit 1", platform::args![]));
    let found = world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| work::claim::of_venue(tx, &venue));
    match found {
        Err(platform::db::Failure::Unknown { place, text }) => {
            assert_eq!((place.as_str(), text.as_str()), ("claim.status", "mislaid"));
        }
        other => panic!("{other:?}"),
    }
}
