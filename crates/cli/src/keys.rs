//! Keys of rows: the texts of the columns that say which group a row belongs to, and numbers for them.

use std::collections::HashMap;

use elltwo::Result;
use elltwo::data::Dataset;

use crate::args::GroupArgs;

/// The character that ends the text of a key.
const KEY_END: char = '\u{1f}';

/// The texts of a row's keys.
pub(crate) fn texts(label: &str) -> impl Iterator<Item = &str> {
    label.split_terminator(KEY_END)
}

/// Groups of the rows to train on.
#[derive(Default)]
pub(crate) struct Keys {
    /// Cluster of each row, in one way or two; none if errors are not clustered.
    pub(crate) clusters: Vec<Vec<usize>>,
    /// Group of each row whose effect is absorbed, and its text.
    pub(crate) absorbed: Option<(Vec<usize>, Vec<String>)>,
}

impl Keys {
    /// Takes the keys out of the labels of the rows, which are then to be read.
    pub(crate) fn take(args: &GroupArgs, mut data: Dataset) -> Result<(Self, Dataset)> {
        let names = args.keys();
        if names.is_empty() {
            return Ok((Self::default(), data));
        }
        let labels = data.labels().unwrap_or_default();
        let code = |name: &str| {
            let place = names
                .iter()
                .position(|other| *other == name)
                .unwrap_or_default();
            let (mut codes, mut levels) = (HashMap::new(), Vec::new());
            let rows = labels.iter().map(|label| {
                let text = texts(label).nth(place).unwrap_or_default();
                *codes.entry(text).or_insert_with(|| {
                    levels.push(text.to_owned());
                    levels.len() - 1
                })
            });
            (rows.collect::<Vec<usize>>(), levels)
        };
        let keys = Self {
            clusters: args.clusters().map(|name| code(name).0).collect(),
            absorbed: args.absorb.as_deref().map(code),
        };
        let readable: Vec<String> = (labels.iter())
            .map(|label| texts(label).collect::<Vec<_>>().join(", "))
            .collect();
        data = data.with_labels(readable)?;
        Ok((keys, data))
    }
}
