//! What the journal is told of inquiries, and of what support does to jobs and mails.

use platform::events;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of an inquiry (its number).
    pub enum Event of "inquiry" {
        "inquiry.send" => Sent { after: Sent },
        /// Whoever asked goes on asking.
        "inquiry.reply" => Replied {},
        /// Somebody of the desk has it.
        "inquiry.take" => Taken {},
        "inquiry.answer" => Answered {},
        /// Whoever asked says that it is done, or the desk does.
        "inquiry.close" => Closed {},
    }
}

events! {
    /// What the journal is told of a job (its id).
    pub enum JobEvent of "job" {
        /// Support lets it try again.
        "job.retry" => Retried {},
    }
}

events! {
    /// What the journal is told of a mail (its id).
    pub enum MailEvent of "mail" {
        /// Support sends it again.
        "mail.resend" => SentAgain {},
    }
}

/// What an inquiry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub category: String,
    pub detail: String,
}
