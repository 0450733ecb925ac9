//! Remedies from one table of what is wrong, what the column is for, and which command was asked.

use elltwo::data::NumberFormat;

use super::asked::{Asked, Command, Role};
use crate::args::{listed, options, shell};

/// Trouble with a column, or with the fit, or a fact that should be known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
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
    /// A category of many levels.
    ManyColumns,
    /// A design without end.
    WideDesign,
    /// A level that the training data did not have.
    Unseen,
    /// Two columns of one name.
    Twice,
    /// A number in another notation, which may be a category.
    MaybeCategory,
    /// A number that is not of the column's notation.
    OtherFormat,
    /// Several units.
    Units,
    /// Digits with a leading zero.
    LeadingZero,
    /// A text for each row.
    NearlyUnique,
    /// More digits than a number has.
    Rounded,
    /// A feature without a name.
    Unnamed,
    /// A date that was not declared.
    Date,
    /// A date that is not written as it should be.
    OddDate,
    /// No date where one was declared.
    NoDate,
    /// Names of columns that are numbers.
    NumericHeader,
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
    FewerColumns,
    BaseLevel,
    Rename,
    NoHeader,
    FormatAlone,
    OneUnit,
    AnySolver,
    Penalty,
    Penalties,
    Step,
    WithoutDates,
    // On a condition: what the column may be.
    IfCategory,
    IfCodes,
    IfNumbers,
    IfNames,
    IfRowNumbers,
    IfRow,
    ForDays,
    ForDateParts,
    IfIsoDates,
    ToLeaveOut,
}

const ALL: &[Role] = &[Role::Feature, Role::Target, Role::Weights];

type Line = (Trouble, &'static [Role], &'static [Remedy]);

/// Troubles, the roles of the column, and remedies in the order to try them in. A remedy that the command does not
/// offer is left out.
const TABLE: [Line; 32] = {
    #[allow(clippy::enum_glob_use)] // a table of its variants
    use Remedy::*;
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
        (Trouble::ManyColumns, &[Feature], &[IfNames]),
        (Trouble::WideDesign, ALL, &[FewerColumns]),
        (Trouble::Unseen, ALL, &[Correct, BaseLevel]),
        (Trouble::Twice, &[Feature], &[Rename, Exclude, NoHeader]),
        (Trouble::Twice, &[Target, Weights], &[Rename, NoHeader]),
        (Trouble::MaybeCategory, &[Feature], &[IfCategory]),
        (Trouble::OtherFormat, ALL, &[Correct, FormatAlone]),
        (Trouble::Units, ALL, &[OneUnit]),
        (
            Trouble::LeadingZero,
            &[Feature],
            &[IfCodes, IfNumbers, IfNames],
        ),
        (Trouble::LeadingZero, &[Target, Weights], &[IfNumbers]),
        (Trouble::NearlyUnique, &[Feature], &[IfNames, IfCategory]),
        (Trouble::Rounded, &[Feature], &[IfNames, IfCategory]),
        (Trouble::Unnamed, &[Feature], &[IfRowNumbers]),
        (
            Trouble::Date,
            &[Feature],
            &[ForDays, ForDateParts, ToLeaveOut, WithoutDates],
        ),
        (
            Trouble::OddDate,
            &[Feature],
            &[IfIsoDates, ToLeaveOut, WithoutDates],
        ),
        (Trouble::NoDate, ALL, &[Correct, Na]),
        (Trouble::NumericHeader, ALL, &[IfRow]),
        (Trouble::Solver, ALL, &[AnySolver, Penalty, Penalties]),
        (Trouble::Diverged, ALL, &[Step, Penalty, Penalties]),
    ]
};

impl Asked<'_> {
    /// Advice against a trouble with a column: a sentence; none if nothing helps.
    pub(crate) fn advice(&self, trouble: Trouble, column: &str) -> Option<String> {
        let role = self.role(column);
        let line = TABLE
            .iter()
            .find(|(what, roles, _)| *what == trouble && roles.contains(&role));
        let remedies = line.map_or(&[][..], |(_, _, remedies)| remedies);
        let offered = remedies.iter().filter(|remedy| remedy.is_offered(self));
        let texts: Vec<String> = offered.map(|remedy| remedy.text(self, column)).collect();
        sentence(&texts)
    }

    /// Advice to follow a sentence, with a space before it.
    pub(super) fn remedies(&self, trouble: Trouble, column: &str) -> String {
        let advice = self.advice(trouble, column);
        advice.map_or_else(String::new, |advice| format!(" {advice}"))
    }
}

