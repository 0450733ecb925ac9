//! How rows are cut into chunks, each with moments of its own.

/// The least work, in multiplications, that a chunk must have to be worth a thread of its own.
const CHUNK_WORK: usize = 1 << 21;
/// Rows of a chunk for each column, at least: below, merging costs as much as the products.
const CHUNK_ROWS: usize = 2;
/// Chunks at most: enough for balance, few enough that their cross-products take no memory to speak of.
const MAX_CHUNKS: usize = 16;

/// Rows of a chunk, from the shape alone. The number of chunks is a power of two, which most numbers of threads divide.
pub(super) fn chunk_rows(n_rows: usize, width: usize) -> usize {
    let work = n_rows.saturating_mul(width).saturating_mul(width.max(8));
    let chunks = (work / CHUNK_WORK).min(n_rows / (CHUNK_ROWS * width));
    let chunks = 1 << chunks.clamp(1, MAX_CHUNKS).ilog2();
    n_rows.div_ceil(chunks).max(1)
}
