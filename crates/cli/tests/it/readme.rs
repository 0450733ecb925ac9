//! The console blocks of `README.md` beside the crate are what the commands print.

use crate::common::{elltwo, root, text};

/// The commands of the console blocks, each with what follows it up to the next.
fn sessions(readme: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ elltwo ")) {
            found.push((command.to_owned(), String::new()));
        } else if let (true, Some((_, output))) = (inside, found.last_mut()) {
            output.push_str(line);
            output.push('\n');
        }
    }
    found
}

#[test]
fn the_commands_of_the_readme_print_what_it_says() {
    let readme = std::fs::read_to_string(root().join("crates/cli/README.md")).expect("the README");
    let sessions = sessions(&readme);
    assert!(sessions.len() >= 3, "{} commands", sessions.len());
    // A folder for all, so that a model that one saves is there for the next.
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    for name in ["auto_mpg.csv", "diabetes.csv"] {
        std::fs::copy(root().join("data").join(name), data.join(name)).expect("the data");
    }
    for (command, expected) in sessions {
        let arguments: Vec<&str> = command.split_whitespace().collect();
        let output = elltwo(&arguments)
            .current_dir(folder.path())
            .output()
            .expect("it runs");
        assert!(
            output.status.success(),
            "{command}: {}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), expected, "{command}");
    }
}
