//! A route is a path, the act that guards it, and what runs. It can't be declared without the act.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;

use super::House;
use super::page::{Answer, Typed};
use super::visit::{Request, Trouble, Visit};

/// Shows a page from one consistent picture of the database.
pub type Show = fn(&Visit, &mut Tx<'_>, &Typed) -> Result<Answer, Trouble>;
/// Does something in one transaction: state, journal and outgoing mail together.
pub type Deed = fn(&Visit, &mut Tx<'_>, &Form) -> Result<Done, Trouble>;
/// What needs more than one transaction or slow work between them (passwords).
pub type Errand = fn(Arc<House>, Arc<Request>, Form) -> Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send>>;

/// What follows a deed: the page to go to.
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

/// What another system asks: JSON in, JSON out, one transaction; it comes with a token instead of a session.
pub type Api = fn(&Visit, &mut Tx<'_>, &serde_json::Value) -> Result<serde_json::Value, Trouble>;

pub enum Run {
    Show(Show),
    /// A deed and the page that is shown again where it is refused.
    Do(Deed, Show),
    Errand(Errand),
    /// Reads where `writes` is false.
    Api(ApiRun),
}

#[derive(Clone, Copy)]
pub struct ApiRun {
    pub api: Api,
    pub writes: bool,
}

pub struct Route {
    pub path: String,
    pub act: Act,
    pub run: Run,
}

impl Route {
    pub fn is_write(&self) -> bool {
        !matches!(self.run, Run::Show(_) | Run::Api(ApiRun { writes: false, .. }))
    }
    /// The same page as somebody else sees it, for support: nothing can be done there.
    pub fn viewed(&self) -> Option<Route> {
        match (&self.run, self.act) {
            (Run::Show(_), Act::Enter | Act::PlayDemo) | (Run::Do(..) | Run::Errand(_) | Run::Api(_), _) => None,
            // Keys of a second factor, sessions, other members: nobody else's, not even to look at.
            (Run::Show(_), _) if self.path.starts_with("/account") || self.path.starts_with("/members") => None,
            (Run::Show(show), act) => Some(Route { path: format!("/as/{{viewed}}{}", self.path), act, run: Run::Show(*show) }),
        }
    }
    /// Whether this is such a page.
    pub fn is_viewed(&self) -> bool {
        self.path.starts_with("/as/")
    }
}

/// A page.
pub fn page(path: &'static str, act: Act, show: Show) -> Route {
    Route { path: path.into(), act, run: Run::Show(show) }
}

/// A deed behind a form; refused, `show` is rendered again as typed.
pub fn deed(path: &'static str, act: Act, deed: Deed, show: Show) -> Route {
    Route { path: path.into(), act, run: Run::Do(deed, show) }
}

/// A POST that is more than one transaction.
pub fn errand(path: &'static str, act: Act, errand: Errand) -> Route {
    Route { path: path.into(), act, run: Run::Errand(errand) }
}

/// A question of another system.
pub fn ask(path: &'static str, act: Act, api: Api) -> Route {
    Route { path: path.into(), act, run: Run::Api(ApiRun { api, writes: false }) }
}

/// A deed of another system.
pub fn tell(path: &'static str, act: Act, api: Api) -> Route {
    Route { path: path.into(), act, run: Run::Api(ApiRun { api, writes: true }) }
}
