//! The version that a stored form is written with, and those that are read.

use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use crate::error::{Error, Result};

/// A form in which something is stored.
pub(crate) trait Format {
    /// Name in errors.
    const WHAT: &'static str;
    const VERSION: u32;
    /// The oldest version that is read: what it lacks has a default.
    const OLDEST: u32 = Self::VERSION;

    /// The error of a form whose parts do not fit.
    fn malformed(problem: &'static str) -> Error {
        Error::Malformed {
            what: Self::WHAT,
            problem,
        }
    }
}

/// Version of the form `T`, a number where it is stored; another is refused when it is read.
#[derive(Debug)]
pub(crate) struct Version<T>(PhantomData<fn() -> T>);

impl<T: Format> Version<T> {
    pub(crate) const CURRENT: Self = Self(PhantomData);

    pub(crate) fn new(found: u32) -> Result<Self> {
        if (T::OLDEST..=T::VERSION).contains(&found) {
            return Ok(Self::CURRENT);
        }
        Err(Error::UnsupportedVersion {
            what: T::WHAT,
            found,
            supported: T::VERSION,
        })
    }
}

impl<T> Clone for Version<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<T: Format> Serialize for Version<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(T::VERSION)
    }
}

impl<'de, T: Format> Deserialize<'de> for Version<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(u32::deserialize(from)?).map_err(D::Error::custom)
    }
}
