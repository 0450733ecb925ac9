//! Meaning of a field's text: numbers in disguise, truth values, dates, codes; never a number taken for a category.

use elltwo::Result;
use elltwo::data::{CsvReader, ReadNote, Table};

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
