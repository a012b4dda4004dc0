//! Who may do what: one table, everything not in it is forbidden. Source: spec §1.
//!
//! Reach (which records a membership sees) is data and lives in the database's `visible_venue`;
//! this is the other half.

use crate::words;

words! {
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Role in membership.role, invitation.role {
        Organizer = "organizer",
        Institution = "institution",
        National = "national",
        Prefecture = "prefecture",
        Municipality = "municipality",
        Wholesaler = "wholesaler",
        Federation = "federation",
        Support = "support",
        Auditor = "auditor",
    }
}

words! {
    /// Of what somebody is a member: the kind beside the id of one.
    #[derive(PartialOrd, Ord)]
    pub enum Scope in membership.scope_kind, invitation.scope_kind {
        Nation = "nation",
        Prefecture = "prefecture",
        Municipality = "municipality",
        Wholesaler = "wholesaler",
        Federation = "federation",
        Venue = "venue",
        /// An application, until it has become a venue.
        Application = "application",
    }
}

impl Role {
    pub fn label(self) -> &'static str {
        match self {
            Role::Organizer => "企業・大学等の担当者",
            Role::Institution => "医療機関担当者",
            Role::National => "国（厚生労働省）",
            Role::Prefecture => "都道府県",
            Role::Municipality => "市町村",
            Role::Wholesaler => "卸業者",
            Role::Federation => "国保連",
            Role::Support => "サービスデスク",
            Role::Auditor => "監査",
        }
    }
    /// Whether support may look at this person's screens: those who deliver, not those who decide
    /// or watch.
    pub fn may_be_viewed(self) -> bool {
        !matches!(self, Role::National | Role::Support | Role::Auditor)
    }
    /// Whether the shorter idle time of officials holds.
    pub fn is_official(self) -> bool {
        matches!(self, Role::National | Role::Wholesaler | Role::Support | Role::Auditor)
    }
}

words! {
    /// The four permissions of the ministry are separate; in every organisation some people look after
    /// its other people.
    #[derive(PartialOrd, Ord)]
    pub enum Permission {
        Reviewer = "reviewer",
        Allocator = "allocator",
        Approver = "approver",
        MasterEditor = "master_editor",
        /// Invites the organisation's people, gives and takes their permissions.
        Administrator = "administrator",
    }
}

impl Permission {
    /// What a member of an organisation with this role can be given.
    pub fn of(role: Role) -> &'static [Permission] {
        match role {
            Role::National => &Permission::ALL,
            Role::Organizer | Role::Institution => &[],
            _ => &[Permission::Administrator],
        }
    }
    pub fn label(self) -> &'static str {
        match self {
            Permission::Reviewer => "確認",
            Permission::Allocator => "分配",
            Permission::Approver => "承認",
            Permission::MasterEditor => "マスタの変更",
            Permission::Administrator => "メンバーの管理",
        }
    }
}

/// What a route does. A page can't be declared without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Anybody, signed in or not.
    ReadPublic,
    /// Anybody who is signed in.
    UseOwnAccount,
    /// Sign in, follow an invitation, begin an application: for nobody in particular.
    Enter,
    /// The demo's clock and personas; the route exists in demo mode only.
    PlayDemo,
    ReadApplication,
    EditApplication,
    DecideApplication,
    ReadVenue,
    EditVenue,
    ManageContacts,
    ReadPlan,
    EditPlan,
    ReviewPlan,
    ReadAllocation,
    RunAllocation,
    ApproveAllocation,
    ReadLetter,
    ReceiveLetter,
    ReadDelivery,
    RecordReceipt,
    ScheduleDelivery,
    ReadResults,
    ReportResults,
    ReadClaim,
    EditClaim,
    ReceiveClaim,
    ReadHistory,
    /// Lists of venues in an area.
    ReadArea,
    /// The journal of all records.
    ReadJournal,
    /// The people of one's own organisation. At a venue that is [`Act::ManageContacts`].
    ManageMembers,
    /// Looks at somebody's screens as they see them, without touching anything.
    ViewAs,
    /// Jobs, and mails that didn't arrive.
    Operate,
    /// Keys for one's own organisation's system: look at them.
    UseApi,
    /// Make and revoke a wholesaler's keys.
    IssueToken,
    /// Make and revoke a venue's keys.
    IssueVenueToken,
    /// Figures of the whole country.
    ReadFigures,
    /// The prefecture's first look at what waits for the ministry.
    RemarkFirst,
    /// Masters, calendar: look, propose, change what one person may change.
    EditMasters,
    /// Decide on somebody else's change.
    ApproveMasters,
    /// Put a deadline off, at once and for everybody.
    ExtendDeadline,
    /// The ledger of vials and lots.
    ReadStock,
    /// Moves vials, gives to and takes from other venues.
    MoveStock,
    /// Slots and bookings of a venue.
    ManageBookings,
    /// Closes a venue: 職域追加接種完了登録.
    CompleteVenue,
    /// Memos and attachments of a venue.
    ReadNotes,
    WriteNotes,
    /// A municipality's own settings.
    OwnSettings,
    /// Enters for a venue that allowed it.
    EnterForVenue,
    /// The municipality's share of the claims.
    ReceiveMunicipalClaim,
    /// What a municipality or a prefecture sees of stock in its area.
    ReadAreaStock,
    /// Tables and charts within one's own reach.
    ReadReports,
    /// Answers inquiries.
    AnswerInquiries,
    /// Writes announcements.
    Announce,
    /// Lots: enter them, recall them.
    ManageLots,
    /// Records of persons at one's own venue.
    ReadPersons,
    ImportPersons,
    /// Everything that a venue has, as one signed file.
    ExportVenue,
    /// Everything that the country has.
    ExportNation,
    /// The venue's and the clinic's own systems.
    UseVenueApi,
    /// A letter anew, where what is printed on it changed.
    RenewLetter,
}

