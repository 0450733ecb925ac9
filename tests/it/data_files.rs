//! The files in `data/` are the ones `data/README.md` describes.

use elltwo::Result;
use elltwo::data::{CsvReader, MissingPolicy, Table};

fn read(file: &str, reader: CsvReader) -> Result<Table> {
    reader.read_path(format!("{}/data/{file}", env!("CARGO_MANIFEST_DIR")))
}

#[track_caller]
fn check(table: &Table, n_rows: usize, shape: [usize; 2], sum_x: f64, sum_y: f64) {
    let data = table.dataset();
    assert_eq!(table.n_rows(), n_rows);
    assert_eq!(data.x().shape(), shape);
    let found = (data.x().sum(), data.y().sum());
    assert!((found.0 - sum_x).abs() < 1e-9 * sum_x, "{found:?}");
    assert!((found.1 - sum_y).abs() < 1e-9 * sum_y, "{found:?}");
}

#[test]
fn diabetes_is_whole() -> Result<()> {
    let table = read("diabetes.csv", CsvReader::new("progression"))?;
    check(&table, 442, [442, 10], 276_404.233_6, 67_243.0);
    Ok(())
}

#[test]
fn longley_is_whole() -> Result<()> {
    let table = read("longley.csv", CsvReader::new("TOTEMP"))?;
    check(&table, 16, [16, 6], 8_207_657.9, 1_045_072.0);
    Ok(())
}

#[test]
fn stack_loss_and_engel_are_whole() -> Result<()> {
    let table = read("stackloss.csv", CsvReader::new("stackloss"))?;
    check(&table, 21, [21, 3], 3524.0, 368.0);
    let table = read("engel.csv", CsvReader::new("foodexp"))?;
    check(
        &table,
        235,
        [235, 1],
        230_881.165_338_383,
        146_675.276_158_638_53,
    );
    Ok(())
}

#[test]
fn red_wine_is_whole() -> Result<()> {
    let table = read("wine_quality_red.csv", CsvReader::new("quality"))?;
    check(&table, 1599, [1599, 11], 143_072.781_94, 9012.0);
    Ok(())
}

#[test]
fn auto_mpg_lacks_five_horsepowers_and_codes_its_origin() -> Result<()> {
    let table = read(
        "auto_mpg.csv",
        CsvReader::new("mpg")
            .labels("car_name")
            .categorical(["origin"])
            .missing(MissingPolicy::DropRows),
    )?;
    check(&table, 397, [392, 8], 1_322_542.7, 9190.8);
    Ok(())
}

#[test]
fn penguins_have_three_categories_and_eleven_incomplete_rows() -> Result<()> {
    let table = read(
        "penguins.csv",
        CsvReader::new("body_mass_g").missing(MissingPolicy::DropRows),
    )?;
    check(&table, 344, [333, 9], 756_490.5, 1_400_950.0);
    Ok(())
}
