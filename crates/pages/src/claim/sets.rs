//! How a claim's papers leave: one by one, all in one file in the order of printing, or packed with
//! the electronic file; in parts where there are very many.

use jiff::Timestamp;
use papers::Paper;
use rules::application::grouped;
use serde::Serialize;
use serde_json::Value;

use crate::print;
use web::table::as_file_name;
use web::visit::Trouble;

/// One of a claim's papers.
pub struct One {
    /// How it is called in addresses: `cover-0`, `summary-0`, `131024`.
    pub key: String,
    /// How its file is called: what it is, and whom it is for or of whom it tells.
    pub name: String,
    pub paper: Paper,
}

impl One {
    /// A paper with the name of its file, which every system takes for one.
    pub fn new(key: String, name: &str, paper: Paper) -> One {
        One { key, name: as_file_name(name), paper }
    }
}

/// Papers in one file: what is drawn at once stays within some ten megabytes.
const MOST_PAPERS: usize = 300;

/// The files of a claim's papers, in the order of printing: which papers each holds.
fn parts(papers: usize) -> Vec<std::ops::Range<usize>> {
    (0..papers).step_by(MOST_PAPERS).map(|at| at..papers.min(at + MOST_PAPERS)).collect()
}

/// How a part is called in addresses: `all`, and `all-2` where there are several.
fn part_name(stem: &str, part: usize, of: usize) -> String {
    if of == 1 { stem.to_string() } else { format!("{stem}-{}", part + 1) }
}

/// A part as a page offers it.
#[derive(Serialize)]
pub struct Part {
    pdf: String,
    zip: String,
    /// Which papers it holds.
    sheets: String,
}

/// What a page offers of all papers: each part with the numbers of its papers.
pub fn parts_offered(papers: usize) -> Vec<Part> {
    let parts = parts(papers);
    let of = parts.len();
    let one = |(part, range): (usize, std::ops::Range<usize>)| Part {
        pdf: part_name("all", part, of),
        zip: part_name("set", part, of),
        sheets: format!("{}枚目から{}枚目まで", range.start + 1, range.end),
    };
    parts.into_iter().enumerate().map(one).collect()
}

/// Why there are several files, where there are.
pub fn said_of_many(papers: usize) -> Option<String> {
    let (all, most) = (grouped(papers), MOST_PAPERS);
    let why = "順に分けてダウンロードしてください。";
    let said =
        || format!("書類は全部で{all}枚あります。1つのファイルに入るのは{most}枚までです。{why}");
    (papers > MOST_PAPERS).then(said)
}

/// A file that goes into a ZIP beside the papers.
pub struct Beside {
    pub name: String,
    pub content: Value,
}

/// What was asked for, before it is drawn.
pub enum Drawn {
    One(Box<Paper>),
    /// One file in the order of printing.
    All(Vec<Paper>),
    /// Names and papers of a ZIP, each with its place in the order of printing; with the electronic
    /// file beside them.
    Zip {
        papers: Vec<(usize, One)>,
        of: usize,
        beside: Beside,
        now: Timestamp,
    },
}

impl Drawn {
    /// The file.
    ///
    /// # Errors
    /// A text that fits nowhere.
    pub fn bytes(self) -> Result<Vec<u8>, Trouble> {
        match self {
            Drawn::One(paper) => paper.draw().map_err(print::trouble),
            Drawn::All(papers) => {
                Ok(papers::draw("請求書類一式", &papers).map_err(print::trouble)?.0)
            }
            Drawn::Zip { papers, of, beside, now } => {
                let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
                let options = platform::evidence::packed_at(now);
                let mut put = |name: String, bytes: &[u8]| -> Result<(), Trouble> {
                    zip.start_file(name, options).map_err(|e| Trouble::Bug(e.to_string()))?;
                    std::io::Write::write_all(&mut zip, bytes)
                        .map_err(|e| Trouble::Bug(e.to_string()))
                };
                // Numbered, so that they stand in the order of printing wherever they are unpacked.
                let digits = of.to_string().len().max(2);
                for (n, one) in papers {
                    put(
                        format!("{:0digits$}_{}.pdf", n + 1, one.name),
                        &one.paper.draw().map_err(print::trouble)?,
                    )?;
                }
                put(beside.name, beside.content.to_string().as_bytes())?;
                zip.finish()
                    .map(std::io::Cursor::into_inner)
                    .map_err(|e| Trouble::Bug(e.to_string()))
            }
        }
    }
}

/// What a wanted name holds of all papers, and how its file is called.
pub fn chosen(
    all: Vec<One>,
    wanted: &str,
    beside: impl FnOnce() -> Result<Beside, Trouble>,
    now: Timestamp,
) -> Result<(Drawn, String), Trouble> {
    let (parts, of) = (parts(all.len()), all.len());
    let part_of = |stem: &str| {
        let named = |part: &usize| part_name(stem, *part, parts.len()) == wanted;
        (0..parts.len()).find(named)
    };
    let numbers = |part: usize| match parts.len() {
        1 => String::new(),
        _ => format!("_{}-{}枚目", parts[part].start + 1, parts[part].end),
    };
    if let Some(part) = part_of("set") {
        let papers = all.into_iter().enumerate().filter(|(n, _)| parts[part].contains(n)).collect();
        let file = format!("書類一式{}.zip", numbers(part));
        return Ok((Drawn::Zip { papers, of, beside: beside()?, now }, file));
    }
    if let Some(part) = part_of("all") {
        let papers = all.into_iter().enumerate().filter(|(n, _)| parts[part].contains(n));
        let file = format!("書類一式{}.pdf", numbers(part));
        return Ok((Drawn::All(papers.map(|(_, one)| one.paper).collect()), file));
    }
    let one = all.into_iter().find(|one| one.key == wanted).ok_or(Trouble::NotFound)?;
    Ok((Drawn::One(Box::new(one.paper)), format!("{}.pdf", one.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_papers_leave_in_parts_and_few_in_one() {
        let names = |papers| -> Vec<String> {
            let of = |part: Part| format!("{} {} {}", part.pdf, part.zip, part.sheets);
            parts_offered(papers).into_iter().map(of).collect()
        };
        assert_eq!(names(MOST_PAPERS), ["all set 1枚目から300枚目まで"]);
        assert_eq!(
            names(MOST_PAPERS + 1),
            ["all-1 set-1 1枚目から300枚目まで", "all-2 set-2 301枚目から301枚目まで"]
        );
        assert_eq!(
            (said_of_many(300), said_of_many(1_743)),
            (
                None,
                Some(
                    "書類は全部で1,743枚あります。1つのファイルに入るのは300枚までです。\
                     順に分けてダウンロードしてください。"
                        .to_string()
                )
            )
        );
        // Every paper is in one part, in the order of printing.
        let all: Vec<usize> = parts(1_743).into_iter().flatten().collect();
        assert_eq!(all, (0..1_743).collect::<Vec<_>>());
        assert!(parts(1_743).iter().all(|part| part.len() <= MOST_PAPERS));
    }
}
