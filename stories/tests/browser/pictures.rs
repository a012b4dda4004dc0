//! The pictures of the READMEs.

use stories::browser::project;
use stories::{World, rich};

/// What the READMEs show: name, address (`{venue}` is the demo's), and how high the picture is.
const PICTURES: [(&str, &str, u32); 3] = [
    ("plan", "/venues/{venue}/plan/edit", 1100),
    ("calendar", "/calendar?m=2022-02", 1100),
    ("claim", "/venues/{venue}/billing/2022-02/edit", 1100),
];

/// `cargo xtask pictures` writes them; here each page is there, says nothing of an error, and stands
/// as a picture in the README of its language.
#[test]
fn the_pictures_of_the_readmes_are_of_pages_that_are_there() {
    let world = World::sqlite().with_browser();
    rich::fill(&world);
    let browser = world.browser.clone().expect("a browser");
    let venue = world.minato();
    let folder = project().join("docs/screenshots");
    for (language, readme) in [("ja", "README.ja.md"), ("en", "README.md")] {
        let visitor = browser.visitor();
        let login = browser.open(visitor, &world.url, "/login");
        let password = ("password", vsys::demo_world::PASSWORD);
        browser.press(
            visitor,
            &world.url,
            &login,
            "ログインする",
            &[("mail", rich::SATO), password],
        );
        browser.open(visitor, &world.url, &format!("/help?lang={language}")).is(200);
        let text = std::fs::read_to_string(project().join(readme)).expect("a README");
        for (name, path, height) in PICTURES {
            let path = path.replace("{venue}", &venue);
            let page = browser.open(visitor, &world.url, &path);
            page.is(200);
            assert!(!page.body.contains("class=\"summary"), "{path} shows an error");
            let japanese = page.body.contains("<html lang=\"ja\"");
            assert_eq!(japanese, language == "ja", "{path}");
            let file = format!("{name}.{language}.png");
            assert!(text.contains(&format!("docs/screenshots/{file}")), "{readme} shows no {file}");
            let picture = browser.picture(visitor, &world.url, &path, height);
            assert!(picture.starts_with(b"\x89PNG") && picture.len() > 10_000, "{file}");
            if std::env::var_os("VSYS_APPROVE").is_some() {
                std::fs::write(folder.join(&file), &picture).expect("a picture is written");
            }
            assert!(folder.join(&file).is_file(), "{file}: cargo xtask pictures");
        }
    }
}
