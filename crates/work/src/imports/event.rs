//! What the journal is told of tables that came in.

use platform::events;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of an import (its id).
    pub enum Event of "import" {
        /// A table came; nothing of it is written yet.
        "import.take" => Taken { after: Taken },
        /// The file was read otherwise.
        "import.read" => Reread { after: Reread },
        /// Its rows were written.
        "import.apply" => Applied { after: Counts },
        "import.undo" => Undone {},
    }
}

/// A table that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Of the list into which it came.
    pub kind: String,
    /// Name of the file.
    pub file: String,
    /// Sum of the file.
    pub digest: String,
    /// With the heading's.
    pub rows: usize,
}

/// How a table was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reread {
    /// Encoding or kind of file.
    pub read_as: String,
    /// Name of the sheet; empty where there are none.
    pub sheet: String,
    /// With the heading's.
    pub rows: usize,
}

/// Rows of an import: 追加・変更・変更なし・確かめる・取り込めない
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub added: usize,
    pub changed: usize,
    pub same: usize,
    /// Doubtful rows, which are taken only where the person says so. Older rows lack it.
    #[serde(default)]
    pub asked: usize,
    pub bad: usize,
}
