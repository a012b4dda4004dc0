//! Workers that take what waits, each with something of its own that is warm (a connection and its
//! prepared statements). Whoever worked last is asked first: as many are kept busy as are needed,
//! and the others don't open anything.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

struct State<J> {
    /// What nobody was free for, the oldest first.
    waiting: VecDeque<J>,
    /// What a free worker was given, by the worker's number.
    given: Vec<Option<J>>,
    /// Free workers; the last one was busy last.
    idle: Vec<usize>,
    closed: bool,
}

struct Shared<J> {
    state: Mutex<State<J>>,
    bells: Vec<Condvar>,
}

impl<J> Shared<J> {
    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The asking end; when it is dropped, the workers finish what waits and end.
pub struct Pool<J>(Arc<Shared<J>>);

/// One worker's end.
pub struct Worker<J> {
    number: usize,
    shared: Arc<Shared<J>>,
}

impl<J> Pool<J> {
    /// A pool and its workers' ends, so many.
    #[must_use]
    pub fn new(workers: usize) -> (Pool<J>, Vec<Worker<J>>) {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                given: (0..workers).map(|_| None).collect(),
                idle: Vec::new(),
                closed: false,
            }),
            bells: (0..workers).map(|_| Condvar::new()).collect(),
        });
        let ends = (0..workers).map(|number| Worker { number, shared: shared.clone() }).collect();
        (Pool(shared), ends)
    }

    /// Gives it to whoever worked last and is free, or puts it behind what waits.
    pub fn send(&self, job: J) {
        let mut state = self.0.state();
        match state.idle.pop() {
            Some(number) => {
                state.given[number] = Some(job);
                self.0.bells[number].notify_one();
            }
            None => state.waiting.push_back(job),
        }
    }
}

impl<J> Drop for Pool<J> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.bells.iter().for_each(Condvar::notify_one);
    }
}

impl<J> Worker<J> {
    /// The next job; none when nobody will ask any more.
    pub fn next(&self) -> Option<J> {
        let mut state = self.shared.state();
        if let Some(job) = state.waiting.pop_front() {
            return Some(job);
        }
        state.idle.push(self.number);
        loop {
            if let Some(job) = state.given[self.number].take() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            let bell = &self.shared.bells[self.number];
            state = bell.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn one_asker_keeps_one_worker_busy() {
        let (pool, workers) = Pool::new(4);
        let (answers, answer) = mpsc::channel();
        let threads: Vec<_> = workers
            .into_iter()
            .map(|worker| {
                let answers = answers.clone();
                std::thread::spawn(move || {
                    while let Some(job) = worker.next() {
                        let _: &i32 = &job;
                        answers.send((worker.number, job)).expect("somebody listens");
                    }
                })
            })
            .collect();
        // An answer is sent before its worker is free again: once everybody waits, the last one
        // does.
        let free = || pool.0.state().idle.len() == 4;
        let mut busy = Vec::new();
        for job in 0..50 {
            while !free() {
                std::thread::yield_now();
            }
            pool.send(job);
            busy.push(answer.recv().expect("an answer"));
        }
        let who = busy[0].0;
        assert_eq!(busy, (0..50).map(|job| (who, job)).collect::<Vec<_>>());
        drop(pool);
        threads.into_iter().for_each(|thread| thread.join().expect("they end"));
    }

    #[test]
    fn what_waits_is_done_in_its_order_before_the_end() {
        let (pool, mut workers) = Pool::new(1);
        (0..100).for_each(|job| pool.send(job));
        drop(pool);
        let worker = workers.remove(0);
        let done: Vec<i32> = std::iter::from_fn(|| worker.next()).collect();
        assert_eq!(done, (0..100).collect::<Vec<_>>());
    }
}