impl Act {
    /// Whether one has to show again who one is before doing it: an open session at an empty desk
    /// isn't enough.
    pub fn needs_proof(self) -> bool {
        matches!(
            self,
            Act::ApproveAllocation
                | Act::ManageMembers
                | Act::ManageContacts
                | Act::IssueToken
                | Act::IssueVenueToken
                | Act::EditMasters
                | Act::ApproveMasters
                | Act::ExtendDeadline
        )
    }
}

/// Whether a role, with its permissions, may act at all; reach is asked separately.
pub fn may(role: Role, permissions: &[Permission], act: Act) -> bool {
    use Act::*;
    use Role::*;
    let holds = |permission| permissions.contains(&permission);
    match act {
        ReadPublic | UseOwnAccount | Enter | PlayDemo => true,
        ReadApplication => matches!(role, Organizer | National | Prefecture | Auditor),
        EditApplication => matches!(role, Organizer),
        DecideApplication => role == National && holds(Permission::Reviewer),
        ReadVenue | ReadPlan | ReadAllocation | ReadResults => {
            matches!(role, Organizer | Institution | National | Prefecture | Municipality | Auditor)
        }
        EditVenue | ManageContacts | EditPlan | ReportResults | RecordReceipt | EditClaim => {
            matches!(role, Organizer | Institution)
        }
        ReviewPlan => role == National && holds(Permission::Reviewer),
        RunAllocation => role == National && holds(Permission::Allocator),
        ApproveAllocation => role == National && holds(Permission::Approver),
        ReadLetter => matches!(role, Organizer | Institution | National | Municipality | Auditor),
        ReadFigures => matches!(role, National | Prefecture | Auditor),
        RemarkFirst => role == Prefecture,
        ReceiveLetter => role == Municipality,
        ReadDelivery => matches!(
            role,
            Organizer | Institution | National | Prefecture | Municipality | Wholesaler | Auditor
        ),
        EditMasters | ApproveMasters | ExtendDeadline => {
            role == National && holds(Permission::MasterEditor)
        }
        ScheduleDelivery => role == Wholesaler,
        UseApi => role == Wholesaler,
        IssueToken => role == Wholesaler,
        IssueVenueToken => matches!(role, Organizer | Institution),
        ReadClaim => matches!(role, Organizer | Institution | Auditor),
        ReceiveClaim => role == Federation,
        ReadHistory => matches!(role, Organizer | Institution | National | Auditor),
        ReadArea => matches!(role, National | Prefecture | Municipality | Auditor),
        ReadJournal => role == Auditor,
        ManageMembers => {
            !matches!(role, Organizer | Institution) && holds(Permission::Administrator)
        }
        ViewAs | Operate | AnswerInquiries => role == Support,
        ReadStock => {
            matches!(role, Organizer | Institution | National | Prefecture | Municipality | Auditor)
        }
        MoveStock | ManageBookings | CompleteVenue | ImportPersons | UseVenueApi => {
            matches!(role, Organizer | Institution)
        }
        ReadPersons | ExportVenue => matches!(role, Organizer | Institution | Auditor),
        ReadNotes => matches!(role, Organizer | Institution | National | Municipality | Auditor),
        WriteNotes => matches!(role, Organizer | Institution | National | Municipality),
        OwnSettings | EnterForVenue | ReceiveMunicipalClaim => role == Municipality,
        ReadAreaStock => matches!(role, National | Prefecture | Municipality | Auditor),
        ReadReports => role != Support,
        Announce | ExportNation | RenewLetter => role == National && holds(Permission::Reviewer),
        ManageLots => role == National && holds(Permission::MasterEditor),
    }
}

/// Whether an act is work of the programme, which ends with it. Accounts, support, masters and
/// export go on.
pub fn belongs_to_programme(act: Act) -> bool {
    use Act::*;
    matches!(
        act,
        EditApplication
            | DecideApplication
            | EditVenue
            | ManageContacts
            | EditPlan
            | ReviewPlan
            | RunAllocation
            | ApproveAllocation
            | ReceiveLetter
            | RecordReceipt
            | ScheduleDelivery
            | ReportResults
            | EditClaim
            | ReceiveClaim
            | ReceiveMunicipalClaim
            | RemarkFirst
            | MoveStock
            | ManageBookings
            | CompleteVenue
            | WriteNotes
            | EnterForVenue
            | ImportPersons
            | RenewLetter
            | ManageLots
            | ExtendDeadline
    )
}

/// Whether an act changes what a venue keeps of its vaccine: plan, receipts, stock, results,
/// persons, bookings. A venue that has completed can't any more until it takes its completion back;
/// its people, its addresses and its claims go on.
pub fn ends_with_venue(act: Act) -> bool {
    use Act::*;
    matches!(
        act,
        EditPlan
            | RecordReceipt
            | ReportResults
            | EnterForVenue
            | MoveStock
            | ManageBookings
            | ImportPersons
    )
}

#[cfg(test)]
mod tests;
