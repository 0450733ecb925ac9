//! Results to standard output, and files that are whole or not there.

use std::fs;
use std::io::{self, BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// The exit code of a command that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

/// A file that is not whole yet.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Takes the unfinished file along when the command is interrupted or told to end.
pub(crate) fn clean_up_when_interrupted() {
    // Where a handler cannot be set, an interruption leaves a hidden file.
    let _ = ctrlc::set_handler(|| {
        // Kept locked: nothing is renamed or begun any more.
        let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = unfinished.as_ref() {
            let _ = fs::remove_file(path);
        }
        process::exit(INTERRUPTED);
    });
}

fn note_unfinished(path: Option<&Path>) {
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = path.map(Path::to_path_buf);
}

/// Writes text to standard output. A reader that has gone away has had enough.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io("standard output", &error))
        }
        _ => Ok(()),
    }
}

/// Writes one JSON document to standard output.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Failure> {
    print(&format!("{}\n", json(document)?))
}

/// A JSON document. Numbers have the digits that give them back; those that are not finite are `null`.
pub(crate) fn json(document: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(document)
        .map_err(|error| Failure::Data(format!("the result cannot be written as JSON: {error}.")))
}

/// A field of a CSV file: the digits that give the number back, empty if it is undefined.
pub(crate) fn field(value: f64) -> String {
    if value.is_finite() {
        format!("{value:?}")
    } else {
        String::new()
    }
}

/// Writes a file under another name in the same folder, and renames it when it is whole.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    try_write(path, write).map_err(|error| Failure::io(&path.display().to_string(), &error))
}

fn try_write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // The file a link leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let existing = fs::metadata(&target).ok();
    match &existing {
        Some(data) if data.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // A device or a pipe cannot be replaced.
        Some(data) if !data.is_file() => {
            let mut device = BufWriter::new(fs::OpenOptions::new().write(true).open(&target)?);
            write(&mut device)?;
            return device.flush();
        }
        _ => {}
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".elltwo-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the process's mask leaves of it, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder)?;
    note_unfinished(Some(temporary.path()));
    let written = filled(temporary, write).and_then(|temporary| {
        if let Some(data) = existing {
            temporary.as_file().set_permissions(data.permissions())?;
        }
        temporary.persist(&target)?;
        Ok(())
    });
    note_unfinished(None);
    written
}

fn filled(
    temporary: NamedTempFile,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    let mut buffered = BufWriter::new(temporary);
    write(&mut buffered)?;
    let temporary = buffered
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}
