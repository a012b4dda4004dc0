//! ヘルプ, ナレッジ and manuals: every page of the product leads to its own section; a manual is one page
//! that prints.

use platform::db::Tx;
use platform::texts::Lang;
use rules::access::Act;
use rules::{fold, input};
use serde_json::{Value, json};

use web::Route;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![
        page("/help", Act::ReadPublic, help),
        page("/help/knowledge", Act::ReadPublic, knowledge),
        page("/help/manual/{book}", Act::ReadPublic, manual),
        page("/help/faq/{faq}", Act::ReadPublic, faq),
        page("/help/glossary", Act::ReadPublic, glossary),
    ]
}

fn help(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let knowledge = &visit.masters().knowledge;
    let from = visit.query("from");
    let section = (!from.is_empty()).then(|| knowledge.section_of(from)).flatten();
    let here = section.map(|s| json!({"number": s.number, "title": s.title, "body": s.body, "href": format!("/help/manual/{}#{}", s.books.first().map_or("", String::as_str), s.anchor())}));
    let english = visit.request.lang == Lang::En;
    visit.page(
        "support/help.html",
        typed,
        json!({
            "h1": "ヘルプ", "plain_h1": true, "here": here, "from": from, "books": knowledge.books, "phone": knowledge.phone, "hours": if english { &knowledge.hours_en } else { &knowledge.hours },
            "faqs": knowledge.faqs.iter().map(|f| json!({"id": f.id, "q": if english { &f.q_en } else { &f.q }})).collect::<Vec<_>>(),
        }),
    )
}

rules::words! {
    /// What of the articles is looked at alone.
    enum Only {
        Manuals = "manual",
        Questions = "faq",
    }
}

/// 記事: manuals and answers, by audience and kind, found by words.
fn knowledge(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let known = &visit.masters().knowledge;
    let words = input::text(visit.query("q"));
    let sought = fold::Sought::of(&words);
    let (audience, kind) = (visit.query("audience"), visit.query("kind"));
    let only = Only::from_key(kind);
    let english = visit.request.lang == Lang::En;
    let books: Vec<&masters::knowledge::Book> = known
        .books
        .iter()
        .filter(|b| {
            only != Some(Only::Questions)
                && (audience.is_empty() || b.id == audience)
                && sought.is_in(&fold::haystack([b.title.as_str()]))
        })
        .collect();
    let sections: Vec<Value> = if words.is_empty() || only == Some(Only::Questions) {
        vec![]
    } else {
        known
            .near_sections(&words, 10)
            .into_iter()
            .filter(|s| audience.is_empty() || s.books.iter().any(|b| b == audience))
            .map(|s| json!({"href": format!("/help/manual/{}#{}", if audience.is_empty() { s.books.first().map_or("", String::as_str) } else { audience }, s.anchor()), "title": format!("{} {}", s.number, s.title)}))
            .collect()
    };
    let faqs: Vec<Value> = if only == Some(Only::Manuals) {
        vec![]
    } else {
        let found =
            if words.is_empty() { known.faqs.iter().collect() } else { known.near(&words, 10) };
        found.into_iter().map(|f| json!({"id": f.id, "q": if english { &f.q_en } else { &f.q }, "detail": f.detail})).collect()
    };
    let audiences: Vec<(&str, &str)> = std::iter::once(("", "すべて"))
        .chain(known.books.iter().map(|b| (b.id.as_str(), b.audience.as_str())))
        .collect();
    visit.page(
        "support/knowledge.html",
        typed,
        json!({"h1": "ナレッジ", "plain_h1": true, "books": books, "sections": sections, "faqs": faqs, "q": words, "audience": audience, "kind": kind, "audiences": audiences, "kinds": [["", "すべて"], ["manual", "マニュアル"], ["faq", "よくある質問"]]}),
    )
}

fn manual(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let known = &visit.masters().knowledge;
    let book = known.books.iter().find(|b| b.id == visit.param("book")).ok_or(Trouble::NotFound)?;
    let sections: Vec<Value> = known
        .sections
        .iter()
        .filter(|s| s.books.contains(&book.id))
        .map(
            |s| json!({"number": s.number, "title": s.title, "anchor": s.anchor(), "body": s.body}),
        )
        .collect();
    visit.page(
        "support/manual.html",
        typed,
        json!({"h1": book.title, "plain_h1": true, "book": book, "sections": sections, "crumbs": [["/help/knowledge", "ナレッジ"]]}),
    )
}

fn faq(visit: &Visit, _: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let faq = visit.masters().knowledge.faq(visit.param("faq")).ok_or(Trouble::NotFound)?;
    Ok(Answer::Redirect(format!("/assistant?pick={}", faq.id)))
}

/// 用語集: one English word for each Japanese term.
fn glossary(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let words: Vec<&str> = vec!["cycle", "window", "letter", "surrogate", "summary"];
    visit.page(
        "support/glossary.html",
        typed,
        json!({"h1": "用語", "plain_h1": true, "words": words, "crumbs": [["/help", "ヘルプ"]]}),
    )
}
