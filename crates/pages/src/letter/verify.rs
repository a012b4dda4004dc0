//! 真正性の確認: anybody with the number and the hash that stand on the paper sees whether it is the one
//! that was made.

use platform::db::Tx;
use rules::input;
use serde_json::json;

use super::store;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

/// So many digits of the hash are printed, and asked for.
const DIGITS: usize = 16;

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let by_path = visit.param("letter_number");
    let number = input::official(if by_path.is_empty() { visit.query("number") } else { by_path });
    let hash = input::code(visit.query("hash")).to_lowercase();
    let asked = !number.is_empty();
    let found = if asked { store::by_number(tx, &number)? } else { None };
    let matched = found.filter(|l| {
        l.content.is_whole()
            && hash.len() >= DIGITS
            && store::digest(&l.content.0).starts_with(&hash)
    });
    let letter = matched.map(|l| {
        let status = l.status();
        json!({
            "number": l.number, "status": words::letter::status(status), "good": l.replaced_at.is_none(), "made_at": l.made_at, "received_at": l.received_at, "consented_at": l.consented_at,
            "institution": l.content.0.institution_name, "municipality": l.content.0.municipality, "venue": l.content.0.venue_name, "hash": store::digest(&l.content.0),
        })
    });
    visit.page(
        "letter/verify.html",
        typed,
        json!({"h1": "委任状の真正性の確認", "plain_h1": true, "number": number, "hash": hash, "asked": asked, "letter": letter}),
    )
}
