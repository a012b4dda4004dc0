//! やること as people read them: what a task (`rules::tasks`) is called, where it leads, and the facts
//! of each record from its store.

use jiff::Timestamp;
use platform::db::Tx;
use platform::english;
use rules::access::{Permission, Role, Scope};
use rules::application::grouped;
use rules::tasks::{
    self, CycleFacts, Delivery, Group, Lot, MinistryFacts, OfApplication, OfDesk, OfPlan,
    OfVaccine, VenueFacts, What,
};
use rules::time;
use serde::Serialize;

use web::visit::{Membership, Trouble, Visit};
use words::{Sentence, sentences};

/// A task with its words.
pub struct Task {
    pub title: String,
    /// Whose it is: a venue, a desk, the country.
    pub scope: String,
    pub href: String,
    pub note: String,
    /// What of several it is about (a lot, a letter): with the title it is the same task tomorrow.
    pub about: String,
    /// What the rule said.
    task: tasks::Task,
}

/// A task as the page shows it.
#[derive(Serialize)]
pub struct View<'t> {
    title: &'t str,
    scope: &'t str,
    href: &'t str,
    due: Option<String>,
    late: bool,
    note: &'t str,
}

impl Task {
    /// Before anything can be written.
    pub fn set_up_factor() -> Task {
        let task = tasks::Task::at_once(What::SetUpFactor);
        words_of_account().of(task, "あなたのアカウント")
    }
    /// The instant by which it is to be done.
    pub fn due(&self) -> Option<Timestamp> {
        self.task.due
    }
    /// Whether it lies with somebody else.
    pub fn waits(&self) -> bool {
        self.task.waiting
    }
    /// When it is to be done, seen from now.
    pub fn group(&self, now: Timestamp) -> Group {
        self.task.group(now)
    }
    /// Until when, and how long that is; a day's end is said as the day.
    pub fn until(&self, now: Timestamp) -> Option<String> {
        self.task.due.map(|due| words::time::until(due, now))
    }
    /// As the page shows it.
    pub fn view(&self, now: Timestamp) -> View<'_> {
        View {
            title: &self.title,
            scope: &self.scope,
            href: &self.href,
            due: self.until(now),
            late: self.task.due.is_some_and(|due| due <= now),
            note: &self.note,
        }
    }
}

/// What is said of a task.
struct Words {
    title: String,
    href: String,
    note: String,
    about: String,
}

impl Words {
    fn new(title: impl Into<String>, href: impl Into<String>) -> Words {
        let (title, href) = (title.into(), href.into());
        Words { title, href, note: String::new(), about: String::new() }
    }
    fn note(self, note: impl Into<String>) -> Words {
        Words { note: note.into(), ..self }
    }
    fn about(self, what: &str) -> Words {
        Words { about: what.into(), ..self }
    }
    fn of(self, task: tasks::Task, scope: &str) -> Task {
        let Words { title, href, note, about } = self;
        Task { title, scope: scope.into(), href, note, about, task }
    }
}

/// What is due first comes first; two memberships at the same venue see the same task once.
pub fn in_order(tasks: &mut Vec<Task>) {
    fn key(task: &Task) -> (bool, Option<Timestamp>, &str, &str) {
        (task.due().is_none(), task.due(), &task.href, &task.title)
    }
    tasks.sort_by(|a, b| key(a).cmp(&key(b)));
    tasks.dedup_by(|a, b| a.href == b.href && a.title == b.title);
}

