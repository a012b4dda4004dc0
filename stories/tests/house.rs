//! The house itself: every statement prepares on both engines, every template compiles, every word
//! is there.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use platform::texts::Lang;
use stories::browser::project;
use stories::{World, on_both_engines, source};

#[on_both_engines]
fn every_statement_prepares(world: &World) {
    let statements = platform::db::all_statements();
    assert!(statements.len() > 100, "only {} statements are registered", statements.len());
    let faults: Vec<String> = world.read(move |tx| {
        Ok(statements
            .iter()
            .filter_map(|sql| tx.prepare(sql).err().map(|e| format!("{sql}: {e}")))
            .take(1)
            .collect())
    });
    assert_eq!(faults, Vec::<String>::new());
}

/// Files and whole tables are read of one record, never of a list.
#[on_both_engines]
fn large_columns_are_read_of_one_record_only(world: &World) {
    let is_large = |sql: &str| {
        let (shown, rest) = sql.strip_prefix("select ")?.split_once(" from ")?;
        let words = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .map(str::to_string)
                .collect::<BTreeSet<_>>()
        };
        let (shown, rest) = (words(shown), words(rest));
        let of = |tables: &[&str], columns: &[&str]| {
            tables.iter().any(|t| rest.contains(*t)) && columns.iter().any(|c| shown.contains(*c))
        };
        Some(
            of(&["import", "import_file", "venue_note"], &["content", "undo", "staged"])
                || shown.contains("signed_content"),
        )
    };
    let large: Vec<&str> = platform::db::all_statements()
        .into_iter()
        .filter(|sql| is_large(sql) == Some(true))
        .collect();
    assert!(large.len() >= 5, "{large:#?}");
    let of_many: Vec<&&str> = large
        .iter()
        .filter(|sql| {
            !["id = $", "import_id = $"].iter().any(|one| sql.contains(one))
                || sql.contains(" limit ")
        })
        .collect();
    assert_eq!(of_many, Vec::<&&str>::new());
    // Nor does SQLite walk through them to a column behind.
    if world.house.db.engine != platform::db::Engine::Sqlite {
        return;
    }
    let import = "select id, status, made_at from import where kind = $1 and scope = $2 \
                  order by made_at desc, id limit 10";
    let note = "select id, at, name, role, account from venue_note where venue_id = $1 \
                and removed_at is null order by at desc, id limit 200";
    let plans: Vec<String> = world.read(move |tx| {
        let all = [(import, 2), (note, 1)].map(|(sql, n)| plan(tx, sql, n));
        Ok(all.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    });
    assert_eq!(
        plans.iter().filter(|plan| plan.contains("USING COVERING INDEX")).count(),
        2,
        "{plans:#?}"
    );
}

/// How SQLite finds what a statement of so many parameters asks for, line by line.
fn plan(
    tx: &mut platform::db::Tx<'_>,
    sql: &str,
    parameters: usize,
) -> Result<Vec<String>, platform::db::Failure> {
    let explained: &'static str = Box::leak(format!("explain query plan {sql}").into_boxed_str());
    let given = vec![platform::value::Value::Text("x".into()); parameters];
    let lines = tx.all::<(i64, i64, i64, String)>(explained, &given)?;
    Ok(lines.into_iter().map(|(.., what)| what).collect())
}

/// Letters are found by indexes that hold what stands behind a signed file in its row: SQLite reads
/// those columns there and doesn't walk through the files of all letters to them.
#[on_both_engines]
fn lists_of_letters_do_not_walk_through_signed_files(world: &World) {
    if world.house.db.engine != platform::db::Engine::Sqlite {
        return;
    }
    let (plans, behind) = world.read(|tx| {
        let mut plans = Vec::new();
        for sql in platform::db::all_statements() {
            let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            let says = |text: &str| words.contains(text);
            let of_letters = ["from letter l ", "from letter where "].iter().any(|text| says(text));
            // By its own key it is one letter, and an export holds the files.
            let of_one = ["l.id = $", "number = $", " id = $", "select * "];
            if !of_letters || of_one.iter().any(|text| says(text)) {
                continue;
            }
            let n = (1..9).filter(|n| sql.contains(&format!("${n}"))).count();
            let found = plan(tx, sql, n)?;
            let of_letters = |what: &String| matches!(what.split(' ').nth(1), Some("l" | "letter"));
            plans.extend(found.into_iter().filter(of_letters).map(|what| (sql, what)));
        }
        // What comes after the file in the row, and isn't in the indexes.
        let columns: Vec<(String,)> =
            tx.all("select name from pragma_table_info('letter') order by cid", &[])?;
        let behind = columns
            .into_iter()
            .map(|(name,)| name)
            .skip_while(|name| name != "signed_content")
            .skip(1);
        let mut left = Vec::new();
        for index in ["letter_of_venue", "letter_of_municipality"] {
            let held: Vec<(String,)> =
                tx.all("select name from pragma_index_info($1)", &[index.into()])?;
            left.extend(behind.clone().filter(|name| !held.iter().any(|(h,)| h == name)));
        }
        Ok((plans, left))
    });
    assert!(plans.len() >= 4, "{plans:#?}");
    let walks: Vec<_> =
        plans.iter().filter(|(_, what)| !what.contains("INDEX letter_of_")).collect();
    assert!(walks.is_empty() && behind.is_empty(), "{walks:#?} {behind:?}");
}

