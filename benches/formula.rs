//! Making the design of a formula beside reading the file it is of, and beside the floor: writing as many numbers.
//!
//! Rows are made in blocks, as they go to [`Moments`](elltwo::moments::Moments), and in one matrix. That is memory the
//! process did not have: its pages cost more than its numbers do, which the floor shows. With large pages,
//! `GLIBC_TUNABLES=glibc.malloc.hugetlb=1`, it takes less than half.
//!
//! ```text
//! cargo bench --bench formula
//! ```

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // codes of levels

mod common;

use std::fmt::Write;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use elltwo::data::{CsvReader, Frame};
use elltwo::formula::{Design, Formula};
use ndarray::{Array2, s};
use rand::Rng;

const FORMULA: &str = "y ~ x1*x2 + C(g) + ns(x3, 5)";
const LEVELS: u32 = 50;
/// Rows of a block.
const BLOCK: usize = 4096;
/// Runs of each, in turn, of which the fastest counts.
const TURNS: usize = 9;

/// Four numbers to three decimals and a category a row.
fn text(rows: usize) -> String {
    let mut rng = common::generator();
    let mut text = "y,x1,x2,x3,g\n".to_owned();
    for _ in 0..rows {
        for _ in 0..4 {
            write!(text, "{:.3},", 10.0 + rng.random::<f64>()).unwrap();
        }
        writeln!(text, "level{:02}", rng.random_range(0..LEVELS)).unwrap();
    }
    text
}

/// The columns but those of the spline, in plain `ndarray`.
fn plain(frame: &Frame, levels: &[String]) -> Array2<f64> {
    let of = |name| frame.column(name).unwrap();
    let (x1, x2, codes, k) = (of("x1"), of("x2"), of("g"), levels.len());
    let texts = frame.levels("g").unwrap();
    let place = |code: f64| {
        levels
            .iter()
            .position(|level| *level == texts[code as usize])
            .unwrap()
    };
    let places: Vec<usize> = (0..texts.len()).map(|code| place(code as f64)).collect();
    let mut x = Array2::zeros((frame.n_rows(), k + 2));
    x.column_mut(0).assign(&x1);
    x.column_mut(1).assign(&x2);
    for (mut row, code) in x.rows_mut().into_iter().zip(codes) {
        let place = places[*code as usize];
        if place > 0 {
            row[1 + place] = 1.0;
        }
        row[k + 1] = row[0] * row[1];
    }
    x
}

/// All rows of the design, a block after the other, on all threads.
fn blocks(design: &Design, frame: &Frame) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let n = frame.n_rows();
    let part = |thread: usize| {
        let mut block = Array2::zeros((BLOCK, design.n_columns()));
        let starts = (0..n).step_by(BLOCK).skip(thread).step_by(threads);
        starts.fold(0.0, |sum, start| {
            let rows = start..n.min(start + BLOCK);
            let mut block = block.slice_mut(s![..rows.len(), ..]);
            design.fill(frame, rows, block.view_mut()).unwrap();
            sum + block[[0, 0]]
        })
    };
    std::thread::scope(|scope| {
        let part = &part;
        let others: Vec<_> = (1..threads)
            .map(|thread| scope.spawn(move || part(thread)))
            .collect();
        let sum = part(0);
        others
            .into_iter()
            .fold(sum, |sum, other| sum + other.join().unwrap())
    })
}

fn time<T>(f: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(f());
    start.elapsed()
}

fn design(c: &mut Criterion) {
    let rows = common::rows(1_000_000);
    let path = std::env::temp_dir().join(format!("elltwo-formula-{}.csv", std::process::id()));
    std::fs::write(&path, text(rows)).unwrap();
    let formula: Formula = FORMULA.parse().unwrap();
    let read = || formula.read_path(&CsvReader::columns(), &path).unwrap();
    let frame = read();
    let learn = || formula.design(&frame).unwrap();
    let design: Design = learn();
    let make = || design.matrix(&frame).unwrap();

    let (x, p) = (make(), design.n_columns());
    let (_, levels) = design.categories().next().unwrap();
    let expected = plain(&frame, levels);
    let k = levels.len();
    assert_eq!(p, k + 7);
    assert_eq!(x.slice(s![.., ..=k]), expected.slice(s![.., ..=k]));
    assert_eq!(x.column(p - 1), expected.column(k + 1));
    drop((x, expected));

    let floor = || Array2::from_elem((rows, p), 1.0);
    let block = || blocks(&design, &frame);
    let first: f64 = (0..rows)
        .step_by(BLOCK)
        .map(|row| frame.column("x1").unwrap()[row])
        .sum();
    assert!((block() / first - 1.0).abs() < 1e-12);
    if !common::smoke() {
        let least = [Duration::MAX; 5];
        let times = (0..TURNS).fold(least, |least, _| {
            let now = [
                time(read),
                time(learn),
                time(block),
                time(make),
                time(floor),
            ];
            std::array::from_fn(|place| least[place].min(now[place]))
        });
        let [read, learn, block, make, floor] = times.map(|time| time.as_secs_f64());
        println!(
            "{rows} rows, {p} columns: read {read:.3} s, learn {learn:.3} s, rows in blocks {block:.3} s, in one \
             matrix {make:.3} s, floor {floor:.3} s; learn and rows in blocks / read = {:.2}",
            (learn + block) / read
        );
    }

    let mut group = c.benchmark_group("formula");
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("elltwo: read the file", rows), |b| {
        b.iter(read);
    });
    group.bench_function(BenchmarkId::new("elltwo: learn", rows), |b| {
        b.iter(learn);
    });
    group.bench_function(BenchmarkId::new("elltwo: rows in one matrix", rows), |b| {
        b.iter(make);
    });
    group.bench_function(BenchmarkId::new("elltwo: rows in blocks", rows), |b| {
        b.iter(block);
    });
    group.bench_function(BenchmarkId::new("plain, without the spline", rows), |b| {
        b.iter(|| plain(&frame, levels));
    });
    group.bench_function(BenchmarkId::new("floor: as many numbers", rows), |b| {
        b.iter(floor);
    });
    group.finish();
    std::fs::remove_file(&path).unwrap();
}

criterion_group!(benches, design);
criterion_main!(benches);