/// The tasks of a membership.
pub fn of_membership(
    visit: &Visit,
    tx: &mut Tx<'_>,
    membership: &Membership,
) -> Result<Vec<Task>, Trouble> {
    let (id, holidays) = (membership.scope_id.as_str(), &visit.masters().holidays);
    let said = |all: Vec<tasks::Task>, scope: &str, base: &str| -> Vec<Task> {
        all.into_iter().map(|task| words(visit, &task.what, base).of(task, scope)).collect()
    };
    Ok(match membership.role {
        Role::Organizer | Role::Institution => match membership.scope_kind {
            Scope::Venue => {
                let name = english::typed(&work::venue::name(tx, id)?.unwrap_or_default());
                let facts = venue_facts(visit, tx, id)?;
                let programme = visit.masters().programme();
                let all = tasks::of_venue(facts, programme, holidays, visit.now);
                said(all, &name, &format!("/venues/{id}"))
            }
            Scope::Application if membership.role == Role::Organizer => {
                let stored = work::application::load(tx, id)?;
                let named = stored.answers.0.get("venue_name").map(|name| english::typed(name));
                let all = tasks::of_application(&stored.state.0).into_iter().collect();
                said(all, &named.unwrap_or(stored.number), &format!("/applications/{id}"))
            }
            _ => Vec::new(),
        },
        Role::National => {
            let facts = ministry_facts(visit, tx, membership)?;
            let all =
                tasks::of_ministry(facts, &membership.permissions, visit.masters().programme());
            said(all, "全国", "/mhlw")
        }
        Role::Wholesaler => {
            let weeks = work::delivery::undated(tx, id)?.into_iter();
            let weeks = weeks
                .map(|w| tasks::WeekFacts {
                    week: w.week,
                    deliveries: w.shipments,
                    decided: w.fixed_at,
                })
                .collect();
            let name = crate::account::marked_scope(visit, tx, membership.scope_kind, id)?;
            said(tasks::of_wholesaler(weeks, holidays), &name, "/wholesale")
        }
        Role::Prefecture => {
            let applications = work::application::without_remark(tx, id)?;
            let plans = work::plan::to_remark(tx, id)?;
            said(tasks::of_prefecture(applications, plans), "都道府県", "/prefecture")
        }
        Role::Municipality => {
            let letters = work::letter::to_receive(tx, id)?;
            let name = crate::account::marked_scope(visit, tx, membership.scope_kind, id)?;
            let bills = work::claim::waiting_at(tx, &format!("municipality:{id}"))?;
            said(tasks::of_municipality(letters, bills), &name, "/municipal")
        }
        Role::Federation => {
            let bills = work::claim::waiting_at(tx, &format!("federation:{id}"))?;
            let name = crate::account::marked_scope(visit, tx, membership.scope_kind, id)?;
            said(tasks::of_federation(bills).into_iter().collect(), &name, "/kokuho")
        }
        Role::Support => {
            let (inquiries, due) = (work::support::waiting(tx)?, work::support::first_due(tx)?);
            let mails = work::support::dead_mails(tx)?;
            said(tasks::of_desk(inquiries, due, mails), "サービスデスク", "/support")
        }
        // Who watches has nothing to do.
        Role::Auditor => Vec::new(),
    })
}

