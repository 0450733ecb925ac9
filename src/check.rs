//! Checks at the public edge: shapes, parameters, and that data are finite. The loops behind it check nothing.

use ndarray::{ArrayView, ArrayView1, Dimension};

use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::Scalar;

/// Setters that consume a parameter set and return it: `name: Type` of the field of that name.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $kind) -> Self {
            self.$name = $name;
            self
        })*
    };
}
pub(crate) use setters;

/// Refuses a parameter that breaks its rule.
pub(crate) fn check_parameter(
    holds: bool,
    name: &'static str,
    value: f64,
    rule: &'static str,
) -> Result<()> {
    if holds {
        Ok(())
    } else {
        Err(Error::parameter(name, value, rule))
    }
}

/// Refuses a parameter that is NaN, infinite or negative.
pub(crate) fn check_non_negative(name: &'static str, value: f64) -> Result<()> {
    let holds = value.is_finite() && value >= 0.0;
    check_parameter(holds, name, value, "finite and at least 0")
}

/// Refuses a parameter that is NaN, infinite, zero or negative.
pub(crate) fn check_positive(name: &'static str, value: f64) -> Result<()> {
    let holds = value.is_finite() && value > 0.0;
    check_parameter(holds, name, value, "finite and above 0")
}

/// Refuses a parameter outside the open interval (0, 1).
pub(crate) fn check_open_unit(name: &'static str, value: f64) -> Result<()> {
    let holds = value > 0.0 && value < 1.0;
    check_parameter(holds, name, value, "strictly between 0 and 1")
}

/// Refuses a parameter outside `[0, 1)`.
pub(crate) fn check_fraction(name: &'static str, value: f64) -> Result<()> {
    let holds = (0.0..1.0).contains(&value);
    check_parameter(holds, name, value, "at least 0 and below 1")
}

/// Refuses a count of 0.
pub(crate) fn check_count(name: &'static str, value: usize) -> Result<()> {
    check_parameter(value > 0, name, 0.0, "at least 1")
}

/// Refuses a number outside `[0, 1]`.
pub(crate) fn check_unit(name: &'static str, value: f64) -> Result<()> {
    check_non_negative(name, value)?;
    check_parameter(value <= 1.0, name, value, "between 0 and 1")
}

/// Refuses fewer rows than a method needs.
pub(crate) fn check_rows(what: &'static str, required: usize, found: usize) -> Result<()> {
    if found >= required {
        Ok(())
    } else {
        Err(Error::too_few(what, required, found))
    }
}

/// Refuses two counts that differ.
pub(crate) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found {
        Ok(())
    } else {
        Err(Error::ShapeMismatch {
            what,
            expected,
            found,
        })
    }
}

/// Refuses NaN and infinity, naming the first by row and column.
pub(crate) fn check_finite<F: Scalar, D: Dimension>(
    what: &'static str,
    values: ArrayView<'_, F, D>,
) -> Result<()> {
    let finite = match values.as_slice_memory_order() {
        Some(slice) => are_finite(slice),
        None => values.iter().all(|v| v.is_finite()),
    };
    if finite {
        return Ok(());
    }
    let columns = if values.ndim() < 2 {
        1
    } else {
        values.shape()[1]
    };
    match values.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        Some((index, value)) => Err(Error::NonFinite {
            what,
            row: index / columns,
            column: index % columns,
            value: value.wide(),
        }),
        None => Ok(()),
    }
}

/// True if no value is NaN or infinite. Zero times a finite number is zero, times anything else NaN: a sum without a
/// branch tells, and several sums do not wait for each other.
pub(crate) fn are_finite<F: Scalar>(values: &[F]) -> bool {
    const LANES: usize = 32;
    values.chunks(4096).all(|chunk| {
        let mut lanes = [F::zero(); LANES];
        let (blocks, rest) = chunk.as_chunks::<LANES>();
        for block in blocks {
            for lane in 0..LANES {
                lanes[lane] += block[lane] * F::zero();
            }
        }
        lanes.iter().chain(rest).all(|v| v.is_finite())
    })
}

/// [`are_finite`] on all threads, where it is worth them.
pub(crate) fn are_finite_in_parallel<F: Scalar>(values: &[F]) -> bool {
    const CHUNK: usize = 1 << 19;
    parallel::all(values.len().div_ceil(CHUNK), |chunk| {
        let end = values.len().min((chunk + 1) * CHUNK);
        are_finite(&values[chunk * CHUNK..end])
    })
}

/// Refuses a result that left the floating-point range.
pub(crate) fn check_range<'a, F: Scalar>(
    what: &'static str,
    values: impl IntoIterator<Item = &'a F>,
) -> Result<()> {
    if values.into_iter().all(|v| v.is_finite()) {
        Ok(())
    } else {
        Err(Error::overflow(what))
    }
}

/// Refuses weights that are not finite, negative, of another length than the rows, or all zero.
pub(crate) fn check_weights<F: Scalar>(
    weights: Option<ArrayView1<'_, F>>,
    n_samples: usize,
) -> Result<()> {
    let Some(weights) = weights else {
        return Ok(());
    };
    check_length("length of weights", n_samples, weights.len())?;
    check_finite("weights", weights)?;
    if let Some((row, value)) = weights.iter().enumerate().find(|(_, v)| **v < F::zero()) {
        return Err(Error::NegativeWeight {
            row,
            value: value.wide(),
        });
    }
    if weights.iter().all(|v| *v == F::zero()) {
        return Err(Error::ZeroWeights);
    }
    Ok(())
}

/// A name as one types it: small letters, and hyphens for spaces.
fn typed(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The one of `all` whose name is `text`, in letters of any case and with spaces, hyphens or underscores.
pub(crate) fn by_name<T: Copy>(
    what: &'static str,
    text: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T> {
    let found = all.iter().find(|one| typed(name(**one)) == typed(text));
    found.copied().ok_or_else(|| {
        let known: Vec<String> = all.iter().map(|one| typed(name(*one))).collect();
        Error::UnknownName {
            what,
            name: text.to_owned(),
            known: known.join(", "),
        }
    })
}