#[on_both_engines]
fn migrations_can_be_run_again_and_find_nothing_to_do(world: &World) {
    assert_eq!(
        platform::migrations::migrate(&world.house.db, world.house.now()).unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(platform::migrations::pending(&world.house.db).unwrap(), Vec::<String>::new());
}

#[test]
fn every_template_compiles() {
    let pages = web::page::Pages::new(vsys::ROOMS);
    let names = web::page::Pages::names(vsys::ROOMS.templates);
    assert!(names.len() > 40);
    for name in names {
        pages.compile(&name).unwrap();
    }
}

/// Every form that writes carries the token that makes it this session's own and done once.
#[test]
fn every_form_that_writes_carries_its_token() {
    let mut templates = Vec::new();
    source::pages(".html", &mut templates);
    let mut forms = 0;
    for template in templates {
        for form in template.split("<form method=\"post\"").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("ui.hidden("), "a form without a token: {form}");
            forms += 1;
        }
    }
    assert!(forms > 40);
}

/// OWASP ASVS 5.0 has 253 requirements of levels 1 and 2; each has an answer, once.
#[test]
fn every_requirement_of_level_2_has_an_answer() {
    let text = std::fs::read_to_string(project().join("docs/security.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|l| l.starts_with('|'))
        .map(|l| l.split('|').map(str::trim).collect())
        .collect();
    let rows: Vec<&Vec<&str>> = rows.iter().filter(|r| r[1].split('.').count() == 3).collect();
    let numbers: BTreeSet<&str> = rows.iter().map(|r| r[1]).collect();
    assert_eq!((rows.len(), numbers.len()), (253, 253));
    for row in &rows {
        assert!(
            ["met", "not applicable", "**not met**"].contains(&row[2]) && !row[3].is_empty(),
            "{row:?}"
        );
        // A story that an answer names is there.
        for named in row[3].split('`').filter(|w| w.ends_with(".rs") && !w.contains('/')) {
            let there = ["stories/tests", "crates/vsys/tests"]
                .iter()
                .any(|f| project().join(f).join(named).exists());
            assert!(there, "{}: {named} isn't there", row[1]);
        }
    }
    for status in ["met", "not applicable", "**not met**"] {
        let count = rows.iter().filter(|r| r[2] == status).count();
        assert!(
            text.contains(&format!("{count} {}", status.trim_matches('*'))),
            "{count} {status}"
        );
    }
}

/// Every sentence that a command can say is in both catalogues, and the catalogue holds none that
/// nobody says.
#[test]
fn every_sentence_of_a_command_is_there_in_both_languages() {
    let texts = masters::Masters::load().unwrap().texts;
    let mut rust = Vec::new();
    source::pages(".rs", &mut rust);
    let all = rust.join("\n");
    let used: BTreeSet<String> =
        texts.keys(Lang::Ja).filter_map(|k| k.strip_prefix("done.")).map(str::to_string).collect();
    for key in &used {
        assert!(
            all.contains(&format!("\"{key}\"")) || all.contains(&format!("done={key}")),
            "nobody says done.{key}"
        );
        assert!(
            texts.keys(Lang::En).any(|k| *k == format!("done.{key}")),
            "done.{key} isn't in English"
        );
    }
    // What an import says when it is applied, list by list.
    let mut lists = 0;
    for rest in all.split("fn applied(").skip(1) {
        // The trait's own line has no body.
        let Some((_, rest)) =
            rest.split_once(" -> &'static str {\n").filter(|(head, _)| !head.contains(';'))
        else {
            continue;
        };
        let body = rest.split("\n    }").next().unwrap_or_default();
        for key in body.split('"').skip(1).step_by(2).filter(|key| key.contains('.')) {
            assert!(used.contains(key), "done.{key} isn't in the catalogue: {body}");
            lists += 1;
        }
    }
    assert!(lists >= 4, "{lists} lists");
    let named = |said: &&str| !said.ends_with("act") && !said.ends_with("L::applied(visit)");
    let calls: Vec<&str> = all.split("Done::saying(").skip(1).map(source::arguments).collect();
    assert!(calls.len() >= 100, "{} calls", calls.len());
    for said in calls.into_iter().filter(named) {
        let key = said.rsplit('"').nth(1).unwrap_or_default();
        assert!(used.contains(key), "done.{key} isn't in the catalogue: {said}");
    }
}

/// A source in which each literal stands in one line: without the breaks that a `\` hides.
fn in_one_line(source: &str) -> String {
    let mut parts = source.split("\\\n");
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |joined, part| joined + part.trim_start_matches(' '))
}

/// Every line of every mail that stands in the source has its English: a subject in 【】, a body by
/// its paragraphs.
#[test]
fn every_mail_has_its_english() {
    let texts = masters::Masters::load().unwrap().texts;
    let mut files = Vec::new();
    source::pages(".rs", &mut files);
    let mut lines: BTreeSet<String> = BTreeSet::new();
    for file in files.iter().map(|file| in_one_line(file)) {
        for literal in file.split('"').skip(1).filter(|l| {
            l.starts_with('【')
                || (l.contains("\\n\\n") && !l.contains("\\t") && platform::english::is_japanese(l))
        }) {
            lines.extend(literal.split("\\n").map(str::to_string));
        }
    }
    assert!(lines.len() > 100, "only {}", lines.len());
    let mut missing = Vec::new();
    for line in lines.iter().filter(|l| !l.contains("](") && !l.contains("<")) {
        // A place holds a number here.
        let mut filled = String::new();
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            filled.push('1');
            rest = after.split_once('}').map_or("", |(_, tail)| tail);
        }
        filled.push_str(rest);
        let said = texts.english(&filled);
        if platform::english::is_japanese(&said) {
            missing.push(format!("「{line}」: {said}"));
        }
    }
    assert!(missing.is_empty(), "no English for:\n{}", missing.join("\n"));
}

