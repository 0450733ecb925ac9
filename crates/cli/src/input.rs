//! CSV files, or standard input, to tables.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, stdin};
use std::rc::Rc;

use elltwo::Error;
use elltwo::data::{CsvReader, Table};

use crate::args::{Delimiter, ReadingArgs};
use crate::failure::Failure;
use crate::progress::{Bar, Progress};

/// What stands for standard input.
pub(crate) const STDIN: &str = "-";
/// Bytes kept to look for another delimiter in.
const HEAD: usize = 4096;
/// What may separate fields.
const DELIMITERS: [(u8, &str); 4] = [(b',', ","), (b';', ";"), (b'\t', "tab"), (b'|', "|")];

/// How a file is called in messages.
pub(crate) fn name_of(path: &str) -> &str {
    if path == STDIN {
        "standard input"
    } else {
        path
    }
}

/// Opens a file, or standard input.
pub(crate) fn open(path: &str, progress: Progress) -> Result<Input, Failure> {
    let (source, total): (Box<dyn Read>, Option<u64>) = if path == STDIN {
        (Box::new(stdin().lock()), None)
    } else {
        let file = File::open(path).map_err(|error| Failure::io(path, &error))?;
        let total = file.metadata().ok().map(|data| data.len());
        (Box::new(file), total)
    };
    Ok(Input {
        source,
        bar: progress.bytes(total),
        read: 0,
        head: Rc::default(),
    })
}

/// An input that shows how far it was read, and remembers how it begins.
pub(crate) struct Input {
    source: Box<dyn Read>,
    bar: Bar,
    read: u64,
    head: Rc<RefCell<Vec<u8>>>,
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let mut head = self.head.borrow_mut();
        let room = HEAD - head.len();
        head.extend_from_slice(&buffer[..count.min(room)]);
        self.read += count as u64;
        self.bar.set(self.read);
        Ok(count)
    }
}

/// Reads a table, and explains what is wrong with it.
pub(crate) fn read_table(
    path: &str,
    reader: &CsvReader,
    reading: &ReadingArgs,
    progress: Progress,
) -> Result<Table, Failure> {
    let input = open(path, progress)?;
    let head = Rc::clone(&input.head);
    reader.read(input).map_err(|error| {
        let failure = Failure::in_file(name_of(path), &error);
        let doubtful = matches!(
            error,
            Error::MissingColumn { .. }
                | Error::RaggedRow { .. }
                | Error::Empty {
                    what: "the set of features"
                }
        );
        match other_delimiter(&head.borrow(), reading.delimiter).filter(|_| doubtful) {
            Some(name) => Failure::Data(format!(
                "{} Its first line looks separated by `{name}`: try --delimiter '{name}'.",
                failure.message()
            )),
            None => failure,
        }
    })
}

/// A delimiter that the first line has more of than of the one in use.
pub(crate) fn other_delimiter(head: &[u8], used: Delimiter) -> Option<&'static str> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    let fields = |separator: u8| line.split(|byte| *byte == separator).count();
    let used = used.byte().map_or(1, fields);
    DELIMITERS
        .into_iter()
        .map(|(byte, name)| (fields(byte), name))
        .filter(|(count, _)| *count > used)
        .max_by_key(|(count, _)| *count)
        .map(|(_, name)| name)
}
