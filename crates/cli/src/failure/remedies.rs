//! Remedies from one table of what is wrong, what the column is for, and which command was asked.

use crate::args::{ReadingArgs, listed};
use crate::input::name_of;
use crate::model_file::ModelFile;

/// Command that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Fit,
    Compare,
    Predict,
    Evaluate,
    Describe,
}

/// Request: the command, the file, and what its columns are for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) command: Command,
    pub(crate) path: &'a str,
    pub(crate) target: Option<&'a str>,
    pub(crate) weights: Option<&'a str>,
    /// A solver was asked for by name.
    pub(crate) solver: bool,
    /// Missing numbers are replaced by means already.
    pub(crate) imputes: bool,
    /// There are means to replace them by.
    pub(crate) has_means: bool,
}

impl<'a> Asked<'a> {
    /// A command that reads a file without a model.
    pub(crate) fn new(command: Command, path: &'a str) -> Self {
        Self {
            command,
            path,
            target: None,
            weights: None,
            solver: false,
            imputes: false,
            has_means: true,
        }
    }

    /// A command that applies a model to a file.
    pub(crate) fn of_model(
        command: Command,
        path: &'a str,
        model: &'a ModelFile,
        reading: &ReadingArgs,
    ) -> Self {
        Self {
            target: Some(model.data.target()),
            weights: model.data.weights(),
            has_means: model.data.has_means(),
            imputes: reading.imputes(),
            ..Self::new(command, path)
        }
    }

    /// True if the columns are those of a formula, which names the target itself.
    pub(super) fn by_formula(&self) -> bool {
        matches!(self.command, Command::Fit | Command::Compare) && self.target.is_none()
    }

    /// The file as messages call it.
    pub(crate) fn file(&self) -> &'a str {
        name_of(self.path)
    }

    fn role(&self, column: &str) -> Role {
        let is = |name: Option<&str>| name.is_some_and(|name| name == column);
        if is(self.target) {
            Role::Target
        } else if is(self.weights) {
            Role::Weights
        } else {
            Role::Feature
        }
    }

    /// Remedies against a trouble with a column: a sentence, with a space before it; nothing if nothing helps.
    pub(super) fn remedies(&self, trouble: Trouble, column: &str) -> String {
        let role = self.role(column);
        let line = TABLE
            .iter()
            .find(|(what, roles, _)| *what == trouble && roles.contains(&role));
        let remedies = line.map_or(&[][..], |(_, _, remedies)| remedies);
        let offered = remedies.iter().filter(|remedy| remedy.is_offered(self));
        let texts: Vec<String> = offered.map(|remedy| remedy.text(column)).collect();
        sentence(&texts)
    }
}

/// Role of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Feature,
    Target,
    Weights,
}

/// Trouble with a column, or with the fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Text among numbers.
    Text,
    /// `inf`, `1e999`.
    NotFinite,
    /// Below 0.
    Negative,
    /// A value is missing.
    Missing,
    /// Every value is missing.
    AllMissing,
    /// The model has no mean to put in the place of a missing value.
    NoMean,
    /// A category without end.
    ManyLevels,
    /// A level that the training data did not have.
    Unseen,
    /// Two columns of one name.
    Twice,
    /// A solver that fails.
    Solver,
    /// A descent that leaves the range.
    Diverged,
}

/// Remedy that may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remedy {
    Correct,
    Na,
    Categorical,
    Exclude,
    OtherTarget,
    Classes,
    SkipUnits,
    OtherWeights,
    Drop,
    Mean,
    FitWithMeans,
    MaxLevels,
    BaseLevel,
    Rename,
    NoHeader,
    AnySolver,
    Penalty,
    Penalties,
    Step,
}

const ALL: &[Role] = &[Role::Feature, Role::Target, Role::Weights];

/// Troubles, the roles of the column, and remedies in the order to try them in. A remedy that the command does not
/// offer is left out.
const TABLE: [(Trouble, &[Role], &[Remedy]); 18] = {
    use Remedy::{
        AnySolver, BaseLevel, Categorical, Classes, Correct, Drop, Exclude, FitWithMeans,
        MaxLevels, Mean, Na, NoHeader, OtherTarget, OtherWeights, Penalties, Penalty, Rename,
        SkipUnits, Step,
    };
    use Role::{Feature, Target, Weights};
    [
        (Trouble::Text, &[Feature], &[Correct, Na, Categorical]),
        (
            Trouble::Text,
            &[Target],
            &[Correct, Na, OtherTarget, Classes, SkipUnits],
        ),
        (Trouble::Text, &[Weights], &[Correct, Na, OtherWeights]),
        (Trouble::NotFinite, &[Feature], &[Correct, Na, Exclude]),
        (Trouble::NotFinite, &[Target, Weights], &[Correct, Na]),
        (Trouble::Negative, ALL, &[Correct, OtherWeights]),
        (Trouble::Missing, &[Feature], &[Drop, Mean]),
        (Trouble::Missing, &[Target, Weights], &[Drop]),
        (Trouble::AllMissing, &[Feature], &[Exclude]),
        (Trouble::AllMissing, &[Target], &[OtherTarget]),
        (Trouble::AllMissing, &[Weights], &[OtherWeights]),
        (Trouble::NoMean, ALL, &[FitWithMeans, Drop]),
        (Trouble::ManyLevels, &[Feature], &[Exclude, MaxLevels]),
        (Trouble::Unseen, ALL, &[Correct, BaseLevel]),
        (Trouble::Twice, &[Feature], &[Rename, Exclude, NoHeader]),
        (Trouble::Twice, &[Target, Weights], &[Rename, NoHeader]),
        (Trouble::Solver, ALL, &[AnySolver, Penalty, Penalties]),
        (Trouble::Diverged, ALL, &[Step, Penalty, Penalties]),
    ]
};

