//! Meaning of a field's text: numbers in disguise, truth values, dates, codes; never a number taken for a category.

use std::fmt::Write;

use elltwo::data::{
    Coding, Content, CsvReader, DatePart, MissingPolicy, NumberFormat, Percent, ReadNote, Schema,
    Table, TimeUnit, UnseenLevel,
};
use elltwo::{Error, Result};
use ndarray::array;
use proptest::prelude::*;

type Checked = std::result::Result<(), Box<dyn std::error::Error>>;

fn read(reader: &CsvReader, text: &str) -> Result<Table> {
    reader.read(text.as_bytes())
}

fn y() -> CsvReader {
    CsvReader::new("y")
}

#[test]
fn truth_values_are_one_indicator_of_the_true_one_in_any_case() -> Checked {
    for (zero, one) in [
        ("FALSE", "TRUE"),
        ("false", "True"),
        ("no", "Yes"),
        ("No", "Yes"),
        ("N", "y"),
        ("F", "T"),
        ("off", "On"),
    ] {
        let text = format!("b,y\n{one},1\n{zero},2\n{one},3\n");
        let table = read(&y(), &text)?;
        let data = table.dataset();
        assert_eq!(data.feature_names(), [format!("b={one}")]);
        assert_eq!(data.x().column(0).to_vec(), [1.0, 0.0, 1.0]);
        let note = ReadNote::Indicator {
            column: "b".to_owned(),
            zero: zero.to_owned(),
            one: one.to_owned(),
        };
        assert_eq!(table.notes(), [note]);
        // Another file is read alike, and nothing is said twice.
        let again = CsvReader::with_schema(table.schema().clone()).read(text.as_bytes())?;
        assert_eq!(again.dataset().x(), data.x());
        assert_eq!(again.notes(), []);
    }
    // Of two pairs, or with a third word: a category as others.
    for text in ["b,y\nno,1\nTRUE,2\n", "b,y\nno,1\nyes,2\nmaybe,3\n"] {
        assert_eq!(read(&y(), text)?.notes(), []);
    }
    Ok(())
}

#[test]
fn levels_that_are_spelled_differently_and_mean_one_thing_are_named() -> Checked {
    let text = "g,h,y\n1,a,1\n1.0,A,2\n01,b,3\n2,b,4\n";
    let table = read(&y().categorical(["g"]), text)?;
    let found: Vec<String> = table.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`g` has `01`, `1`, `1.0`: spelled differently, each is a level of its own.",
            "`h` has `A`, `a`: spelled differently, each is a level of its own.",
        ]
    );
    Ok(())
}

fn message(reader: &CsvReader, text: &str) -> String {
    match read(reader, text) {
        Ok(table) => format!("accepted: {:?}", table.schema()),
        Err(error) => error.to_string(),
    }
}

fn commas() -> NumberFormat {
    NumberFormat::new().decimal(',')
}

#[test]
fn numbers_in_another_notation_are_refused_as_feature_target_and_weight() {
    let reader = y().delimiter(b';');
    for (text, said) in [
        (
            "x;y\n1,5;1\n2,5;2\n",
            "line 2, column `x`: `1,5` is a number in another notation; read the column with the number format decimal `,`",
        ),
        (
            "x;y\n1,234;1\n2,345;2\n",
            "line 2, column `x`: `1,234` is a number in another notation; read the column with the number format decimal \
             `.`, thousands `,`; or decimal `,`",
        ),
        (
            "x;y\n1;1,5\n2;2,5\n",
            "line 2, column `y`: `1,5` is a number in another notation; read the column with the number format decimal `,`",
        ),
        (
            "x;y\n1;1\n$5;2\n",
            "line 3, column `x`: `$5` is a number in another notation; read the column with the number format decimal `.`, \
             strip `$`",
        ),
        (
            "x;y\n1/2;1\n3/4;2\n",
            "line 2, column `x`: `1/2` is a number in another notation; write it in decimal digits",
        ),
        (
            "x;y\n12 kg;1\n500 g;2\n",
            "line 3, column `x`: `500 g` has another unit than `12 kg`; write all values in one unit",
        ),
    ] {
        assert_eq!(message(&reader, text), said);
    }
    let weighted = y().delimiter(b';').weights("w");
    let said = message(&weighted, "x;y;w\n1;1;1,5\n2;2;2,5\n");
    assert!(
        said.starts_with("line 2, column `w`: `1,5` is a number in another"),
        "{said}"
    );
    // A used column; what is not used may hold anything.
    assert!(read(&reader.exclude(["x"]), "x;z;y\n1,5;1;1\n2,5;2;2\n").is_ok());
}

