//! Doors: everything that comes in from outside and goes out, as offices, spreadsheets, scanners and mail programs make it.
//! One module a kind of door; the inputs stand in `cases/`. What each door reads, asks and refuses: `docs/doors.md`.

mod claims;
mod feeds;
mod figures;
mod files;
mod forms;
mod history;
mod imports;
mod mails;
mod papers;
mod results;
mod search;
mod wholesale;
mod words;
