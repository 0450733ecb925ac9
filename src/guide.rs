//! [l2_loss]: l2_loss
//! [choosing]: choosing
//! [scikit_learn]: scikit_learn
//! [statsmodels_r]: statsmodels_r
//! [streaming]: streaming
//! [csv]: mod@csv
//! [errors]: errors
//! [solvers]: solvers
#![doc = include_str!("../guide/README.md")]
// A link's first definition counts: on docs pages those of this file, on a page read as a file its own.

/// [choosing]: super::choosing
/// [statsmodels_r]: super::statsmodels_r
/// [streaming]: super::streaming
#[doc = include_str!("../guide/l2_loss.md")]
pub mod l2_loss {}

/// [statsmodels_r]: super::statsmodels_r
#[doc = include_str!("../guide/choosing.md")]
pub mod choosing {}

#[doc = include_str!("../guide/scikit_learn.md")]
pub mod scikit_learn {}

#[doc = include_str!("../guide/statsmodels_r.md")]
pub mod statsmodels_r {}

/// [solvers]: super::solvers
#[doc = include_str!("../guide/streaming.md")]
pub mod streaming {}

/// [streaming]: super::streaming
#[doc = include_str!("../guide/csv.md")]
pub mod csv {}

/// [csv]: super::csv
#[doc = include_str!("../guide/errors.md")]
pub mod errors {}

/// [choosing]: super::choosing
#[doc = include_str!("../guide/solvers.md")]
pub mod solvers {}
