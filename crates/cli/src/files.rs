//! Files that are written: whole or not there, and none that is read.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::input::STDIN;
use crate::output::print;

/// The exit code of a command that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;
/// The name of an unfinished file, beside the one it will be: random letters between these.
const UNFINISHED_NAME: (&str, &str) = (".elltwo-", ".tmp");
/// Tries to begin a file that no other run takes for one left behind.
const ATTEMPTS: usize = 8;

/// A file that is not whole yet.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the unfinished file along when the command is interrupted or told to end.
pub(crate) fn clean_up_when_interrupted() {
    // Where a handler cannot be set, an interruption leaves a hidden file to the next run.
    let _ = ctrlc::set_handler(|| {
        // Kept locked: nothing is renamed or begun any more.
        let unfinished = unfinished();
        if let Some(path) = unfinished.as_ref() {
            let _ = fs::remove_file(path);
        }
        process::exit(INTERRUPTED);
    });
}

/// Refuses, before any work, an output that is an input or another output, whatever path leads there, and one whose
/// folder is not there. Outputs come with the option that names them.
pub(crate) fn check_outputs(
    inputs: &[&str],
    outputs: &[(&str, Option<&Path>)],
) -> Result<(), Failure> {
    let mut seen: Vec<(Option<&str>, Place)> = Vec::new();
    for input in inputs {
        let path = if *input == STDIN { "/dev/stdin" } else { input };
        seen.extend(Place::of(Path::new(path)).map(|place| (None, place)));
    }
    for (option, path) in outputs {
        let Some(path) = path else { continue };
        let name = path.display();
        if !folder_of(path).is_dir() {
            return Err(Failure::Data(format!("{name}: its folder is not there.")));
        }
        let Some(place) = Place::of(path) else {
            continue;
        };
        if let Some((other, _)) = seen.iter().find(|(_, other)| place.is(other)) {
            return Err(Failure::Usage(match other {
                None => format!(
                    "{option} would overwrite {name}, which is read. Give the output another name."
                ),
                Some(other) => {
                    format!(
                        "{other} and {option} are one file, {name}. Give each a name of its own."
                    )
                }
            }));
        }
        seen.push((Some(option), place));
    }
    Ok(())
}

/// Place of a file, by which one file is known from another.
struct Place {
    path: PathBuf,
    /// The device, and the number of the file there.
    node: Option<(u64, u64)>,
}

impl Place {
    /// None for devices and pipes, which may be written twice.
    fn of(path: &Path) -> Option<Self> {
        let data = fs::metadata(path).ok();
        if data.as_ref().is_some_and(|data| !data.is_file()) {
            return None;
        }
        #[cfg(unix)]
        let node = {
            use std::os::unix::fs::MetadataExt;
            data.map(|data| (data.dev(), data.ino()))
        };
        #[cfg(not(unix))]
        let node = None;
        let known = fs::canonicalize(path).or_else(|_| {
            let folder = fs::canonicalize(folder_of(path))?;
            Ok::<_, io::Error>(folder.join(path.file_name().unwrap_or_default()))
        });
        let path = known.unwrap_or_else(|_| path.to_path_buf());
        Some(Self { path, node })
    }

    fn is(&self, other: &Self) -> bool {
        self.path == other.path || (self.node.is_some() && self.node == other.node)
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a file under another name in the same folder, and renames it when it is whole; or to standard output, `-`.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    if path.as_os_str() == STDIN {
        let mut text = Vec::new();
        write(&mut text).map_err(|error| Failure::io("standard output", &error))?;
        return print(&String::from_utf8_lossy(&text));
    }
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
    let folder = folder_of(&target);
    remove_stale(folder);
    let written = filled(begin(folder)?, write).and_then(|temporary| {
        if let Some(data) = existing {
            temporary.as_file().set_permissions(data.permissions())?;
        }
        // An interruption finds it unfinished, or in its place.
        let mut unfinished = unfinished();
        temporary.persist(&target)?;
        *unfinished = None;
        Ok(())
    });
    *unfinished() = None;
    written
}

/// An empty file that this run has locked, and that goes when it is interrupted.
fn begin(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED_NAME.0).suffix(UNFINISHED_NAME.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the process's mask leaves of it, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // An interruption waits until it is known what to remove.
    let mut unfinished = unfinished();
    for _ in 0..ATTEMPTS {
        let temporary = builder.tempfile_in(folder)?;
        // Before it was locked, another run may have taken it for one left behind.
        let taken = matches!(
            temporary.as_file().try_lock(),
            Err(TryLockError::WouldBlock)
        );
        if !taken && temporary.path().exists() {
            *unfinished = Some(temporary.path().to_path_buf());
            return Ok(temporary);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Removes unfinished files of runs that were killed: nobody holds their lock.
fn remove_stale(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = name.starts_with(UNFINISHED_NAME.0) && name.ends_with(UNFINISHED_NAME.1);
        if is_ours
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            // Another user's may be left to them.
            let _ = fs::remove_file(entry.path());
        }
    }
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
