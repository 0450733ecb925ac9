//! A file as it is read: a few blocks at a time, parsed on all threads, put together in order.

use std::io::Read;
use std::path::Path;

use super::input::{Block, Blocks};
use super::options::CsvReader;
use super::parse::Parser;
use super::plan::Plan;
use super::policy::Separator;
use super::rows::Rows;
use crate::data::dataset::check_distinct;
use crate::error::{Error, Result};
use crate::parallel;

/// Blocks in memory at a time.
const GROUP: usize = 16;

/// An input, what its columns are, and the rows read so far.
pub(super) struct Stream<R> {
    pub(super) reader: CsvReader,
    pub(super) plan: Plan,
    pub(super) rows: Rows,
    blocks: Blocks<R>,
    /// Reused from group to group.
    group: Vec<Block>,
    pub(super) ended: bool,
}

impl<R: Read> Stream<R> {
    /// Reads the header; `plan` tells what its columns are.
    pub(super) fn open(
        reader: &CsvReader,
        input: R,
        path: &Path,
        plan: impl FnOnce(&CsvReader, &[String]) -> Result<Plan>,
    ) -> Result<Self> {
        if let Separator::Byte(byte) = reader.separator
            && (!byte.is_ascii() || matches!(byte, b'"' | b'\n' | b'\r'))
        {
            return Err(Error::InvalidParameter {
                name: "delimiter",
                value: f64::from(byte),
                requirement: "an ASCII code other than those of a quote and a line end",
            });
        }
        let mut blocks = Blocks::new(input, reader.separator, path.to_owned())?;
        let Some(first) = blocks.first_record(reader.has_header)? else {
            return Err(Error::Empty {
                what: "the CSV input",
            });
        };
        let header = if reader.has_header {
            check_distinct(&first)?;
            first
        } else {
            (1..=first.len())
                .map(|number| format!("column_{number}"))
                .collect()
        };
        let plan = plan(reader, &header)?;
        Ok(Self {
            rows: Rows::new(&plan),
            reader: reader.clone(),
            plan,
            blocks,
            group: Vec::new(),
            ended: false,
        })
    }

    /// Reads some more rows; `ended` is then set if there are none left, or if a failure is in the way of the rest.
    pub(super) fn advance(&mut self) {
        let mut count = 0;
        let mut failure = None;
        while count < GROUP && !self.ended {
            if self.group.len() == count {
                self.group.push(Block::default());
            }
            match self.blocks.next_block(&mut self.group[count]) {
                Ok(true) => count += 1,
                Ok(false) => self.ended = true,
                Err(error) => {
                    failure = Some(error);
                    self.ended = true;
                }
            }
        }
        // The first values tell what the columns are; the other blocks need not guess.
        let first = usize::from(self.rows.read == 0).min(count);
        self.parse(0, first);
        self.parse(first, count);
        if self.rows.failure.is_none() {
            self.rows.failure = failure;
        }
        self.ended |= self.rows.failure.is_some();
    }

    /// Parses these blocks of the group, together, and adds their rows in order.
    fn parse(&mut self, start: usize, end: usize) {
        if self.rows.failure.is_some() {
            return;
        }
        let parser = Parser::new(&self.reader, &self.plan);
        let blocks = &self.group[start..end];
        let kinds = self.rows.kinds();
        let rows = &self.rows;
        let parts = parallel::map(blocks.len(), |index| {
            parser.parse(&blocks[index], rows.next_part())
        });
        for (block, part) in blocks.iter().zip(parts) {
            // A block that did not know what the one before it found says nothing about its own mistakes.
            let part = if self.rows.kinds() == kinds {
                part
            } else {
                parser.parse(block, self.rows.next_part())
            };
            self.rows.append(&self.plan, self.reader.max_levels, part);
            if self.rows.failure.is_some() {
                return;
            }
        }
    }
}
