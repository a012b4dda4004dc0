//! Rules that make tasks from facts: text, link, due.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use platform::db::Tx;
use platform::english;
use rules::access::{Permission, Role};
use rules::application::grouped;
use rules::calendar::Phase;
use rules::claim;
use rules::time::{self, Month};
use serde_json::{Value, json};

use web::visit::{Hat, Trouble, Visit};
use work::allocation::Tried;
use work::delivery::Undated;
use work::plan::ToReview;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// いますぐ: overdue, due today, or nothing that can wait.
    Now,
    /// 今週
    Week,
    /// これから
    Later,
    /// お待ちください: it lies with somebody else.
    Waiting,
}

pub struct Task {
    pub title: String,
    pub scope: String,
    pub href: String,
    /// The instant by which it is to be done, where there is one: a rule's or a record's, never
    /// "now".
    pub due: Option<Timestamp>,
    pub note: String,
    /// What of several it is about (a lot, a letter): with the title it is the same task tomorrow.
    pub about: String,
    pub waiting: bool,
    /// It has no deadline, but others wait for it or harm may come of it.
    pub urgent: bool,
}

impl Task {
    fn new(title: impl Into<String>, scope: &str, href: String) -> Task {
        Task {
            title: title.into(),
            scope: scope.into(),
            href,
            due: None,
            note: String::new(),
            about: String::new(),
            waiting: false,
            urgent: false,
        }
    }
    /// Before anything can be written.
    pub fn set_up_factor() -> Task {
        Task::new("二要素認証を設定する", "あなたのアカウント", "/account/second-factor".into())
            .note("設定するまで、登録や変更はできません")
            .at_once()
    }
    fn due(mut self, at: Timestamp) -> Task {
        self.due = Some(at);
        self
    }
    fn by(self, day: Date) -> Task {
        self.due(time::midnight(day.saturating_add(1.day())))
    }
    fn at_once(mut self) -> Task {
        self.urgent = true;
        self
    }
    /// When the task came into being: what was already past then is no deadline of this task, and
    /// it is urgent instead.
    fn since(mut self, at: Timestamp) -> Task {
        if self.due.is_some_and(|due| due <= at) {
            self.due = None;
            self.urgent = true;
        }
        self
    }
    fn note(mut self, note: impl Into<String>) -> Task {
        self.note = note.into();
        self
    }
    fn about(mut self, what: impl Into<String>) -> Task {
        self.about = what.into();
        self
    }
    fn waits(mut self) -> Task {
        self.waiting = true;
        self
    }
    pub fn group(&self, now: Timestamp) -> Group {
        match (self.waiting, self.due) {
            (true, _) => Group::Waiting,
            (false, None) if self.urgent => Group::Now,
            (false, Some(due)) if due <= now + SignedDuration::from_hours(24) => Group::Now,
            (false, Some(due)) if due <= now + SignedDuration::from_hours(24 * 7) => Group::Week,
            _ => Group::Later,
        }
    }
    pub fn json(&self, now: Timestamp) -> Value {
        let due = self.due.map(|due| {
            // A day's end is said as the day.
            let said = if time::local(due).time() == jiff::civil::Time::midnight() {
                time::say_day(time::date(due - SignedDuration::from_secs(1)))
            } else {
                time::say_moment(due)
            };
            if due <= now {
                format!("{said}まで（期限を過ぎました）")
            } else {
                format!("{said}まで（あと{}）", time::say_remaining(now, due))
            }
        });
        json!({"title": self.title, "scope": self.scope, "href": self.href, "due": due, "late": self.due.is_some_and(|d| d <= now), "note": self.note})
    }
}

pub fn of_hat(visit: &Visit, tx: &mut Tx<'_>, hat: &Hat) -> Result<Vec<Task>, Trouble> {
    match (hat.role, hat.scope_kind.as_str()) {
        (Role::Organizer | Role::Institution, "venue") => venue(visit, tx, &hat.scope_id),
        (Role::Organizer, "application") => application(tx, &hat.scope_id),
        (Role::National, _) => national(visit, tx, hat),
        (Role::Wholesaler, _) => wholesaler(visit, tx, hat),
        (Role::Prefecture, _) => prefecture(tx, hat),
        (Role::Municipality, _) => municipality(visit, tx, hat),
        (Role::Federation, _) => federation(visit, tx, hat),
        (Role::Support, _) => support(tx),
        _ => Ok(vec![]),
    }
}

