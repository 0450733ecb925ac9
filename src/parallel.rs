//! Work in parallel whose result does not know how many threads there were.

/// `f(0), f(1), …, f(count − 1)` in this order, on all threads of the current pool with the feature `rayon`, one after
/// the other without. Callers partition their work by its shape alone and combine in order: the bits are the same for
/// every thread count.
pub(crate) fn map<T: Send>(count: usize, f: impl Fn(usize) -> T + Send + Sync) -> Vec<T> {
    #[cfg(feature = "rayon")]
    if count > 1 {
        use rayon::prelude::*;
        return (0..count).into_par_iter().map(f).collect();
    }
    (0..count).map(f).collect()
}

/// `f` of each item, on all threads of the current pool with the feature `rayon`. What one call writes no other may
/// see.
pub(crate) fn for_each<T: Send>(items: Vec<T>, f: impl Fn(T) + Send + Sync) {
    #[cfg(feature = "rayon")]
    if items.len() > 1 {
        use rayon::prelude::*;
        return items.into_par_iter().for_each(f);
    }
    items.into_iter().for_each(f);
}

/// Both results, on two threads of the current pool with the feature `rayon`.
pub(crate) fn join<A: Send, B: Send>(
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    #[cfg(feature = "rayon")]
    return rayon::join(a, b);
    #[cfg(not(feature = "rayon"))]
    (a(), b())
}

/// True if `f` holds for `0, 1, …, count − 1`; nothing is allocated.
pub(crate) fn all(count: usize, f: impl Fn(usize) -> bool + Send + Sync) -> bool {
    #[cfg(feature = "rayon")]
    if count > 1 {
        use rayon::prelude::*;
        return (0..count).into_par_iter().all(f);
    }
    (0..count).all(f)
}

/// `f` of each of the items, on all threads; meanwhile `beside` on the thread that calls.
pub(crate) fn each_beside<T: Send>(
    items: &mut [T],
    f: impl Fn(&mut T) + Send + Sync,
    beside: impl FnOnce(),
) {
    #[cfg(feature = "rayon")]
    {
        let f = &f;
        rayon::in_place_scope(|scope| {
            for item in items {
                scope.spawn(move |_| f(item));
            }
            beside();
        });
    }
    #[cfg(not(feature = "rayon"))]
    {
        items.iter_mut().for_each(f);
        beside();
    }
}
