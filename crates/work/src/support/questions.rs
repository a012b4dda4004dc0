//! What people asked the assistant, without who asked: to see what isn't found.

use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql};

use crate::Caller;

/// Keeps a question and the id of the first answer (empty where none was near); returns the
/// question's id.
///
/// # Errors
/// The database's.
pub fn keep_question(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    question: &str,
    found: &str,
) -> Result<String, Failure> {
    let id = ids::timed("qa", by.now);
    // Kept to see what people ask and don't find; not who asked.
    tx.run(
        sql!("insert into question_asked (id, at, text, found) values ($1, $2, $3, $4)"),
        args![&id, by.now, question, found],
    )?;
    Ok(id)
}

rules::words! {
    /// Whether answers helped; nothing is kept until somebody has said so.
    pub enum Outcome {
        Solved = "solved",
        None = "none",
    }
}

/// Keeps whether the answers to a question helped.
///
/// # Errors
/// The database's.
pub fn keep_outcome(tx: &mut Tx<'_>, question: &str, outcome: Outcome) -> Result<(), Failure> {
    tx.run(
        sql!("update question_asked set outcome = $1 where id = $2"),
        args![outcome.key(), question],
    )
    .map(|_| ())
}

row! {
    /// How many questions were asked, and how many said that the answer helped or didn't.
    pub struct Outcomes {
        pub all: i64,
        pub solved: i64,
        pub unsolved: i64,
    }
}

/// How the questions went.
pub fn outcomes(tx: &mut Tx<'_>) -> Result<Outcomes, Failure> {
    tx.one(
        sql!(
            "select count(*),
                    cast(coalesce(sum(case when outcome = 'solved' then 1 else 0 end), 0) as
                         bigint),
                    cast(coalesce(sum(case when outcome = 'none' then 1 else 0 end), 0) as bigint)
               from question_asked"
        ),
        args![],
    )
}

/// What was typed and not found, and how often, most often first; 100 at most.
pub fn not_found(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, Failure> {
    tx.all(
        sql!(
            "select text, count(*)
               from question_asked
              where outcome = 'none'
                 or found = ''
              group by text
              order by count(*) desc, text
              limit 100"
        ),
        args![],
    )
}

/// The answers that were found first, and how often, most often first; 10 at most.
pub fn found_most(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, Failure> {
    tx.all(
        sql!(
            "select found, count(*)
               from question_asked
              where found <> ''
              group by found
              order by count(*) desc, found
              limit 10"
        ),
        args![],
    )
}
