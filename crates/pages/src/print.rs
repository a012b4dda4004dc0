//! Papers at the door: drawn as a file, and what of them can't be printed, for the page where they
//! are asked for.

use papers::{Fault, Paper};
use serde_json::{Value, json};

use web::page::Answer;
use web::visit::Trouble;

/// A paper that can't be drawn is a text that is too long, which its writer can mend, or a defect
/// of ours.
pub fn trouble(fault: Fault) -> Trouble {
    match fault {
        Fault::TooLong(_) => Trouble::at("", fault.to_string()),
        Fault::Pdf(_) => Trouble::Bug(fault.to_string()),
    }
}

/// A paper as a file that opens in the browser.
pub fn shown(name: impl Into<String>, paper: &Paper) -> Result<Answer, Trouble> {
    Ok(Answer::File {
        name: name.into(),
        mime: "application/pdf",
        bytes: paper.draw().map_err(trouble)?,
        inline: true,
    })
}

/// What can't be printed of some papers, each said once: for `ui.unprintable`.
pub fn unprintable(papers: &[Paper]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for u in papers.iter().flat_map(Paper::unprintable) {
        let said = json!({"label": u.label, "shown": u.shown, "at": u.at, "code": u.code, "class": u.class});
        if !out.contains(&said) {
            out.push(said);
        }
    }
    out
}
