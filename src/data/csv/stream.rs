//! A file as it is read: a few blocks at a time, parsed on all threads while the next are read, put together in order.

use std::io::Read;
use std::mem;
use std::path::Path;

use super::column::{Column, Kind};
use super::delimiter::Delimiter;
use super::input::{Block, Blocks};
use super::note::ReadNote;
use super::options::CsvReader;
use super::parse::Parser;
use super::plan::Plan;
use super::records::column_name;
use super::rows::Rows;
use crate::error::{Error, Result};
use crate::notation::is_numeric;
use crate::parallel;

/// Blocks that are parsed together.
const GROUP: usize = 8;

/// A block, and the rows that were made of it. Both are used again and again.
#[derive(Default)]
struct Piece {
    block: Block,
    rows: Rows,
}

/// Blocks on their way from the input to the rows.
#[derive(Default)]
struct Group {
    pieces: Vec<Piece>,
    count: usize,
    /// Sorts that the columns were taken for.
    kinds: Vec<Kind>,
    /// Error that ended the reading after them.
    failure: Option<Error>,
    /// The input has no more, or fails.
    ended: bool,
}

impl Piece {
    /// Rows to follow others, of which this is known.
    fn parse(&mut self, parser: &Parser<'_>, columns: &[Column]) {
        self.rows.restart(columns);
        parser.parse(&self.block, &mut self.rows);
    }
}

impl Group {
    fn fill<R: Read>(&mut self, input: &mut Blocks<R>) {
        self.count = 0;
        while self.count < GROUP && !self.ended {
            if self.pieces.len() == self.count {
                self.pieces.push(Piece::default());
            }
            match input.next_block(&mut self.pieces[self.count].block) {
                Ok(true) => self.count += 1,
                Ok(false) => self.ended = true,
                Err(error) => {
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// Adds its rows to those before them, in order, up to a failure.
    fn add(&mut self, rows: &mut Rows, parser: &Parser<'_>) {
        for piece in &mut self.pieces[..self.count] {
            if rows.failure.is_some() {
                return;
            }
            // A block that did not know what the one before it found says nothing about its own mistakes.
            if rows.kinds() != self.kinds {
                piece.parse(parser, &rows.next_part());
            }
            rows.append(parser.plan, parser.reader.max_levels, &mut piece.rows);
        }
        self.count = 0;
        if rows.failure.is_none() {
            rows.failure = self.failure.take();
        }
    }
}

/// An input, its columns, and the rows read so far.
pub(super) struct Stream<R: Read> {
    pub(super) reader: CsvReader,
    pub(super) plan: Plan,
    pub(super) rows: Rows,
    input: Blocks<R>,
    /// Facts about the text and its header.
    notes: Vec<ReadNote>,
    /// Parsed; its rows are added while the next group is parsed.
    parsed: Group,
    /// To be parsed next.
    group: Group,
    /// To be filled while that is parsed.
    spare: Group,
    begun: bool,
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
        check_form(reader)?;
        let mut notes = Vec::new();
        let mut blocks = Blocks::open(input, reader, path.to_owned(), &mut notes)?;
        let Some((line, first)) = blocks.first_record(reader)? else {
            return Err(Error::Empty {
                what: "the CSV input",
            });
        };
        let header = if reader.has_header {
            notes.extend(numeric_header(line, &first));
            first
        } else {
            (1..=first.len()).map(column_name).collect()
        };
        let plan = plan(reader, &header)?;
        Ok(Self {
            rows: Rows::new(&plan),
            reader: reader.clone(),
            plan,
            input: blocks,
            notes,
            parsed: Group::default(),
            group: Group::default(),
            spare: Group::default(),
            begun: false,
            ended: false,
        })
    }

    /// Facts about the file, as far as it was read.
    pub(super) fn notes(&self) -> Vec<ReadNote> {
        let mut notes = self.notes.clone();
        notes.extend(self.rows.notes(&self.plan));
        notes
    }

    /// Reads some more rows; `ended` is then set if there are none left, or if a failure is in the way of the rest.
    ///
    /// Three groups are under way: the rows of one are added and another is read while the one between them is parsed.
    pub(super) fn advance(&mut self) {
        if !self.begun {
            self.begin();
        }
        let (rows, group) = (&mut self.rows, &mut self.group);
        let parser = Parser::new(&self.reader, &self.plan, self.input.format);
        let columns = rows.next_part();
        group.kinds = rows.kinds();
        let group_ended = group.ended;
        let parse = |piece: &mut Piece| piece.parse(&parser, &columns);
        parallel::each_beside(&mut group.pieces[..group.count], parse, || {
            self.parsed.add(rows, &parser);
            if !group_ended {
                self.spare.fill(&mut self.input);
            }
        });
        mem::swap(&mut self.parsed, &mut self.group);
        mem::swap(&mut self.group, &mut self.spare);
        if self.parsed.ended {
            self.parsed.add(&mut self.rows, &parser);
        }
        self.ended = self.parsed.ended || self.rows.failure.is_some();
    }

    /// Reads the first group. Its first block goes ahead alone: its values tell what the columns are, and the others
    /// need not guess.
    fn begin(&mut self) {
        self.begun = true;
        self.group.fill(&mut self.input);
        if self.group.count > 0 {
            let parser = Parser::new(&self.reader, &self.plan, self.input.format);
            let first = self.group.pieces.remove(0);
            self.group.count -= 1;
            self.spare.pieces.push(first);
            self.spare.count = 1;
            self.spare.kinds = self.rows.kinds();
            self.spare.pieces[0].parse(&parser, &self.rows.next_part());
            // A leading zero among what began as numbers: if all are digits of one width, they are codes.
            while self.rows.take_codes(&self.spare.pieces[0].rows) {
                self.spare.kinds = self.rows.kinds();
                self.spare.pieces[0].parse(&parser, &self.rows.next_part());
            }
            self.spare.add(&mut self.rows, &parser);
        }
    }
}

/// Refuses characters that cannot have the part they were given in the form of a file.
fn check_form(reader: &CsvReader) -> Result<()> {
    let ends = |byte: u8| !byte.is_ascii() || matches!(byte, b'"' | b'\n' | b'\r');
    match (reader.delimiter, reader.comment) {
        (Some(Delimiter::Byte(byte)), _) if ends(byte) => Err(Error::parameter(
            "delimiter",
            f64::from(byte),
            "an ASCII code other than those of a quote and a line end",
        )),
        (delimiter, Some(byte)) if ends(byte) || delimiter == Some(Delimiter::Byte(byte)) => {
            Err(Error::parameter(
                "comment",
                f64::from(byte),
                "an ASCII code other than those of a quote, a line end and the delimiter",
            ))
        }
        _ if reader.skip_rows_after_header > 0 && !reader.has_header => Err(Error::parameter(
            "skip_rows_after_header",
            reader.skip_rows_after_header as f64,
            "0 without a header",
        )),
        _ => Ok(()),
    }
}

/// The fact that most names are numbers.
fn numeric_header(line: u64, names: &[String]) -> Option<ReadNote> {
    let mut numbers = names.iter().filter(|name| is_numeric(name)).peekable();
    let first = (*numbers.peek()?).clone();
    let (numbers, columns) = (numbers.count(), names.len());
    (2 * numbers > columns).then_some(ReadNote::NumericHeader {
        line,
        numbers,
        columns,
        first,
    })
}
