//! Where files are read: threads of their own with a short queue, so that pages never wait for a workbook. A file whose reading falls
//! over answers its own request and nobody else's.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// Files that may be on their way at once: coming in, waiting, being read.
const MOST_AT_ONCE: usize = 12;
/// Of one account.
const MOST_OF_ONE: usize = 4;

/// Why a file wasn't read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// Too many others wait.
    Busy,
    /// The reader fell over: our fault.
    Fell(String),
}

pub struct Readers {
    queue: SyncSender<Work>,
    /// Kept, so that a queue whose readers are gone is full and not closed.
    _work: Arc<Mutex<Receiver<Work>>>,
    under_way: Arc<Mutex<HashMap<String, usize>>>,
}

/// A place among the files under way; given back when it is dropped.
pub struct Place {
    account: String,
    under_way: Arc<Mutex<HashMap<String, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = all.get_mut(&self.account) {
            *n -= 1;
            if *n == 0 {
                all.remove(&self.account);
            }
        }
    }
}

impl Default for Readers {
    /// Half of the cores: the other half answers pages.
    fn default() -> Readers {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Readers::with((cores / 2).max(1), MOST_AT_ONCE)
    }
}

impl Readers {
    pub fn with(threads: usize, waiting: usize) -> Readers {
        let (queue, work) = sync_channel::<Work>(waiting);
        let work = Arc::new(Mutex::new(work));
        for _ in 0..threads {
            let work = Arc::downgrade(&work);
            // Without its thread the node reads no files and says so; it isn't worth the node.
            if let Err(why) = std::thread::Builder::new().name("reader".into()).spawn(move || read_on(&work)) {
                tracing::error!(%why, "no thread to read files");
            }
        }
        Readers { queue, _work: work, under_way: Arc::default() }
    }

    /// A place for a file that is about to come in; none where too many are under way, in all or of this account.
    pub fn place(&self, account: &str) -> Option<Place> {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if all.values().sum::<usize>() >= MOST_AT_ONCE || all.get(account).is_some_and(|n| *n >= MOST_OF_ONE) {
            return None;
        }
        *all.entry(account.to_string()).or_default() += 1;
        Some(Place { account: account.to_string(), under_way: self.under_way.clone() })
    }

    /// Does work on a reader's thread.
    ///
    /// # Errors
    /// The queue is full, or the work fell over.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotRead> {
        let (done, waiting) = oneshot::channel();
        let work = Box::new(move || {
            let outcome = catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
                let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
                NotRead::Fell(said.unwrap_or("a reader fell over").to_string())
            });
            // Nobody waits any more where the request was given up.
            let _ = done.send(outcome);
        });
        self.queue.try_send(work).map_err(|_| NotRead::Busy)?;
        waiting.await.map_err(|_| NotRead::Fell("a reader went away".into()))?
    }
}

fn read_on(work: &Weak<Mutex<Receiver<Work>>>) {
    while let Some(work) = work.upgrade() {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(Duration::from_secs(1));
        // Not held while reading: the house may go away meanwhile.
        drop(work);
        if let Ok(next) = next {
            next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_reader_that_falls_over_answers_and_reads_on() {
        let readers = Readers::with(1, 2);
        let fell = wait(readers.run(|| -> usize { panic!("no such cell") }));
        assert_eq!(fell, Err(NotRead::Fell("no such cell".into())));
        assert_eq!(wait(readers.run(|| 7)), Ok(7));
    }

    #[test]
    fn a_full_queue_says_so() {
        let readers = Readers::with(0, 1);
        let (first, second) = (readers.run(|| 1), readers.run(|| 2));
        let mut first = Box::pin(first);
        let mut idle = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(first.as_mut().poll(&mut idle).is_pending());
        assert_eq!(wait(second), Err(NotRead::Busy));
    }

    #[test]
    fn places_are_few_and_given_back() {
        let readers = Readers::with(0, 1);
        let mine: Vec<Place> = (0..MOST_OF_ONE).map(|_| readers.place("a").unwrap()).collect();
        assert!(readers.place("a").is_none());
        let others: Vec<Place> = (MOST_OF_ONE..MOST_AT_ONCE).map(|n| readers.place(&n.to_string()).unwrap()).collect();
        assert!(readers.place("z").is_none());
        drop(mine);
        assert!(readers.place("a").is_some());
        drop(others);
        assert!(readers.under_way.lock().unwrap().is_empty());
    }
}
