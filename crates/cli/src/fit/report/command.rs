//! The command line, as a shell reads it.

use std::ffi::OsString;

/// Characters that no shell gives a meaning to.
const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";

/// The command with these arguments, quoted where they need it.
pub(super) fn line(arguments: impl Iterator<Item = OsString>) -> String {
    let quoted = arguments.map(|argument| quoted(&argument.to_string_lossy()));
    std::iter::once("elltwo".to_owned())
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

fn quoted(argument: &str) -> String {
    if !argument.is_empty() && argument.chars().all(|c| PLAIN.contains(c)) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_shell_reads_the_arguments_back() {
        let arguments = [
            "fit",
            "my data.csv",
            "--target=y",
            "--exclude",
            "it's;$x",
            "",
        ];
        let text = line(arguments.iter().map(Into::into));
        assert_eq!(
            text,
            r"elltwo fit 'my data.csv' --target=y --exclude 'it'\''s;$x' ''"
        );
    }
}
