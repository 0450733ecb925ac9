//! What is on the disk after a kill, a full device, a reader that goes away, and two runs at once.
#![cfg(target_os = "linux")] // for `kill`, `mount` and the devices as they are there

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{elltwo, failure, file, stdout, text};

const FIT: [&str; 4] = [
    "fit",
    "data/diabetes.csv",
    "--target=progression",
    "--quiet",
];

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A test on a file as it is read back.
type IsWhole = fn(&str) -> bool;

/// Options that write a file, the file's name, and what it holds when it is whole.
const OUTPUTS: [(&str, &str, IsWhole); 3] = [
    ("--save", "model.json", |text| {
        serde_json::from_str::<Value>(text).is_ok_and(|model| model["format"] == "elltwo.model")
    }),
    ("--rows", "rows.csv", |text| text.lines().count() == 443),
    ("--report", "page.html", |text| text.ends_with("</html>\n")),
];

#[test]
fn a_run_that_is_killed_leaves_the_old_file_or_the_new_and_the_next_run_cleans_up() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for (option, name, is_whole) in OUTPUTS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        let output = format!("{option}={}", path.display());
        let run = || {
            let mut command = elltwo(&FIT);
            command.arg(&output);
            command
        };
        let start = Instant::now();
        assert!(run().status().expect("it runs").success());
        let whole = start.elapsed();
        let (mut killed, mut replaced) = (0, 0);
        for _ in 0..25 {
            fs::write(&path, "old").expect("it is written");
            let mut child = run().spawn().expect("it runs");
            // xorshift
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            std::thread::sleep(whole.mul_f64((seed % 1200) as f64 / 1000.0));
            child.kill().expect("it is killed, or was done");
            let status = child.wait().expect("it ends");
            let content = fs::read_to_string(&path).expect("a file");
            assert!(
                content == "old" || is_whole(&content),
                "{option}: {content}"
            );
            assert!(!status.success() || is_whole(&content), "{option}");
            killed += usize::from(!status.success());
            replaced += usize::from(content != "old");
        }
        assert!(killed > 0, "{option}: {killed} killed, {replaced} replaced");
        assert!(run().status().expect("it runs").success());
        assert_eq!(names(folder.path()), [name], "{option}");
    }
}

#[test]
fn a_run_that_is_killed_while_it_writes_leaves_the_old_file_and_the_next_run_cleans_up() {
    // Until it was in time.
    for _ in 0..50 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rows.csv");
        fs::write(&path, "old").expect("it is written");
        let output = format!("--rows={}", path.display());
        let mut child = elltwo(&FIT).arg(&output).spawn().expect("it runs");
        while names(folder.path()).len() < 2 && child.try_wait().expect("a child").is_none() {
            std::thread::sleep(Duration::from_micros(50));
        }
        child.kill().expect("it is killed, or was done");
        child.wait().expect("it ends");
        let left = names(folder.path());
        if left.len() < 2 {
            continue;
        }
        assert!(left[0].starts_with(".elltwo-"), "{left:?}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "old");
        assert!(
            elltwo(&FIT)
                .arg(&output)
                .status()
                .expect("it runs")
                .success()
        );
        assert_eq!(names(folder.path()), ["rows.csv"]);
        return;
    }
    panic!("never slow enough to be killed");
}

#[test]
fn a_file_that_another_run_is_writing_is_not_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let busy = File::create(place(".elltwo-busy.tmp")).expect("it is made");
    busy.lock().expect("it is locked");
    for name in [".elltwo-left.tmp", ".elltwo-notes.txt", "mine.tmp"] {
        fs::write(place(name), "x").expect("it is written");
    }
    let output = format!("--rows={}", place("rows.csv").display());
    assert!(
        elltwo(&FIT)
            .arg(output)
            .status()
            .expect("it runs")
            .success()
    );
    assert_eq!(
        names(folder.path()),
        [
            ".elltwo-busy.tmp",
            ".elltwo-notes.txt",
            "mine.tmp",
            "rows.csv"
        ]
    );
}

#[test]
fn two_runs_at_once_leave_the_file_of_one() {
    for (option, name, is_whole) in OUTPUTS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        let output = format!("{option}={}", path.display());
        let run = |lambda: &str| {
            let mut command = elltwo(&FIT);
            command.args([lambda, &output]).stdin(Stdio::null());
            command
        };
        let lambdas = ["--lambda=0.001", "--lambda=10"];
        let alone = lambdas.map(|lambda| {
            assert!(run(lambda).status().expect("it runs").success());
            fs::read_to_string(&path).expect("a file")
        });
        assert_ne!(alone[0], alone[1], "{option}");
        for _ in 0..5 {
            let children = lambdas.map(|lambda| run(lambda).spawn().expect("it runs"));
            for mut child in children {
                assert!(child.wait().expect("it ends").success());
            }
            let content = fs::read_to_string(&path).expect("a file");
            // A page has the version of the command and the time it took nowhere: it is one of the two.
            assert!(is_whole(&content) && alone.contains(&content), "{option}");
            assert_eq!(names(folder.path()), [name], "{option}");
        }
    }
}

/// A file system of 64 KiB, where one may be mounted.
struct Small(PathBuf);