/// What is known of a venue, record by record.
fn venue_facts(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<VenueFacts, Trouble> {
    let today = time::date(visit.now);
    let letters = work::letter::open(tx, id)?;
    let checks = work::venue::checks(tx, id)?.into_iter().filter(|c| !c.passed()).collect();
    let latest = work::plan::latest(tx, id)?;
    let draft = work::plan::draft(tx, id)?.map(|draft| draft.at);
    let deliveries = work::delivery::shipments(tx, id)?.into_iter().map(|s| Delivery {
        came_on: s.came_on(),
        received: s.received_at.is_some(),
        id: s.id,
        cycle: s.cycle,
        boxes: s.boxes,
        date: s.date,
    });
    let deliveries = deliveries.collect();
    let last_report = work::results::last_day(tx, id)?;
    let completed = work::venue::completed(tx, id)?.is_some();
    let unreachable = work::venue::unreachable(tx, id)?;
    let transfers = work::stock::waiting_transfers(tx, id)?;
    let mut lots = Vec::new();
    for (number, vials) in work::stock::sums(tx, id)? {
        if number.is_empty() || vials <= 0 {
            continue;
        }
        let Some(known) = work::stock::lot(tx, &number)? else { continue };
        let recalled = known.recalled_at.is_some();
        lots.push(Lot { number, vials, expiry: known.expiry, recalled });
    }
    let public = work::availability::load(tx, id)?;
    let stale = public.filter(|public| work::availability::is_stale(public, visit.now));
    let returned = crate::claim::returned::waiting_words(tx, id)?;
    let mut unclaimed = Vec::new();
    let days = work::results::shots_before(tx, id, time::Month::of(today).first())?;
    let days: Vec<(jiff::civil::Date, i64)> = days.into_iter().map(|d| (d.day, d.shots)).collect();
    for month in tasks::months_with_shots(&days, today) {
        if work::claim::load(tx, id, month)?.is_none_or(|c| !c.is_submitted()) {
            unclaimed.push(month);
        }
    }
    Ok(VenueFacts {
        letters,
        checks,
        plan: latest.map(|r| (r.review, r.review_reason)),
        draft,
        deliveries,
        last_report,
        completed,
        unreachable,
        transfers,
        lots,
        stale_since: stale.map(|public| public.changed_at),
        returned,
        unclaimed,
    })
}

/// What waits at the ministry; what the membership may not decide isn't asked for.
fn ministry_facts(
    visit: &Visit,
    tx: &mut Tx<'_>,
    membership: &Membership,
) -> Result<MinistryFacts, Trouble> {
    let programme = visit.masters().programme();
    let mut facts = MinistryFacts::default();
    if membership.permissions.contains(&Permission::Reviewer) {
        facts.applications = work::application::submitted(tx)?;
        let plans = work::plan::to_review(tx)?;
        facts.plans = plans.oldest.map(|oldest| (plans.plans, oldest));
    }
    if membership.permissions.contains(&Permission::MasterEditor) {
        let own = visit.person.as_ref().map_or("", |p| p.id.as_str());
        let others = masters::changes::waiting(tx)?.into_iter().filter(|c| c.proposed_by != own);
        facts.proposals = i64::try_from(others.count()).unwrap_or(i64::MAX);
    }
    for cycle in programme.cycles.iter().filter(|c| c.cut_off <= visit.now) {
        let approved = work::allocation::is_decided(tx, &programme.id, cycle.number)?;
        let tried = match approved {
            true => None,
            false => work::allocation::last_tried(tx, &programme.id, cycle.number)?,
        };
        let tried = tried.map(|run| (run.id.to_string(), run.made_at));
        facts.cycles.push(CycleFacts { cycle: cycle.number, approved, tried });
    }
    Ok(facts)
}

/// What a task is called, and where it leads.
fn words(visit: &Visit, what: &What, base: &str) -> Words {
    match what {
        What::SetUpFactor => words_of_account(),
        What::Application(what) => match what {
            OfApplication::Continue => Words::new("申込を続ける", base),
            OfApplication::Mend => Words::new("要再申込の項目を直して申し込む", base),
            OfApplication::Waits => {
                Words::new("申込の確認", base).note("厚生労働省が確認しています")
            }
        },
        What::Plan(what) => words_of_plan(what, base),
        What::Vaccine(what) => words_of_vaccine(visit, what, base),
        What::Desk(what) => words_of_desk(visit, what, base),
    }
}

fn words_of_account() -> Words {
    Words::new("二要素認証を設定する", "/account/second-factor")
        .note("設定するまで、登録や変更はできません")
}

fn words_of_plan(what: &OfPlan, base: &str) -> Words {
    match what {
        OfPlan::Letter { number, status } => {
            let act = status.next().map(|next| next.sentence()).unwrap_or_default();
            Words::new(act, format!("{base}/documents")).about(number).note(number)
        }
        OfPlan::Check(check) => {
            let place = crate::venue::check_place(check.place);
            let title = words::venue::title(check.place);
            Words::new(format!("{title}を登録する"), format!("{base}/{place}"))
                .note(sentences(&check.missing).concat())
        }
        OfPlan::Register => Words::new("ワクチン接種計画を登録する", format!("{base}/plan/edit"))
            .note("最初に全期間の計画を登録します"),
        OfPlan::Revise { reason } => {
            Words::new("計画を見直す（要見直）", format!("{base}/plan/edit"))
                .note(english::typed(reason))
        }
        OfPlan::Waits => {
            Words::new("計画の確認", format!("{base}/plan")).note("厚生労働省が確認しています")
        }
        OfPlan::RegisterDraft { saved } => {
            Words::new("計画の下書きを登録する", format!("{base}/plan/check"))
                .note(format!("{}の下書き", time::say_moment(*saved)))
        }
    }
}

fn words_of_vaccine(visit: &Visit, what: &OfVaccine, base: &str) -> Words {
    let of_delivery = |cycle: u32, title: &str, delivery: &str| {
        let cycle = visit.masters().programme().cycle(cycle).map_or(String::new(), |c| c.say());
        Words::new(format!("{cycle}の{title}"), format!("{base}/deliveries/{delivery}"))
    };
    let of_lot = |title: &str, lot: &Lot| {
        let note = format!("{}　{}本", english::typed(&lot.number), grouped(lot.vials));
        Words::new(title, format!("{base}/stock")).about(&lot.number).note(note)
    };
    match what {
        OfVaccine::RecordReceipt { delivery, cycle } => {
            of_delivery(*cycle, "受け取りを記録する", delivery)
        }
        OfVaccine::PrepareReceipt { delivery, cycle, boxes } => {
            of_delivery(*cycle, "受け取りの準備をする", delivery)
                .note(format!("{}箱", grouped(boxes)))
        }
        OfVaccine::DateWaits { delivery, cycle } => {
            of_delivery(*cycle, "納入予定日", delivery).note("卸業者が登録します")
        }
        OfVaccine::Report { last } => {
            let note = last.map_or("まだ報告がありません".to_string(), |day| {
                format!("最終登録 {}時点", time::say_day(day))
            });
            Words::new("接種実績・廃棄量を報告する", format!("{base}/results/edit")).note(note)
        }
        OfVaccine::MendContact { name } => {
            Words::new("メールの届かない担当者の連絡先を直す", format!("{base}/contacts"))
                .about(name)
                .note(english::typed(name))
        }
        OfVaccine::ConfirmTransfer { transfer, number } => {
            Words::new("融通の受け取りを確認する", format!("{base}/transfers/{transfer}"))
                .note(number)
        }
        OfVaccine::IsolateLot(lot) => of_lot("回収の対象のロットを隔離し、廃棄を報告する", lot),
        OfVaccine::DiscardLot(lot) => of_lot("有効期限の切れたワクチンを廃棄し、報告する", lot),
        OfVaccine::UseLotUp(lot) => of_lot("使い切りの計画を見直す", lot),
        OfVaccine::ConfirmAvailability { since } => {
            let day = time::say_day(time::date(*since));
            Words::new("予約の受付情報を確かめる", format!("{base}/availability"))
                .note(format!("{day}から変わっていません"))
        }
        OfVaccine::MendClaim { part, said } => {
            let title = "返戻された請求を直して、当月の請求に加える";
            Words::new(title, format!("{base}/billing")).about(part).note(said)
        }
        OfVaccine::MakeClaim { month, missed } => {
            let title = format!("{}接種分の請求を作る", month.say());
            let words = Words::new(title, format!("{base}/billing/{month}/edit"));
            let Some((due, with)) = missed else { return words };
            words.note(words::claim::late(*due, *with))
        }
    }
}

fn words_of_desk(visit: &Visit, what: &OfDesk, base: &str) -> Words {
    let at = |place: &str| format!("{base}/{place}");
    let counted = |title: &str, n: i64, href: String| {
        Words::new(format!("{title}（{}件）", grouped(n)), href)
    };
    let of_cycle = |cycle: u32, title: &str, place: &str| {
        let cycle = visit.masters().programme().cycle(cycle).map_or(String::new(), |c| c.say());
        Words::new(format!("{cycle}の{title}"), at(place))
    };
    match what {
        OfDesk::ReviewApplications(n) => counted("申込を確認する", *n, at("applications")),
        OfDesk::ReviewPlans(n) => counted("計画を確認する", *n, at("plans")),
        OfDesk::ApproveMasters(n) => counted("マスタの変更を承認する", *n, "/admin/masters".into()),
        OfDesk::TryAllocation { cycle } => of_cycle(*cycle, "分配を試算する", "allocations/new"),
        OfDesk::ApproveAllocation { cycle, run } => {
            of_cycle(*cycle, "分配を承認する", &format!("allocations/{run}"))
        }
        OfDesk::SetDates { week, deliveries } => {
            let title = format!("{}の週の納入予定日を登録する", time::say_day(*week));
            counted(&title, *deliveries, at("shipments"))
        }
        OfDesk::AnswerInquiries(n) => counted("問い合わせに答える", *n, at("inquiries")),
        OfDesk::LookIntoMails(n) => counted("届かなかったメールを調べる", *n, at("mails")),
        OfDesk::LookAtApplications(n) => {
            counted("申込を国より先に確認する", *n, at("applications"))
        }
        OfDesk::LookAtPlans(n) => counted("計画を国より先に確認する", *n, at("plans")),
        OfDesk::ReceiveLetters(n) => counted("委任状の受領を記録する", *n, at("letters")),
        OfDesk::CheckBills(n) => counted("届いた請求を確認する", *n, at("bills")),
    }
}
