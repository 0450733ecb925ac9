//! Files that are no CSV, told by their first bytes and named for what they are.

use memchr::memmem::find;

use super::source::is_compressed;
use crate::error::{Error, Result};

const SAVE: &str = "save the sheet as CSV";
const EXPORT: &str = "export the table as CSV";
const EXTRACT: &str = "extract the CSV file in it";

/// First bytes, the file, and the remedy.
const STARTS: [(&[u8], &str, &str); 25] = [
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an Excel workbook (.xls) or another Office document",
        SAVE,
    ),
    (b"PAR1\x15", "a Parquet file", EXPORT),
    (b"ARROW1\0", "an Arrow file", EXPORT),
    (b"FEA1\0", "a Feather file", EXPORT),
    (b"Obj\x01", "an Avro file", EXPORT),
    (b"\x89HDF\r\n\x1A\n", "an HDF5 file", EXPORT),
    (b"CDF\x01", "a NetCDF file", EXPORT),
    (b"CDF\x02", "a NetCDF file", EXPORT),
    (
        b"\x93NUMPY",
        "an array of NumPy (.npy)",
        "save it with numpy.savetxt",
    ),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (
        b"RDX2\n",
        "a data file of R",
        "save the data with write.csv",
    ),
    (
        b"RDX3\n",
        "a data file of R",
        "save the data with write.csv",
    ),
    (
        b"X\n\0\0\0",
        "a data file of R (.rds)",
        "save the data with write.csv",
    ),
    (b"<stata_dta>", "a data file of Stata", EXPORT),
    (b"$FL2@(#)", "a data file of SPSS", EXPORT),
    (b"$FL3@(#)", "a data file of SPSS", EXPORT),
    (b"%PDF-", "a PDF document", "CSV is needed"),
    (b"{\\rtf", "an RTF document", "save it as plain text"),
    (b"\x89PNG\r\n", "a picture", "CSV is needed"),
    (b"\xFF\xD8\xFF", "a picture", "CSV is needed"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive", EXTRACT),
    (b"Rar!\x1A\x07", "a RAR archive", EXTRACT),
    (b"\x04\x22\x4D\x18", "compressed by LZ4", "decompress it"),
    (b"\x1F\x9D", "compressed by compress", "decompress it"),
    (
        b"version https://git-lfs.github.com/",
        "a pointer of Git LFS to a file",
        "fetch the file with git lfs pull",
    ),
];

/// Elements that begin an HTML page, or a table that is saved as one.
const HTML: [&str; 5] = ["<!doctype html", "<html", "<head", "<body", "<table"];

/// Refuses a file that is no CSV.
pub(super) fn check(start: &[u8]) -> Result<()> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let text = text.trim_ascii_start();
    let begins = |(magic, ..): &&(&[u8], &str, &str)| start.starts_with(magic);
    let (found, remedy) = if let Some((_, found, remedy)) = STARTS.iter().find(begins) {
        (*found, *remedy)
    } else if is_compressed(start) {
        ("compressed more than once", "decompress it")
    } else if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        archive(start)
    } else if start.get(257..262) == Some(b"ustar") {
        ("a tar archive", EXTRACT)
    } else if HTML.iter().any(|tag| is_element(text, tag)) {
        (
            "an HTML page",
            "save the table in it as CSV, or check the address it was fetched from",
        )
    } else if is_element(text, "<?xml") {
        ("an XML document", EXPORT)
    } else if is_json(text) {
        ("JSON", EXPORT)
    } else if text.len() > 9 && text[..9].eq_ignore_ascii_case(b"@relation") {
        ("an ARFF file", EXPORT)
    } else {
        return Ok(());
    };
    Err(Error::NotCsv { found, remedy })
}

/// A zip archive: office documents are some too.
fn archive(start: &[u8]) -> (&'static str, &'static str) {
    let has = |name: &[u8]| find(start, name).is_some();
    if has(b"opendocument.spreadsheet") {
        ("an OpenDocument spreadsheet (.ods)", SAVE)
    } else if has(b"xl/") {
        ("an Excel workbook (.xlsx)", SAVE)
    } else if has(b"Index/Document.iwa") {
        ("a Numbers spreadsheet", SAVE)
    } else if has(b"[Content_Types].xml") {
        (
            "an Office document",
            "if it is a workbook, save the sheet as CSV",
        )
    } else if has(b".npy") {
        ("arrays of NumPy (.npz)", "save them with numpy.savetxt")
    } else {
        ("a zip archive", EXTRACT)
    }
}

/// Test of an element that begins the text. A name in a header may stand in angle brackets too.
fn is_element(text: &[u8], tag: &str) -> bool {
    text.split_at_checked(tag.len())
        .is_some_and(|(start, rest)| {
            let ends = matches!(rest.first(), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n'));
            start.eq_ignore_ascii_case(tag.as_bytes()) && ends
        })
}

/// Test of a text that begins with an object or an array of objects, arrays or texts.
fn is_json(text: &[u8]) -> bool {
    let next = |rest: &[u8]| rest.trim_ascii_start().first().copied();
    match text.split_first() {
        Some((b'{', rest)) => matches!(next(rest), Some(b'"' | b'}')),
        Some((b'[', rest)) => matches!(next(rest), Some(b'{' | b'[' | b'"')),
        _ => false,
    }
}

/// Refuses bytes of which many are control characters, unless the first line is text.
pub(super) fn check_text(start: &[u8]) -> Result<()> {
    let controls = |bytes: &[u8]| {
        let of_text = |byte: &u8| matches!(byte, b'\t'..=b'\r' | 0x1A | 0x1B | b' '..);
        bytes.iter().filter(|byte| !of_text(byte)).count()
    };
    let head = &start[..start.len().min(512)];
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins_as_text = controls(line) == 0 && str::from_utf8(line).is_ok();
    if !begins_as_text && 20 * controls(head) > head.len().max(64) {
        return Err(Error::NotCsv {
            found: "a binary file",
            remedy: "CSV is needed",
        });
    }
    Ok(())
}