#[test]
fn an_error_says_whether_a_category_is_a_way_out() {
    let of = |text: &str| match read(&y(), text) {
        Err(Error::DisguisedNumber {
            may_be_category, ..
        }) => may_be_category,
        other => panic!("{other:?}"),
    };
    assert!(of("x,y\n5%,1\n7%,2\n"));
    assert!(!of("x,y\n1,5%\n2,7%\n"));
}

#[test]
fn a_format_holds_for_all_columns_or_for_one() -> Checked {
    let text = "a;b;town;y\n1,5;2;Ulm;3,5\n2;2,5;Bonn;4\n";
    let all = y().delimiter(b';').number_format(commas());
    let table = read(&all, text)?;
    assert_eq!(
        table.dataset().x(),
        array![[1.5, 2.0, 1.0], [2.0, 2.5, 0.0]]
    );
    assert_eq!(table.dataset().y(), array![3.5, 4.0]);
    let one = y().delimiter(b';').column_format("a", commas());
    let said = message(&one, text);
    assert!(said.starts_with("line 2, column `y`: `3,5`"), "{said}");
    // Named, it is numbers, and nothing else.
    let named = y()
        .delimiter(b';')
        .column_format("town", commas())
        .number_format(commas());
    assert_eq!(
        message(&named, text),
        "line 2, column `town`: `Ulm` is not a finite number"
    );
    // A point is none of its marks, wherever it comes.
    for text in ["x;y\n1,5;1\n2.5;2\n", "x;y\n2.5;2\n1,5;1\n"] {
        let said = message(&all, text);
        assert!(
            said.contains("column `x`: `2.5` does not fit the number format decimal `,`"),
            "{said}"
        );
    }
    assert!(matches!(
        read(&y().column_format("z", commas()), "x,y\n1,2\n"),
        Err(Error::MissingColumn { name, .. }) if name == "z"
    ));
    for format in [
        NumberFormat::new().decimal(',').thousands(','),
        NumberFormat::new().decimal(';'),
        NumberFormat::new().thousands('x'),
        NumberFormat::new().strip("7"),
        NumberFormat::new().strip(" "),
    ] {
        let error = read(&y().number_format(format.clone()), "x,y\n1,2\n");
        assert!(
            matches!(error, Err(Error::InvalidParameter { .. })),
            "{format}"
        );
    }
    Ok(())
}

#[test]
fn a_column_has_percent_signs_on_all_values_or_on_none() -> Checked {
    let percent = y().number_format(NumberFormat::new().percent(Percent::Allowed));
    let table = read(&percent, "a,b,y\n5%,1,1\n12.7 %,2,2\n-3%,3,3\n")?;
    assert_eq!(table.dataset().x().column(0), array![0.05, 0.127, -0.03]);
    assert_eq!(table.dataset().x().column(1), array![1.0, 2.0, 3.0]);
    // The schema knows which is which.
    let reader = CsvReader::with_schema(table.schema().clone());
    assert_eq!(
        read(&reader, "a,b\n7%,4\n")?.dataset().x(),
        array![[0.07, 4.0]]
    );
    for text in ["a,b\n7,4\n", "a,b\n7%,4%\n"] {
        let error = read(&reader, text);
        assert!(
            matches!(
                error,
                Err(Error::NumberFormat { .. } | Error::DisguisedNumber { .. })
            ),
            "{error:?}"
        );
    }
    for text in ["a,y\n5%,1\n7,2\n", "a,y\n7,1\n5%,2\n"] {
        assert!(
            matches!(read(&percent, text), Err(Error::MixedUnits { line: 3, .. })),
            "{text}"
        );
    }
    Ok(())
}

