//! Tables in and out: heads that are read, lines that are counted, a second reading, long tables as
//! jobs, lists that keep every digit, and our own files that come back as they went.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use platform::args;
use stories::rich::{CLINIC, with_stock};
use stories::{Page, Visitor, World, count, on_both_engines};
use web::{reading, table};

const EDITOR: &str = "reviewer@ministry.example";
const WHOLESALER: &str = "ito@touto-oroshi.example";

/// A row of person-level records: the n-th person of 港区.
fn line(n: usize) -> String {
    format!("23131032{n:010}")
}

fn persons(world: &World) -> (Visitor, String) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-04-01T10:00");
    (clinic, format!("/venues/{venue}/persons"))
}

/// `rows` records, with a head, as CSV.
fn many(rows: usize) -> String {
    let body: String =
        (1..=rows).map(|n| format!("2022/3/20,{},3005785,高橋\r\n", line(n))).collect();
    format!("接種日,券番号,ロット番号,医師名\r\n{body}")
}

/// Cells of the first sheet, as a spreadsheet holds them.
fn cells(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range_at(0).expect("a sheet").expect("a range");
    range.rows().map(<[Data]>::to_vec).collect()
}

/// A workbook after a trip through another office program: every text that looks like a number or a
/// day has become one.
fn travelled(bytes: &[u8], keep: &[&str]) -> Vec<u8> {
    let rows = cells(bytes);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (r, row) in rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let (r, c, text) = (r as u32, c as u16, cell.to_string());
            let kept = r == 0 || keep.contains(&rows[0][usize::from(c)].to_string().as_str());
            match cell {
                Data::Empty => continue,
                Data::DateTime(at) => sheet.write_with_format(r, c, at.as_f64(), &day),
                Data::String(_) if kept => sheet.write(r, c, text),
                Data::String(_) => match text.parse::<f64>() {
                    Ok(n) => sheet.write(r, c, n),
                    Err(_) => sheet.write(r, c, format!("{text} ")),
                },
                Data::Float(n) => sheet.write(r, c, *n),
                _ => sheet.write(r, c, text),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn import_of(page: &Page) -> String {
    page.path.split('?').next().unwrap_or_default().to_string()
}

#[on_both_engines]
fn the_head_is_read_and_every_line_is_counted(world: &World) {
    let (clinic, base) = persons(world);
    let import = format!("{base}/import");
    let text = format!(
        "接種の記録 2022年3月\n\nロット,備考,接種券番号,接種日※,\n3005785,x,{},2022/3/20,\n3005785,,{},2022/3/21,y\n\nロット,備考,接種券番号,接種日※\n3005785,,{},R4.3.22\n合計,,3,\n",
        line(1),
        line(2),
        line(3)
    );
    let page = clinic.upload(&import, "記録.csv", text.as_bytes());
    page.is(200)
        .says("追加 3 件")
        .says("ファイルの行 9 ＝ 読んだ行 3 ＋ 見出し 1 ＋ 見出しの上の行 1 ＋ 見出しの繰り返し 1 ＋ 合計の行 1 ＋ 空の行 2")
        .says("次の列は取り込みません：「備考」（B列）、見出しのない列（E5）")
        .says("合計の行は取り込みません（9行目）")
        .says("2022年3月22日");
    clinic.press(&page, "取り込む（3", &[]).is(200).says("取り込み済み");
    // A file without a head loses no first row: it is refused, and says what is expected.
    let bare = format!("2022/3/20,{},3005785\n2022/3/21,{},3005785\n", line(4), line(5));
    clinic
        .upload(&import, "x.csv", bare.as_bytes())
        .says("見出しの行が見つかりません")
        .says("接種日、券番号")
        .says(&line(4));
    // A column twice, in two names.
    let twice = format!("接種日,接種年月日,券番号\n2022/3/20,2022/3/21,{}\n", line(4));
    clinic.upload(&import, "x.csv", twice.as_bytes()).says("どちらも「接種日」の列です");
    // What begins like a note is a row of its own.
    let noted = format!(
        "接種日,券番号,ロット番号,医師名\n例 2022/3/20,{},3005785,例 高橋\n2022/3/21,{},3005785,高橋\n",
        line(6),
        line(7)
    );
    clinic
        .upload(&import, "x.csv", noted.as_bytes())
        .says("読んだ行 2")
        .says("追加 1 件")
        .says("取り込めない 1 件");
    assert_eq!(count(world, "select count(*) from person_record"), 3);
}

#[on_both_engines]
fn a_second_reading_in_another_encoding_is_one_press(world: &World) {
    let (clinic, base) = persons(world);
    let import = format!("{base}/import");
    let text = format!("接種日,券番号,ロット番号,医師名\n2022/3/20,{},3005785,高橋 崎\n", line(1));
    let page = clinic.upload(&import, "記録.csv", &encoding_rs::EUC_JP.encode(&text).0);
    // Whatever it was taken for, each encoding is one press away, to and fro.
    clinic
        .press(&page, "UTF-8として読み直す", &[])
        .is(422)
        .says("UTF-8としては読めません")
        .says("EUC-JPとして読みました");
    page.says("EUC-JPとして読みました").says("追加 1 件").says("2022年3月20日");
    clinic.press(&page, "取り込む（1", &[]).is(200).says("取り込み済み");
    let (doctor,): (String,) = world.read(|tx| tx.one("select doctor from person_record", args![]));
    assert_eq!(doctor, "高橋 崎");
    assert_eq!(
        count(world, "select count(*) from import_file"),
        0,
        "the file is of no use any more"
    );

    // A few letters that two encodings read: each is one press away, to and fro, and the preview is
    // made anew.
    let editor = world.persona(EDITOR);
    let bytes = encoding_rs::EUC_JP.encode("date,name\n2022-04-14,テスト\n").0;
    let page = editor.upload("/admin/masters/holidays/import", "休日.csv", &bytes);
    let page = if page.words().contains("EUC-JPとして") {
        editor.press(&page, "CP932として読み直す", &[])
    } else {
        page
    };
    page.is(200).says("CP932として読みました").says("･ﾆ･ｹ･ﾈ");
    let page = editor.press(&page, "EUC-JPとして読み直す", &[]);
    page.is(200)
        .says("EUC-JPとして読みました")
        .says("テスト")
        .does_not_say("･ﾆ･ｹ･ﾈ")
        .says("追加 1 件");

    // Another sheet of the same workbook.
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet()
        .set_name("説明")
        .unwrap()
        .write(0, 0, "使い方")
        .unwrap()
        .write(1, 0, "次のシートに")
        .unwrap();
    let sheet = book.add_worksheet().set_name("記録").unwrap();
    for (c, (title, cell)) in
        [("接種日", "2022/3/21"), ("券番号", &line(2)), ("ロット番号", "3005785")]
            .into_iter()
            .enumerate()
    {
        sheet.write(0, c as u16, title).unwrap().write(1, c as u16, cell).unwrap();
    }
    let page = clinic.upload(&import, "記録.xlsx", &book.save_to_buffer().unwrap());
    page.is(200).says("シート「説明」").says("見出しの行が見つかりません");
    clinic
        .press(&page, "シート「記録」を読む", &[])
        .is(200)
        .says("シート「記録」")
        .says("追加 1 件")
        .says("2022年3月21日");
}

#[on_both_engines]
fn a_long_table_is_checked_applied_and_taken_back_by_a_job(world: &World) {
    let (clinic, base) = persons(world);
    let import = format!("{base}/import");
    let mut text = many(2500);
    text.push_str(&format!("2022/3/20,{},WRONG,高橋\r\n", line(9000)));
    let page = clinic.upload(&import, "記録.csv", text.as_bytes());
    let here = import_of(&page);
    page.is(200).says("内容を確かめています").says("2,502 行").says("この画面を閉じても続きます");
    assert!(page.body.contains("http-equiv=\"refresh\""), "without JavaScript it refreshes itself");
    world.tick();
    let page = clinic.open(&here);
    page.says("追加 2,500 件")
        .says("取り込めない 1 件")
        .says("ファイルの行 2,502 ＝ 読んだ行 2,501 ＋ 見出し 1")
        .says("WRONG")
        .says("1 / 25");
    clinic.open(&format!("{here}?page=25")).says("…2500").does_not_say("WRONG");
    assert_eq!(
        reading::read(&clinic.open(&format!("{here}/errors.xlsx")).bytes).unwrap().rows.len(),
        2
    );
    assert_eq!(count(world, "select count(*) from person_record"), 0);

    clinic.send(&here, &[("which", "all")]).is(422).says("取り込めない行が1行あります");
    let page = clinic.press(&clinic.open(&here), "正しい行だけ取り込む（2,500", &[]);
    page.is(200).says("書き込んでいます");
    assert_eq!(count(world, "select count(*) from person_record"), 0);
    world.tick();
    clinic.open(&here).says("取り込み済み").says("追加 2,500 件");
    assert_eq!(count(world, "select count(*) from person_record"), 2500);
    clinic.open(&base).says("報告された接種の累計 2,500 回");

    // The same again is the same, row by row; and it can be taken back.
    let again = clinic.upload(&import, "記録.csv", many(2500).as_bytes());
    world.tick();
    clinic.open(&import_of(&again)).says("変更なし 2,500 件").says("取り込む行がありません");
    clinic
        .press(&clinic.open(&here), "この取り込みを元に戻す", &[])
        .is(200)
        .says("元に戻しています");
    world.tick();
    clinic.open(&here).says("元に戻しました");
    assert_eq!(count(world, "select count(*) from person_record"), 0);
    assert_eq!(
        count(
            world,
            "select count(*) from import_row where import_id in (select id from import where status <> 'checked')"
        ),
        0
    );
    world.journal_is_sound();
}

#[on_both_engines]
fn a_paste_of_a_thousand_rows_is_a_job_too(world: &World) {
    let (clinic, base) = persons(world);
    let page = clinic.open(&format!("{base}/import"));
    let page = clinic.press(&page, "内容を確かめる", &[("paste", &many(1000).replace(',', "\t"))]);
    page.is(200).says("内容を確かめています");
    world.tick();
    clinic.open(&import_of(&page)).says("追加 1,000 件");
    let page = clinic.open(&format!("{base}/import"));
    clinic
        .press(&page, "内容を確かめる", &[("paste", &many(900).replace(',', "\t"))])
        .is(200)
        .says("追加 900 件");
}

/// The node dies after it took the job: its lease ends, whoever is there does it, once.
#[on_both_engines]
fn a_job_whose_node_was_killed_is_done_once_by_the_next(world: &World) {
    let (clinic, base) = persons(world);
    let page = clinic.upload(&format!("{base}/import"), "記録.csv", many(1500).as_bytes());
    let here = import_of(&page);
    // Killed in the middle of checking: a batch is written, the mark moved, the lease held by
    // nobody that lives.
    world.tamper(
            "insert into import_row (import_id, number, verdict, label, faults) select id, 2, 'add', 'half', '[]' from import;
             update job set taken_by = 'node-dead', taken_until = run_at, attempts = 1, done = 1000, total = 1500 where kind = 'import.check'",
        );
    clinic.open(&here).says("1,000 / 1,500 行");
    world.set_clock("2022-04-01T10:02");
    clinic.open(&here).says("追加 1,500 件").does_not_say("half");
    assert_eq!(count(world, "select count(*) from import_row"), 1500);
    clinic.press(&clinic.open(&here), "取り込む（1,500", &[]).is(200).says("書き込んでいます");
    world.tamper("update job set taken_by = 'node-dead', taken_until = run_at, attempts = 1 where kind = 'import.apply'");
    world.set_clock("2022-04-01T10:05");
    clinic.open(&here).says("取り込み済み");
    assert_eq!(count(world, "select count(*) from person_record"), 1500);
    world.set_clock("2022-04-01T10:10");
    assert_eq!(count(world, "select count(*) from person_record"), 1500);
    world.journal_is_sound();
}

/// What was good when it was shown and isn't any more when the job comes: nothing is written, and
/// the person is told.
#[on_both_engines]
fn a_job_that_may_not_write_everything_writes_nothing(world: &World) {
    let (clinic, base) = persons(world);
    let page = clinic.upload(&format!("{base}/import"), "記録.csv", many(1200).as_bytes());
    let here = import_of(&page);
    world.tick();
    clinic.press(&clinic.open(&here), "取り込む（1,200", &[]).is(200).says("書き込んでいます");
    world.tamper(
        "update lot set recalled_at = expiry_seen from (select made_at as expiry_seen from import limit 1) t where number = '3005785'",
    );
    world.tick();
    assert_eq!(count(world, "select count(*) from person_record"), 0);
    clinic
        .open(&here)
        .says("取り込む内容が変わりました。まだ何も書き込まれていません")
        .says("取り込めない 1,200 件")
        .says("回収");
}

#[on_both_engines]
fn lists_leave_with_every_digit(world: &World) {
    let (clinic, base) = persons(world);
    let text = format!(
        "接種日,券番号,ロット番号,医師名\n2022/3/20,{},3005785,\"=cmd|'x'!A1\"\n2022/3/20,{},3005785,＝SUM−1\n2022/3/21,{},3005785,𠮷野\n",
        line(1),
        line(2),
        line(3)
    );
    let page = clinic.upload(&format!("{base}/import"), "記録.csv", text.as_bytes());
    clinic.press(&page, "取り込む", &[]).is(200).says("取り込み済み");

    let page = clinic.open(&base);
    let out = clinic.open(&page.link("Excelで出す"));
    let rows = cells(&out.bytes);
    assert_eq!(rows[1][1], Data::String(line(1)), "eighteen digits as text");
    assert!(matches!(rows[1][0], Data::DateTime(_)), "a day as a day");
    let csv = clinic.open(&format!("{base}.csv"));
    assert!(csv.body.starts_with('\u{feff}'));
    assert!(csv.body.contains("'=cmd|'x'!A1") && csv.body.contains("'＝SUM−1"), "{}", csv.body);
    assert!(!clinic.open(&format!("{base}.csv?encoding=utf-8")).body.starts_with('\u{feff}'));
    assert_eq!(clinic.open(&format!("{base}.csv?encoding=utf-16")).bytes[..2], [0xff, 0xfe]);
    // What CP932 can't write is listed before it is written.
    let asked = clinic.open(&format!("{base}.csv?encoding=cp932"));
    asked.is(200).says("CP932（Shift_JIS）では表せません").says("𠮷").says("U+20BB7");
    asked.says("− U+2212 － 1");
    let lossy = clinic.open(&asked.link("〓にして、CSV（CP932）で出す"));
    assert!(encoding_rs::SHIFT_JIS.decode(&lossy.bytes).0.contains("〓野"));
    clinic.open(&format!("{base}.csv?encoding=klingon")).is(422).says("文字コードは");

    // Every shape of it comes back as it went: the same, row by row.
    for (name, path) in [
        ("a.xlsx", ".xlsx"),
        ("a.csv", ".csv"),
        ("b.csv", ".csv?encoding=utf-8"),
        ("c.txt", ".csv?encoding=utf-16"),
    ] {
        let file = clinic.open(&format!("{base}{path}"));
        let page = clinic.upload(&format!("{base}/import"), name, &file.bytes);
        page.is(200).says("変更なし 3 件").says("取り込む行がありません").says("取り込めない 0 件");
    }
}

#[on_both_engines]
fn every_master_comes_back_as_it_went(world: &World) {
    let editor = world.persona(EDITOR);
    for kind in masters::kinds::Kind::LISTED {
        let path = format!("/admin/masters/{}", kind.id());
        let rows = kind.rows(&world.house.masters()).len();
        let out = editor.open(&format!("{path}/table.xlsx"));
        // What an office program makes of it: codes stay text because their cells are text.
        let codes: Vec<&str> = kind
            .columns()
            .iter()
            .filter(|c| matches!(c.key, "code" | "prefecture" | "prefectures" | "phone"))
            .map(|c| c.title)
            .collect();
        let files = [
            out.bytes.clone(),
            editor.open(&format!("{path}/table.csv")).bytes,
            travelled(&out.bytes, &codes),
        ];
        for (n, file) in files.iter().enumerate() {
            let page = editor.upload(&format!("{path}/import"), "同じ表", file);
            world.tick();
            let page = editor.open(&import_of(&page));
            page.says(&format!("変更なし {} 件", rules::application::commas(rows as i64)));
            page.says("追加 0 件").says("変更 0 件").says("取り込めない 0 件");
            assert!(n < 3, "{}", kind.id());
        }
    }
    // −20℃ leaves as －20℃ in CP932, which is said, and comes back as it is stored.
    let table = "/admin/masters/products/table.csv?encoding=cp932";
    let asked = editor.open(table);
    asked.is(200).says("− U+2212 －").says("保管温度");
    let file = editor.open(&asked.link("置き換えて、CSV（CP932）で出す"));
    assert!(encoding_rs::SHIFT_JIS.decode(&file.bytes).0.contains("'－20℃"));
    let page = editor.upload("/admin/masters/products/import", "同じ表", &file.bytes);
    page.is(200).says("変更なし 1 件").says("変更 0 件");
    // 月末 stands in the sentence, the page's own word in the table.
    let federations = editor.open("/admin/masters/federations/table.csv").body;
    assert!(federations.contains("請求の2か月後の末日"), "{federations}");
}

#[on_both_engines]
fn the_wholesalers_list_comes_back_after_a_trip(world: &World) {
    let ito = world.persona(WHOLESALER);
    let out = ito.open("/wholesale/shipments.xlsx?show=all");
    let rows = cells(&out.bytes).len() - 2;
    assert!(rows > 0);
    let keep = ["納入番号", "会場コード", "会場の電話番号"];
    for file in [
        out.bytes.clone(),
        travelled(&out.bytes, &keep),
        ito.open("/wholesale/shipments.csv?show=all&encoding=cp932&lost=yes").bytes,
    ] {
        let page = ito.upload("/wholesale/import", "納入予定", &file);
        page.is(200).says(&format!("変更なし {rows} 件")).says("取り込めない 0 件");
    }
    // Rows that were mixed up by sorting one column are named, not taken.
    let mut mixed = table::read(&out.bytes).unwrap().rows.texts();
    let column = |name: &str| mixed[0].iter().position(|t| t == name).unwrap();
    let (code, date) = (column("会場コード"), column("納入予定日"));
    mixed[2].resize(17, String::new());
    mixed[2][code] = "1311234577".into();
    mixed[2][date] = "2022/2/18".into();
    let tsv: String = mixed.iter().map(|r| r.join("\t") + "\n").collect();
    let page = ito.press(&ito.open("/wholesale/import"), "内容を確かめる", &[("paste", &tsv)]);
    page.says("行がずれていないか");
}

/// 20,000 rows are promised and taken; one more is refused before anything is kept.
#[test]
fn twenty_thousand_rows_are_taken_and_one_more_is_refused() {
    let world = World::sqlite();
    let (clinic, base) = persons(&world);
    let import = format!("{base}/import");
    clinic
        .upload(&import, "多い.csv", many(20_001).as_bytes())
        .is(422)
        .says("20,001行あります")
        .says("分けて取り込んでください");
    assert_eq!(count(&world, "select count(*) from import"), 0);
    let page = clinic.upload(&import, "ちょうど.csv", many(20_000).as_bytes());
    page.is(200).says("内容を確かめています");
    let here = import_of(&page);
    world.tick();
    clinic.press(&clinic.open(&here), "取り込む（20,000", &[]).is(200);
    world.tick();
    clinic.open(&here).says("取り込み済み").says("追加 20,000 件");
    assert_eq!(count(&world, "select count(*) from person_record"), 20_000);
}
