//! Sentences of [`rules::access`].

use jiff::Timestamp;
use rules::access::{Act, Permission, Role, may};
use rules::time;

/// What is said of an act that ended with the venue's completion.
pub fn completed(at: Timestamp) -> String {
    format!(
        "この会場は{}に完了登録をしています。登録し直すときは、完了登録を取り消してください。",
        time::say_date(time::date(at))
    )
}

/// Who can, for the 403 page.
pub fn who_can(act: Act) -> String {
    let permissions = Permission::ALL;
    let roles: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| may(*role, &permissions, act))
        .map(Role::label)
        .collect();
    let permission = match act {
        Act::DecideApplication
        | Act::ReviewPlan
        | Act::Announce
        | Act::ExportNation
        | Act::RenewLetter => "（確認の権限）",
        Act::RunAllocation => "（分配の権限）",
        Act::ApproveAllocation => "（承認の権限）",
        Act::EditMasters | Act::ApproveMasters | Act::ExtendDeadline | Act::ManageLots => {
            "（マスタの変更の権限）"
        }
        Act::ManageMembers => "（メンバーの管理の権限）",
        _ => "",
    };
    format!("{}{permission}", roles.join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_names_roles_and_the_permission() {
        assert_eq!(who_can(Act::ReviewPlan), "国（厚生労働省）（確認の権限）");
    }
}
