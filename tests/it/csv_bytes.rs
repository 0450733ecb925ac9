//! From bytes to records, by each method of the reader: encoding, compression, line ends, comments, skipped lines,
//! delimiter; and what is found without being asked.

use std::io::{self, Read};

use elltwo::data::{CsvReader, Delimiter, MissingPolicy, ReadNote, Table};
use elltwo::{Error, Result};
use ndarray::array;
use proptest::prelude::*;

type Checked = std::result::Result<(), Box<dyn std::error::Error>>;

const LINE: &str = "x,y\n1,3\n2,5\n3,7\n";

fn y() -> CsvReader {
    CsvReader::new("y")
}

fn message(result: Result<Table>) -> String {
    match result {
        Ok(table) => format!("accepted: {table:?}"),
        Err(error) => error.to_string(),
    }
}

fn is_line(table: &Table) -> bool {
    table.dataset().x() == array![[1.], [2.], [3.]] && table.dataset().y() == array![3., 5., 7.]
}

/// Hands out a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buffer.len());
        self.0.read(&mut buffer[..count])
    }
}

fn utf16(text: &str, be: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    let bytes = units.flat_map(|unit| {
        if be {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    });
    bytes.collect()
}

#[cfg(feature = "encoding")]
#[test]
fn utf_16_is_read_by_its_mark_and_without() -> Checked {
    for be in [false, true] {
        for mark in ["", "\u{feff}"] {
            let bytes = utf16(&format!("{mark}{LINE}"), be);
            for step in [1, 3, 4096] {
                let table = y().read(Slow(&bytes, step))?;
                assert!(is_line(&table));
                let encoding = if be { "UTF-16BE" } else { "UTF-16LE" }.to_owned();
                assert_eq!(table.notes(), [ReadNote::Encoding { encoding }]);
            }
            // Asked for, it is no news.
            let asked = y().encoding("utf-16").read(&bytes[..])?;
            assert!(is_line(&asked) && asked.notes().is_empty() || !mark.is_empty());
        }
    }
    Ok(())
}

#[cfg(feature = "encoding")]
#[test]
fn a_long_text_in_another_encoding_is_that_in_utf_8() -> Checked {
    // Several blocks; letters of one, two and three bytes, pairs of surrogates, a quoted line end.
    let rows = (0..60_000).map(|row| {
        let level = ["é", "漢字", "a", "😀"][row % 4];
        let note = if row % 1000 == 0 {
            "\"two\nlines\""
        } else {
            "n"
        };
        format!("{row},{level},{note},{}\n", 2 * row)
    });
    let text = format!("x,g,n,y\n{}", rows.collect::<Vec<_>>().concat());
    let reader = y().labels("n");
    let plain = reader.read(text.as_bytes())?;
    let decoded = reader.read(&utf16(&text, true)[..])?;
    assert_eq!(decoded.dataset(), plain.dataset());
    assert_eq!(decoded.codings(), plain.codings());
    // Mistakes are on their lines there too.
    let wrong = utf16(&text.replace("\n50000,", "\nx50000,"), false);
    let line = plain.dataset().lines().map(|lines| lines[50_000]);
    let expected = format!(
        "line {}, column `x`: `x50000` is not a finite number",
        line.unwrap_or(0)
    );
    assert_eq!(message(reader.read(&wrong[..])), expected);
    let mut cut = utf16(&text, false);
    let at = 2 * text[..=text.find("\n50000,").unwrap_or(0)]
        .encode_utf16()
        .count();
    cut[at + 1] = 0xD8;
    let found = reader.read(&cut[..]);
    assert!(
        matches!(&found, Err(Error::WrongEncoding { line: at, encoding: "UTF-16LE" }) if Some(*at) == line),
        "{found:?}"
    );
    Ok(())
}

#[cfg(feature = "encoding")]
#[test]
fn an_encoding_is_asked_for_by_name() -> Checked {
    let latin = b"gr\xF6\xDFe,y\n1,3\n2,5\n3,7\n";
    for name in ["windows-1252", "latin1", "ISO-8859-1", "cp1252"] {
        let table = y().encoding(name).read(&latin[..])?;
        assert_eq!(table.dataset().feature_names(), ["größe"]);
        assert!(is_line(&table) && table.notes().is_empty());
    }
    let error = y().read(&latin[..]);
    assert!(matches!(
        error,
        Err(Error::WrongEncoding {
            line: 1,
            encoding: "UTF-8"
        })
    ));
    let error = y().encoding("ebcdic").read(&latin[..]);
    assert!(matches!(
        error,
        Err(Error::UnknownName {
            what: "encoding",
            ..
        })
    ));
    // A mark says more than the name.
    assert!(is_line(
        &y().encoding("latin1")
            .read(format!("\u{feff}{LINE}").as_bytes())?
    ));
    assert!(is_line(&y().encoding("UTF8").read(LINE.as_bytes())?));
    Ok(())
}

#[cfg(not(feature = "encoding"))]
#[test]
fn without_the_feature_another_encoding_names_it() {
    for (reader, bytes) in [
        (y(), utf16(LINE, false)),
        (y(), utf16(&format!("\u{feff}{LINE}"), true)),
        (y().encoding("latin1"), LINE.as_bytes().to_vec()),
    ] {
        assert!(message(reader.read(&bytes[..])).contains("the feature `encoding`"));
    }
    assert!(y().encoding("utf-8").read(LINE.as_bytes()).is_ok());
}

#[test]
fn a_compression_whose_feature_is_off_names_it_and_another_file_what_it_is() {
    for (start, name, on) in [
        (&b"\x1F\x8B\x08"[..], "gzip", cfg!(feature = "gzip")),
        (b"BZh91AY&SY", "bzip2", cfg!(feature = "bzip2")),
        (b"\xFD7zXZ\0", "xz", cfg!(feature = "xz")),
        (b"\x28\xB5\x2F\xFD\0", "zstd", cfg!(feature = "zstd")),
    ] {
        let said = message(y().read(start));
        let problem = format!("it is compressed by {name}, which needs the feature `{name}`");
        assert_eq!(said.contains(&problem), !on, "{said}");
        assert!(!said.starts_with("accepted"), "{said}");
    }
    let found = message(y().read(&b"PAR1\x15\x04\x15"[..]));
    assert_eq!(
        found,
        "the CSV input is a Parquet file: export the table as CSV"
    );
    // Names that only look like one of these.
    for text in [
        "PAR1,y\n1,3\n2,5\n3,7\n",
        "<x>,y\n1,3\n2,5\n3,7\n",
        "[x],y\n1,3\n2,5\n3,7\n",
        "BZh9,y\n1,3\n2,5\n3,7\n",
        "PK,y\n1,3\n2,5\n3,7\n",
    ] {
        assert!(
            y().read(text.as_bytes()).is_ok_and(|table| is_line(&table)),
            "{text}"
        );
    }
}

#[test]
fn lines_may_end_in_cr_and_are_counted_then_too() -> Checked {
    let text = "x,n,y\r1,\"a\nb\",3\r2,c,5\r\r3,d,7";
    let table = y().labels("n").read(text.as_bytes())?;
    assert!(is_line(&table));
    assert_eq!(table.dataset().lines(), Some(&[2, 4, 6][..]));
    assert_eq!(
        table.dataset().labels().map(|l| l[0].clone()),
        Some("a\nb".to_owned())
    );
    for step in [1, 2, 5] {
        assert!(is_line(
            &y().exclude(["n"]).read(Slow(text.as_bytes(), step))?
        ));
    }
    assert!(is_line(&y().read(LINE.replace('\n', "\r\r\n").as_bytes())?));
    // A file in LF may have CR in its fields.
    let data = y()
        .labels("n")
        .read("n,x,y\n\"a\rb\",1,3\n".as_bytes())?
        .into_dataset();
    assert_eq!(data.labels().map(|l| l[0].clone()), Some("a\rb".to_owned()));
    // Of more than a block.
    let long: Vec<String> = (0..50_000).map(|row| format!("{row},{row}\r")).collect();
    let table = y().read(format!("x,y\r{}", long.concat()).as_bytes())?;
    assert_eq!(
        (table.n_rows(), table.dataset().lines().map(|l| l[49_999])),
        (50_000, Some(50_001))
    );
    Ok(())
}

#[test]
fn lines_that_are_no_records_are_skipped_and_counted() -> Checked {
    let text = "a \"title\n\n# note \"\nx,y\nm,kg\n1,3\n#2,4\n2,5\n  \n#\n3,7\n# end \"";
    let reader = y().comment(b'#').skip_rows(2).skip_rows_after_header(1);
    let table = reader.read(text.as_bytes())?;
    assert!(is_line(&table));
    assert_eq!(table.dataset().lines(), Some(&[6, 8, 11][..]));
    let aligned = text.replace(',', "   ");
    let table = reader.clone().whitespace().read(aligned.as_bytes())?;
    assert!(is_line(&table));
    assert_eq!(table.dataset().lines(), Some(&[6, 8, 11][..]));
    for step in [1, 7] {
        assert!(is_line(&reader.read(Slow(text.as_bytes(), step))?));
    }
    let chunk = reader.chunks(text.as_bytes(), 10)?.next().transpose()?;
    assert_eq!(
        chunk.as_ref().map(|data| data.lines().map(<[u64]>::to_vec)),
        Some(Some(vec![6, 8, 11]))
    );
    assert_eq!(reader.describe(text.as_bytes(), Some("y"))?.n_rows, 3);
    // A comment inside quotes is text, and one character is not there unless it begins the line.
    let text = "n,x,y\n\"a\n#b\",1,3\n#,9,9\n c#,2,5\nd,3,7\n";
    let data = y()
        .labels("n")
        .comment(b'#')
        .read(text.as_bytes())?
        .into_dataset();
    assert_eq!(
        data.labels().map(<[String]>::to_vec),
        Some(["a\n#b", "c#", "d"].map(String::from).to_vec())
    );
    let header = y().has_header(false).skip_rows(1).read(LINE.as_bytes());
    assert!(matches!(header, Err(Error::MissingColumn { .. })));
    let data = CsvReader::new("column_2")
        .has_header(false)
        .skip_rows(1)
        .read(LINE.as_bytes())?;
    assert!(is_line(&data));
    Ok(())
}

#[test]
fn many_skipped_lines_are_read_past_the_first_block() -> Checked {
    let title = "\"\n".repeat(300_000);
    let table = y()
        .skip_rows(300_000)
        .read(format!("{title}{LINE}").as_bytes())?;
    assert!(is_line(&table));
    assert_eq!(
        table.dataset().lines(),
        Some(&[300_002, 300_003, 300_004][..])
    );
    let comments = "# \"\n".repeat(300_000);
    assert!(is_line(
        &y().comment(b'#')
            .read(format!("{comments}{LINE}").as_bytes())?
    ));
    let error = y().skip_rows(300_000).read(LINE.as_bytes());
    assert!(matches!(
        error,
        Err(Error::Empty {
            what: "the CSV input"
        })
    ));
    Ok(())
}

#[test]
fn the_delimiter_is_found_where_the_first_lines_show_it() {
    let found = |reader: &CsvReader, text: &str| {
        let notes = reader.read(text.as_bytes()).map(|table| {
            assert!(is_line(&table), "{text}");
            table.notes().to_vec()
        });
        notes.map_err(|error| error.to_string())
    };
    let told = |delimiter| Ok(vec![ReadNote::Delimiter { delimiter }]);
    let byte = |byte| told(Delimiter::Byte(byte));
    for (from, expected) in [
        (";", byte(b';')),
        ("\t", byte(b'\t')),
        ("|", byte(b'|')),
        ("  ", told(Delimiter::Whitespace)),
        (" ", told(Delimiter::Whitespace)),
        (",", Ok(Vec::new())),
    ] {
        assert_eq!(found(&y(), &LINE.replace(',', from)), expected);
        assert_eq!(
            found(
                &CsvReader::new("column_2").has_header(false),
                &LINE[4..].replace(',', from)
            ),
            expected
        );
    }
    let x = y().features(["x"]);
    // One alone gives even records, or the name that is asked for.
    assert_eq!(found(&x, "x;a,b;y\n1;2;3\n2;3,5;5\n3;,;7\n"), byte(b';'));
    assert_eq!(
        found(&x, "x,a;b,y\n1,2;5,3\n2,3;5,5\n3,4;5,7\n"),
        Ok(Vec::new())
    );
    assert_eq!(found(&x, "x;a;y\n1;u,v;3\n2;w;5\n3;,,;7\n"), byte(b';'));
    assert_eq!(
        found(&x, "\"x\";\"a,b\";\"y\"\n1;\"u;v\";3\n2;w;5\n3;;7\n"),
        byte(b';')
    );
    // The line by which Excel is told, which may be asked for something else.
    assert_eq!(
        found(&y(), &format!("sep=;\n{}", LINE.replace(',', ";"))),
        byte(b';')
    );
    assert_eq!(
        found(&y(), &format!("\"SEP=|\"\r\n{}", LINE.replace(',', "|"))),
        byte(b'|')
    );
    assert_eq!(
        found(&y().delimiter(b','), &format!("sep=;\n{LINE}")),
        Ok(Vec::new())
    );
    assert_eq!(
        found(&y(), &format!("sep=:\n{}", LINE.replace(',', ":"))),
        byte(b':')
    );
    // Unclear, it is the comma.
    let error = CsvReader::new("a").read("a;b\n".as_bytes());
    assert!(matches!(error, Err(Error::NoRows { .. })), "{error:?}");
    let error = message(CsvReader::new("z").read("a;b,c\n1;2,3\n".as_bytes()));
    assert_eq!(error, "no column named `z`: did you mean `c`?");
    assert_eq!(
        message(y().delimiter(b',').read("x;y\n1;2\n".as_bytes())),
        "no column named `y`"
    );
}

#[test]
fn a_header_of_numbers_is_told() -> Checked {
    let text = "1,3\n2,5\n3,7\n";
    let table = CsvReader::new("3").read(text.as_bytes())?;
    let note = |line, numbers, columns, first: &str| ReadNote::NumericHeader {
        line,
        numbers,
        columns,
        first: first.to_owned(),
    };
    assert_eq!(table.notes(), [note(1, 2, 2, "1")]);
    let text = "# a\n1e3,b,2.5\n2,5,1\n3,7,1\n";
    let table = CsvReader::new("b").comment(b'#').read(text.as_bytes())?;
    assert_eq!(table.notes(), [note(2, 2, 3, "1e3")]);
    assert_eq!(
        CsvReader::new("b").read("1,b\n2,5\n".as_bytes())?.notes(),
        []
    );
    Ok(())
}

#[test]
fn names_are_found_whatever_cannot_be_seen_in_them() -> Checked {
    let text = "\u{feff}\"\u{feff}x\u{200b}\",\u{2060}y\u{a0}\n1,3\n2,5\n3,7\n";
    let table = CsvReader::new("\u{200e}y")
        .features(["x\u{ad}"])
        .read(text.as_bytes())?;
    assert_eq!(table.dataset().feature_names(), ["x"]);
    assert!(is_line(&table));
    // Joiners inside a word are part of it.
    let text = "می\u{200c}شود,y\n1,3\n";
    assert_eq!(
        y().read(text.as_bytes())?.dataset().feature_names(),
        ["می\u{200c}شود"]
    );
    Ok(())
}

#[test]
fn characters_of_the_form_have_one_part() {
    for comment in [b'"', b'\n', 0xE9] {
        let error = y().comment(comment).read(LINE.as_bytes());
        assert!(matches!(
            error,
            Err(Error::InvalidParameter {
                name: "comment",
                ..
            })
        ));
    }
    let error = y().delimiter(b'#').comment(b'#').read(LINE.as_bytes());
    assert!(matches!(
        error,
        Err(Error::InvalidParameter {
            name: "comment",
            ..
        })
    ));
    let error = y()
        .has_header(false)
        .skip_rows_after_header(1)
        .read(LINE.as_bytes());
    assert!(matches!(
        error,
        Err(Error::InvalidParameter {
            name: "skip_rows_after_header",
            ..
        })
    ));
}

#[test]
fn a_zero_byte_is_found_where_it_is() {
    let rows = (0..60_000).map(|row| {
        let zero = if row == 50_000 { "\0" } else { "" };
        format!("{row},{zero}x,{row}\n")
    });
    let text = format!("a,b,y\n{}", rows.collect::<Vec<_>>().concat());
    let error = y().exclude(["b"]).read(text.as_bytes());
    assert_eq!(
        message(error),
        "line 50002, column `b`: a byte is zero: the file is damaged, or no text"
    );
}

#[test]
fn the_reader_with_its_options_survives_json() -> Checked {
    let reader = y()
        .encoding("latin1")
        .comment(b'#')
        .skip_rows(2)
        .whitespace()
        .missing_tokens_only(["x"]);
    let stored = serde_json::to_string(&reader)?;
    assert_eq!(serde_json::from_str::<CsvReader>(&stored)?, reader);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the bytes are, they are read or refused, and in pieces as at once.
    #[test]
    fn any_bytes_are_read_or_refused_alike_in_pieces(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            "[xy01,;|\t \"#\r\n=sep\u{feff}\0é-]{0,60}".prop_map(String::into_bytes),
            "[xy01,\"\n]{0,40}".prop_map(|text| utf16(&text, false)),
        ],
        step in 1_usize..9,
        comment in any::<bool>(),
        skipped in 0_usize..3,
    ) {
        let mut reader = CsvReader::new("column_1").has_header(false).skip_rows(skipped).missing(MissingPolicy::DropRows);
        if comment {
            reader = reader.comment(b'#');
        }
        let whole = reader.read(&bytes[..]).map_err(|error| error.to_string());
        let pieces = reader.read(Slow(&bytes, step)).map_err(|error| error.to_string());
        prop_assert_eq!(whole, pieces);
        let _ = reader.describe(&bytes[..], None);
    }
}
