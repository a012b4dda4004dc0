//! One function a kind of field: a writing is the same value, or refused with the same sentence,
//! at every door that takes its kind: form, paste, file of either sort, other systems, scanner.

use std::cell::Cell;

use platform::args;
use serde_json::{Value, json};
use stories::rich::{CLINIC, SATO, second_venue, with_stock};
use stories::visitor::ask;
use stories::{Page, Visitor, World, on_both_engines};

use super::wholesale::token;

const EDITOR: &str = "reviewer@ministry.example";
const CLERK: &str = "watanabe@minato-city.example";
const WHOLESALER: &str = "ito@touto-oroshi.example";

/// What became of a writing: what is stored, or what the door said.
type Became = Result<String, String>;

/// A door by its name, and what it makes of a writing.
type Door<'w> = (String, Box<dyn Fn(&str) -> Became + 'w>);

fn door<'w>(name: &str, tries: impl Fn(&str) -> Became + 'w) -> Door<'w> {
    (name.to_string(), Box::new(tries))
}

/// Without any blank, as the words of pages are compared.
fn squeezed(text: &str) -> String {
    text.replace(char::is_whitespace, "")
}

/// Tries every writing at every door; all that is otherwise is told at once.
#[track_caller]
fn tried(doors: &[Door<'_>], good: &[(&str, &str)], bad: &[(&str, &str)]) {
    let short = |became: &Became| format!("{became:?}").chars().take(900).collect::<String>();
    let mut wrong = Vec::new();
    for (name, tries) in doors {
        for (typed, stored) in good {
            let became = tries(typed);
            if became.as_deref() != Ok(*stored) {
                wrong.push(format!("{name}: {typed:?} isn't {stored:?}: {}", short(&became)));
            }
        }
        for (typed, sentence) in bad {
            let became = tries(typed);
            let said = became.as_ref().err().map(|said| squeezed(said));
            if !said.is_some_and(|said| said.contains(&squeezed(sentence))) {
                wrong.push(format!("{name}: {typed:?} isn't 「{sentence}」: {}", short(&became)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a page answered.
fn taken(page: &Page) -> Result<(), String> {
    if page.status == 200 { Ok(()) } else { Err(page.words()) }
}

/// What another system was answered.
fn answered((status, answer): (u16, Value)) -> Result<(), String> {
    if status == 200 { Ok(()) } else { Err(answer.to_string()) }
}

/// The one text that a statement finds for a key; empty where it finds none.
fn text(world: &World, sql: &'static str, key: &str) -> String {
    let key = key.to_string();
    world.read(move |tx| tx.first::<(String,)>(sql, args![&key])).map_or(String::new(), |row| row.0)
}

/// A field of the one object that a statement finds for a key.
fn within(world: &World, sql: &'static str, key: &str, field: &str) -> String {
    let object: Value = serde_json::from_str(&text(world, sql, key)).unwrap_or_default();
    object[field].as_str().unwrap_or_default().to_string()
}

/// Numbers that come once: each try is a thing of its own.
#[derive(Default)]
struct Numbers(Cell<u32>);

impl Numbers {
    fn next(&self) -> u32 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
    /// A name in kana, which no other try has.
    fn kana(&self) -> String {
        let digit = |c: char| "あかさたなはまやらわ".chars().nth(c as usize - '0' as usize);
        self.next().to_string().chars().filter_map(digit).collect()
    }
}

/// The ways in which a table comes in.
const WAYS: [&str; 3] = ["CSV", "xlsx", "paste"];

/// How a former name and a ward are read is said, and confirmed.
fn agreed(who: &Visitor, page: Page, button: &str) -> Page {
    let asked = page.status == 422 && page.body.contains("name=\"noted\"");
    if asked { who.press(&page, button, &[("noted", "✓")]) } else { page }
}

/// Brings a table in at a list's address and applies it; what couldn't be read is told.
fn brought(who: &Visitor, base: &str, way: &str, rows: &[&[&str]]) -> Result<(), String> {
    let page = match way {
        "CSV" => {
            let cell = |c: &&str| format!("\"{}\"", c.replace('"', "\"\""));
            let line = |row: &&[&str]| row.iter().map(cell).collect::<Vec<_>>().join(",");
            let file = rows.iter().map(line).collect::<Vec<_>>().join("\r\n");
            who.upload(base, "a.csv", file.as_bytes())
        }
        "xlsx" => {
            let mut book = rust_xlsxwriter::Workbook::new();
            let sheet = book.add_worksheet();
            for (r, row) in rows.iter().enumerate() {
                for (c, cell) in row.iter().enumerate() {
                    sheet.write_string(r as u32, c as u16, *cell).expect("a cell");
                }
            }
            who.upload(base, "a.xlsx", &book.save_to_buffer().expect("a workbook"))
        }
        _ => {
            let table = rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n");
            who.send(base, &[("paste", &table)])
        }
    };
    taken(&page)?;
    let words = page.words();
    if words.contains("取り込めない行") || words.contains("取り込む行がありません")
    {
        return Err(words);
    }
    let all = words.contains("確かめる行");
    let button = if all { "すべて取り込む" } else { "取り込む（" };
    let fill: &[(&str, &str)] = if all { &[("asked", "yes")] } else { &[] };
    taken(&who.press(&page, button, fill))
}

/// A door for each way in which one list comes in.
fn ways<'w>(name: &str, tries: impl Fn(&str, &str) -> Became + Clone + 'w) -> Vec<Door<'w>> {
    let one = |way: &'static str| {
        let tries = tries.clone();
        door(&format!("{name}, {way}"), move |typed| tries(way, typed))
    };
    WAYS.into_iter().map(one).collect()
}

/// An application's own page, on which answers are typed and shown.
struct Application {
    nobody: Visitor,
    path: String,
}

impl Application {
    fn new(world: &World) -> Application {
        let nobody = world.nobody();
        let page = nobody.open("/applications/new");
        let page = nobody.press(&page, "申込をはじめる", &[("mail", "new@example.jp")]);
        Application { path: page.is(200).path.clone(), nobody }
    }
    /// Sends a section; before it, the field holds `other`.
    fn answer(
        &self,
        world: &World,
        section: &str,
        field: &str,
        other: &str,
        typed: &str,
    ) -> Became {
        let path = format!("{}/{section}", self.path);
        let send = |value: &str| {
            let page = self.nobody.open(&path);
            self.nobody.press(&page, "保存して一覧に戻る", &[(field, value)])
        };
        send(other).is(200);
        taken(&agreed(&self.nobody, send(typed), "保存して一覧に戻る"))?;
        let id = self.path.rsplit('/').next().unwrap_or_default();
        Ok(within(world, "select cast(answers as text) from application where id = $1", id, field))
    }
}

/// A row of a master is typed or brought in; what is kept of a column is what became of it.
fn master(
    world: &World,
    editor: &Visitor,
    kind: &str,
    way: &str,
    titles: &[&str],
    fields: &[(&str, &str)],
    column: &str,
    mark: &str,
) -> Became {
    if way == "form" {
        let path = format!("/admin/masters/{kind}/edit");
        let mut all = vec![("valid_from", "2022-04-04"), ("reason", "試し"), ("key", fields[0].1)];
        all.extend_from_slice(fields);
        let told = editor.send(&path, &all);
        // A value far from the one in force is asked about.
        match told.value("sure") {
            Some(sure) => {
                all.push(("sure", &sure));
                taken(&editor.send(&path, &all))?;
            }
            None => taken(&told)?,
        }
    } else {
        let cells: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
        brought(editor, &format!("/admin/masters/{kind}/import"), way, &[titles, &cells])?;
    }
    let sql = "select cast(value as text) from master_change where cast(value as text) like $1";
    Ok(within(world, sql, &format!("%{mark}%"), column))
}

#[on_both_engines]
fn a_day(world: &World) {
    world.set_clock("2022-02-17T10:00");
    let (clinic, ito, editor) =
        (world.persona(CLINIC), world.persona(WHOLESALER), world.persona(EDITOR));
    let (venue, numbers) = (world.minato(), Numbers::default());
    let list = clinic.open(&format!("/venues/{venue}/deliveries"));
    clinic.press(&clinic.open(&list.link("第1クール")), "受け取りを記録する", &[]).is(200);
    let application = Application::new(world);
    let secret = token(&clinic, &format!("/venues/{venue}/tokens"));
    // The doors of dates take the receipt back; it comes again before results are reported.
    let comes = || {
        let page = clinic.open(&list.link("第1クール"));
        if page.words().contains("受け取りを記録する") {
            clinic.press(&page, "受け取りを記録する", &[]).is(200);
        }
    };
    let reported = || {
        let sql = "select cast(as_of as text) from result_entry where venue_id = $1";
        text(world, sql, &venue)
    };
    let undated = || {
        world.tamper(
            "update shipment set date = null, band = null, shipped_at = null, received_at = null,
                    received_boxes = null, received_needle_boxes = null where cycle = 1",
        );
        text(world, "select id from shipment where venue_id = $1 and cycle = 1", &venue)
    };
    let dated = |id: &str| text(world, "select cast(date as text) from shipment where id = $1", id);
    let wholesale = token(&ito, "/wholesale/tokens");
    let mut doors = vec![
        door("an application", |typed| {
            application.answer(world, "schedule", "planned_start", "2022-03-01", typed)
        }),
        door("results, form", |typed| {
            comes();
            world.tamper("delete from result_entry");
            let page = clinic.open(&format!("/venues/{venue}/results/edit"));
            let fill = [("as_of", typed), ("booster_increase", "1")];
            taken(&clinic.press(&page, "接種実績を報告する", &fill))?;
            Ok(reported())
        }),
        door("results, API", |typed| {
            comes();
            world.tamper("delete from result_entry");
            let path = format!("/api/v1/venues/{venue}/results");
            let body = json!({"as_of": typed, "booster_increase": 1});
            answered(ask(&world.url, "POST", &path, &secret, "", &body))?;
            Ok(reported())
        }),
    ];
    doors.extend(ways("results", |way, typed| {
        comes();
        world.tamper("delete from result_entry");
        let rows: [&[&str]; 2] =
            [&["会場コード", "時点", "接種の累計"], &["1311234569", typed, "1"]];
        brought(&clinic, "/results/import", way, &rows)?;
        Ok(reported())
    }));
    doors.extend(ways("records of persons", |way, typed| {
        let number = numbers.next();
        let coupon = format!("23131032{:010}", number + 500);
        let rows: [&[&str]; 2] =
            [&["接種日", "券番号", "ロット番号"], &[typed, &coupon, "3005785"]];
        brought(&clinic, &format!("/venues/{venue}/persons/import"), way, &rows)?;
        let sql = "select cast(day as text) from person_record where coupon = $1";
        Ok(text(world, sql, &coupon[8..]))
    }));
    doors.push(door("a delivery, form", |typed| {
        let id = undated();
        let page = ito.open(&format!("/wholesale/shipments/{id}"));
        let fill = [("date", typed), ("band", "morning")];
        taken(&ito.press(&page, "納入予定日を登録する", &fill))?;
        Ok(dated(&id))
    }));
    doors.push(door("a delivery, API", |typed| {
        let id = undated();
        let path = format!("/api/v1/shipments/{id}/schedule");
        answered(ask(&world.url, "POST", &path, &wholesale, "", &json!({"date": typed})))?;
        Ok(dated(&id))
    }));
    doors.extend(ways("a delivery", |way, typed| {
        let id = undated();
        let rows: [&[&str]; 2] = [&["納入番号", "納入予定日"], &[&id, typed]];
        brought(&ito, "/wholesale/import", way, &rows)?;
        Ok(dated(&id))
    }));
    // What isn't one is asked about, wherever it is written.
    let none = "2022年2月17日（木）は祝日ではありません";
    let said = "2022年2月17日（木・祝）";
    tried(&doors, &[], &[(said, none), ("2022/2/17（祝）", none), ("R4.2.17 祝日", none)]);
    // Last: it makes the day a holiday.
    for way in ["form", "CSV", "xlsx", "paste"] {
        let (numbers, editor) = (&numbers, &editor);
        doors.push(door(&format!("a holiday, {way}"), move |typed| {
            let name = format!("休日{}号", numbers.next());
            let fields = [("date", typed), ("name", &name)];
            master(world, editor, "holidays", way, &["日付", "名称"], &fields, "date", &name)
        }));
    }
    let good = [
        "2022/2/17",
        "令和4年2月17日",
        "R4.2.17",
        "２０２２－０２－１７",
        "2022年2月17日（木）",
        "5040217",
        "44609",
        "2022-02-17T09:30:00",
        "\u{202a}2022―2―17\u{a0}",
    ];
    tried(
        &doors,
        &good.map(|typed| (typed, "2022-02-17")),
        &[
            ("22/2/17", "どの年かがわかりません"),
            ("3/4/2022", "月と日のどちらが先か"),
            ("2022-02-30", "という日はありません"),
        ],
    );
    // The calendar is the masters': the day has become one, whether that is said or not. (On a
    // holiday nothing is delivered.)
    let holiday = [said, "2022/2/17", "2022年2月17日（木）"].map(|typed| (typed, "2022-02-17"));
    tried(&doors[..3], &holiday, &[]);
}

#[on_both_engines]
fn a_telephone_number(world: &World) {
    world.set_clock("2022-02-17T10:00");
    let (sato, editor) = (world.persona(SATO), world.persona(EDITOR));
    let (venue, numbers) = (world.minato(), Numbers::default());
    let application = Application::new(world);
    let slot = booking_slot(world, &sato, &venue);
    let wholesaler = editor.open("/admin/masters/wholesalers/edit?key=w-tokyo");
    let area = wholesaler.value("prefectures").expect("an area");
    let mut doors = vec![
        door("an application", |typed| {
            application.answer(world, "venue", "venue_phone", "06-1234-0000", typed)
        }),
        door("a doctor", |typed| {
            let name = format!("医師{}", numbers.next());
            let fields = [("name", name.as_str()), ("reading", "いし"), ("phone", typed)];
            taken(&new_doctor(&sato, &venue, &fields))?;
            Ok(text(world, "select phone from doctor where name = $1", &name))
        }),
        door("a contact", |typed| {
            let name = format!("担当{}", numbers.next());
            let mail = format!("contact{}@example.jp", numbers.next());
            taken(&new_contact(&sato, &venue, &name, typed, &mail))?;
            Ok(text(world, "select phone from contact where name = $1", &name))
        }),
        door("availability", |typed| {
            let path = format!("/venues/{venue}/availability");
            let send = |phone: &str| {
                let fill = [("status", "bookable"), ("phone", phone)];
                sato.press(&sato.open(&path), "予約の受付情報を更新する", &fill)
            };
            send("06-1234-0000").is(200);
            taken(&send(typed))?;
            Ok(text(world, "select phone from venue_public where venue_id = $1", &venue))
        }),
        door("an inquiry", |typed| {
            let name = format!("質問{}", numbers.next());
            taken(&new_inquiry(&sato, &name, typed, "ask@example.jp"))?;
            Ok(text(world, "select phone from inquiry where name = $1", &name))
        }),
        door("a booking", |typed| {
            let name = numbers.kana();
            let mail = format!("booking{}@example.jp", numbers.next());
            taken(&new_booking(world, &slot, &name, &name, typed, &mail))?;
            Ok(text(world, "select phone from booking where name = $1", &name))
        }),
    ];
    for way in ["form", "CSV", "xlsx", "paste"] {
        let (numbers, editor, area) = (&numbers, &editor, &area);
        doors.push(door(&format!("a wholesaler, {way}"), move |typed| {
            let name = format!("東都卸{}号", numbers.next());
            let titles = ["コード", "名称", "電話番号", "担当する都道府県"];
            let fields =
                [("id", "w-tokyo"), ("name", &name), ("phone", typed), ("prefectures", area)];
            master(world, editor, "wholesalers", way, &titles, &fields, "phone", &name)
        }));
    }
    tried(
        &doors,
        &[
            ("03―1234―5678", "03-1234-5678"),
            ("+81 (0)3-1234-5678", "03-1234-5678"),
            ("０３（１２３４）５６７８", "03-1234-5678"),
            ("℡03-1234-5678（代表）", "03-1234-5678"),
            ("03-1234-5678（内線１２３）", "03-1234-5678 内線123"),
            ("\u{202d}03\u{2212}1234\u{2010}5678\u{202c}", "03-1234-5678"),
        ],
        &[
            ("03-1234-567", "03で始まる番号は10桁、入力は9桁です"),
            ("9012345678", "先頭の0がありません"),
            ("+1-212-555-0100", "日本国内の番号"),
        ],
    );
}

#[on_both_engines]
fn an_address_of_mail(world: &World) {
    let (sato, venue, numbers) = (world.persona(SATO), world.minato(), Numbers::default());
    let slot = booking_slot(world, &sato, &venue);
    let doors = [
        door("the begin of an application", |typed| {
            let nobody = world.nobody();
            let page = nobody.open("/applications/new");
            let page = nobody.press(&page, "申込をはじめる", &[("mail", typed)]);
            taken(&page)?;
            let id = page.path.rsplit('/').next().unwrap_or_default();
            Ok(text(world, "select starter_mail from application where id = $1", id))
        }),
        door("a doctor", |typed| {
            let name = format!("医師{}", numbers.next());
            let fields = [("name", name.as_str()), ("reading", "いし"), ("mail", typed)];
            taken(&new_doctor(&sato, &venue, &fields))?;
            Ok(text(world, "select mail from doctor where name = $1", &name))
        }),
        door("a contact", |typed| {
            world.tamper("delete from contact where phone = '03-9999-0001'");
            let name = format!("担当{}", numbers.next());
            taken(&new_contact(&sato, &venue, &name, "03-9999-0001", typed))?;
            Ok(text(world, "select mail from contact where name = $1", &name))
        }),
        door("an inquiry", |typed| {
            let name = format!("質問{}", numbers.next());
            taken(&new_inquiry(&sato, &name, "0312345678", typed))?;
            Ok(text(world, "select mail from inquiry where name = $1", &name))
        }),
        door("a booking", |typed| {
            let name = numbers.kana();
            let phone = format!("03-2000-{:04}", numbers.next());
            taken(&new_booking(world, &slot, &name, &name, &phone, typed))?;
            Ok(text(world, "select mail from booking where name = $1", &name))
        }),
    ];
    tried(
        &doors,
        &[
            ("Ｔaro.Minato@Example.JP", "Taro.Minato@example.jp"),
            ("mailto:taro@example.jp", "taro@example.jp"),
            ("港 太郎 <taro@example.jp>", "taro@example.jp"),
            (" ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ\u{200b}", "taro@example.jp"),
            ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),
        ],
        &[
            ("a..b@example.jp", "先頭・末尾に置いたり続けたりできません"),
            ("taro@example", "「.」がありません"),
            ("a@example.jp, b@example.jp", "アドレスは1つだけ"),
            ("太郎@example.jp", "@ の前に、使えない文字"),
        ],
    );
}

#[on_both_engines]
fn a_name_and_its_reading(world: &World) {
    world.set_clock("2022-02-17T10:00");
    let (sato, venue, numbers) = (world.persona(SATO), world.minato(), Numbers::default());
    let (clinic, editor) = (world.persona(CLINIC), world.persona(EDITOR));
    let application = Application::new(world);
    let slot = booking_slot(world, &sato, &venue);
    let mail = |n: u32| format!("person{n}@example.jp");
    let phone = |n: u32| format!("03-3000-{n:04}");
    let mut doors = vec![
        door("an application", |typed| {
            let field = "vaccination_manager_name";
            application.answer(world, "managers", field, "前の人", typed)
        }),
        door("a doctor", |typed| {
            let phone = phone(numbers.next());
            let fields = [("name", typed), ("reading", "いし"), ("phone", phone.as_str())];
            taken(&new_doctor(&sato, &venue, &fields))?;
            Ok(text(world, "select name from doctor where phone = $1", &phone))
        }),
        door("a contact", |typed| {
            let n = numbers.next();
            taken(&new_contact(&sato, &venue, typed, &phone(n), &mail(n)))?;
            Ok(text(world, "select name from contact where phone = $1", &phone(n)))
        }),
        door("an inquiry", |typed| {
            let n = numbers.next();
            taken(&new_inquiry(&sato, typed, &phone(n), &mail(n)))?;
            Ok(text(world, "select name from inquiry where phone = $1", &phone(n)))
        }),
        door("a booking", |typed| {
            let n = numbers.next();
            taken(&new_booking(world, &slot, typed, "なまえ", &phone(n), &mail(n)))?;
            Ok(text(world, "select name from booking where phone = $1", &phone(n)))
        }),
    ];
    doors.extend(ways("records of persons", |way, typed| {
        let coupon = format!("23131032{:010}", numbers.next() + 500);
        let rows: [&[&str]; 2] = [
            &["接種日", "券番号", "ロット番号", "医師名"],
            &["2022/2/17", &coupon, "3005785", typed],
        ];
        brought(&clinic, &format!("/venues/{venue}/persons/import"), way, &rows)?;
        Ok(text(world, "select doctor from person_record where coupon = $1", &coupon[8..]))
    }));
    tried(
        &doors,
        &[
            ("\u{fa19}田　一", "\u{fa19}田 一"),
            ("山田 \u{202e}太郎", "山田 太郎"),
            ("葛\u{e0100}城\u{a0}七", "葛\u{e0100}城 七"),
            ("か\u{3099}く 八", "がく 八"),
            ("⻑野 ⻘子", "長野 青子"),
        ],
        &[
            ("名".repeat(61).as_str(), "は60文字までで入力してください"),
            ("山田太郎 鈴木花子", "2人以上の名前のように見えます"),
            ("担当医", "人の名前ではありません"),
        ],
    );

    let mut doors = vec![
        door("a doctor", |typed| {
            let n = numbers.next();
            let (name, phone) = (format!("医師{n}"), phone(n));
            let fields = [("name", name.as_str()), ("reading", typed), ("phone", phone.as_str())];
            taken(&new_doctor(&sato, &venue, &fields))?;
            Ok(text(world, "select reading from doctor where phone = $1", &phone))
        }),
        door("a booking", |typed| {
            let n = numbers.next();
            taken(&new_booking(world, &slot, &format!("人{n}"), typed, &phone(n), &mail(n)))?;
            Ok(text(world, "select reading from booking where phone = $1", &phone(n)))
        }),
    ];
    for way in ["form", "CSV", "xlsx", "paste"] {
        let (numbers, editor) = (&numbers, &editor);
        doors.push(door(&format!("a municipality, {way}"), move |typed| {
            let name = format!("試し{}村", numbers.next());
            let titles = ["団体コード", "名称", "よみ"];
            let fields = [("code", "131032"), ("name", &name), ("reading", typed)];
            master(world, editor, "municipalities", way, &titles, &fields, "reading", &name)
        }));
    }
    let same = ["サ－バ－", "サ‐バ‐", "さ―ば―", "ｻｰﾊﾞｰ"].map(|typed| (typed, "さーばー"));
    tried(&doors, &same, &[("漢字", "よみはひらがなで入力してください"), ("Taro", "ひらがなで")]);
}

#[on_both_engines]
fn a_lot(world: &World) {
    world.set_clock("2022-02-20T10:00");
    let clinic = world.persona(CLINIC);
    let (venue, numbers) = (with_stock(world, &clinic), Numbers::default());
    let (second, _) = second_venue(world);
    let code = text(world, "select code from venue where id = $1", &second);
    let secret = token(&clinic, &format!("/venues/{venue}/tokens"));
    let moved = |reason: &str| text(world, "select lot from stock_entry where reason = $1", reason);
    let wasted = || {
        let sql = "select lot from stock_entry where kind = 'wasted' and venue_id = $1";
        text(world, sql, &venue)
    };
    let forget = || {
        world.tamper("delete from result_entry; delete from stock_entry where kind <> 'received'");
    };
    let mut doors = vec![
        door("stock, typed", |typed| {
            world.tamper("delete from stock_entry where vials = 7");
            let fields = [("lot", typed), ("expiry", "2022/9/30"), ("vials", "7")];
            taken(&clinic.send(&format!("/venues/{venue}/stock/receive"), &fields))?;
            let sql = "select lot from stock_entry where venue_id = $1 and vials = 7";
            Ok(text(world, sql, &venue))
        }),
        door("stock, moved", |typed| {
            let reason = format!("棚卸{}", numbers.next());
            let fields = [
                ("kind", "adjusted"),
                ("move_lot", typed),
                ("move_vials", "-1"),
                ("day", "2022/2/20"),
                ("move_reason", &reason),
            ];
            taken(&clinic.send(&format!("/venues/{venue}/stock/move"), &fields))?;
            let lot = moved(&reason);
            forget();
            Ok(lot)
        }),
        door("a transfer", |typed| {
            world.tamper("delete from transfer");
            let fields = [
                ("to_code", code.as_str()),
                ("lot", typed),
                ("vials", "1"),
                ("temperature", "chilled"),
                ("taken_out_at", "2022-02-20 09:00"),
                ("note", ""),
            ];
            taken(&clinic.send(&format!("/venues/{venue}/transfers"), &fields))?;
            let lot = text(world, "select lot from transfer where from_venue = $1", &venue);
            world.tamper("delete from transfer");
            Ok(lot)
        }),
        door("waste, form", |typed| {
            forget();
            let page = clinic.open(&format!("/venues/{venue}/results/edit"));
            let fill = [
                ("unused_vials_increase", "1"),
                ("waste_reason", "breakage"),
                ("waste_lot", typed),
            ];
            taken(&clinic.press(&page, "接種実績を報告する", &fill))?;
            let lot = wasted();
            forget();
            Ok(lot)
        }),
        door("waste, API", |typed| {
            forget();
            let body = json!({
                "as_of": "2022-02-20", "unused_vials_increase": 1, "waste_reason": "破損", "waste_lot": typed,
            });
            let path = format!("/api/v1/venues/{venue}/results");
            answered(ask(&world.url, "POST", &path, &secret, "", &body))?;
            let lot = wasted();
            forget();
            Ok(lot)
        }),
    ];
    doors.extend(ways("records of persons", |way, typed| {
        let coupon = format!("23131032{:010}", numbers.next() + 500);
        let rows: [&[&str]; 2] =
            [&["接種日", "券番号", "ロット番号"], &["2022/2/20", &coupon, typed]];
        brought(&clinic, &format!("/venues/{venue}/persons/import"), way, &rows)?;
        let lot = text(world, "select lot from person_record where coupon = $1", &coupon[8..]);
        world.tamper("delete from person_record");
        forget();
        Ok(lot)
    }));
    tried(
        &doors,
        &[
            ("３００５７８５", "3005785"),
            ("Lot No. 3005785\u{a0}", "3005785"),
            ("\u{200b}3005785.0", "3005785"),
            ("=\"3005785\"", "3005785"),
        ],
        &[
            ("1.23E+06", "表計算ソフトのエラーか、指数の表示"),
            ("#REF!", "表計算ソフトのエラーか、指数の表示"),
            ("3月5日", "日付に変わっています"),
            ("不明", "印字されている番号を入力してください"),
            ("3005785／3005786", "ロット番号は1つずつ"),
        ],
    );
    // A scanner's code holds the lot in the same form.
    let scanned = [door("stock, scanned", |typed: &str| {
        world.tamper("delete from stock_entry where vials = 7");
        let scan = format!("(01)14987123456781(17)220930(10){typed}");
        let fields = [("gs1", scan.as_str()), ("vials", "7")];
        taken(&clinic.send(&format!("/venues/{venue}/stock/receive"), &fields))?;
        let sql = "select lot from stock_entry where venue_id = $1 and vials = 7";
        Ok(text(world, sql, &venue))
    })];
    tried(&scanned, &[("３００５７８５", "3005785"), ("3005785\u{a0}", "3005785")], &[]);
}

#[on_both_engines]
fn a_municipality(world: &World) {
    world.set_clock("2022-04-04T10:00");
    let (sato, venue) = (world.persona(SATO), world.minato());
    let clerk = world.persona(CLERK);
    let application = Application::new(world);
    let secret = token(&sato, &format!("/venues/{venue}/tokens"));
    let billing = format!("/venues/{venue}/billing/2022-03");
    let claimed = || {
        let sql = "select cast(rows as text) from claim where venue_id = $1";
        let rows: Value = serde_json::from_str(&text(world, sql, &venue)).unwrap_or_default();
        rows[0]["municipality"].as_str().unwrap_or_default().to_string()
    };
    let unclaimed = || world.tamper("delete from claim_part; delete from claim");
    let doors = [
        door("an application", |typed| {
            application.answer(world, "venue", "venue_municipality", "大阪市", typed)
        }),
        door("a claim, form", |typed| {
            unclaimed();
            let fields = [
                ("claim_version", "0"),
                ("facility_class", "2"),
                ("place_1", typed),
                ("vaccination.six_and_over.regular_1", "3"),
                ("go", "save"),
            ];
            let page = sato.send(&format!("{billing}/edit"), &fields);
            taken(&agreed(&sato, page, "請求の下書きを保存する"))?;
            Ok(claimed())
        }),
        door("a claim, paste", |typed| {
            unclaimed();
            let page = sato.open(&format!("{billing}/paste"));
            let table = format!("{typed}\t3");
            let fill = [("paste", table.as_str()), ("mode", "replace")];
            let page = sato.press(&page, "貼り付けた内容を請求に入れる", &fill);
            taken(&agreed(&sato, page, "貼り付けた内容を請求に入れる"))?;
            Ok(claimed())
        }),
        door("a joint scheme", |typed| {
            world.tamper("delete from municipality_setting");
            let page = clerk.open("/municipal/settings");
            let page = clerk.press(&page, "設定を保存する", &[("joint", typed)]);
            taken(&agreed(&clerk, page, "設定を保存する"))?;
            let sql =
                "select cast(joint as text) from municipality_setting where municipality = $1";
            let joint: Value =
                serde_json::from_str(&text(world, sql, "131032")).unwrap_or_default();
            Ok(joint[0].as_str().unwrap_or_default().to_string())
        }),
        door("a claim, API", |typed| {
            unclaimed();
            let counts = json!({"vaccination": {"six_and_over": {"regular": 3}}});
            let body = json!({"version": 0, "rows": [{"municipality": typed, "counts": counts}]});
            let path = format!("/api/v1/venues/{venue}/claims/2022-03");
            answered(ask(&world.url, "POST", &path, &secret, "", &body))?;
            Ok(claimed())
        }),
    ];
    tried(
        &doors,
        &[
            ("渋谷区", "131130"),
            ("東京都　渋谷区", "131130"),
            ("渋谷区（東京都）", "131130"),
            ("１３１１３０", "131130"),
            ("13113", "131130"),
            ("塩竃市", "042030"),
            ("龍が崎市", "082082"),
            ("⻄東京市", "132292"),
            ("横浜市中区", "141003"),
            ("篠山市", "282219"),
        ],
        &[("府中市", "広島県府中市"), ("伊達市", "福島県伊達市"), ("ない町", "見つかりません")],
    );
}

#[on_both_engines]
fn a_count(world: &World) {
    world.set_clock("2022-04-04T10:00");
    let (sato, clinic, editor) =
        (world.persona(SATO), world.persona(CLINIC), world.persona(EDITOR));
    let (venue, numbers) = (world.minato(), Numbers::default());
    let list = clinic.open(&format!("/venues/{venue}/deliveries"));
    clinic.press(&clinic.open(&list.link("第1クール")), "受け取りを記録する", &[]).is(200);
    // So much has come that no count is asked about.
    world.tamper("update shipment set received_boxes = 1000 where cycle = 1");
    let application = Application::new(world);
    let secret = token(&clinic, &format!("/venues/{venue}/tokens"));
    let billing = format!("/venues/{venue}/billing/2022-03");
    let claimed = || {
        let sql = "select cast(rows as text) from claim where venue_id = $1";
        let rows: Value = serde_json::from_str(&text(world, sql, &venue)).unwrap_or_default();
        rows[0]["counts"]["vaccination"]["six_and_over"]["regular"].to_string()
    };
    let unclaimed = || world.tamper("delete from claim_part; delete from claim");
    let reported = || {
        let sql = "select cast(sum(increase) as text) from result_entry where venue_id = $1";
        text(world, sql, &venue)
    };
    let mut doors = vec![
        door("an application", |typed| {
            application.answer(world, "schedule", "expected_persons", "7", typed)
        }),
        door("a claim, form", |typed| {
            unclaimed();
            let fields = [
                ("claim_version", "0"),
                ("facility_class", "2"),
                ("place_1", "渋谷区"),
                ("vaccination.six_and_over.regular_1", typed),
                ("go", "save"),
            ];
            taken(&sato.send(&format!("{billing}/edit"), &fields))?;
            Ok(claimed())
        }),
        door("a claim, paste", |typed| {
            unclaimed();
            let page = sato.open(&format!("{billing}/paste"));
            let table = format!("渋谷区\t{typed}");
            let fill = [("paste", table.as_str()), ("mode", "replace")];
            taken(&sato.press(&page, "貼り付けた内容を請求に入れる", &fill))?;
            Ok(claimed())
        }),
        door("results, form", |typed| {
            world.tamper("delete from result_entry");
            let page = clinic.open(&format!("/venues/{venue}/results/edit"));
            taken(&clinic.press(&page, "接種実績を報告する", &[("booster_total", typed)]))?;
            Ok(reported())
        }),
        door("results, API", |typed| {
            world.tamper("delete from result_entry");
            let path = format!("/api/v1/venues/{venue}/results");
            let body = json!({"as_of": "2022-04-04", "unused_vials_total": typed, "waste_reason": "expired"});
            answered(ask(&world.url, "POST", &path, &secret, "", &body))?;
            Ok(reported())
        }),
    ];
    doors.extend(ways("results", |way, typed| {
        world.tamper("delete from result_entry");
        let rows: [&[&str]; 2] =
            [&["会場コード", "時点", "接種の累計"], &["1311234569", "2022/4/4", typed]];
        brought(&clinic, "/results/import", way, &rows)?;
        Ok(reported())
    }));
    for way in ["form", "CSV", "xlsx", "paste"] {
        let (numbers, editor) = (&numbers, &editor);
        doors.push(door(&format!("a smallest number of persons, {way}"), move |typed| {
            let cycle = (10 + numbers.next()).to_string();
            let fields = [("from_cycle", cycle.as_str()), ("persons", typed)];
            let titles = ["クールから", "最少の人数"];
            let mark = format!("\"from_cycle\":\"{cycle}\"");
            let (mark, column) = (mark.as_str(), "persons");
            let became = master(world, editor, "minimums", way, &titles, &fields, column, mark);
            // PostgreSQL writes a blank after the colon.
            let spaced = mark.replace("\":", "\": ");
            let sql =
                "select cast(value as text) from master_change where cast(value as text) like $1";
            became.map(|found| match found.as_str() {
                "" => within(world, sql, &format!("%{spaced}%"), column),
                _ => found,
            })
        }));
    }
    tried(
        &doors,
        &[
            ("１２", "12"),
            ("12.0", "12"),
            ("1,234", "1234"),
            ("１，２３４", "1234"),
            (" 12\u{a0}", "12"),
            ("=\"12\"", "12"),
        ],
        &[
            ("12歳", "単位が違います"),
            ("12.5", "0以上の整数"),
            ("約10", "0以上の整数"),
            ("1,5", "小数か桁区切りか"),
            ("十二", "0以上の整数"),
        ],
    );
}

#[on_both_engines]
fn a_mark_and_a_venues_code(world: &World) {
    world.set_clock("2022-02-17T10:00");
    let (clinic, ito, editor) =
        (world.persona(CLINIC), world.persona(WHOLESALER), world.persona(EDITOR));
    let (venue, numbers) = (world.minato(), Numbers::default());
    // Shipped, or not.
    let shipped = ways("a shipment", |way, typed| {
        world.tamper("update shipment set shipped_at = null where cycle = 1");
        let id = text(world, "select id from shipment where venue_id = $1 and cycle = 1", &venue);
        brought(
            &ito,
            "/wholesale/import",
            way,
            &[&["納入番号", "納入予定日", "出荷"], &[&id, "", typed]],
        )?;
        let sql = "select id from shipment where id = $1 and shipped_at is not null";
        Ok(if text(world, sql, &id) == id { "yes" } else { "no" }.to_string())
    });
    let yes = ["◯", "✓", "〇", "○", "済", "◯\u{fe0f}", " ● "];
    tried(
        &shipped,
        &yes.map(|typed| (typed, "yes")),
        &[("△", "出荷したら「○」"), ("×", "取り込む行がありません")],
    );
    // A warning of plans that is used, or not.
    let flags: Vec<Door<'_>> = ["form", "CSV", "xlsx", "paste"]
        .into_iter()
        .map(|way| {
            let (numbers, editor) = (&numbers, &editor);
            door(&format!("a warning, {way}"), move |typed| {
                world.tamper("delete from master_change");
                let _ = numbers.next();
                let fields = [("flag", "over_application"), ("used", typed)];
                master(
                    world,
                    editor,
                    "flags",
                    way,
                    &["注意", "使う"],
                    &fields,
                    "used",
                    "over_application",
                )
            })
        })
        .collect();
    let no = ["×", "いいえ", "―", "✕", "0"];
    tried(
        &flags,
        &no.map(|typed| (typed, "いいえ")),
        &[("△", "「はい」か「いいえ」"), ("たぶん", "「はい」か「いいえ」")],
    );
    // The code of a venue.
    let (second, _) = second_venue(world);
    let reported = ways("results", |way, typed| {
        world.tamper("delete from result_entry");
        let rows: [&[&str]; 2] =
            [&["会場コード", "時点", "接種の累計"], &[typed, "2022/2/17", "1"]];
        brought(&clinic, "/results/import", way, &rows)?;
        let sql = "select v.code from result_entry r join venue v on v.id = r.venue_id where r.name <> $1";
        Ok(text(world, sql, ""))
    });
    let mut doors = reported;
    let name = text(world, "select name from venue where code = $1", "1311234569");
    doors.push(door("the public finder", move |typed| {
        let path: String = escaped(typed);
        let page = world.nobody().open(&format!("/find/{path}"));
        taken(&page)?;
        Ok(if page.words().contains(&name) { "1311234569".to_string() } else { page.words() })
    }));
    let sato = world.persona(SATO);
    let page = sato.open(&format!("/venues/{venue}/availability"));
    let fill = [("status", "bookable"), ("published", "yes")];
    sato.press(&page, "予約の受付情報を更新する", &fill).is(200);
    let good = [
        "１３１１２３４５６９",
        "1311-234569",
        "13‐1123−4569",
        "1311234569\u{a0}",
        "=\"1311234569\"",
    ];
    tried(&doors, &good.map(|typed| (typed, "1311234569")), &[]);
    // A transfer names the other venue; a zero that a spreadsheet took is given back.
    world.tamper("update venue set code = '0110113719' where id = 'v-second'");
    let venue = with_stock(world, &clinic);
    let transfers = [door("a transfer", |typed: &str| {
        let fields = [
            ("to_code", typed),
            ("lot", "3005785"),
            ("vials", "1"),
            ("temperature", "chilled"),
            ("taken_out_at", "2022-02-20 09:00"),
            ("note", ""),
        ];
        taken(&clinic.send(&format!("/venues/{venue}/transfers"), &fields))?;
        let to = text(world, "select to_venue from transfer where from_venue = $1", &venue);
        world.tamper("delete from transfer");
        Ok(to)
    })];
    let good = ["0110113719", "110113719", "０１１０１１３７１９", "01-1011-3719"];
    tried(
        &transfers,
        &good.map(|typed| (typed, second.as_str())),
        &[("0110113710", "会場は見つかりません")],
    );
}

#[on_both_engines]
fn a_time(world: &World) {
    world.set_clock("2022-02-17T10:00");
    let (sato, ito) = (world.persona(SATO), world.persona(WHOLESALER));
    let venue = world.minato();
    let grid = [door("a slot", |typed: &str| {
        world.tamper("delete from slot");
        let fields = [
            ("from", "2022-03-14"),
            ("to", "2022-03-14"),
            ("begins", typed),
            ("ends", "18:00"),
            ("minutes", "30"),
            ("capacity", "5"),
            ("weekday", "月"),
        ];
        taken(&sato.send(&format!("/venues/{venue}/bookings/new"), &fields))?;
        Ok(text(
            world,
            "select begins from slot where venue_id = $1 order by begins limit 1",
            &venue,
        ))
    })];
    tried(
        &grid,
        &[
            ("午後1時", "13:00"),
            ("9時半", "09:30"),
            ("９：３０", "09:30"),
            ("930", "09:30"),
            ("1:00 PM", "13:00"),
            ("0.375", "09:00"),
            ("午前9時30分", "09:30"),
        ],
        &[("24:00", "時刻"), ("25:00", "時刻"), ("午後12時", "正午"), ("9:5", "時刻")],
    );
    // From and to, at the doors of a delivery.
    let wholesale = token(&ito, "/wholesale/tokens");
    let undated = || {
        world.tamper(
            "update shipment set date = null, band = null, shipped_at = null where cycle = 1",
        );
        text(world, "select id from shipment where venue_id = $1 and cycle = 1", &venue)
    };
    let band = |id: &str| text(world, "select band from shipment where id = $1", id);
    let mut doors = ways("a delivery", |way, typed| {
        let id = undated();
        let rows: [&[&str]; 2] =
            [&["納入番号", "納入予定日", "時間帯"], &[&id, "2022/2/17", typed]];
        brought(&ito, "/wholesale/import", way, &rows)?;
        Ok(band(&id))
    });
    doors.push(door("a delivery, API", |typed| {
        let id = undated();
        let path = format!("/api/v1/shipments/{id}/schedule");
        let body = json!({"date": "2022-02-17", "band": typed});
        answered(ask(&world.url, "POST", &path, &wholesale, "", &body))?;
        Ok(band(&id))
    }));
    tried(
        &doors,
        &[
            ("午前", "morning"),
            ("９：００～１２：００", "morning"),
            ("13時〜17時", "afternoon"),
            ("午後1時から午後5時まで", "afternoon"),
            ("指定なし", "anytime"),
            ("ＡＭ", "morning"),
        ],
        &[],
    );
    for (name, tries) in &doors {
        for typed in ["11:00～14:00", "夜", "7:00"] {
            assert!(tries(typed).is_err(), "{name}: {typed}");
        }
    }
    // A day with its band behind it, where no band is chosen.
    let both = |id: &str| {
        let day = text(world, "select cast(date as text) from shipment where id = $1", id);
        format!("{day} {}", band(id))
    };
    let mut doors = ways("a day of delivery", |way, typed| {
        let id = undated();
        brought(&ito, "/wholesale/import", way, &[&["納入番号", "納入予定日"], &[&id, typed]])?;
        Ok(both(&id))
    });
    doors.push(door("a day of delivery, desk", |typed| {
        let id = undated();
        let page = ito.open(&format!("/wholesale/shipments/{id}"));
        taken(&ito.press(&page, "納入予定日を登録する", &[("date", typed)]))?;
        Ok(both(&id))
    }));
    doors.push(door("a day of delivery, API", |typed| {
        let id = undated();
        let path = format!("/api/v1/shipments/{id}/schedule");
        answered(ask(&world.url, "POST", &path, &wholesale, "", &json!({"date": typed})))?;
        Ok(both(&id))
    }));
    tried(
        &doors,
        &[
            ("2022年2月17日（木）午前", "2022-02-17 morning"),
            ("2/17 午後", "2022-02-17 afternoon"),
            ("2月17日 9:00～12:00", "2022-02-17 morning"),
        ],
        &[("2/17 7:00", "午前（9時〜12時）か午後"), ("2/17（火）午前", "曜日と合いません")],
    );
    // Which delivery it is, as another system writes the numbers that the product gave.
    let id = undated();
    let sent = |path: &str, body: &serde_json::Value| {
        let before = undated();
        answered(ask(&world.url, "POST", path, &wholesale, "", body))?;
        Ok(both(&before))
    };
    let mut doors = ways("a number of a delivery", |way, typed| {
        let id = undated();
        let rows: [&[&str]; 2] = [&["納入番号", "納入予定日"], &[typed, "2/17 午前"]];
        brought(&ito, "/wholesale/import", way, &rows)?;
        Ok(both(&id))
    });
    doors.push(door("a number of a delivery, API", |typed| {
        let path = format!("/api/v1/shipments/{}/schedule", escaped(typed));
        sent(&path, &json!({"date": "2/17 午前"}))
    }));
    doors.push(door("a number among many, API", |typed| {
        sent("/api/v1/shipments", &json!({"shipments": [{"id": typed, "date": "2/17 午前"}]}))
    }));
    let upper = id.to_uppercase();
    let wide: String = upper.chars().map(wide_letter).collect();
    let (dashed, bare) = (id.replace('-', "－"), id.replace('-', ""));
    let good = [id.as_str(), &upper, &wide, &dashed, &bare];
    tried(&doors, &good.map(|typed| (typed, "2022-02-17 morning")), &[]);
}

/// The full-width form of a letter, a digit or a sign.
fn wide_letter(c: char) -> char {
    char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c)
}

/// A text within an address.
fn escaped(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// A slot that everybody may book, with room for all tries.
fn booking_slot(world: &World, sato: &Visitor, venue: &str) -> String {
    let page = sato.open(&format!("/venues/{venue}/availability"));
    let fill = [("status", "bookable"), ("published", "yes")];
    sato.press(&page, "予約の受付情報を更新する", &fill).is(200);
    let fields = [
        ("from", "2022-03-14"),
        ("to", "2022-03-14"),
        ("begins", "9:00"),
        ("ends", "9:30"),
        ("minutes", "30"),
        ("capacity", "200"),
        ("weekday", "月"),
    ];
    sato.send(&format!("/venues/{venue}/bookings/new"), &fields).is(200);
    text(world, "select id from slot where venue_id = $1", venue)
}

fn new_booking(
    world: &World,
    slot: &str,
    name: &str,
    reading: &str,
    phone: &str,
    mail: &str,
) -> Page {
    let fields = [
        ("day", "2022-03-14"),
        ("slot", slot),
        ("name", name),
        ("reading", reading),
        ("phone", phone),
        ("mail", mail),
    ];
    world.nobody().send("/find/1311234569/book", &fields)
}

fn new_doctor(who: &Visitor, venue: &str, fields: &[(&str, &str)]) -> Page {
    let page = who.open(&format!("/venues/{venue}/doctors/new"));
    who.press(&page, "医師情報を保存する", fields)
}

fn new_contact(who: &Visitor, venue: &str, name: &str, phone: &str, mail: &str) -> Page {
    let fields = [
        ("role", "organizer"),
        ("department", "総務部"),
        ("name", name),
        ("phone", phone),
        ("mail", mail),
    ];
    who.send(&format!("/venues/{venue}/contacts/new"), &fields)
}

fn new_inquiry(who: &Visitor, name: &str, phone: &str, mail: &str) -> Page {
    let page = who.open("/inquiries/new");
    let text = [("text", "委任状の住所が違います")];
    let looked = who.press(&page, "近い質問を確かめて進む", &text);
    let fill = [("name", name), ("phone", phone), ("mail", mail)];
    who.press(&looked, "問い合わせを送信する", &fill)
}
