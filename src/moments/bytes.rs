//! Moments as bytes: small, exact, and the same on every platform.
//!
//! ```text
//! "L2MOMENT"  version u32  names u8 (1: they follow)  kind u8  0 u16  p u64  k u64  n u64  W f64
//! [for each name: length u32, UTF-8]   means f64 × (p+k)   their rests f64 × (p+k)
//! lower triangle of C f64 × (p+k)(p+k+1)/2
//! ```
//!
//! Everything is little-endian. The kind says what the numbers are: 0 for sums in floating-point arithmetic, the only
//! kind that this version reads and writes; 1 is kept for exact sums, whose bits do not depend on the order of the
//! rows.

use super::Moments;
use super::stored::Stored;
use crate::error::{Error, Result};
use crate::version::{Format, Version};

const MAGIC: [u8; 8] = *b"L2MOMENT";
/// The kind of sums that is read and written.
const FLOATING: u8 = 0;
/// Names of the kinds there are or will be.
const KINDS: [&str; 2] = ["floating-point sums", "exact sums"];

impl Moments {
    /// The moments as bytes; [`from_bytes`](Self::from_bytes) gives them back to the last bit.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let moments = Moments::from_data(array![[1.0], [2.0]].view(), array![3.0, 5.0].view(), None)?;
    /// assert_eq!(Moments::from_bytes(&moments.to_bytes())?, moments);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = Stored::from(self.clone());
        let mut bytes = MAGIC.to_vec();
        bytes.extend(Stored::VERSION.to_le_bytes());
        bytes.extend([u8::from(stored.feature_names.is_some()), FLOATING, 0, 0]);
        for count in [stored.n_features, stored.n_targets, stored.n_samples] {
            bytes.extend((count as u64).to_le_bytes());
        }
        bytes.extend(stored.weight_sum.to_le_bytes());
        for name in stored.feature_names.iter().flatten() {
            // A name beyond 4 GiB is cut at the length that can be written; no file has one.
            let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
            bytes.extend(length.to_le_bytes());
            bytes.extend(name.bytes().take(length as usize));
        }
        for value in stored
            .mean
            .iter()
            .chain(&stored.mean_rest)
            .chain(&stored.cross)
        {
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }

    /// The moments that [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for bytes that are not moments, are cut short or go on; [`Error::UnsupportedVersion`];
    /// [`Error::UnsupportedKind`] for sums of another kind; [`Error::NonFinite`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader { bytes };
        if reader.take::<8>()? != MAGIC {
            return Err(malformed("it does not start as moments do"));
        }
        let format_version = Version::new(u32::from_le_bytes(reader.take()?))?;
        let named = match reader.take()? {
            [named @ (0 | 1), FLOATING, 0, 0] => named == 1,
            [0 | 1, kind, 0, 0] => {
                let name = KINDS.get(usize::from(kind)).map(ToString::to_string);
                return Err(Error::UnsupportedKind {
                    what: Stored::WHAT,
                    found: name.unwrap_or_else(|| format!("kind {kind}")),
                    supported: KINDS[usize::from(FLOATING)],
                });
            }
            _ => return Err(malformed("unknown flags")),
        };
        let [n_features, n_targets, n_samples] =
            [reader.count()?, reader.count()?, reader.count()?];
        let weight_sum = f64::from_le_bytes(reader.take()?);
        let width = n_features
            .checked_add(n_targets)
            .ok_or(malformed("the number of features is too large"))?;
        let triangle = width
            .checked_add(1)
            .and_then(|next| width.checked_mul(next))
            .map(|twice| twice / 2);
        let triangle = triangle.ok_or(malformed("the number of features is too large"))?;
        let feature_names = if named {
            Some(
                (0..n_features)
                    .map(|_| reader.name())
                    .collect::<Result<_>>()?,
            )
        } else {
            None
        };
        let mean = reader.numbers(width)?;
        let mean_rest = reader.numbers(width)?;
        let cross = reader.numbers(triangle)?;
        if !reader.bytes.is_empty() {
            return Err(malformed("there are more bytes than moments have"));
        }
        Stored {
            format_version,
            n_features,
            n_targets,
            feature_names,
            n_samples,
            weight_sum,
            mean,
            mean_rest,
            cross,
        }
        .try_into()
    }
}

/// Bytes not yet read.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self
            .bytes
            .split_first_chunk::<N>()
            .ok_or(malformed("it is cut short"))?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn count(&mut self) -> Result<usize> {
        usize::try_from(u64::from_le_bytes(self.take()?))
            .map_err(|_| malformed("a count is too large"))
    }

    fn name(&mut self) -> Result<String> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let (name, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or(malformed("it is cut short"))?;
        self.bytes = rest;
        String::from_utf8(name.to_vec()).map_err(|_| malformed("a name is not UTF-8"))
    }

    /// So many numbers; the bytes are there before room is made for them.
    fn numbers(&mut self, count: usize) -> Result<Vec<f64>> {
        let length = count
            .checked_mul(8)
            .ok_or(malformed("a count is too large"))?;
        let (numbers, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or(malformed("it is cut short"))?;
        self.bytes = rest;
        Ok(numbers
            .as_chunks::<8>()
            .0
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes))
            .collect())
    }
}

fn malformed(problem: &'static str) -> Error {
    Stored::malformed(problem)
}