fn application(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Task>, Trouble> {
    let stored = work::application::load(tx, id)?;
    let scope = stored
        .answers
        .0
        .get("venue_name")
        .map(|name| english::typed(name))
        .unwrap_or_else(|| stored.number.clone());
    let href = format!("/applications/{id}");
    Ok(match stored.state.0.key() {
        "draft" => vec![Task::new("申込を続ける", &scope, href)],
        "returned" => vec![Task::new("要再申込の項目を直して申し込む", &scope, href).at_once()],
        "submitted" => {
            vec![Task::new("申込の確認", &scope, href).note("厚生労働省が確認しています").waits()]
        }
        _ => vec![],
    })
}

fn venue(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<Vec<Task>, Trouble> {
    let name = english::typed(&work::venue::name(tx, id)?.ok_or(Trouble::NotFound)?);
    let base = format!("/venues/{id}");
    let programme = visit.masters().programme();
    let today = time::date(visit.now);
    let mut tasks = Vec::new();
    for (number, status) in work::letter::open(tx, id)? {
        if let Some(act) = status.next_act() {
            tasks.push(
                Task::new(act, &name, format!("{base}/documents"))
                    .about(number.as_str())
                    .note(number)
                    .at_once(),
            );
        }
    }
    let next = programme.next_cut_off(visit.now);
    for check in work::venue::checks(tx, id)?.iter().filter(|c| !c.passed()) {
        let mut task = Task::new(
            format!("{}を登録する", check.title),
            &name,
            crate::venue::check_link(id, check.place),
        )
        .note(check.missing.join(""));
        if let Some(cycle) = next {
            task = task.due(cycle.cut_off);
        }
        tasks.push(task);
    }
    let latest = work::plan::latest(tx, id)?;
    match latest.as_ref().map(|r| r.review.as_str()) {
        None => {
            let mut task =
                Task::new("ワクチン接種計画を登録する", &name, format!("{base}/plan/edit"))
                    .note("最初に全期間の計画を登録します");
            if let Some(cycle) = next {
                task = task.due(cycle.cut_off);
            }
            tasks.push(task);
        }
        Some("revision_required") => {
            let reason = latest.as_ref().and_then(|r| r.review_reason.clone()).unwrap_or_default();
            let mut task = Task::new("計画を見直す（要見直）", &name, format!("{base}/plan/edit"))
                .note(english::typed(&reason));
            if let Some(cycle) = next {
                task = task.due(cycle.cut_off);
            }
            tasks.push(task);
        }
        Some("waiting") => tasks.push(
            Task::new("計画の確認", &name, format!("{base}/plan"))
                .note("厚生労働省が確認しています")
                .waits(),
        ),
        _ => {}
    }
    if let Some(draft) = work::plan::draft(tx, id)? {
        tasks.push(
            Task::new("計画の下書きを登録する", &name, format!("{base}/plan/check"))
                .note(format!("{}の下書き", time::say_moment(draft.at))),
        );
    }
    let shipments = work::delivery::shipments(tx, id)?;
    for s in &shipments {
        let cycle = programme.cycle(s.cycle).map_or(String::new(), |c| c.say());
        let href = format!("{base}/deliveries/{}", s.id);
        match (s.date, s.received_at) {
            (Some(date), None) if date <= today => {
                tasks.push(Task::new(format!("{cycle}の受け取りを記録する"), &name, href).by(date))
            }
            (Some(date), None) => tasks.push(
                Task::new(format!("{cycle}の受け取りの準備をする"), &name, href)
                    .note(format!("{}箱", grouped(s.boxes)))
                    .by(date),
            ),
            (None, None) => tasks.push(
                Task::new(format!("{cycle}の納入予定日"), &name, href)
                    .note("卸業者が登録します")
                    .waits(),
            ),
            (_, Some(_)) => {}
        }
    }
    let received = shipments.iter().filter_map(work::delivery::Shipment::came_on).min();
    let last = work::results::last_day(tx, id)?;
    let done = work::venue::completed(tx, id)?.is_some();
    // A week after the last report; for the first one, a week after there was vaccine and
    // vaccinating had begun.
    let begun = match (received, programme.cycles.first()) {
        (Some(received), Some(first)) if !done && first.from <= today => {
            Some(received.max(first.from))
        }
        _ => None,
    };
    if let Some(begun) = begun
        && last.is_none_or(|d| d.saturating_add(7.days()) <= today)
    {
        let note = last.map_or("まだ報告がありません".to_string(), |d| {
            format!("最終登録 {}時点", time::say_day(d))
        });
        tasks.push(
            Task::new("接種実績・廃棄量を報告する", &name, format!("{base}/results/edit"))
                .note(note)
                .by(last.unwrap_or(begun).saturating_add(7.days())),
        );
    }
    // Somebody else at the venue is asked where a mail doesn't arrive.
    for contact in work::venue::unreachable(tx, id)? {
        tasks.push(
            Task::new("メールの届かない担当者の連絡先を直す", &name, format!("{base}/contacts"))
                .about(contact.as_str())
                .note(english::typed(&contact))
                .at_once(),
        );
    }
    for (transfer, number) in work::stock::waiting_transfers(tx, id)? {
        tasks.push(
            Task::new("融通の受け取りを確認する", &name, format!("{base}/transfers/{transfer}"))
                .note(number)
                .at_once(),
        );
    }
    for (lot, n) in
        work::stock::sums(tx, id)?.into_iter().filter(|(lot, n)| !lot.is_empty() && *n > 0)
    {
        let Some(known) = work::stock::lot(tx, &lot)? else { continue };
        let said = format!("{}　{}本", english::typed(&lot), rules::application::commas(n));
        if known.recalled_at.is_some() {
            tasks.push(
                Task::new(
                    "回収の対象のロットを隔離し、廃棄を報告する",
                    &name,
                    format!("{base}/stock"),
                )
                .about(&lot)
                .note(said)
                .at_once(),
            );
        } else if known.expiry < today {
            let title = "有効期限の切れたワクチンを廃棄し、報告する";
            tasks.push(
                Task::new(title, &name, format!("{base}/stock")).about(&lot).note(said).at_once(),
            );
        } else if (known.expiry - today).get_days() <= 14 {
            tasks.push(
                Task::new("使い切りの計画を見直す", &name, format!("{base}/stock"))
                    .about(&lot)
                    .note(said)
                    .by(known.expiry),
            );
        }
    }
    if let Some(public) = work::availability::load(tx, id)?
        && work::availability::is_stale(&public, visit.now)
    {
        tasks.push(
            Task::new("予約の受付情報を確かめる", &name, format!("{base}/availability")).note(
                format!("{}から変わっていません", time::say_day(time::date(public.changed_at))),
            ),
        );
    }
    for (part, said) in crate::claim::returned(tx, id)? {
        let title = "返戻された請求を直して、当月の請求に加える";
        tasks.push(
            Task::new(title, &name, format!("{base}/billing")).about(&part).note(said).at_once(),
        );
    }
    tasks.extend(claims(visit, tx, id, &name)?);
    Ok(tasks)
}

/// Months of service with shots that are in no submitted claim, the oldest first. A month whose due
/// date has passed isn't lost: it goes into the present month's claim, by that one's due date.
fn claims(visit: &Visit, tx: &mut Tx<'_>, venue: &str, name: &str) -> Result<Vec<Task>, Trouble> {
    let this = Month::of(time::date(visit.now));
    let mut months: std::collections::BTreeMap<Month, i64> = std::collections::BTreeMap::new();
    for day in work::results::shots_before(tx, venue, this.first())? {
        *months.entry(Month::of(day.day)).or_default() += day.shots;
    }
    let holidays = &visit.masters().holidays;
    let mut tasks = Vec::new();
    for (month, _) in months.into_iter().filter(|(_, shots)| *shots > 0) {
        if work::claim::load(tx, venue, month)?.is_some_and(|c| c.status != "draft") {
            continue;
        }
        let title = format!("{}接種分の請求を作る", month.say());
        let task = Task::new(title, name, format!("/venues/{venue}/billing/{month}/edit"));
        let due = claim::due_date(month, holidays);
        tasks.push(if time::midnight(due.saturating_add(1.day())) > visit.now {
            task.by(due)
        } else {
            let (mut next, mut by) = (month, due);
            while time::midnight(by.saturating_add(1.day())) <= visit.now {
                next = next.plus(1);
                by = claim::due_date(next, holidays);
            }
            task.note(format!(
                "提出期限（{}）を過ぎました。{}請求分に加えられます",
                time::say_day(due),
                next.plus(1).say()
            ))
            .by(by)
        });
    }
    Ok(tasks)
}

fn national(visit: &Visit, tx: &mut Tx<'_>, hat: &Hat) -> Result<Vec<Task>, Trouble> {
    let mut tasks = Vec::new();
    if hat.permissions.contains(&Permission::Reviewer) {
        let applications = work::application::submitted(tx)?;
        if applications > 0 {
            tasks.push(Task::new(
                format!("申込を確認する（{applications}件）", applications = grouped(applications)),
                "全国",
                "/mhlw/applications".into(),
            ));
        }
        let ToReview { plans, oldest } = work::plan::to_review(tx)?;
        if let Some(oldest) = oldest {
            // To be decided before entry opens again after the window in which the oldest was
            // registered.
            let calendar = &visit.masters().programme().calendar;
            let reopens = calendar
                .stretches()
                .find(|s| s.phase != Phase::Open && s.until.is_some_and(|u| u > oldest));
            let task = Task::new(
                format!("計画を確認する（{plans}件）", plans = grouped(plans)),
                "全国",
                "/mhlw/plans".into(),
            );
            tasks.push(match reopens.and_then(|s| s.until) {
                Some(until) => task.due(until),
                None => task,
            });
        }
    }
    if hat.permissions.contains(&Permission::MasterEditor) {
        let own = visit.person.as_ref().map_or("", |p| p.id.as_str());
        let proposals =
            masters::changes::waiting(tx)?.iter().filter(|c| c.proposed_by != own).count();
        if proposals > 0 {
            tasks.push(Task::new(
                format!("マスタの変更を承認する（{proposals}件）", proposals = grouped(proposals)),
                "全国",
                "/admin/masters".into(),
            ));
        }
    }
    for cycle in visit.masters().programme().cycles.iter().filter(|c| c.cut_off <= visit.now) {
        let programme = &visit.masters().programme().id;
        if work::allocation::is_decided(tx, programme, cycle.number)? {
            continue;
        }
        let tried = work::allocation::last_tried(tx, programme, cycle.number)?;
        if hat.permissions.contains(&Permission::Allocator) && tried.is_none() {
            tasks.push(
                Task::new(
                    format!("{}の分配を試算する", cycle.say()),
                    "全国",
                    "/mhlw/allocations/new".into(),
                )
                .by(cycle.decided),
            );
        }
        if hat.permissions.contains(&Permission::Approver)
            && let Some(Tried { id: run, made_at }) = tried
        {
            let task = Task::new(
                format!("{}の分配を承認する", cycle.say()),
                "全国",
                format!("/mhlw/allocations/{run}"),
            );
            tasks.push(task.by(cycle.decided).since(made_at));
        }
    }
    Ok(tasks)
}

fn wholesaler(visit: &Visit, tx: &mut Tx<'_>, hat: &Hat) -> Result<Vec<Task>, Trouble> {
    let weeks = work::delivery::undated(tx, &hat.scope_id)?;
    let name = crate::account::marked_scope(visit, tx, &hat.scope_kind, &hat.scope_id)?;
    Ok(weeks
        .into_iter()
        .map(|Undated { week, shipments: n, fixed_at }| {
            let title = format!(
                "{}の週の納入予定日を登録する（{n}件）",
                time::say_day(week),
                n = grouped(n)
            );
            let task = Task::new(title, &name, "/wholesale/shipments".into())
                .by(visit.masters().holidays.before(week, 3));
            // What came later than its own date was never on time.
            task.since(fixed_at.unwrap_or_default())
        })
        .collect())
}

fn support(tx: &mut Tx<'_>) -> Result<Vec<Task>, Trouble> {
    let mut tasks = Vec::new();
    let open = work::support::waiting(tx)?;
    if open > 0 {
        let due = work::support::first_due(tx)?;
        let task = Task::new(
            format!("問い合わせに答える（{open}件）", open = grouped(open)),
            "サービスデスク",
            "/support/inquiries".into(),
        );
        tasks.push(match due {
            Some(due) => task.due(due),
            None => task,
        });
    }
    let dead = work::support::dead_mails(tx)?;
    if dead > 0 {
        tasks.push(Task::new(
            format!("届かなかったメールを調べる（{dead}件）", dead = grouped(dead)),
            "サービスデスク",
            "/support/mails".into(),
        ));
    }
    Ok(tasks)
}

/// What waits for the ministry in the prefecture, and nobody there has looked at.
fn prefecture(tx: &mut Tx<'_>, hat: &Hat) -> Result<Vec<Task>, Trouble> {
    let applications = work::application::without_remark(tx, &hat.scope_id)?;
    let plans = work::plan::to_remark(tx, &hat.scope_id)?;
    let mut tasks = Vec::new();
    for (n, title, href) in [
        (applications, "申込を国より先に確認する", "/prefecture/applications"),
        (plans, "計画を国より先に確認する", "/prefecture/plans"),
    ] {
        if n > 0 {
            tasks.push(Task::new(
                format!("{title}（{n}件）", n = grouped(n)),
                "都道府県",
                href.into(),
            ));
        }
    }
    Ok(tasks)
}

fn municipality(visit: &Visit, tx: &mut Tx<'_>, hat: &Hat) -> Result<Vec<Task>, Trouble> {
    let n = work::letter::to_receive(tx, &hat.scope_id)?;
    let name = crate::account::marked_scope(visit, tx, &hat.scope_kind, &hat.scope_id)?;
    let bills = work::claim::waiting_at(tx, &format!("municipality:{}", hat.scope_id))?;
    let mut tasks = Vec::new();
    if n > 0 {
        tasks.push(Task::new(
            format!("委任状の受領を記録する（{n}件）", n = grouped(n)),
            &name,
            "/municipal/letters".into(),
        ));
    }
    if bills > 0 {
        tasks.push(Task::new(
            format!("届いた請求を確認する（{bills}件）", bills = grouped(bills)),
            &name,
            "/municipal/bills".into(),
        ));
    }
    Ok(tasks)
}

fn federation(visit: &Visit, tx: &mut Tx<'_>, hat: &Hat) -> Result<Vec<Task>, Trouble> {
    let n = work::claim::waiting_at(tx, &format!("federation:{}", hat.scope_id))?;
    let name = crate::account::marked_scope(visit, tx, &hat.scope_kind, &hat.scope_id)?;
    Ok(if n > 0 {
        vec![Task::new(
            format!("届いた請求を確認する（{n}件）", n = grouped(n)),
            &name,
            "/kokuho/bills".into(),
        )]
    } else {
        vec![]
    })
}

/// この会場のいま: planned, allocated, received, vaccinated; doses.
pub fn pipeline(visit: &Visit, tx: &mut Tx<'_>, venue: &str) -> Result<Value, Trouble> {
    let per_box = i64::from(visit.masters().programme().product.doses_per_box());
    let planned = work::plan::latest(tx, venue)?.map_or(0, |r| i64::from(r.total_doses));
    let allocated = work::allocation::boxes_of(tx, venue)?;
    let received = work::delivery::received_boxes(tx, venue)?;
    let used = work::results::shots(tx, venue)?;
    let steps = [
        ("計画", planned),
        ("分配", allocated * per_box),
        ("納入", received * per_box),
        ("接種", used),
    ];
    let most = steps.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    Ok(json!(steps.iter().map(|(label, doses)| json!({"label": label, "doses": doses, "share": doses * 100 / most})).collect::<Vec<_>>()))
}