#[test]
fn every_door_reads_alike() -> Checked {
    let text = "at;price;bill;y\n2024-01-03;1.200,50;−5 €;1,5\n2024-01-01;900;(7 €);2,5\n2024-02-01;10;3 €;4\n";
    let format = commas().thousands('.').strip("€");
    let reader = y().delimiter(b';').number_format(format).date("at");
    let table = read(&reader, text)?;
    let x = array![[2.0, 1200.5, -5.0], [0.0, 900.0, -7.0], [31.0, 10.0, 3.0]];
    assert_eq!(table.dataset().x(), x);
    // A schema that was stored, of the whole file and in chunks; the separator of fields is the file's own.
    let stored = serde_json::to_string(table.schema())?;
    let schema: Schema = serde_json::from_str(&stored)?;
    assert_eq!(&schema, table.schema());
    let again = CsvReader::with_schema(schema).delimiter(b';');
    assert_eq!(read(&again, text)?.dataset().x(), x);
    for rows in [1, 2, 3] {
        let mut found = Vec::new();
        for chunk in again.chunks(text.as_bytes(), rows)? {
            found.extend(chunk?.x().iter().copied());
        }
        assert_eq!(found, x.iter().copied().collect::<Vec<f64>>());
    }
    // Without one, numbers alone.
    assert!(matches!(
        reader.chunks(text.as_bytes(), 2).map(|_| ()),
        Err(Error::SchemaRequired { column, .. }) if column == "at"
    ));
    let mut numbers = y()
        .delimiter(b';')
        .exclude(["at"])
        .number_format(commas().thousands('.').strip("€"));
    let chunks = numbers
        .chunks(text.as_bytes(), 2)?
        .collect::<Result<Vec<_>>>()?;
    assert_eq!(chunks[1].x(), array![[10.0, 3.0]]);
    numbers = y().delimiter(b';').exclude(["at", "bill"]);
    let first = numbers.chunks(text.as_bytes(), 2)?.next();
    assert!(
        matches!(first, Some(Err(Error::DisguisedNumber { line: 2, .. }))),
        "{first:?}"
    );
    // A look before reading says what would be refused.
    let description = y().delimiter(b';').describe(text.as_bytes(), None)?;
    let facts = description.notes.iter().map(|note| match note {
        ReadNote::Disguised { column, .. } | ReadNote::Dates { column, .. } => column.as_str(),
        _ => "",
    });
    assert_eq!(facts.collect::<Vec<_>>(), ["at", "price", "bill", "y"]);
    Ok(())
}

#[test]
fn digits_with_a_leading_zero_are_codes_wherever_the_first_comes() -> Checked {
    // Far behind the first block.
    let long = |zero_at: usize| {
        let mut text = "zip,y\n".to_owned();
        for row in 0..60_000 {
            let zip = if row == zero_at {
                "00501".to_owned()
            } else {
                format!("{}", 10_001 + row % 50)
            };
            writeln!(text, "{zip},{}", row % 7).unwrap_or_default();
        }
        text
    };
    let table = read(&y(), &long(100))?;
    assert_eq!(table.codings()[0].levels().len(), 51);
    assert_eq!(table.codings()[0].base(), Some("00501"));
    assert_eq!(
        table.notes(),
        [ReadNote::Codes {
            column: "zip".to_owned(),
            line: 102,
            value: "00501".to_owned()
        }]
    );
    let late = read(&y(), &long(50_000));
    assert!(
        matches!(late, Err(Error::LeadingZero { line: 50_002, .. })),
        "{late:?}"
    );
    let numbers = y().column_format("zip", NumberFormat::new());
    assert_eq!(
        read(&numbers, &long(50_000))?.dataset().x()[[50_000, 0]],
        501.0
    );
    assert_eq!(
        read(&y().categorical(["zip"]), &long(50_000))?.codings()[0]
            .levels()
            .len(),
        51
    );
    // Of other widths, or beside points, they may be numbers.
    for text in [
        "g,y\n1,1\n01,2\n",
        "g,y\n01,1\n1,2\n",
        "g,y\n01,1\n1.5,2\n",
        "g,y\n10,1\n01,2\n1.0,3\n",
    ] {
        assert!(
            matches!(read(&y(), text), Err(Error::LeadingZero { value, .. }) if value == "01"),
            "{text}"
        );
    }
    // Numbers that begin with a zero, or a target, are numbers.
    let table = read(&y(), "x,y\n0.5,01\n0,2\n-0.5,003\n")?;
    assert_eq!(
        (
            table.dataset().x().column(0).to_vec(),
            table.dataset().y().to_vec()
        ),
        (vec![0.5, 0.0, -0.5], vec![1.0, 2.0, 3.0])
    );
    let chunk = y().chunks("x,y\n1,1\n01,2\n".as_bytes(), 5)?.next();
    assert!(
        matches!(chunk, Some(Err(Error::LeadingZero { line: 3, .. }))),
        "{chunk:?}"
    );
    // `describe` calls them texts.
    let description = y().describe("zip,y\n10001,1\n00501,2\n".as_bytes(), None)?;
    assert!(matches!(
        &description.columns[0].content,
        Content::Texts { mixed: None, .. }
    ));
    Ok(())
}

