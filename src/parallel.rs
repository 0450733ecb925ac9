//! Work in parallel whose result does not know how many threads there were.

/// `f(0), f(1), …, f(count − 1)` in this order, on all threads of the current pool with the feature `rayon`, one after the other
/// without. Callers partition their work by its shape alone and combine in order: the bits are the same for every thread count.
pub(crate) fn map<T: Send>(count: usize, f: impl Fn(usize) -> T + Send + Sync) -> Vec<T> {
    #[cfg(feature = "rayon")]
    if count > 1 {
        use rayon::prelude::*;
        return (0..count).into_par_iter().map(f).collect();
    }
    (0..count).map(f).collect()
}

/// [`map`], and meanwhile `beside` on the thread that calls.
pub(crate) fn map_beside<T: Send, R>(
    count: usize,
    f: impl Fn(usize) -> T + Send + Sync,
    beside: impl FnOnce() -> R,
) -> (Vec<T>, R) {
    #[cfg(feature = "rayon")]
    if count > 0 {
        let mut results: Vec<Option<T>> = (0..count).map(|_| None).collect();
        let f = &f;
        let other = rayon::in_place_scope(|scope| {
            for (index, result) in results.iter_mut().enumerate() {
                scope.spawn(move |_| *result = Some(f(index)));
            }
            beside()
        });
        return (results.into_iter().flatten().collect(), other);
    }
    let results = (0..count).map(f).collect();
    (results, beside())
}
