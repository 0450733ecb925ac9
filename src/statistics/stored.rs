//! Numbers as they are stored: JSON has no NaN and no infinity, and statistics have both.
//!
//! In a format for people they are the texts `NaN`, `inf` and `-inf`; in a binary one they are themselves. Null reads
//! as NaN.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number that stays what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() || !serializer.is_human_readable() {
            return serializer.serialize_f64(self.0);
        }
        serializer.serialize_str(&self.0.to_string())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return f64::deserialize(deserializer).map(Self);
        }
        Ok(Self(match Text::deserialize(deserializer)? {
            Text::Number(value) => value,
            Text::Other(None | Some(Other::NaN)) => f64::NAN,
            Text::Other(Some(Other::Infinite)) => f64::INFINITY,
            Text::Other(Some(Other::MinusInfinite)) => f64::NEG_INFINITY,
        }))
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a number, `NaN`, `inf`, `-inf` or null")]
enum Text {
    Number(f64),
    Other(Option<Other>),
}

#[derive(Deserialize)]
enum Other {
    NaN,
    #[serde(rename = "inf")]
    Infinite,
    #[serde(rename = "-inf")]
    MinusInfinite,
}

/// `#[serde(with)]` of a number.
pub(crate) mod scalar {
    use super::{Deserialize, Deserializer, Number, Serialize, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
    pub(crate) fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Number(*value).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Number::deserialize(from).map(|number| number.0)
    }
}

/// `#[serde(with)]` of a number that may be undefined, which null stands for.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Number, Serialize, Serializer};

    #[allow(clippy::ref_option)] // serde's signature
    pub(crate) fn serialize<S: Serializer>(
        value: &Option<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(Number).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
        let number: Option<Number> = Option::deserialize(from)?;
        Ok(number.map(|number| number.0))
    }
}

/// `#[serde(with)]` of an array of numbers.
pub(crate) mod array {
    use ndarray::{Array, Dimension};

    use super::{Deserialize, Deserializer, Number, Serialize, Serializer};

    pub(crate) fn serialize<D: Dimension + Serialize, S: Serializer>(
        values: &Array<f64, D>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        values.mapv(Number).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, I: Dimension + Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Array<f64, I>, D::Error> {
        let numbers: Array<Number, I> = Array::deserialize(from)?;
        Ok(numbers.mapv(|number| number.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_that_json_lacks_round_trip_and_others_are_plain() {
        for value in [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            0.1,
            -0.0,
            5e-324,
            3.0,
        ] {
            let text = serde_json::to_string(&Number(value)).expect("it writes");
            let Number(back) = serde_json::from_str(&text).expect("it reads");
            assert!(
                back.to_bits() == value.to_bits() || (back.is_nan() && value.is_nan()),
                "{text}"
            );
        }
        let read = |text: &str| serde_json::from_str::<Number>(text);
        assert_eq!(read("7").ok(), Some(Number(7.0)));
        assert_eq!(read("-7").ok(), Some(Number(-7.0)));
        assert!(read("null").is_ok_and(|n| n.0.is_nan()));
        assert!(read("\"seven\"").is_err() && read("true").is_err());
    }
}
