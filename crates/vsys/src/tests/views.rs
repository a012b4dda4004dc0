//! What support sees through somebody else's membership leads only to what it may see.

use web::page::Answer;
use web::seen::Links;

#[test]
fn a_view_links_only_to_what_can_be_looked_at() {
    let links = Links::of(&crate::routes());
    let seen = |link: &str| {
        let html = format!("<a href=\"{link}\">x</a>");
        match links.seen_through(Answer::Page { status: 200, html }, "a-1") {
            Answer::Page { html, .. } => html,
            other => format!("{other:?}"),
        }
    };
    for link in ["/home", "/venues/v-1/plan?at=2022-02-01", "/calendar", "/schemas/claim-v1.json"] {
        assert_eq!(seen(link), format!("<a href=\"/as/a-1{link}\">x</a>"));
    }
    for link in ["/assets/0/style.css", "/api/v1/openapi.json"] {
        assert_eq!(seen(link), format!("<a href=\"{link}\">x</a>"));
    }
    for link in
        ["/account", "/login", "/applications/new", "/account/notices", "/members/h-1", "/nowhere"]
    {
        assert_eq!(seen(link), "<a aria-disabled=\"true\">x</a>", "{link}");
    }
    let led = |to: &str| match links.seen_through(Answer::Redirect(to.into()), "a-1") {
        Answer::Redirect(to) => to,
        other => format!("{other:?}"),
    };
    assert_eq!(led("/calendar?month=2022-02"), "/as/a-1/calendar?month=2022-02");
    assert_eq!(led("/login"), "/as/a-1/home");
}