#[test]
fn text_that_most_rows_have_for_themselves_is_refused_unless_it_is_declared() -> Checked {
    let file = |distinct: usize| {
        let mut text = "name,y\n".to_owned();
        for row in 0..60 {
            writeln!(text, "n{},{row}", row % distinct).unwrap_or_default();
        }
        text
    };
    assert_eq!(
        message(&y(), &file(31)),
        "column `name` has 31 different texts in 60 rows, `n0` on line 2 the first: exclude it, read it as labels, or \
         declare it categorical"
    );
    assert_eq!(read(&y(), &file(30))?.codings()[0].levels().len(), 30);
    assert_eq!(
        read(&y().categorical(["name"]), &file(60))?.codings()[0]
            .levels()
            .len(),
        60
    );
    Ok(())
}

#[test]
fn dates_and_times_are_seconds_or_days_to_the_last_digit() -> Checked {
    let table = read(
        &y().date("at"),
        "at,y\n2000-02-29 23:59:59.5,1\n2000-02-28,2\n1999-12-31T12:00,3\n20000301T00:00:00,4\n",
    )?;
    let day = 86_400.0;
    assert_eq!(
        table.dataset().x().column(0).to_vec(),
        [60.5 * day - 0.5, 58.5 * day, 0.0, 60.5 * day]
    );
    assert_eq!(
        table.notes(),
        [ReadNote::TimeSince {
            column: "at".to_owned(),
            origin: "1999-12-31T12:00:00".to_owned(),
            unit: TimeUnit::Seconds
        }]
    );
    let table = read(
        &y().date("at"),
        "at,y\n2100-03-01,1\n1900-03-01,2\n1582-10-15,3\n",
    )?;
    // Julian day numbers 2488129, 2415080 and 2299161.
    assert_eq!(
        table.dataset().x().column(0).to_vec(),
        [188_968.0, 115_919.0, 0.0]
    );
    // Rows that are left out do not count.
    let dropped = y().date("at").missing(MissingPolicy::DropRows);
    let table = read(
        &dropped,
        "at,b,y\n2000-01-01,,1\n2000-01-03,1,1\n2000-01-05,2,2\n",
    )?;
    assert_eq!(table.dataset().x().column(0).to_vec(), [0.0, 2.0]);
    let imputed = y().date("at").missing(MissingPolicy::MeanImpute);
    let error = read(&imputed, "at,y\n2000-01-01,1\n,2\n");
    assert!(
        matches!(error, Err(Error::MissingValue { line: 3, .. })),
        "{error:?}"
    );
    for (text, problem) in [
        ("2001-02-29", "no such day"),
        ("2001-13-01", "no such day"),
        ("2001-02-03 25:00", "no such time"),
        ("2001-02-03T10:00:00Z", "time zone"),
        ("2001-02-03 10:00:00+01:00", "time zone"),
        ("2001-02-03 10:00 UTC", "time zone"),
        ("3.2.2001", "no date"),
        ("today", "no date"),
    ] {
        let said = message(&y().date("at"), &format!("at,y\n{text},1\n"));
        assert!(
            said.starts_with("line 2, column `at`") && said.contains(problem),
            "{text}: {said}"
        );
    }
    assert!(matches!(
        read(&y().date("y"), "at,y\n1,2\n"),
        Err(Error::ColumnRole { .. })
    ));
    Ok(())
}