impl Small {
    fn mount(folder: &Path) -> Option<Self> {
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(folder)
            .output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        mounted.then(|| Self(folder.to_path_buf()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
#[allow(clippy::print_stdout)] // what was not checked
fn a_full_disk_is_said_and_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(small) = Small::mount(folder.path()) else {
        println!("skipped: no file system can be mounted");
        return;
    };
    for (_, name, _) in OUTPUTS {
        fs::write(small.0.join(name), "old").expect("there is room");
    }
    let mut filler = File::create(small.0.join("filler")).expect("there is room");
    while filler.write_all(&[0; 4096]).is_ok() {}
    for (option, name, _) in OUTPUTS {
        let path = small.0.join(name);
        let output = format!("{option}={}", path.display());
        let arguments: Vec<&str> = FIT.iter().copied().chain([output.as_str()]).collect();
        let message = failure(&arguments, 1);
        assert!(
            message.contains(name) && message.contains("no room is left"),
            "{message}"
        );
        assert_eq!(fs::read_to_string(&path).expect("a file"), "old");
    }
    assert_eq!(
        names(&small.0),
        ["filler", "model.json", "page.html", "rows.csv"]
    );
}

#[test]
fn a_device_that_is_full_and_a_pipe_whose_reader_has_gone_are_said() {
    let arguments = [
        "fit",
        "data/diabetes.csv",
        "--target=progression",
        "--quiet",
        "--rows=/dev/full",
    ];
    let message = failure(&arguments, 1);
    assert!(message.contains("/dev/full: no room is left"), "{message}");
    let printed = elltwo(&FIT[..3])
        .stdout(
            File::options()
                .write(true)
                .open("/dev/full")
                .expect("a device"),
        )
        .output()
        .expect("it runs");
    assert_eq!(printed.status.code(), Some(1));
    assert!(text(&printed.stderr).contains("standard output: no room is left"));

    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("it runs");
    assert!(made.success());
    let output = format!("--rows={}", pipe.display());
    let child = elltwo(&FIT).arg(&output).stderr(Stdio::piped()).spawn();
    // One byte is read, and the rest is more than a pipe holds or comes after the reader has gone.
    let reader = Command::new("head").args(["-c", "1"]).arg(&pipe).output();
    assert_eq!(reader.expect("it runs").stdout, b"r");
    let output = child.expect("it runs").wait_with_output().expect("it ends");
    let errors = text(&output.stderr);
    // What fits into the pipe may have been written before.
    assert!(
        output.status.success() || errors.contains("whoever read it has gone away"),
        "{errors}"
    );
}

#[test]
fn an_output_that_is_read_or_written_twice_is_refused_before_any_work() {
    let (folder, data) = file("data.csv", "x,y\n1,2\n2,3\n3,5\n");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let model = place("model.json");
    stdout(&["fit", &data, "--target=y", "--quiet", "--save", &model]);
    std::os::unix::fs::symlink(&data, place("link.csv")).expect("a link");
    fs::hard_link(&data, place("hard.csv")).expect("a link");
    fs::create_dir(place("inner")).expect("a folder");
    let before = fs::read_to_string(&data).expect("the data");
    let fit = ["fit", data.as_str(), "--target=y"];
    let round = format!("{}/inner/../data.csv", folder.path().display());
    let dotted = format!("{}/./new.csv", folder.path().display());
    let new = place("new.csv");
    let link = place("link.csv");
    let hard = place("hard.csv");
    let cases: [(&[&str], &str); 8] = [
        (&["--rows", &data], "--rows would overwrite"),
        (&["--save", &round], "--save would overwrite"),
        (&["--report", &link], "--report would overwrite"),
        (&["--rows", &hard], "--rows would overwrite"),
        (
            &["--rows", &new, "--save", &new],
            "--rows and --save are one file",
        ),
        (
            &["--rows", &new, "--report", &dotted],
            "--rows and --report are one file",
        ),
        (
            &["--save", &hard, "--report", &link],
            "--save would overwrite",
        ),
        (
            &["--save", &new, "--report", &new, "--lambda=0.1"],
            "--save and --report are one file",
        ),
    ];
    for (options, said) in cases {
        let message = failure(&[&fit[..], options].concat(), 2);
        assert!(message.contains(said), "{options:?}: {message}");
    }
    for output in [&data, &model, &hard] {
        let message = failure(&["predict", &model, &data, "-o", output], 2);
        assert!(message.contains("--output would overwrite"), "{message}");
    }
    assert_eq!(fs::read_to_string(&data).expect("the data"), before);
    assert!(!Path::new(&new).exists());
    // Devices are none.
    let null = ["--rows=/dev/null", "--save=/dev/null", "--quiet"];
    assert_eq!(stdout(&[&fit[..], &null].concat()), "");
    // A folder that is not there is found before the data are read.
    let message = failure(
        &[
            "fit",
            "no_such.csv",
            "--target=y",
            "--rows=/no/such/rows.csv",
        ],
        1,
    );
    assert!(
        message.contains("/no/such/rows.csv: its folder is not there"),
        "{message}"
    );
    // `-` is standard output.
    let printed = stdout(&["predict", &model, &data, "-o", "-"]);
    assert_eq!(printed, stdout(&["predict", &model, &data]));
}
