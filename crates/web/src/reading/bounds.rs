//! What a file may cost: time and bytes unpacked. Everything is counted as it comes, whatever a
//! file says about itself.

use std::cell::Cell as Shared;
use std::io::{self, Read};
use std::rc::Rc;
use std::time::Duration;

use platform::measure::Watch;

/// What one part of a file may unpack to, beside what its size lets expect.
const MOST_UNPACKED: u64 = 100 * 1024 * 1024;
/// A file of any size may unpack to this much.
const ALWAYS_UNPACKED: u64 = 20 * 1024 * 1024;
/// And to so many times its size: no office's table is packed tighter.
const TIGHTEST: u64 = 40;
/// Between two marks of XML no cell of a spreadsheet holds more.
const LONGEST_PIECE: u64 = 1024 * 1024;
/// Marks of XML, records of an old workbook: so many always, so many for each byte of the file, and
/// never more than the last.
const STEPS: [u64; 3] = [500_000, 3, 4_000_000];
/// After this long a file is given up.
const PATIENCE: Duration = Duration::from_secs(15);

pub const TOO_MUCH: &str = "ファイルの中身が大きすぎるか、壊れています（展開して100MBまで、1つのセルは32,767文字まで）。必要な行だけを新しい表に写して保存してください。";
const TOO_SLOW: &str =
    "ファイルを読むのに時間がかかりすぎました。必要な行だけを新しい表に写して保存してください。";

/// What is left of a file's allowance; shared by everything that reads of it.
pub struct Bounds {
    left: Shared<u64>,
    piece: Shared<u64>,
    steps: Shared<u64>,
    most_steps: u64,
    begun: Watch,
    broken: Shared<Option<&'static str>>,
    /// The sheet that a person asked for.
    pub wanted: Option<String>,
}

impl Bounds {
    /// What a file may cost; of a workbook one sheet by its name, where a person asked for it.
    pub fn wanting(bytes: &[u8], sheet: Option<&str>) -> Rc<Bounds> {
        let unpacked =
            (bytes.len() as u64).saturating_mul(TIGHTEST).clamp(ALWAYS_UNPACKED, MOST_UNPACKED);
        Rc::new(Bounds {
            left: Shared::new(unpacked),
            piece: Shared::new(0),
            steps: Shared::new(0),
            most_steps: (bytes.len() as u64)
                .saturating_mul(STEPS[1])
                .saturating_add(STEPS[0])
                .min(STEPS[2]),
            begun: Watch::begins(),
            broken: Shared::new(None),
            wanted: sheet.map(str::to_string),
        })
    }

    /// Counts one step of reading.
    ///
    /// # Errors
    /// The sentence, where it is one too many or too late.
    pub fn step(&self) -> Result<(), String> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        self.piece.set(0);
        if steps > self.most_steps {
            return Err(TOO_MUCH.into());
        }
        if steps.is_multiple_of(4096) && self.begun.elapsed() > PATIENCE {
            return Err(TOO_SLOW.into());
        }
        Ok(())
    }

    /// Why reading broke off, if it was for a bound.
    pub fn broken(&self) -> Option<String> {
        self.broken.get().map(str::to_string)
    }

    fn take(&self, bytes: u64) -> io::Result<()> {
        let (left, piece) = (self.left.get().checked_sub(bytes), self.piece.get() + bytes);
        self.piece.set(piece);
        let Some(left) = left.filter(|_| piece <= LONGEST_PIECE) else {
            self.broken.set(Some(TOO_MUCH));
            return Err(io::Error::other("over a bound"));
        };
        self.left.set(left);
        if self.begun.elapsed() > PATIENCE {
            self.broken.set(Some(TOO_SLOW));
            return Err(io::Error::other("over the time"));
        }
        Ok(())
    }
}

/// A reader whose bytes are counted.
pub struct Bounded<R> {
    inner: R,
    bounds: Rc<Bounds>,
}

impl<R> Bounded<R> {
    pub fn new(inner: R, bounds: &Rc<Bounds>) -> Bounded<R> {
        Bounded { inner, bounds: bounds.clone() }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.bounds.take(read as u64)?;
        Ok(read)
    }
}
