//! Completion scripts and man pages, from the command line's own definition.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Cli;
use crate::failure::Failure;
use crate::files::write_file;
use crate::output::print;

/// Prints the completion script of a shell.
pub(crate) fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "elltwo", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Writes `elltwo.1`, and `elltwo-fit.1` and so on.
pub(crate) fn man(folder: &Path) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    let visible = command
        .get_subcommands()
        .filter(|c| !c.is_hide_set() && c.get_name() != "help");
    let pages: Vec<_> = visible
        .map(|page| (format!("elltwo-{}", page.get_name()), page.clone()))
        .chain([("elltwo".to_owned(), command.clone())])
        .collect();
    for (name, page) in pages {
        let path = folder.join(format!("{name}.1"));
        write_file(&path, |out| Man::new(page).render(out))?;
    }
    Ok(())
}
