//! [first_programs]: first_programs
//! [l2_loss]: l2_loss
//! [choosing]: choosing
//! [scikit_learn]: scikit_learn
//! [statsmodels_r]: statsmodels_r
//! [streaming]: streaming
//! [csv]: mod@csv
//! [formulas]: formulas
//! [errors]: errors
//! [solvers]: solvers
#![doc = include_str!("../guide/README.md")]
// A link's first definition counts: on docs pages those of this file, on a page read as a file its own.

#[doc = include_str!("../guide/first_programs.md")]
pub mod first_programs {}

/// [choosing]: mod@choosing
/// [statsmodels_r]: mod@statsmodels_r
/// [streaming]: mod@streaming
#[doc = include_str!("../guide/l2_loss.md")]
pub mod l2_loss {}

/// [statsmodels_r]: mod@statsmodels_r
#[doc = include_str!("../guide/choosing.md")]
pub mod choosing {}

#[doc = include_str!("../guide/scikit_learn.md")]
pub mod scikit_learn {}

#[doc = include_str!("../guide/statsmodels_r.md")]
pub mod statsmodels_r {}

/// [solvers]: mod@solvers
#[doc = include_str!("../guide/streaming.md")]
pub mod streaming {}

/// [streaming]: mod@streaming
#[doc = include_str!("../guide/csv.md")]
pub mod csv {}

#[doc = include_str!("../guide/formulas.md")]
pub mod formulas {}

/// [csv]: mod@csv
#[doc = include_str!("../guide/errors.md")]
pub mod errors {}

/// [choosing]: mod@choosing
#[doc = include_str!("../guide/solvers.md")]
pub mod solvers {}