#[test]
fn parts_of_a_date_are_numbers_and_categories_in_calendar_order() -> Checked {
    let parts = [
        DatePart::Year,
        DatePart::Month,
        DatePart::Day,
        DatePart::Weekday,
        DatePart::Hour,
        DatePart::Minute,
    ];
    let text = "at,y\n2024-10-07 05:30,1\n2023-02-03 12:00,2\n2024-10-13 05:45,3\n";
    let table = read(&y().date_parts("at", parts), text)?;
    let data = table.dataset();
    assert_eq!(
        data.feature_names(),
        [
            "at.year",
            "at.month=10",
            "at.day",
            "at.weekday=Fri",
            "at.weekday=Sun",
            "at.hour=12",
            "at.minute"
        ]
    );
    assert_eq!(
        data.x(),
        array![
            [2024., 1., 7., 0., 0., 0., 30.],
            [2023., 0., 3., 1., 0., 1., 0.],
            [2024., 1., 13., 0., 1., 0., 45.]
        ]
    );
    let levels: Vec<&str> = table.codings().iter().filter_map(Coding::base).collect();
    assert_eq!(levels, ["2", "Mon", "5"]);
    let reader = CsvReader::with_schema(serde_json::from_str(&serde_json::to_string(
        table.schema(),
    )?)?);
    assert_eq!(
        read(&reader, "at\n2024-10-07 12:15\n")?
            .dataset()
            .x()
            .row(0)
            .to_vec(),
        [2024., 1., 7., 0., 0., 1., 15.]
    );
    let unseen = read(&reader, "at\n2024-11-07 12:15\n");
    assert!(
        matches!(&unseen, Err(Error::UnseenLevel { line: 2, column, level, .. }) if column == "at.month" && level == "11")
    );
    let base = reader.unseen_level(UnseenLevel::Base);
    assert_eq!(
        read(&base, "at\n2024-11-07 07:15\n")?
            .dataset()
            .x()
            .row(0)
            .to_vec(),
        [2024., 0., 7., 0., 0., 0., 15.]
    );
    Ok(())
}

/// A number and the digits it is written with: whole ones, fraction, a minus.
type Digits = (String, String, bool);

fn digits() -> impl Strategy<Value = Digits> {
    ("0|[1-9][0-9]{0,8}", "|[0-9]{1,5}", any::<bool>())
}

/// Notation of the digits.
#[derive(Clone, Copy, Debug)]
struct Style {
    decimal: char,
    thousands: Option<&'static str>,
    indian: bool,
    percent: bool,
    around: (&'static str, &'static str),
    minus: usize,
    /// 0 plain; 1 `="…"`; 2 `np.float64(…)`; 3 full-width digits.
    spelling: usize,
}

fn styles() -> impl Strategy<Value = Style> {
    let thousands = [
        None,
        Some(","),
        Some("."),
        Some("'"),
        Some("\u{2019}"),
        Some(" "),
        Some("\u{a0}"),
        Some("\u{202f}"),
        Some("\u{2009}"),
        Some("_"),
    ];
    let around = [
        ("", ""),
        ("$", ""),
        ("€ ", ""),
        ("", " €"),
        ("USD ", ""),
        ("", " CHF"),
        ("", " kg"),
        ("", "\u{a0}°C"),
        ("R$ ", ""),
    ];
    (
        prop::sample::select(vec!['.', ',']),
        prop::sample::select(thousands.to_vec()),
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(around.to_vec()),
        0_usize..5,
        0_usize..4,
    )
        .prop_filter("marks differ", |(decimal, thousands, ..)| {
            *thousands != Some(if *decimal == '.' { "." } else { "," })
        })
        .prop_map(
            |(decimal, thousands, indian, percent, around, minus, spelling)| Style {
                decimal,
                thousands,
                indian,
                percent: percent && around == ("", ""),
                around,
                minus,
                spelling,
            },
        )
}

