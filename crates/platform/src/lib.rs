//! The ground: database, migrations, clock, session secrets, journal, outbox, forms, texts and
//! templates. Knows no feature and no rule of the field.

pub use inventory;
pub use rules;

pub mod backup;
pub mod clock;
pub mod db;
pub mod dkim;
pub mod english;
pub mod evidence;
pub mod form;
pub mod ids;
pub mod jobs;
pub mod journal;
pub mod kept;
pub mod mail;
pub mod measure;
pub mod migrations;
pub mod outbox;
pub mod pool;
pub mod seal;
pub mod secrets;
pub mod signing;
pub mod stored;
pub mod texts;
pub mod unread;
pub mod value;
pub mod words;
