//! A route is a path, the act that guards it, and what runs. It can't be declared without the act.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use rules::access::{Act, Scope};

use super::House;
use super::page::{Answer, Typed};
use super::visit::{Request, Trouble, Visit};

/// Shows a page from one consistent picture of the database.
pub type Show = fn(&Visit, &mut Tx<'_>, &Typed) -> Result<Answer, Trouble>;
/// Does something in one transaction: state, journal and outgoing mail together.
pub type Command = fn(&Visit, &mut Tx<'_>, &Form) -> Result<Done, Trouble>;
/// What needs more than one transaction or slow work between them (passwords).
pub type Handler = fn(
    Arc<House>,
    Arc<Request>,
    Form,
) -> Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send>>;

/// Reads a form before the command's transaction is opened, off the request's thread: what takes
/// long waits for nobody there.
pub type Before = fn(&House, &Request, &Form) -> Option<Ready>;
/// What was read so; the command knows what it is ([`Request::ready`]).
pub type Ready = Arc<dyn std::any::Any + Send + Sync>;

/// What follows a command: the page to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub location: String,
}

impl Done {
    pub fn to(location: impl Into<String>) -> Done {
        Done { location: location.into() }
    }
    /// To a page that opens with a sentence of the message catalogue.
    pub fn saying(location: impl std::fmt::Display, key: &str) -> Done {
        Done { location: format!("{location}?done={key}") }
    }
}

/// What another system asks: JSON in, JSON out, one transaction; it comes with a token instead of a
/// session.
pub type Api = fn(&Visit, &mut Tx<'_>, &serde_json::Value) -> Result<serde_json::Value, Trouble>;

pub enum Run {
    Show(Show),
    /// A command and the page that is shown again where it is refused.
    Do(Command, Show),
    Handler(Handler),
    /// Reads where `writes` is false.
    Api(ApiRun),
}

#[derive(Clone, Copy)]
pub struct ApiRun {
    pub api: Api,
    pub writes: bool,
}

/// What a route's form may carry beside its fields. A file anywhere else is refused unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Fields,
    /// A table in the field `file`.
    Table,
    /// A paper that is kept as it is, in the field `attachment`.
    Paper,
}

impl Takes {
    pub fn field(self) -> Option<&'static str> {
        match self {
            Takes::Fields => None,
            Takes::Table => Some("file"),
            Takes::Paper => Some("attachment"),
        }
    }
    /// The largest file, in bytes.
    pub fn limit(self) -> usize {
        match self {
            Takes::Fields => 0,
            Takes::Table => LARGEST_TABLE,
            Takes::Paper => super::attachment::MOST,
        }
    }
    /// What a larger one is told.
    pub fn too_large(self) -> String {
        match self {
            Takes::Paper => super::attachment::Fault::TooLarge.to_string(),
            Takes::Fields | Takes::Table => {
                "ファイルが大きすぎます（10MBまで）。分けて取り込んでください。".to_string()
            }
        }
    }
}

/// The largest file with a table: 10 MB, as its page says.
pub const LARGEST_TABLE: usize = 10 * 1024 * 1024;

/// Which records a command has to itself while it decides: whoever writes to one of them takes it
/// first, by whatever door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The venue of the path, where there is one.
    Path,
    /// Every venue for which the person acts.
    Own,
}

impl Holds {
    /// The name under which a venue is held.
    pub fn venue(id: &str) -> String {
        format!("venue:{id}")
    }
    /// The records of a path.
    pub fn of_path(params: &BTreeMap<String, String>) -> Vec<String> {
        params.get("venue").map(|id| Holds::venue(id)).into_iter().collect()
    }
    /// The records of a visit.
    pub fn of(self, visit: &Visit) -> Vec<String> {
        match self {
            Holds::Path => Holds::of_path(&visit.request.params),
            Holds::Own => visit
                .memberships
                .iter()
                .filter(|h| h.scope_kind == Scope::Venue)
                .map(|h| Holds::venue(&h.scope_id))
                .collect(),
        }
    }
}

pub struct Route {
    pub path: String,
    pub act: Act,
    pub run: Run,
    pub takes: Takes,
    pub holds: Holds,
    pub before: Option<Before>,
}

impl Route {
    /// The same, with its form read before the transaction.
    pub fn reading_before(self, before: Before) -> Route {
        Route { before: Some(before), ..self }
    }
    pub fn is_write(&self) -> bool {
        !matches!(self.run, Run::Show(_) | Run::Api(ApiRun { writes: false, .. }))
    }
    /// The same page as somebody else sees it, for support: nothing can be done there.
    pub fn viewed(&self) -> Option<Route> {
        match (&self.run, self.act) {
            (Run::Show(_), Act::Enter | Act::PlayDemo)
            | (Run::Do(..) | Run::Handler(_) | Run::Api(_), _) => None,
            // Keys of a second factor, sessions, other members: nobody else's, not even to look at.
            (Run::Show(_), _)
                if self.path.starts_with("/account") || self.path.starts_with("/members") =>
            {
                None
            }
            (Run::Show(show), act) => {
                let path = format!("/as/{{viewed}}{}", self.path);
                Some(route(&path, act, Run::Show(*show)))
            }
        }
    }
    /// Whether this is such a page.
    pub fn is_viewed(&self) -> bool {
        self.path.starts_with("/as/")
    }
}

/// A route that takes fields and holds the venue of its path.
pub(super) fn route(path: &str, act: Act, run: Run) -> Route {
    let (takes, holds, before) = (Takes::Fields, Holds::Path, None);
    Route { path: path.into(), act, run, takes, holds, before }
}

/// A page.
pub fn page(path: &'static str, act: Act, show: Show) -> Route {
    route(path, act, Run::Show(show))
}

/// A command behind a form; refused, `show` is rendered again as typed.
pub fn command(path: &'static str, act: Act, command: Command, show: Show) -> Route {
    route(path, act, Run::Do(command, show))
}

/// A command whose form carries a paper.
pub fn paper_command(path: &'static str, act: Act, run: Command, show: Show) -> Route {
    Route { takes: Takes::Paper, ..command(path, act, run, show) }
}

/// A POST that is more than one transaction.
pub fn handler(path: &'static str, act: Act, handler: Handler) -> Route {
    route(path, act, Run::Handler(handler))
}

/// A question of another system.
pub fn ask(path: &'static str, act: Act, api: Api) -> Route {
    route(path, act, Run::Api(ApiRun { api, writes: false }))
}

/// A command of another system.
pub fn tell(path: &'static str, act: Act, api: Api) -> Route {
    route(path, act, Run::Api(ApiRun { api, writes: true }))
}
