//! The loss of a descent.

use std::str::FromStr;

use elltwo::loss::{
    EpsilonInsensitive, Huber, Loss, QuantileLoss, RegressionLoss, SquaredEpsilonInsensitive,
};

/// A loss by name, perhaps with its parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LossName(pub(crate) RegressionLoss);

impl FromStr for LossName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, value)) => {
                let value = value
                    .parse::<f64>()
                    .map_err(|_| format!("`{value}` is not a number"))?;
                (name, Some(value))
            }
            None => (text, None),
        };
        let or = |default: f64| parameter.unwrap_or(default);
        let loss = match name {
            "squared" if parameter.is_none() => RegressionLoss::Squared,
            "absolute" if parameter.is_none() => RegressionLoss::Absolute,
            "huber" => checked(Huber {
                delta: or(Huber::default().delta),
            })?
            .into(),
            "epsilon-insensitive" => checked(EpsilonInsensitive {
                epsilon: or(EpsilonInsensitive::default().epsilon),
            })?
            .into(),
            "squared-epsilon-insensitive" => checked(SquaredEpsilonInsensitive {
                epsilon: or(SquaredEpsilonInsensitive::default().epsilon),
            })?
            .into(),
            "quantile" => checked(QuantileLoss {
                quantile: or(QuantileLoss::default().quantile),
            })?
            .into(),
            _ => {
                return Err(
                    "must be squared, absolute, huber[:DELTA], epsilon-insensitive[:E], \
                            squared-epsilon-insensitive[:E] or quantile[:Q]"
                        .to_owned(),
                );
            }
        };
        Ok(Self(loss))
    }
}

/// The loss, if its parameter is in range.
fn checked<L: Loss>(loss: L) -> Result<L, String> {
    loss.validate().map_err(|error| error.to_string())?;
    Ok(loss)
}
