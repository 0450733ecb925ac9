//! Texts of a category in the order of their appearance.

use std::collections::HashMap;

/// Texts in the order of their appearance, each with the line it was first on.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    texts: Vec<String>,
    lines: Vec<u64>,
    places: HashMap<String, usize>,
}

impl Levels {
    pub(super) fn place(&self, text: &str) -> Option<usize> {
        self.places.get(text).copied()
    }

    /// The place of the text, a new one if it is new.
    pub(super) fn insert(&mut self, text: &str, line: u64) -> usize {
        if let Some(place) = self.place(text) {
            return place;
        }
        let place = self.texts.len();
        self.texts.push(text.to_owned());
        self.lines.push(line);
        self.places.insert(text.to_owned(), place);
        place
    }

    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The texts, each with the line it was first on.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        let texts = self.texts.iter().map(String::as_str);
        texts.zip(self.lines.iter().copied())
    }

    /// The line on which the text after the first `count` appears.
    pub(super) fn line_beyond(&self, count: usize) -> Option<u64> {
        self.lines.get(count).copied()
    }

    /// Adds the texts of a later part in their order; where each went.
    pub(super) fn merge(&mut self, later: &Self) -> Vec<usize> {
        later
            .texts
            .iter()
            .zip(&later.lines)
            .map(|(text, line)| self.insert(text, *line))
            .collect()
    }
}

/// The place a category's cell holds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // written from a usize below 2^53
pub(super) fn place_of(cell: f64) -> usize {
    cell as usize
}
