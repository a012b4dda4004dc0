//! Seals: now and then the heads of all chains that moved are put under the root of one hash tree
//! (RFC 6962), and the roots are a chain themselves. Whoever rewrites a chain would have to rewrite
//! every seal since; whoever keeps one seal's hash elsewhere would notice even that. Sealing never
//! makes a writer wait: it works on a snapshot, beside them.

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::db::{Failure, Tx};
use crate::journal::{self, Fault};
use crate::{args, row, secrets, sql};

row! {
    /// One seal. Its hash covers everything else in it.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Seal {
        pub number: i64,
        pub at: Timestamp,
        /// Chains under the root.
        pub leaves: i64,
        /// Rows of the journal that it covers and no seal before it did.
        pub covered: i64,
        pub root: String,
        pub previous: String,
        pub hash: String,
    }
}

row! {
    /// The head of one chain, as a seal found it.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Leaf {
        pub record_kind: String,
        pub record_id: String,
        pub number: i64,
        pub hash: String,
    }
}

impl Seal {
    pub fn hashed_text(&self) -> String {
        serde_json::json!([
            self.number,
            self.at.as_microsecond(),
            self.leaves,
            self.covered,
            self.root,
            self.previous
        ])
        .to_string()
    }
    pub fn computed_hash(&self) -> String {
        secrets::hex(&Sha256::digest(self.hashed_text().as_bytes()))
    }
}

impl Leaf {
    pub fn hashed_text(&self) -> String {
        serde_json::json!([self.record_kind, self.record_id, self.number, self.hash]).to_string()
    }
}

type Hash = [u8; 32];

fn leaf_hash(leaf: &Leaf) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(leaf.hashed_text().as_bytes());
    hasher.finalize().into()
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The tree's levels from the leaves up; an odd last node moves up as it is.
fn levels(leaves: &[Leaf]) -> Vec<Vec<Hash>> {
    let mut levels = vec![leaves.iter().map(leaf_hash).collect::<Vec<_>>()];
    while levels.last().is_some_and(|l| l.len() > 1) {
        let below = &levels[levels.len() - 1];
        levels.push(
            below
                .chunks(2)
                .map(|pair| if pair.len() == 2 { node_hash(&pair[0], &pair[1]) } else { pair[0] })
                .collect(),
        );
    }
    levels
}

/// The root over leaves in their order, as hexadecimal digits.
pub fn root(leaves: &[Leaf]) -> String {
    levels(leaves)
        .last()
        .and_then(|top| top.first())
        .map_or_else(|| secrets::hex(&Sha256::digest([])), |h| secrets::hex(h))
}

/// The neighbours on the way from one leaf to the root: (on the left side, hash).
pub fn path(leaves: &[Leaf], position: usize) -> Vec<(bool, String)> {
    let (mut at, mut steps) = (position, Vec::new());
    for level in levels(leaves) {
        if let Some(neighbour) = level.get(at ^ 1) {
            steps.push((at % 2 == 1, secrets::hex(neighbour)));
        }
        at /= 2;
    }
    steps
}

/// Rows that one seal covers at most; what is left waits for the next, which follows at once. On
/// the embedded engine this bounds how long a writer may wait.
pub const MOST: i64 = 5_000;