impl Remedy {
    /// True if the command has it, and it is not what was tried.
    fn is_offered(self, asked: &Asked<'_>) -> bool {
        let (fits, applies) = (asked.fits(), asked.applies());
        match self {
            Self::Correct
            | Self::Na
            | Self::Rename
            | Self::SkipUnits
            | Self::FormatAlone
            | Self::IfNumbers
            | Self::OneUnit => true,
            Self::Categorical
            | Self::Exclude
            | Self::Classes
            | Self::OtherWeights
            | Self::MaxLevels
            | Self::FewerColumns
            | Self::IfCategory
            | Self::IfCodes
            | Self::IfNames
            | Self::IfRowNumbers => fits,
            Self::ForDays | Self::ForDateParts | Self::IfIsoDates | Self::ToLeaveOut => {
                fits && !asked.by_formula()
            }
            Self::WithoutDates => asked.by_formula(),
            Self::OtherTarget => fits || asked.command == Command::Describe,
            Self::Drop => fits || applies,
            Self::Mean => (fits || applies) && asked.has_means && !asked.imputes,
            Self::FitWithMeans | Self::BaseLevel => applies,
            Self::NoHeader | Self::IfRow => !applies,
            Self::AnySolver => asked.solver,
            Self::Penalty | Self::Step => asked.command == Command::Fit,
            Self::Penalties => asked.command == Command::Compare,
        }
    }

    /// A clause that begins with a verb, or with what the column may be.
    fn text(self, asked: &Asked<'_>, column: &str) -> String {
        let exclude = || format!("--exclude {}", listed(column));
        let categorical = || format!("--categorical {}", listed(column));
        let in_formula = asked.is_in_formula(column);
        let fixed = match self {
            Self::Categorical => {
                return format!("read the column as a category with {}", categorical());
            }
            Self::Exclude if in_formula => "leave the column out of the formula",
            Self::Exclude => return format!("leave the column out with {}", exclude()),
            Self::FormatAlone => {
                let plain = NumberFormat::new().decimal('.');
                let plain = options(&plain, Some(column));
                return format!("say how this column alone is written ({plain})");
            }
            Self::IfCategory => return format!("if it is a category: {}", categorical()),
            Self::IfCodes => return format!("if the column holds codes: {}", categorical()),
            Self::IfNumbers => {
                let plain = NumberFormat::new().decimal('.');
                return format!("if it holds numbers: {}", options(&plain, Some(column)));
            }
            Self::IfNames if in_formula => "if it names the rows, leave it out of the formula",
            Self::IfNames => return format!("if it names the rows, leave it out: {}", exclude()),
            Self::IfRowNumbers if in_formula => {
                "if it numbers the rows, leave it out of the formula"
            }
            Self::IfRowNumbers => {
                return format!("if it numbers the rows, leave it out: {}", exclude());
            }
            Self::ForDays => {
                return format!("for the time since the first: --date {}", shell(column));
            }
            Self::ForDateParts => {
                let parts = shell(&format!("{column}:year,month,weekday"));
                return format!("for parts of it: --date {parts}");
            }
            Self::IfIsoDates => {
                return format!(
                    "written as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS without a time zone, --date {} reads it",
                    shell(column)
                );
            }
            Self::ToLeaveOut => return format!("to leave it out: {}", exclude()),
            Self::Correct => "correct it",
            Self::Na => "name it with --na if it stands for a missing value",
            Self::OtherTarget if asked.by_formula() => "choose another target",
            Self::OtherTarget => "choose another --target",
            Self::Classes => "code its classes as 0 and 1",
            Self::SkipUnits => "leave out a line of units with --skip-rows-after-header 1",
            Self::OtherWeights => "choose other --weights",
            Self::Drop => "leave such rows out with --missing drop",
            Self::Mean => {
                "put the column's mean in its place with --missing mean, which stands for features that are numbers only"
            }
            Self::FitWithMeans => "fit the model with `elltwo fit --missing mean`",
            Self::MaxLevels => "raise --max-levels",
            Self::FewerColumns => {
                "leave the term out of the formula, or make it of a category of fewer levels"
            }
            Self::BaseLevel => "take it for the base level with --unseen base",
            Self::Rename => "rename one",
            Self::NoHeader => "read the file with --no-header",
            Self::IfRow => "if it is, read the file with --no-header",
            Self::OneUnit => "write all values in one unit",
            Self::AnySolver => "leave out --solver",
            Self::Penalty => "raise --lambda",
            Self::Penalties => "raise --lambdas",
            Self::Step => "leave out --step, or lower it",
            Self::WithoutDates => {
                "a formula takes no dates: leave the column out of it, or fit by columns, as in `elltwo fit --target --date`"
            }
        };
        fixed.to_owned()
    }
}

/// Clauses as a sentence: `A, b, or c.`; those on a condition stand for themselves: `If a: b; if c: d.`
fn sentence(clauses: &[String]) -> Option<String> {
    let on_condition = |clause: &String| {
        let begins = ["if ", "for ", "to ", "written "];
        begins.iter().any(|word| clause.starts_with(word))
    };
    let text = match clauses {
        [] => return None,
        clauses if clauses.iter().any(on_condition) => clauses.join("; "),
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
    Some(format!("{first}{}.", letters.as_str()))
}
