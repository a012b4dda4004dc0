//! The mails: each of the product is a type with named fields and its text, one file a
//! record. A mail is stored beside its subject and body as JSON that never changes, so that it can
//! be read again and said in another language whenever it was written.

mod kept;
mod parts;

pub mod account;
pub mod allocation;
pub mod application;
pub mod booking;
pub mod claim;
pub mod completion;
pub mod delivery;
pub mod letter;
pub mod notice;
pub mod period;
pub mod plan;
pub mod report;
pub mod review;
pub mod stock;
pub mod support;
pub mod venue;

#[cfg(test)]
mod tests;

pub use kept::Unread;
pub use parts::{About, Begin, Envelope, Said, Typed};

use kept::mails;

/// What a mail says. What people typed in subject and body is marked
/// ([`platform::english::typed`]); the outbox takes the marks away and keeps their places.
pub trait Content {
    /// The record that it is about.
    fn about(&self) -> About;
    /// Its subject.
    fn subject(&self) -> String;
    /// Its body; `site` is the address under which the house answers, without a slash at its end.
    fn body(&self, site: &str) -> String;
}

/// A mail to everybody responsible for a venue.
pub trait ToVenue: Content + Into<Mail> {
    /// The venue's id.
    fn venue(&self) -> &str;
}

macro_rules! to_venues {
    ($($content:ty),* $(,)?) => { $(
        impl ToVenue for $content {
            fn venue(&self) -> &str {
                &self.venue
            }
        }
    )* };
}

to_venues!(
    allocation::Fixed,
    claim::Submitted,
    completion::Registered,
    delivery::Differing,
    delivery::Scheduled,
    delivery::TakenBack,
    letter::Renewed,
    letter::SentBack,
    period::Changed,
    period::Extended,
    period::OtherBox,
    plan::DraftKept,
    plan::Registered,
    review::Reviewed,
    review::RevisionRequired,
    review::Undone,
    stock::Answered,
    stock::ExpirySettled,
    stock::Offered,
    stock::Recalled,
);

mails! {
    // The account, and who joins.
    "account.password_changed", 1 => PasswordChanged(account::PasswordChanged),
    "account.reset_link", 1 => ResetLink(account::ResetLink),
    "account.first_sign_in", 1 => FirstSignIn(account::FirstSignIn),
    "account.new_link", 1 => NewLink(account::NewLink),
    "account.member_invited", 1 => MemberInvited(account::MemberInvited),
    // The venue and its contacts.
    "venue.contact_changed", 1 => ContactChanged(venue::ContactChanged),
    "venue.contact_added", 1 => ContactAdded(venue::ContactAdded),
    "venue.contact_invited", 1 => ContactInvited(venue::ContactInvited),
    // The application and what follows from it.
    "application.started", 1 => ApplicationStarted(application::Started),
    "application.submitted", 1 => ApplicationSubmitted(application::Submitted),
    "application.returned", 1 => ApplicationReturned(application::Returned),
    "application.confirmed", 1 => ApplicationConfirmed(application::Confirmed),
    "application.invited", 1 => ApplicationInvited(application::Invited),
    "letter.sent_back", 1 => LetterSentBack(letter::SentBack),
    "letter.renewed", 1 => LetterRenewed(letter::Renewed),
    // The plan.
    "plan.registered", 1 => PlanRegistered(plan::Registered),
    "plan.draft_kept", 1 => PlanDraftKept(plan::DraftKept),
    "review.reviewed", 1 => PlanReviewed(review::Reviewed),
    "review.revision_required", 1 => PlanRevisionRequired(review::RevisionRequired),
    "review.undone", 1 => ReviewUndone(review::Undone),
    "period.changed", 1 => PeriodChanged(period::Changed),
    "period.extended", 1 => PeriodExtended(period::Extended),
    "period.other_box", 1 => OtherBox(period::OtherBox),
    // The vaccine.
    "allocation.fixed", 1 => AllocationFixed(allocation::Fixed),
    "delivery.scheduled", 1 => DeliveryScheduled(delivery::Scheduled),
    "delivery.differing", 1 => DeliveryDiffering(delivery::Differing),
    "delivery.taken_back", 1 => DeliveryTakenBack(delivery::TakenBack),
    "stock.offered", 1 => TransferOffered(stock::Offered),
    "stock.answered", 1 => TransferAnswered(stock::Answered),
    "stock.expiry_settled", 1 => ExpirySettled(stock::ExpirySettled),
    "stock.recalled", 1 => LotRecalled(stock::Recalled),
    // The money and the end.
    "claim.submitted", 1 => ClaimSubmitted(claim::Submitted),
    "claim.received", 1 => ClaimReceived(claim::Received),
    "claim.decided", 1 => ClaimDecided(claim::Decided),
    "claim.returned", 1 => ClaimReturned(claim::Returned),
    "completion.registered", 1 => CompletionRegistered(completion::Registered),
    // Persons without an account, and everybody.
    "booking.made", 1 => BookingMade(booking::Made),
    "booking.moved", 1 => BookingMoved(booking::Moved),
    "booking.cancelled", 1 => BookingCancelled(booking::Cancelled),
    "support.received", 1 => InquiryReceived(support::Received),
    "support.answered", 1 => InquiryAnswered(support::Answered),
    "notice.due", 1 => TasksDue(notice::Due),
    "notice.week", 1 => TasksOfWeek(notice::Week),
    "report.saved", 1 => SavedReport(report::Saved),
}
