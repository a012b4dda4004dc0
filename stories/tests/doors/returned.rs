//! What came back of a claim and was added to this month's leaves it knowingly, at every door.

use serde_json::{Value, json};
use stories::visitor::{Page, ask};
use stories::{Visitor, World, walk};

use super::wholesale::token;

/// 港区 3 stand in the claim; 中央区 2 came back. They are added, then typed over: asked about, and
/// done as it is answered.
pub fn leaves_the_form_knowingly(own: &Visitor, base: &str) {
    const CHUO: &str = "vaccination.six_and_over.regular_1";
    let edit = format!("{base}/2022-05/edit");
    let save = |page: &Page, fill: &[(&str, &str)]| own.press(page, "請求の下書きを保存する", fill);
    let added = || {
        let page = own.press(&own.open(&edit), "返戻分をこの月の請求に加える", &[]);
        page.is(200).does_not_say("返戻された分があります");
        assert_eq!(page.value("place_1").as_deref(), Some("東京都中央区"));
        assert_eq!(page.value(CHUO).as_deref(), Some("2"));
        page
    };
    let page = added();
    let offered = || own.open(&edit).body.contains("返戻分をこの月の請求に加える");
    // One more of another place loses nothing.
    let more = save(&page, &[("vaccination.six_and_over.regular_0", "4")]);
    more.is(200).says("下書きを保存しました");
    let asked = save(&more, &[(CHUO, "1")]);
    asked
        .is(422)
        .says("2022年4月接種分から返戻された2件が、この請求に加えられています。")
        .says("東京都中央区　接種 6歳以上 通常：2件→1件")
        .says("返戻分をどうするかを選んでください");
    // Out means all of it; an answer belongs to what was asked.
    save(&asked, &[("returned", "out")]).is(422).says("を0件以下にしてください（いまは1件）");
    let again = save(&asked, &[(CHUO, "0"), ("returned", "out")]);
    again.is(422).says("2件→0件");
    assert!(!offered(), "nothing was done yet");
    save(&again, &[("returned", "out")]).is(200).says("下書きを保存しました");
    assert!(offered(), "what was taken out can be added again");
    own.open("/home").says("返戻された請求を直して");
    // The row itself goes, and what came back is another municipality's: corrected, it stays.
    let page = added();
    let moved = save(&page, &[("place_1", "渋谷区")]);
    moved.is(422).says("東京都中央区　接種 6歳以上 通常：2件→0件");
    let kept = save(&moved, &[("returned", "kept")]);
    assert_eq!(kept.is(200).value("place_1").as_deref(), Some("東京都渋谷区"));
    assert!(!offered());
    own.open("/home").does_not_say("返戻された請求を直して");
}

/// The same by another system, whose rows take the place of all.
pub fn leaves_the_api_knowingly(world: &World, own: &Visitor, venue: &str) {
    let base = format!("/venues/{venue}/billing/2022-05");
    // As before it was corrected.
    world.tamper("update claim_part set merged_into = null where merged_into = '2022-05'");
    let page = own.open(&format!("{base}/edit"));
    own.press(&page, "返戻分をこの月の請求に加える", &[]).is(200);
    let prove = own.open("/account/prove?to=/home");
    let password = [("password", walk::ORGANIZER_PASSWORD)];
    own.press(&prove, "本人であることを確認する", &password).is(200);
    let secret = token(own, &format!("/venues/{venue}/tokens"));
    let path = format!("/api/v1/venues/{venue}/claims/2022-05");
    let call = |method: &str, body: &Value| ask(&world.url, method, &path, &secret, "", body);
    let send = |answer: Value| {
        let version = call("GET", &Value::Null).1["version"].clone();
        let counts = json!({"vaccination": {"six_and_over": {"regular": 9}}});
        let rows = json!([{"municipality": "新宿区", "counts": counts}]);
        call("POST", &json!({"version": version, "rows": rows, "returned": answer}))
    };
    let (status, asked) = send(Value::Null);
    let said = asked["errors"].to_string();
    assert_eq!(status, 409, "{said}");
    for word in ["返戻された2件", "東京都中央区　接種 6歳以上 通常：2件→0件", "kept"]
    {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(send(json!("perhaps")).0, 422);
    let waits = || own.open("/home").body.contains("返戻された請求を直して");
    assert!(!waits(), "nothing was done yet");
    assert_eq!(send(json!("out")).0, 200);
    assert!(waits(), "what was taken out can be added again");
}
