//! CSV files, or standard input, to tables.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, stdin};
use std::rc::Rc;

use elltwo::Error;
use elltwo::data::Delimiter;
use indicatif::ProgressBar;

use crate::args::ReadingArgs;
use crate::failure::{Asked, Failure};
use crate::progress::Progress;

/// Path that stands for standard input.
pub(crate) const STDIN: &str = "-";
/// Beginning of compressed data.
const GZIP: &[u8] = &[0x1F, 0x8B];
/// Bytes kept to look for another delimiter in.
const HEAD: usize = 4096;
/// Bytes that may separate fields.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Name of a file in messages.
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
    bar: ProgressBar,
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
        self.bar.set_position(self.read);
        Ok(count)
    }
}

/// Reads a file, and explains what is wrong with it.
pub(crate) fn read<T>(
    asked: &Asked<'_>,
    reading: &ReadingArgs,
    progress: Progress,
    read: impl FnOnce(Input) -> elltwo::Result<T>,
) -> Result<T, Failure> {
    let input = open(asked.path, progress)?;
    let head = Rc::clone(&input.head);
    read(input).map_err(|error| {
        let failure = Failure::in_file(asked, &error);
        let doubtful = matches!(
            error,
            Error::MissingColumn { .. }
                | Error::RaggedRow { .. }
                | Error::Empty {
                    what: "the set of features"
                }
        );
        let (head, format) = (head.borrow(), &reading.format);
        let hints = match head.first() {
            Some(first @ (b'#' | b'%')) if format.comment.is_none() => {
                let first = char::from(*first);
                Some(format!(
                    "Its first line begins with `{first}`: try --comment '{first}'."
                ))
            }
            _ => hints(&head, format.delimiter, format.no_header),
        };
        match hints.filter(|_| doubtful) {
            Some(hints) => Failure::Data(format!("{} {hints}", failure.message())),
            None => failure,
        }
    })
}

/// Hint from the first line against the options the file is read with.
fn hints(head: &[u8], used: Option<Delimiter>, no_header: bool) -> Option<String> {
    // A compressed line tells nothing.
    let line = head.split(|byte| *byte == b'\n').next()?;
    if line.starts_with(GZIP) {
        return None;
    }
    let comma = Delimiter::Byte(b',');
    let other = other_delimiter(line, used.unwrap_or(comma));
    let mut hints = Vec::new();
    if let Some(delimiter) = other.filter(|_| used.is_some()) {
        hints.push(delimiter_hint(delimiter));
    }
    if !no_header && is_data(line, other.or(used).unwrap_or(comma)) {
        hints.push("Its first line looks like data: try --no-header.".to_owned());
    }
    (!hints.is_empty()).then(|| hints.join(" "))
}

/// The hint that this is the delimiter.
pub(crate) fn delimiter_hint(delimiter: Delimiter) -> String {
    let name = delimiter.to_string();
    let quoted = if name.len() > 1 {
        name.clone()
    } else {
        format!("'{name}'")
    };
    format!("Its first line looks separated by `{name}`: try --delimiter {quoted}.")
}

/// A delimiter that the line has more of than of the one in use.
pub(crate) fn other_delimiter(line: &[u8], used: Delimiter) -> Option<Delimiter> {
    let current = fields(line, used).len();
    let single = DELIMITERS.into_iter().map(Delimiter::Byte);
    // Names may hold spaces, but not several in a row: those align columns.
    let aligned = line.windows(2).any(|pair| pair == b"  ");
    single
        .chain(aligned.then_some(Delimiter::Whitespace))
        .map(|other| (fields(line, other).len(), other))
        .filter(|(count, _)| *count > current)
        .max_by_key(|(count, _)| *count)
        .map(|(_, other)| other)
}

/// True if most of the fields are numbers, which names of columns are not.
fn is_data(line: &[u8], separator: Delimiter) -> bool {
    let fields = fields(line, separator);
    let numbers = fields.iter().filter(|field| field.parse::<f64>().is_ok());
    numbers.count() > fields.len() / 2
}

/// The fields of a line, quotes aside.
fn fields(line: &[u8], separator: Delimiter) -> Vec<String> {
    let text = String::from_utf8_lossy(line);
    let cut: Vec<&str> = match separator {
        Delimiter::Byte(byte) => text.split(char::from(byte)).collect(),
        Delimiter::Whitespace => text.split_whitespace().collect(),
    };
    let plain = |field: &str| field.trim().trim_matches('"').to_owned();
    cut.into_iter().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::{Delimiter, hints};

    #[test]
    fn the_first_line_tells_its_separator_and_whether_it_is_data() {
        let comma = Some(Delimiter::Byte(b','));
        let of = |line: &str, no_header| hints(line.as_bytes(), comma, no_header);
        for (line, said) in [
            ("fixed acidity;pH\n1;2\n", "`;`: try --delimiter ';'."),
            ("a\tb\n", "`tab`: try --delimiter tab."),
            ("name  of one    two\n", "`space`: try --delimiter space."),
            ("18.0   8   307.0 \"a car\"\n", "try --no-header."),
            ("1,2,x\n", "Its first line looks like data"),
        ] {
            let hint = of(line, false);
            assert!(
                hint.as_ref().is_some_and(|h| h.contains(said)),
                "{line}: {hint:?}"
            );
        }
        assert_eq!(of("fixed acidity,pH\n", false), None);
        assert_eq!(of("1,2,3\n", true), None);
        // Which was found is not said again.
        assert_eq!(hints(b"a;b\n", None, false), None);
        let hint = hints(b"1;2\n", None, false);
        assert_eq!(
            hint.as_deref(),
            Some("Its first line looks like data: try --no-header.")
        );
    }
}
