//! Mails about accounts: passwords, links to begin, members of an organisation.

use jiff::civil::Date;
use rules::time;
use serde::{Deserialize, Serialize};

use crate::{About, Begin, Content, Said, Typed};

/// Where a link leads that makes an account: the page of its secret.
pub fn activation(site: &str, token: &str) -> String {
    format!("{site}/activate/{token}")
}

fn choose_password(name: &Typed, site: &str, token: &str) -> String {
    format!(
        "{name}さん\n\n次のリンクからパスワードを決めて、はじめてください（24時間・1回かぎり）。\n{}",
        activation(site, token)
    )
}

/// The account's password changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// Its id.
    pub account: String,
    /// The person's.
    pub name: Typed,
}

impl Content for PasswordChanged {
    fn about(&self) -> About {
        About::Account(self.account.clone())
    }
    fn subject(&self) -> String {
        "【お知らせ】パスワードが変わりました".into()
    }
    fn body(&self, _site: &str) -> String {
        format!(
            "{}さん\n\n\
             あなたのIDのパスワードが変わりました。ほかの端末のログインは終わりました。\n\
             あなたが変えたのでなければ、すぐに「パスワードを忘れたとき」から変え直してください。",
            self.name
        )
    }
}

/// A link by which an account chooses its password anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResetLink {
    /// The account's id.
    pub account: String,
    /// The link's secret.
    pub token: String,
}

impl Content for ResetLink {
    fn about(&self) -> About {
        About::Account(self.account.clone())
    }
    fn subject(&self) -> String {
        "パスワードを決め直すためのリンク".into()
    }
    fn body(&self, site: &str) -> String {
        format!(
            "次のリンクから、新しいパスワードを決めてください（24時間・1回かぎり）。\n\
             {site}/reset/{}\n\n\
             このメールに心当たりがない場合は、何もする必要はありません。",
            self.token
        )
    }
}

/// Somebody whom the operator invited begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstSignIn {
    /// The membership's scope: kind and id.
    pub scope: (String, String),
    /// The person's.
    pub name: Typed,
    /// The link's secret.
    pub token: String,
}

impl Content for FirstSignIn {
    fn about(&self) -> About {
        About::Scope(self.scope.0.clone(), self.scope.1.clone())
    }
    fn subject(&self) -> String {
        "【はじめてのログイン】".into()
    }
    fn body(&self, site: &str) -> String {
        choose_password(&self.name, site, &self.token)
    }
}

/// A new link to begin; the old one stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewLink {
    /// The membership's scope: kind and id.
    pub scope: (String, String),
    /// The person's.
    pub name: Typed,
    /// The link's secret.
    pub token: String,
}

impl Content for NewLink {
    fn about(&self) -> About {
        About::Scope(self.scope.0.clone(), self.scope.1.clone())
    }
    fn subject(&self) -> String {
        "【はじめてのログイン】新しいリンクをお送りします".into()
    }
    fn body(&self, site: &str) -> String {
        choose_password(&self.name, site, &self.token)
    }
}

/// Somebody of an organisation invited a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberInvited {
    /// The membership's scope: kind and id.
    pub scope: (String, String),
    /// What the organisation is called.
    pub organisation: Said,
    /// The new member's name.
    pub name: Typed,
    /// Who invited.
    pub by: Typed,
    /// A stand-in's last day.
    pub until: Option<Date>,
    /// How they begin.
    pub begin: Begin,
}

impl Content for MemberInvited {
    fn about(&self) -> About {
        About::Scope(self.scope.0.clone(), self.scope.1.clone())
    }
    fn subject(&self) -> String {
        format!("【要対応】{}のメンバーとしての登録", self.organisation)
    }
    fn body(&self, site: &str) -> String {
        let how = match &self.begin {
            Begin::SignIn => {
                format!("いまお使いのIDでログインすると始められます（24時間以内）。\n{site}/login")
            }
            Begin::Activate { token } => format!(
                "次のリンクからパスワードを決めて、はじめてください（24時間・1回かぎり）。\n{}",
                activation(site, token)
            ),
        };
        let until = self
            .until
            .map_or(String::new(), |day| format!("（代理：{}まで）", time::say_date(day)));
        format!(
            "{}さん\n\n{}さんから、{}のメンバーとして招待されました{until}。\n{how}",
            self.name, self.by, self.organisation
        )
    }
}
