//! Coverage-guided fuzzing of everything that parses: libFuzzer, by the instrumentation of the
//! stable compiler. What it finds stays in `fuzz/artifacts`, what it learned in `fuzz/corpus`;
//! neither belongs to the project.

use std::path::Path;

use crate::{COMPILER, LIBC, Package, install, root, run};

const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Megabytes that one input may cost, and seconds.
const LIMITS: [&str; 2] = ["-rss_limit_mb=1024", "-timeout=10"];

/// What compiles libFuzzer.
const NEEDED: [&Package; 3] = [
    &COMPILER,
    &LIBC,
    &Package { name: "g++", why: "compiles libFuzzer", brings: &["/usr/bin/g++"] },
];

/// Whether the targets still compile: they are a workspace of their own, which no other command
/// builds.
///
/// # Errors
/// They don't.
pub fn check() -> Result<(), String> {
    install(&NEEDED)?;
    let manifest = root().join("fuzz/Cargo.toml").display().to_string();
    let place = root().join("target").display().to_string();
    run(
        "cargo",
        &["check", "--quiet", "--locked", "--manifest-path", &manifest, "--target-dir", &place],
    )
}

/// `cargo xtask fuzz [seconds] [targets]`: all targets, or some of them, so many seconds each.
pub fn fuzz(rest: &[String]) -> Result<(), String> {
    install(&NEEDED)?;
    let (seconds, wanted) = match rest.split_first() {
        Some((first, others)) if first.parse::<u32>().is_ok() => (first.as_str(), others),
        _ => ("60", rest),
    };
    let folder = root().join("fuzz");
    // The targets are the fuzz crate's own list.
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).map_err(|e| e.to_string())?;
    let all: Vec<&str> = manifest
        .split("[[bin]]")
        .skip(1)
        .filter_map(|bin| bin.split("name = \"").nth(1)?.split('"').next())
        .collect();
    if let Some(unknown) = wanted.iter().find(|name| !all.contains(&name.as_str())) {
        return Err(format!("there is no target {unknown}; there are {}", all.join(", ")));
    }
    // A folder of its own, whatever the environment says: other flags, other files.
    let built = folder.join("target");
    let place = built.display().to_string();
    let status = crate::command("cargo")
        .args(["build", "--quiet", "--release", "--target", TARGET, "--target-dir", &place])
        .env("RUSTFLAGS", FLAGS)
        .current_dir(&folder)
        .status()
        .map_err(|e| e.to_string())?;
    if !status.success() {
        return Err("the fuzzers don't build".into());
    }
    let mut found = Vec::new();
    for name in all.into_iter().filter(|name| wanted.is_empty() || wanted.iter().any(|w| w == name))
    {
        let [corpus, finds] = ["corpus", "artifacts"].map(|part| folder.join(part).join(name));
        for place in [&corpus, &finds] {
            std::fs::create_dir_all(place).map_err(|e| e.to_string())?;
        }
        begin_with(name, &corpus)?;
        println!("fuzzing {name} for {seconds} s");
        let program = built.join(TARGET).join("release").join(name).display().to_string();
        let (time, finds, corpus) = (
            format!("-max_total_time={seconds}"),
            format!("-artifact_prefix={}/", finds.display()),
            corpus.display().to_string(),
        );
        let longest =
            if matches!(name, "table" | "workbook") { "-max_len=65536" } else { "-max_len=4096" };
        let arguments = [
            &time,
            longest,
            LIMITS[0],
            LIMITS[1],
            "-print_final_stats=1",
            "-verbosity=0",
            &finds,
            &corpus,
        ];
        // One that finds something keeps no other from looking.
        if let Err(why) = run(&program, &arguments) {
            found.push(format!("{name}: {why}"));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// What a target's corpus begins with: samples that lead it deep into its parser.
fn begin_with(name: &str, corpus: &Path) -> Result<(), String> {
    let every = |samples: Vec<Sample>| {
        samples.into_iter().try_for_each(|(file, bytes)| {
            std::fs::write(corpus.join(&file), bytes).map_err(|e| format!("{file}: {e}"))
        })
    };
    match name {
        "case" => every(files(&root().join("documents"), "allocation.sample.json")?),
        // Every writing that the document of the doors names.
        "input" | "places" | "gs1" => {
            let doors =
                std::fs::read_to_string(root().join("docs/doors.md")).map_err(|e| e.to_string())?;
            let writings =
                doors.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
            let writings: Vec<&[u8]> = writings.map(str::as_bytes).collect();
            every(numbered("doors", &writings))
        }
        "table" => every(files(&root().join("stories/tests/doors/cases"), "")?),
        "json" | "kept" => {
            every(files(&root().join("documents"), ".json")?)?;
            every(numbered("kept", &KEPT.map(str::as_bytes)))
        }
        "workbook" => every(numbered("book", &BOOKS)),
        "paper" => every(numbered("paper", &PAPERS.map(str::as_bytes))),
        _ => Ok(()),
    }
}

/// A file's name and its bytes.
type Sample = (String, Vec<u8>);

fn numbered(kind: &str, all: &[&[u8]]) -> Vec<Sample> {
    all.iter().enumerate().map(|(i, bytes)| (format!("{kind}-{i}"), bytes.to_vec())).collect()
}

/// The small files of a folder whose names end so.
fn files(folder: &Path, ending: &str) -> Result<Vec<Sample>, String> {
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).map_err(fault)? {
        let file = file.map_err(fault)?;
        let name = file.file_name().to_string_lossy().into_owned();
        let small = file.metadata().is_ok_and(|m| m.is_file() && m.len() < 64_000);
        if small && name.ends_with(ending) {
            all.push((name, std::fs::read(file.path()).map_err(fault)?));
        }
    }
    Ok(all)
}

/// What is stored as JSON, of each shape.
const KEPT: [&str; 6] = [
    r#"{"read_as":"CSV","sheet":"","sheets":["a"],"rows":[["会場","日付"],[],["\u9ad9\n","1"]],"notices":["x"],"faults":[{"row":3,"column":1,"problem":"p"}],"lines_in":2,"widths":[2,1,2]}"#,
    r#"{"added":1,"changed":2,"same":3,"asked":4,"bad":5}"#,
    r#"{"counts":{"added":0,"changed":0,"same":0,"bad":1},"tally":{"lines":2,"above":0,"head":1,"notes":0,"again":0,"totals":0,"blank":0,"left_out":0,"rows":1},"notices":[]}"#,
    r#"{"a":"5","b":5.0,"c":true,"d":[{"x":null},2]}"#,
    r#"[{"cycle":1,"boxes":2,"day":"2022-03-01"},[1,"2"]]"#,
    r#"{"version":3,"rows":[{"municipality":"131032","counts":[1,2]}],"note":"メモ","sure":"yes"}"#,
];

/// A workbook's kind, then its parts with a zero between them: as the target takes them.
const BOOKS: [&[u8]; 4] = [
    "\0<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy/mm/dd\"/>\
     </numFmts><fonts><font><strike/></font></fonts><cellXfs>\
     <xf numFmtId=\"164\" fontId=\"0\"/></cellXfs></styleSheet>\0\
     <sst><si><t>会場</t></si><si><r><t>x</t></r><rPh><t>y</t></rPh>\
     </si></sst>\0<worksheet><cols><col min=\"2\" max=\"3\" hidden=\"1\"/>\
     </cols><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v>\
     </c><c r=\"B1\" t=\"inlineStr\"><is><t>日付_x000D_</t></is>\
     </c></row><row r=\"3\" hidden=\"1\"><c t=\"e\"><v>#N/A</v>\
     </c></row><row><c s=\"0\"><v>44621.5</v></c><c t=\"str\">\
     <f>A1</f></c></row></sheetData><mergeCells><mergeCell ref=\"A1:B2\"/>\
     </mergeCells></worksheet>".as_bytes(),
    "\u{1}<workbook><workbookPr date1904=\"1\"/><sheets><sheet name=\"a\" state=\"hidden\" r:id=\"r\"/>\
     <sheet name=\"b\" r:id=\"s\"/></sheets></workbook>\0<Relationships>\
     <Relationship Id=\"s\" Type=\"x/worksheet\" Target=\"/xl/sheet.xml\"/>\
     </Relationships>\0<worksheet><sheetData><row><c><v>1</v>\
     </c></row><row><c><v>2e5</v></c></row></sheetData></worksheet>".as_bytes(),
    "\u{2}<office:document-content><office:automatic-styles><style:style style:name=\"c\" style:family=\"table-column\">\
     <style:table-column-properties/></style:style></office:automatic-styles>\
     <office:body><office:spreadsheet><table:table table:name=\"a\">\
     <table:table-column table:number-columns-repeated=\"3\" table:visibility=\"collapse\"/>\
     <table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"date\" office:date-value=\"2022-03-01\" table:number-columns-repeated=\"2\">\
     <text:p>x<text:s text:c=\"3\"/></text:p></table:table-cell>\
     <table:covered-table-cell/></table:table-row></table:table>\
     </office:spreadsheet></office:body></office:document-content>".as_bytes(),
    b"\x03\x09\x08\x10\0\0\x06\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\x85\0\x0a\0\0\0\0\0\0\0\x01\0a",
];

/// A paper's kind, then what follows its beginning.
const PAPERS: [&str; 5] = [
    "\u{1}1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj\
     <</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/MediaBox[0 0 1 1]>>endobj\nxref\n0 4\ntrailer\
     <</Root 1 0 R/Size 4>>\nstartxref\n9\n%%EOF",
    "\u{1}1 0 obj<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>endobj\nstartxref\n0\n%%EOF",
    "\u{5}/Type/Encrypt>>stream\nendstream endobj trailer<</Encrypt 1 0 R>>%%EOF",
    "\u{10}[Content_Types].xml",
    "\u{8}\0\0\0\u{1}\0\0\0\u{1}\u{8}\u{2}\0\0\0IEND",
];