impl Style {
    fn write(&self, (whole, fraction, negative): &Digits) -> String {
        let mut text = match self.thousands {
            Some(mark) => grouped(whole, mark, self.indian),
            None => whole.clone(),
        };
        if !fraction.is_empty() {
            text = format!("{text}{}{fraction}", self.decimal);
        }
        if self.percent {
            text += " %";
        }
        let (before, after) = self.around;
        text = match (*negative, self.minus) {
            (false, _) => format!("{before}{text}{after}"),
            (true, 0) => format!("-{before}{text}{after}"),
            (true, 1) => format!("{before}-{text}{after}"),
            (true, 2) => format!("\u{2212}{before}{text}{after}"),
            (true, 3) => format!("({before}{text}{after})"),
            (true, _) => format!("\u{2013}{before}{text}{after}"),
        };
        let wide = |c: char| {
            c.to_digit(10)
                .and_then(|d| char::from_u32(0xff10 + d))
                .unwrap_or(c)
        };
        match self.spelling {
            1 => format!("=\"{text}\""),
            2 => format!("np.float64({text})"),
            3 => text.chars().map(wide).collect(),
            _ => text,
        }
    }

    /// The nearest number to what is meant.
    fn value(&self, (whole, fraction, negative): &Digits) -> f64 {
        let sign = if *negative { "-" } else { "" };
        let power = if self.percent { "e-2" } else { "" };
        format!("{sign}{whole}.{fraction}0{power}")
            .parse()
            .expect("a number")
    }

    fn format(&self) -> NumberFormat {
        let mut format = NumberFormat::new().decimal(self.decimal);
        if let Some(mark) = self.thousands {
            format = format.thousands(match mark {
                "\u{2019}" => '\'',
                "\u{a0}" | "\u{202f}" | "\u{2009}" => ' ',
                mark => mark.chars().next().expect("a mark"),
            });
        }
        if self.percent {
            format = format.percent(Percent::Allowed);
        }
        let (before, after) = (self.around.0.trim(), self.around.1.trim());
        [before, after]
            .into_iter()
            .filter(|text| !text.is_empty())
            .fold(format, NumberFormat::strip)
    }
}

fn grouped(whole: &str, mark: &str, indian: bool) -> String {
    let mut groups = Vec::new();
    let (mut rest, mut width) = (whole, 3);
    while rest.len() > width {
        let (front, group) = rest.split_at(rest.len() - width);
        groups.push(group);
        rest = front;
        width = if indian { 2 } else { 3 };
    }
    groups.push(rest);
    groups.reverse();
    groups.join(mark)
}

fn file_of(texts: &[String]) -> String {
    let rows = texts.iter().enumerate().map(|(row, text)| {
        let escaped = text.replace('"', "\"\"");
        format!("\"{escaped}\",{row}\n")
    });
    format!("x,y\n{}", rows.collect::<String>())
}

