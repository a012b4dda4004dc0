//! Where files are read: threads of their own with a short queue, so that pages never wait for a
//! workbook. A file whose reading falls over answers its own request and nobody else's.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// Files that may be read or wait for it at once.
const MOST_AT_ONCE: usize = 12;
/// Files of one account that may be on their way at once: coming in, waiting, being read.
const MOST_OF_ONE: usize = 4;
/// Bytes of all files that are on their way. A file that says it is large and never comes holds
/// none.
const MOST_BYTES: usize = 128 * 1024 * 1024;

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
    under_way: Arc<Mutex<UnderWay>>,
}

#[derive(Default)]
struct UnderWay {
    of: HashMap<String, usize>,
    turns: usize,
    bytes: usize,
}

/// A place among the files of an account; given back, with the bytes that came, when it is dropped.
pub struct Place {
    account: String,
    bytes: AtomicUsize,
    under_way: Arc<Mutex<UnderWay>>,
}

/// A place among the files that are read; given back when it is dropped.
pub struct Turn {
    under_way: Arc<Mutex<UnderWay>>,
}

impl Place {
    /// So many bytes more have come; whether there is room for them.
    pub fn came(&self, bytes: usize) -> bool {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if all.bytes + bytes > MOST_BYTES {
            return false;
        }
        all.bytes += bytes;
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        true
    }

    /// To be read, once the file is there; none where too many are.
    pub fn turn(&self) -> Option<Turn> {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if all.turns >= MOST_AT_ONCE {
            return None;
        }
        all.turns += 1;
        Some(Turn { under_way: self.under_way.clone() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).turns -= 1;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        all.bytes -= self.bytes.load(Ordering::Relaxed);
        if let Some(n) = all.of.get_mut(&self.account) {
            *n -= 1;
            if *n == 0 {
                all.of.remove(&self.account);
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
            let work = work.clone();
            // Without its thread the node reads no files and says so; it isn't worth the node.
            if let Err(why) =
                std::thread::Builder::new().name("reader".into()).spawn(move || read_on(&work))
            {
                tracing::error!(%why, "no thread to read files");
            }
        }
        Readers { queue, _work: work, under_way: Arc::default() }
    }

    /// A place for a file that is about to come in; none where this account has too many under way.
    pub fn place(&self, account: &str) -> Option<Place> {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.of.entry(account.to_string()).or_default();
        if *own >= MOST_OF_ONE {
            return None;
        }
        *own += 1;
        Some(Place {
            account: account.to_string(),
            bytes: AtomicUsize::new(0),
            under_way: self.under_way.clone(),
        })
    }

    /// Does work on a reader's thread.
    ///
    /// # Errors
    /// The queue is full, or the work fell over.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotRead> {
        let (done, waiting) = oneshot::channel();
        let work = Box::new(move || {
            // Nobody waits any more where the request was given up.
            if done.is_closed() {
                return;
            }
            let outcome = catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
                let said = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied());
                NotRead::Fell(said.unwrap_or("a reader fell over").to_string())
            });
            let _ = done.send(outcome);
        });
        self.queue.try_send(work).map_err(|_| NotRead::Busy)?;
        waiting.await.map_err(|_| NotRead::Fell("a reader went away".into()))?
    }
}

/// Until the house goes away, and its end of the queue with it.
fn read_on(work: &Mutex<Receiver<Work>>) {
    loop {
        // Not held while reading.
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(next) => next(),
            Err(_) => return,
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
        // Files that never come keep nobody else from sending one.
        let others: Vec<Place> =
            (0..10 * MOST_AT_ONCE).map(|n| readers.place(&n.to_string()).unwrap()).collect();
        let other = readers.place("z").unwrap();
        let turns: Vec<Turn> =
            others.iter().take(MOST_AT_ONCE).map(|place| place.turn().unwrap()).collect();
        assert!(other.turn().is_none());
        drop(turns);
        assert!(other.turn().is_some());
        assert!(mine[0].came(MOST_BYTES - 10) && other.came(10) && !other.came(1));
        drop(mine);
        assert!(other.came(MOST_BYTES - 10));
        assert!(readers.place("a").is_some());
        drop((others, other));
        let all = readers.under_way.lock().unwrap();
        assert!(all.of.is_empty());
        assert_eq!((all.turns, all.bytes), (0, 0));
    }

    #[test]
    fn work_that_nobody_waits_for_any_more_is_not_done() {
        let readers = Readers::with(0, 1);
        let done = Arc::new(AtomicUsize::new(0));
        let counted = done.clone();
        let mut given_up = Box::pin(readers.run(move || counted.fetch_add(1, Ordering::Relaxed)));
        let mut idle = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(given_up.as_mut().poll(&mut idle).is_pending());
        drop(given_up);
        let next = readers._work.lock().unwrap().try_recv().unwrap();
        next();
        assert_eq!(done.load(Ordering::Relaxed), 0);
    }
}
