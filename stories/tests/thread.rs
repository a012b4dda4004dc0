//! The whole thread over HTTP, on both engines, from 2022-02-07 to 2022-05-02.

use stories::{World, on_both_engines, text, walk};

#[on_both_engines]
fn a_new_company_goes_from_the_application_to_the_claim(world: &World) {
    let (_, pdf) = walk::whole(world);

    let text = text::of_pdf(&pdf);
    for words in [
        "コロナワクチン接種費等 請求総括書",
        "東京都国民健康保険団体連合会 御中",
        "2022年5月請求分",
        "227,700",
        "154,000",
        "23,100",
        "404,800円",
        "155件",
        "コロナワクチン接種費等 市区町村別請求書",
        "東京都中央区 御中",
    ] {
        assert!(text.contains(words), "the papers don't say 「{words}」:\n{text}");
    }
    world.tick();
    world.journal_is_sound();
    for mail in world.mails_to(walk::ORGANIZER).iter().chain(&world.mails_to(walk::CLINIC)) {
        assert!(mail.sent_at.is_some(), "{} wasn't sent", mail.subject);
        assert!(
            !mail.body.contains(walk::ORGANIZER_PASSWORD) && !mail.body.contains("パスワード：")
        );
    }
}