/// Help stands at every field, in both languages: a hint of its own, or the catalogue's help by its
/// label.
#[test]
fn every_field_has_help() {
    let texts = masters::Masters::load().unwrap().texts;
    let mut templates = Vec::new();
    source::pages(".html", &mut templates);
    let mut labels: Vec<String> = Vec::new();
    let mut hints: Vec<String> = Vec::new();
    for template in &templates {
        for call in [
            "ui.field(typed, \"",
            "ui.area(typed, \"",
            "ui.radios(typed, \"",
            "ui.select(typed, \"",
        ]
        .iter()
        .flat_map(|c| template.split(c).skip(1))
        {
            // The call ends at the first bracket outside its texts.
            let mut inside = true;
            let mut depth = 0;
            let end = call.char_indices().find(|(_, c)| {
                match c {
                    '"' => inside = !inside,
                    '(' if !inside => depth += 1,
                    ')' if !inside && depth == 0 => return true,
                    ')' if !inside => depth -= 1,
                    _ => {}
                }
                false
            });
            let call = &call[..end.map_or(call.len(), |(at, _)| at)];
            let Some(label) = call.split("\", \"").nth(1).and_then(|l| l.split('"').next()) else {
                continue;
            };
            match call.split("hint=\"").nth(1).and_then(|h| h.split('"').next()) {
                Some(hint) => hints.push(hint.to_string()),
                None if call.contains("hint=") => {}
                None => labels.push(label.to_string()),
            }
        }
    }
    assert!(labels.len() > 60 && hints.len() > 40, "{} {}", labels.len(), hints.len());
    for field in rules::application::SECTIONS
        .iter()
        .flat_map(|s| s.fields)
        .filter(|f| words::application::hint(f.key).is_empty())
    {
        labels.push(words::application::label(field.key).to_string());
    }
    for label in labels {
        for lang in [Lang::Ja, Lang::En] {
            assert!(
                texts.keys(lang).any(|k| *k == format!("help.{label}")),
                "no help at 「{label}」 ({})",
                lang.code()
            );
        }
    }
}

/// The clock comes in at one door.
#[test]
fn no_rule_looks_at_the_clock() {
    let mut rust = Vec::new();
    source::pages(".rs", &mut rust);
    for below in ["rules", "masters", "papers"] {
        source::files(&project().join("crates").join(below).join("src"), ".rs", &mut rust);
    }
    for source in rust {
        for banned in ["Timestamp::now()", "Zoned::now()", "SystemTime::now", "Instant::now"] {
            assert!(!source.contains(banned), "{banned}");
        }
    }
}

/// What the state bar says, every six hours of every programme, is English as a whole.
#[test]
fn every_state_of_every_programme_is_said_in_english() {
    let masters = masters::Masters::load().unwrap();
    let mut said = BTreeSet::new();
    for programme in &masters.programmes {
        let (begins, last) = (
            programme.calendar.begins(),
            programme.cycles.iter().map(|c| c.cut_off).max().unwrap(),
        );
        let mut now = begins - SignedDuration::from_hours(24 * 7);
        while now < last + SignedDuration::from_hours(24 * 60) {
            let (_, word, sentence) = web::page::state_sentence(programme, now);
            // A programme is called what it is called.
            said.extend([word.to_string(), sentence.replace(&programme.name, "X")]);
            now += SignedDuration::from_hours(6);
        }
    }
    assert!(said.len() > 300, "only {}", said.len());
    let left: Vec<String> = said
        .iter()
        .map(|text| masters.texts.english(text))
        .filter(|text| platform::english::is_japanese(text))
        .collect();
    assert!(
        left.is_empty(),
        "{} of {} sentences are still Japanese: {:#?}",
        left.len(),
        said.len(),
        left.iter().take(20).collect::<Vec<_>>()
    );
}
