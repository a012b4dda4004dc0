//! How much one address and one account may ask for. Counted by each node for itself; a person
//! never notices, a script does.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Requests a minute; as many at once.
pub struct Limits {
    address: DefaultKeyedRateLimiter<String>,
    account: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    pub fn new(address: NonZeroU32, account: NonZeroU32) -> Limits {
        let limiter = |n| RateLimiter::keyed(Quota::per_minute(n));
        Limits { address: limiter(address), account: limiter(account) }
    }

    /// Counts a request from an address; false where it is one too many.
    pub fn from_address(&self, address: &str) -> bool {
        admit(&self.address, address)
    }

    pub fn from_account(&self, account: &str) -> bool {
        admit(&self.account, account)
    }
}

/// Keys that are forgotten when they are full again.
const KEYS: usize = 50_000;

fn admit(limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> bool {
    if limiter.len() > KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(&key.to_string()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_is_one_too_many_and_others_are_not_concerned() {
        let limits = Limits::new(NonZeroU32::new(3).unwrap(), NonZeroU32::MAX);
        let asked: Vec<bool> = (0..4).map(|_| limits.from_address("a")).collect();
        assert_eq!(asked, [true, true, true, false]);
        assert!(limits.from_address("b"));
        assert!((0..1000).all(|_| limits.from_account("p")));
    }
}