impl Remedy {
    /// True if the command has it, and it is not what was tried.
    fn is_offered(self, asked: &Asked<'_>) -> bool {
        let command = asked.command;
        let fits = matches!(command, Command::Fit | Command::Compare);
        let applies = matches!(command, Command::Predict | Command::Evaluate);
        match self {
            Self::Correct | Self::Na | Self::Rename | Self::SkipUnits => true,
            Self::Categorical
            | Self::Exclude
            | Self::OtherTarget
            | Self::Classes
            | Self::OtherWeights
            | Self::MaxLevels => fits,
            Self::Drop => fits || applies,
            Self::Mean => (fits || applies) && asked.has_means && !asked.imputes,
            Self::FitWithMeans | Self::BaseLevel => applies,
            Self::NoHeader => fits || command == Command::Describe,
            Self::AnySolver => asked.solver,
            Self::Penalty | Self::Step => command == Command::Fit,
            Self::Penalties => command == Command::Compare,
        }
    }

    /// A clause that begins with a verb.
    fn text(self, column: &str) -> String {
        match self {
            Self::Correct => "correct it".to_owned(),
            Self::Na => "name it with --na if it stands for a missing value".to_owned(),
            Self::Categorical => format!("read the column as a category with --categorical {}", listed(column)),
            Self::Exclude => format!("leave the column out with --exclude {}", listed(column)),
            Self::OtherTarget => "choose another --target".to_owned(),
            Self::Classes => "code its classes as 0 and 1".to_owned(),
            Self::SkipUnits => "leave out a line of units with --skip-rows-after-header 1".to_owned(),
            Self::OtherWeights => "choose other --weights".to_owned(),
            Self::Drop => "leave such rows out with --missing drop".to_owned(),
            Self::Mean => {
                "put the column's mean in its place with --missing mean, which stands for features that are numbers only".to_owned()
            }
            Self::FitWithMeans => "fit the model with `elltwo fit --missing mean`".to_owned(),
            Self::MaxLevels => "raise --max-levels".to_owned(),
            Self::BaseLevel => "take it for the base level with --unseen base".to_owned(),
            Self::Rename => "rename one".to_owned(),
            Self::NoHeader => "read the file with --no-header".to_owned(),
            Self::AnySolver => "leave out --solver".to_owned(),
            Self::Penalty => "raise --lambda".to_owned(),
            Self::Penalties => "raise --lambdas".to_owned(),
            Self::Step => "leave out --step, or lower it".to_owned(),
        }
    }
}

/// Clauses as a sentence: `A, b, or c.`
fn sentence(clauses: &[String]) -> String {
    let text = match clauses {
        [] => return String::new(),
        [only] => only.clone(),
        [first, last] => format!("{first}, or {last}"),
        [first @ .., last] => format!("{}, or {last}", first.join(", ")),
    };
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!(" {first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{ALL, Asked, Command, Role, TABLE};
    use crate::args::Cli;

    #[test]
    fn no_remedy_names_an_option_that_the_command_lacks() {
        let mut cli = Cli::command();
        cli.build();
        for (command, name) in [
            (Command::Fit, "fit"),
            (Command::Compare, "compare"),
            (Command::Predict, "predict"),
            (Command::Evaluate, "evaluate"),
            (Command::Describe, "describe"),
        ] {
            let options = cli.find_subcommand(name).expect("a command");
            for (trouble, _, _) in TABLE {
                for (role, column) in ALL.iter().zip(["x", "y", "w"]) {
                    let asked = Asked {
                        target: Some("y"),
                        weights: Some("w"),
                        solver: command == Command::Fit,
                        ..Asked::new(command, "a.csv")
                    };
                    let said = asked.remedies(trouble, column);
                    // What another command is named with is that one's.
                    let own = said.replace("`elltwo fit --missing mean`", "");
                    for word in own.split(' ').filter_map(|word| word.strip_prefix("--")) {
                        let word = word.trim_end_matches([',', '.']);
                        let has = options
                            .get_arguments()
                            .any(|arg| arg.get_long() == Some(word));
                        assert!(
                            has,
                            "{name} has no --{word}: {trouble:?} of {role:?}: {said}"
                        );
                    }
                    if *role != Role::Feature {
                        assert!(!said.contains("--categorical") && !said.contains("--exclude"));
                        assert!(!said.contains("--missing mean") || said.contains("`elltwo fit"));
                    }
                }
            }
        }
    }

    #[test]
    fn clauses_make_a_sentence() {
        let asked = Asked {
            target: Some("y"),
            ..Asked::new(Command::Fit, "a.csv")
        };
        assert_eq!(
            asked.remedies(super::Trouble::Text, "a"),
            " Correct it, name it with --na if it stands for a missing value, or read the column as a category with --categorical a."
        );
        assert_eq!(
            asked.remedies(super::Trouble::Missing, "y"),
            " Leave such rows out with --missing drop."
        );
        assert_eq!(asked.remedies(super::Trouble::Unseen, "y"), " Correct it.");
    }
}