/// Seals what isn't sealed yet; nothing where nothing moved. Run it beside the writers
/// ([`crate::db::Db::beside`]).
pub fn seal(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Seal>, Failure> {
    let rows: Vec<Leaf> = tx.all(
        sql!(
            "select record_kind, record_id, number, hash
               from journal
              where sealed_in is null
              order by record_kind, record_id, number
              limit $1"
        ),
        args![MOST],
    )?;
    let Some(last) = rows.last().cloned() else { return Ok(None) };
    let covered = rows.len() as i64;
    let mut heads: Vec<Leaf> = Vec::new();
    for row in rows {
        match heads
            .last_mut()
            .filter(|h| h.record_kind == row.record_kind && h.record_id == row.record_id)
        {
            Some(head) => *head = row,
            None => heads.push(row),
        }
    }
    let before = latest(tx)?;
    let mut seal = Seal {
        number: before.as_ref().map_or(0, |s| s.number) + 1,
        at: now,
        leaves: heads.len() as i64,
        covered,
        root: root(&heads),
        previous: before.map_or(String::new(), |s| s.hash),
        hash: String::new(),
    };
    seal.hash = seal.computed_hash();
    tx.run(
        sql!(
            "insert into seal (number, at, leaves, covered, root, previous, hash)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            seal.number,
            seal.at,
            seal.leaves,
            seal.covered,
            &seal.root,
            &seal.previous,
            &seal.hash
        ],
    )?;
    for (position, leaf) in heads.iter().enumerate() {
        tx.run(
            sql!(
                "insert into seal_leaf (seal, position, record_kind, record_id, number, hash)
                 values ($1, $2, $3, $4, $5, $6)"
            ),
            args![
                seal.number,
                position as i64,
                &leaf.record_kind,
                &leaf.record_id,
                leaf.number,
                &leaf.hash
            ],
        )?;
    }
    let marked = tx.run(
        sql!(
            "update journal
                set sealed_in = $1
              where sealed_in is null
                and (record_kind, record_id, number) <= ($2, $3, $4)"
        ),
        args![seal.number, &last.record_kind, &last.record_id, last.number],
    )?;
    if marked as i64 != covered {
        // Somebody else seals at the same time; their seal comes first.
        return Err(Failure::Again);
    }
    Ok(Some(seal))
}

pub fn latest(tx: &mut Tx<'_>) -> Result<Option<Seal>, Failure> {
    tx.first(
        sql!(
            "select number, at, leaves, covered, root, previous, hash
               from seal
              order by number desc
              limit 1"
        ),
        args![],
    )
}

/// Every seal, oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Seal>, Failure> {
    tx.all(
        sql!("select number, at, leaves, covered, root, previous, hash from seal order by number"),
        args![],
    )
}

pub fn leaves(tx: &mut Tx<'_>, seal: i64) -> Result<Vec<Leaf>, Failure> {
    tx.all(
        sql!(
            "select record_kind, record_id, number, hash
               from seal_leaf
              where seal = $1
              order by position"
        ),
        args![seal],
    )
}

/// The last seal that covers a chain, with the leaf's position in its tree.
pub fn of_chain(tx: &mut Tx<'_>, kind: &str, id: &str) -> Result<Option<(i64, i64)>, Failure> {
    tx.first(
        sql!(
            "select seal, position
               from seal_leaf
              where record_kind = $1
                and record_id = $2
              order by seal desc
              limit 1"
        ),
        args![kind, id],
    )
}

/// What a verification found.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    pub rows: u64,
    pub seals: u64,
    /// Rows that no seal covers yet.
    pub unsealed: i64,
    /// Number and hash of the last seal: kept elsewhere, it proves later that nothing before it was
    /// rewritten.
    pub last_seal: Option<(i64, String)>,
    pub faults: Vec<Fault>,
}

