//! Sentences of [`rules::account`].

use rules::account::{
    InvitationRefusal, MemberRefusal, PASSWORD_MAX, PASSWORD_MIN, PasswordRefusal,
};

use crate::Sentence;

impl Sentence for MemberRefusal {
    fn sentence(&self) -> String {
        match self {
            MemberRefusal::LastAdministrator => "メンバーの管理ができる最後の方です。先に、\
                 ほかの方にメンバーの管理の権限を渡してください。"
                .into(),
        }
    }
}

impl Sentence for InvitationRefusal {
    fn sentence(&self) -> String {
        match self {
            InvitationRefusal::Used => "このリンクはすでに使われています。".into(),
            InvitationRefusal::UsedAlready => {
                "このリンクはすでに使われています。ログインしてください。".into()
            }
            InvitationRefusal::Known => {
                "このメールアドレスのIDはすでにあります。ログインしてください。".into()
            }
        }
    }
}

impl Sentence for PasswordRefusal {
    fn sentence(&self) -> String {
        match self {
            PasswordRefusal::TooShort(letters) => format!(
                "パスワードは{PASSWORD_MIN}文字以上で入力してください（いまは{letters}文字です）"
            ),
            PasswordRefusal::TooLong => {
                format!("パスワードは{PASSWORD_MAX}文字までで入力してください")
            }
            PasswordRefusal::Common => {
                "このパスワードは推測されやすいため使えません。ほかのものにしてください".into()
            }
        }
    }
}
