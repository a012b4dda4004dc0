//! What is offered is done, or asks for something: no button of any page is always refused for the
//! state of things.

use stories::addresses::CAST;
use stories::visitor::{Page, shown};
use stories::{Visitor, World, links, rich};

use super::somebody;

/// What ends the visit, or belongs to the demo's own bar.
const ASIDE: [&str; 4] = ["/logout", "/demo", "/account/prove", "/login"];
/// What is known only once it was tried: another encoding of a file. And forms sent as they stand
/// there, which say that they would change nothing.
const TRIED: [&str; 3] =
    ["としては読めません。", "変わった項目がありません。", "もうあります。何も作っていません。"];

/// Why an answer refuses what was offered: anything but a question about a field.
fn refusal(answer: &Page) -> Option<String> {
    let summary = || {
        let all = answer.body.split("class=\"summary\"").nth(1)?;
        all.split("</div>").next().map(str::to_string)
    };
    match answer.status {
        403..=409 | 500.. => Some(format!("{} {}", answer.status, answer.words())),
        422 => summary()
            .filter(|said| !said.contains("href=\"#") && !TRIED.iter().any(|t| said.contains(t))),
        _ => None,
    }
}

/// Presses every button that a person is shown, each on a fresh page: those that are refused.
fn pressed(visitor: &Visitor) -> (usize, Vec<String>) {
    let walk = links::walked(visitor, "/home");
    let (mut times, mut faults) = (0, Vec::new());
    for (action, address) in &walk.forms {
        // Who looks through somebody's eyes has dead buttons.
        if ASIDE.iter().any(|aside| action.starts_with(aside)) || address.starts_with("/as/") {
            continue;
        }
        let known = shown(&visitor.open(address), "念のため");
        let buttons =
            known.iter().find(|form| form.action == *action).map_or(0, |f| f.buttons.len());
        for at in 0..buttons {
            // What was pressed before may have changed what is offered.
            let forms = shown(&visitor.open(address), "念のため");
            let Some(form) = forms.iter().find(|form| form.action == *action) else { break };
            let Some((words, sent)) = form.buttons.get(at) else { break };
            if form.takes_a_file {
                break;
            }
            let sent: Vec<(&str, &str)> =
                sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            times += 1;
            if let Some(why) = refusal(&visitor.send_exactly(action, &sent)) {
                let why: String = why.chars().take(200).collect();
                faults.push(format!("「{words}」 POST {action} on {address}: {why}"));
            }
        }
    }
    (times, faults)
}

#[test]
fn what_is_offered_is_done_or_asks_for_something() {
    let world = World::sqlite();
    rich::fill(&world);
    let (mut times, mut faults) = (0, Vec::new());
    let approver = "approver@ministry.example";
    for mail in CAST.iter().map(|(mail, _)| *mail).chain([approver]) {
        let (n, refused) = pressed(&somebody(&world, mail));
        times += n;
        faults.extend(refused.into_iter().map(|fault| format!("{mail}: {fault}")));
    }
    println!("{times} buttons pressed");
    assert!(times > 100, "only {times}");
    assert!(faults.is_empty(), "{} are refused:\n{}", faults.len(), faults.join("\n"));
}
