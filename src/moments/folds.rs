//! The moments of all parts but one, for each.

use super::Moments;
use crate::error::Result;

/// For each part the merge of all the others, in `2k` merges: those before it, merged from the left, and those after
/// it, merged from the right. Nothing is subtracted, so no digit is lost to a part that dominates.
///
/// # Errors
///
/// As [`Moments::merge`].
pub(crate) fn merge_all_but_each(parts: &[Moments]) -> Result<Vec<Moments>> {
    let Some(first) = parts.first() else {
        return Ok(Vec::new());
    };
    let empty = first.empty();
    // after[i]: the parts from the last down to i.
    let mut after = vec![empty.clone()];
    for part in parts.iter().skip(1).rev() {
        let mut merged = after[after.len() - 1].clone();
        merged.merge(part)?;
        after.push(merged);
    }
    let mut before = empty;
    let mut others = Vec::with_capacity(parts.len());
    for (part, after) in parts.iter().zip(after.iter().rev()) {
        let mut merged = before.clone();
        merged.merge(after)?;
        others.push(merged);
        before.merge(part)?;
    }
    Ok(others)
}
