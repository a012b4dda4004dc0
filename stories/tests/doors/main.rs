//! Doors: everything that comes in from outside and goes out, as offices, spreadsheets, scanners
//! and mail programs make it. One module a kind of door; the inputs stand in `cases/`. What each
//! door reads, asks and refuses: `docs/doors.md`.

mod answers;
mod boxes;
mod claims;
mod corrections;
mod counts;
mod feeds;
mod figures;
mod files;
mod forms;
mod history;
mod imports;
mod mails;
mod numbers;
mod packing;
mod papers;
mod past;
mod results;
mod returned;
mod same;
mod search;
mod stored;
mod twins;
mod wholesale;
mod words;