/// What a file whose column `x` means these numbers may be read as without options: those numbers, or an error.
fn is_honest(texts: &[String], values: &[f64]) -> std::result::Result<(), TestCaseError> {
    match y().read(file_of(texts).as_bytes()) {
        Err(_) => Ok(()),
        Ok(table) => {
            prop_assert_eq!(table.dataset().feature_names(), ["x"]);
            prop_assert!(table.codings().is_empty());
            prop_assert_eq!(table.dataset().x().column(0).to_vec(), values.to_vec());
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_number_in_any_notation_is_exact_with_its_format_and_never_a_category_without(
        style in styles(),
        numbers in prop::collection::vec(digits(), 1..30),
    ) {
        let texts: Vec<String> = numbers.iter().map(|digits| style.write(digits)).collect();
        let values: Vec<f64> = numbers.iter().map(|digits| style.value(digits)).collect();
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<u64>>();
        for reader in [y().column_format("x", style.format()), y().number_format(style.format())] {
            let found = reader.read(file_of(&texts).as_bytes());
            // Of one width and a zero, all zeros: digits that a format for all columns leaves codes.
            let table = found.map_err(|error| TestCaseError::fail(format!("{error} {texts:?}")))?;
            prop_assert_eq!(bits(&table.dataset().x().column(0).to_vec()), bits(&values));
            let again = CsvReader::with_schema(table.schema().clone()).read(file_of(&texts).as_bytes());
            let again = again.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(again.dataset().x(), table.dataset().x());
        }
        // One text of digits and a point is a number in two notations, and nothing tells.
        let plain = |text: &String| text.parse::<f64>().is_ok();
        if !texts.iter().all(plain) || style.thousands != Some(".") {
            is_honest(&texts, &values)?;
        }
    }

    #[test]
    fn numbers_in_several_notations_are_exact_or_an_error(
        numbers in prop::collection::vec((digits(), styles()), 2..30),
    ) {
        let numbers: Vec<(Digits, Style)> = numbers.into_iter().filter(|(_, style)| style.thousands != Some(".")).collect();
        let texts: Vec<String> = numbers.iter().map(|(digits, style)| style.write(digits)).collect();
        let values: Vec<f64> = numbers.iter().map(|(digits, style)| style.value(digits)).collect();
        if !texts.is_empty() {
            is_honest(&texts, &values)?;
        }
    }

    #[test]
    fn a_text_that_a_format_reads_is_one_number_whatever_it_is(text in "[-+()0-9.,' %$kg\u{2212}\u{a0}e=\"]{0,12}", style in styles()) {
        // No panic, and nothing that is not finite.
        prop_assert!(style.format().parse(&text).is_none_or(f64::is_finite));
        is_honest_or_category(&text)?;
    }
}

/// No text of digits and marks makes the reader panic.
fn is_honest_or_category(text: &str) -> std::result::Result<(), TestCaseError> {
    let texts = vec![text.to_owned(), text.to_owned()];
    if let Ok(table) = y().read(file_of(&texts).as_bytes()) {
        prop_assert!(table.dataset().x().iter().all(|value| value.is_finite()));
    }
    Ok(())
}

#[test]
fn integers_of_more_digits_than_a_number_are_said_to_be_rounded() -> Checked {
    let text =
        "a,y\n9007199254740992,1\n9007199254740993,2\n-9007199254740995.0,3\n9007199254740994,4\n";
    let table = read(&y(), text)?;
    let x = table.dataset().x().column(0).to_vec();
    assert_eq!(x[0], x[1]);
    let note = ReadNote::Rounded {
        column: "a".to_owned(),
        line: 3,
        value: "9007199254740993".to_owned(),
        number: 9_007_199_254_740_992.0,
        count: 2,
    };
    assert_eq!(table.notes(), std::slice::from_ref(&note));
    assert_eq!(
        note.to_string(),
        "`a`: `9007199254740993` on line 3 has more digits than a number and was read as 9007199254740992; 2 values \
         were read so, and different ones may have become equal."
    );
    // A target too, and in a description.
    let swapped = read(&CsvReader::new("a").features(["y"]), text)?;
    assert_eq!(swapped.notes(), std::slice::from_ref(&note));
    let description = CsvReader::new("").describe(text.as_bytes(), None)?;
    assert_eq!(description.notes, [note]);
    // Fractions, powers of ten and integers that a number is.
    for exact in [
        "0.12345678901234567890",
        "1e300",
        "1000000000000000000000",
        "18446744073709551616",
        "00000000000000000000.5",
        "1234567890123456.5",
        "9007199254740992.000",
    ] {
        let table = read(&y(), &format!("a,y\n1,1\n{exact},2\n3,4\n"))?;
        assert_eq!(table.notes(), [], "{exact}");
    }
    Ok(())
}