/// Verifies chains and seals: finds any changed, removed, inserted or reordered row, and says
/// which. `anchor` is a seal's number and hash that was kept elsewhere.
pub fn verify(tx: &mut Tx<'_>, anchor: Option<(i64, &str)>) -> Result<Verdict, Failure> {
    let mut faults = Vec::new();
    let rows = journal::verify_chains(tx, &mut faults)?;
    let seals = all(tx)?;
    let seal_fault = |number: i64, what: &str| Fault {
        record_kind: "seal".into(),
        record_id: String::new(),
        number,
        what: what.into(),
    };
    let mut last: Option<&Seal> = None;
    for seal in &seals {
        if seal.number != last.map_or(0, |l| l.number) + 1
            || seal.previous != last.map_or("", |l| l.hash.as_str())
        {
            faults.push(seal_fault(seal.number, "this seal doesn't follow the one before it"));
        }
        let leaves = leaves(tx, seal.number)?;
        if seal.hash != seal.computed_hash()
            || seal.root != root(&leaves)
            || seal.leaves != leaves.len() as i64
        {
            faults.push(seal_fault(seal.number, "this seal was changed"));
        }
        last = Some(seal);
    }
    if let Some((number, hash)) = anchor
        && !seals.iter().any(|s| s.number == number && s.hash == hash)
    {
        faults.push(seal_fault(number, "this seal isn't the one that was kept elsewhere"));
    }
    // A sealed row that isn't there any more, or is another one.
    let gone: Vec<(String, String, i64, i64)> = tx.all(
        sql!(
            "select l.record_kind, l.record_id, l.number, l.seal
               from seal_leaf l
               left join journal j on j.record_kind = l.record_kind and j.record_id = l.record_id
                         and j.number = l.number
              where j.hash is null
                 or j.hash <> l.hash
              order by l.record_kind, l.record_id, l.number
              limit 1000"
        ),
        args![],
    )?;
    for (record_kind, record_id, number, seal) in gone {
        faults.push(Fault {
            record_kind,
            record_id,
            number,
            what: format!("seal {seal} knows this row otherwise: it was removed or replaced"),
        });
    }
    // A row that claims a seal which doesn't know it.
    let foreign: Vec<(String, String, i64, i64)> = tx.all(
        sql!(
            "select j.record_kind, j.record_id, j.number, j.sealed_in
               from journal j
              where j.sealed_in is not null
                and not exists
                    (select 1
                       from seal_leaf l
                      where l.record_kind = j.record_kind
                        and l.record_id = j.record_id
                        and l.seal = j.sealed_in
                        and l.number >= j.number)
              order by j.record_kind, j.record_id, j.number
              limit 1000"
        ),
        args![],
    )?;
    for (record_kind, record_id, number, seal) in foreign {
        faults.push(Fault {
            record_kind,
            record_id,
            number,
            what: format!("seal {seal} doesn't know this row: it was inserted"),
        });
    }
    let (unsealed,): (i64,) =
        tx.one(sql!("select count(*) from journal where sealed_in is null"), args![])?;
    Ok(Verdict {
        rows,
        seals: seals.len() as u64,
        unsealed,
        last_seal: last.map(|s| (s.number, s.hash.clone())),
        faults,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(n: usize) -> Vec<Leaf> {
        (0..n)
            .map(|i| Leaf {
                record_kind: "k".into(),
                record_id: i.to_string(),
                number: 1,
                hash: "h".into(),
            })
            .collect()
    }

    #[test]
    fn every_leaf_leads_to_the_root_by_its_path() {
        for n in 1..20 {
            let leaves = some(n);
            for (position, leaf) in leaves.iter().enumerate() {
                let unhex = |text: &str| -> Hash {
                    std::array::from_fn(|i| {
                        u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()
                    })
                };
                let top =
                    path(&leaves, position).iter().fold(leaf_hash(leaf), |own, (left, other)| {
                        if *left {
                            node_hash(&unhex(other), &own)
                        } else {
                            node_hash(&own, &unhex(other))
                        }
                    });
                assert_eq!(secrets::hex(&top), root(&leaves), "{position} of {n}");
            }
        }
    }

    #[test]
    fn a_root_depends_on_every_leaf_and_on_their_order() {
        let leaves = some(5);
        for i in 0..5 {
            let mut other = leaves.clone();
            other[i].number = 2;
            assert_ne!(root(&leaves), root(&other));
        }
        let mut turned = leaves.clone();
        turned.swap(1, 3);
        assert_ne!(root(&leaves), root(&turned));
        assert_ne!(root(&leaves), root(&leaves[..4]));
    }
}
