//! A file as it is read: a few blocks at a time, parsed on all threads while the next are read, put together in order.

use std::io::Read;
use std::mem;
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

/// Blocks that are parsed together.
const GROUP: usize = 16;

/// Blocks that were read. They are filled again and again.
#[derive(Default)]
struct Group {
    blocks: Vec<Block>,
    count: usize,
    /// What ended the reading after them.
    failure: Option<Error>,
    /// Whether the input has no more, or fails.
    ended: bool,
}

impl Group {
    fn fill<R: Read>(&mut self, input: &mut Blocks<R>) {
        self.count = 0;
        while self.count < GROUP && !self.ended {
            if self.blocks.len() == self.count {
                self.blocks.push(Block::default());
            }
            match input.next_block(&mut self.blocks[self.count]) {
                Ok(true) => self.count += 1,
                Ok(false) => self.ended = true,
                Err(error) => {
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
        }
    }
}

/// An input, what its columns are, and the rows read so far.
pub(super) struct Stream<R> {
    pub(super) reader: CsvReader,
    pub(super) plan: Plan,
    pub(super) rows: Rows,
    input: Blocks<R>,
    /// To be parsed next.
    group: Group,
    /// Its blocks are free for the group after that.
    spare: Group,
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
            input: blocks,
            group: Group::default(),
            spare: Group::default(),
            ended: false,
        })
    }

    /// Reads some more rows; `ended` is then set if there are none left, or if a failure is in the way of the rest.
    pub(super) fn advance(&mut self) {
        if self.group.count == 0 {
            self.group.fill(&mut self.input);
        }
        // The first values tell what the columns are; the other blocks need not guess.
        let count = self.group.count;
        let first = usize::from(self.rows.read == 0).min(count);
        self.parse(0, first);
        self.parse(first, count);
        if self.rows.failure.is_none() {
            self.rows.failure = self.group.failure.take();
        }
        self.ended = self.group.ended || self.rows.failure.is_some();
        mem::swap(&mut self.group, &mut self.spare);
    }

    /// Parses these blocks of the group, together, and adds their rows in order. With the last of them the next group is read.
    fn parse(&mut self, start: usize, end: usize) {
        if self.rows.failure.is_some() || start == end {
            return;
        }
        let parser = Parser::new(&self.reader, &self.plan);
        let blocks = &self.group.blocks[start..end];
        let kinds = self.rows.kinds();
        let rows = &self.rows;
        let parse = |index: usize| parser.parse(&blocks[index], rows.next_part());
        let read_on = end == self.group.count && !self.group.ended;
        let (parts, ()) = parallel::map_beside(blocks.len(), parse, || {
            if read_on {
                self.spare.fill(&mut self.input);
            }
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
