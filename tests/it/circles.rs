//! Imports make no circles: of the files and folders in one folder, none uses another that uses it, by however many
//! steps. An import from a folder is one of the file that defines the name. Folders and the files in them may know each
//! other, and between the folders of the crate's root `layering` has the ranks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::layering::{code_of, sources};

/// Circles that remain, each with its reason.
const ALLOWED: &[(&[&str], &str)] = &[
    (
        &[
            "model::estimator",
            "model::exact",
            "model::linear_model",
            "model::report",
            "model::sgd",
        ],
        "a report names the facts of every method; `Estimator::boxed`, of the trait, one of the models that predict",
    ),
    (
        &["model::absorb", "model::ridge_fit"],
        "a fit keeps what was absorbed, which is a question that fits answer",
    ),
    (
        &[
            "inference::cluster_scores",
            "inference::clusters",
            "inference::covariance",
        ],
        "a covariance may be one of clusters, which is made of the parts of a covariance",
    ),
    (
        &["formula::coding", "formula::design", "formula::stored"],
        "serde names the stored form in an attribute of the type, and the stored form is made from the type",
    ),
    (
        &[
            "formula::arithmetic",
            "formula::functions",
            "formula::knots",
            "formula::slots",
        ],
        "the grammar is recursive: arguments of functions are arithmetic, and its operands may be functions",
    ),
    (
        &["data::csv::delimiter", "data::csv::records"],
        "a delimiter that is not given is found by reading records with each",
    ),
    (
        &[
            "data::csv::chunks",
            "data::csv::column",
            "data::csv::disguise",
            "data::csv::frames",
            "data::csv::input",
            "data::csv::note",
            "data::csv::parse",
            "data::csv::plan",
            "data::csv::read",
            "data::csv::rows",
            "data::csv::stream",
            "data::csv::table",
            "data::csv::used",
            "data::csv::value",
        ],
        "the plan of a reading says how values are read, and values that were read change the plan",
    ),
];

type Uses = BTreeMap<String, Vec<String>>;
type Edges = BTreeMap<String, BTreeSet<String>>;

/// Each path that a `use` of the code names, and each that begins with `crate` or `super`, without those of groups.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        match statement.rsplit_once("use ") {
            Some((before, names)) if names.ends_with(';') && is_visibility(before) => {
                leaves("", names.trim_end_matches(';'), &mut found);
            }
            _ => rest.push_str(statement),
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || "_:".contains(c);
    let words = rest.split(|c| !is_path(c));
    found.extend(
        words
            .filter(|word| word.starts_with("crate::") || word.starts_with("super::"))
            .map(str::to_owned),
    );
    found
}

/// True if nothing but attributes and `pub` stand before a `use` on its line.
fn is_visibility(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    line.is_empty() || line.starts_with("pub")
}

/// The paths of a group, `a::{b, c::{d, e}}`, one by one.
fn leaves(prefix: &str, path: &str, found: &mut Vec<String>) {
    let path = path.trim();
    let Some((head, group)) = path.split_once('{') else {
        let name = path.split(" as ").next().unwrap_or_default();
        found.push(format!("{prefix}{name}"));
        return;
    };
    let prefix = format!("{prefix}{head}");
    let group = group.trim_end().trim_end_matches('}');
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                leaves(&prefix, &group[start..at], found);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !group[start..].trim().is_empty() {
        let last = &group[start..];
        // The braces of a nested group were cut with the outer ones.
        let open = last
            .matches('{')
            .count()
            .saturating_sub(last.matches('}').count());
        leaves(&prefix, &format!("{last}{}", "}".repeat(open)), found);
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() {
        name.to_owned()
    } else {
        format!("{module}::{name}")
    }
}

/// The module that defines what a module calls `path`; `None` of other crates and of what is in scope already.
fn home(uses: &Uses, module: &str, path: &str, depth: usize) -> Option<String> {
    let mut names = path.split("::").peekable();
    let mut at = match *names.peek()? {
        "crate" => {
            names.next();
            String::new()
        }
        "self" => {
            names.next();
            module.to_owned()
        }
        "super" => {
            let mut at = module;
            while names.next_if_eq(&"super").is_some() {
                at = at.rsplit_once("::").map_or("", |(parent, _)| parent);
            }
            at.to_owned()
        }
        first if uses.contains_key(&join(module, first)) => module.to_owned(),
        _ => return None,
    };
    while let Some(name) = names.next_if(|name| uses.contains_key(&join(&at, name))) {
        at = join(&at, name);
    }
    let Some(name) = names.next() else {
        return Some(at);
    };
    let exported = uses[&at]
        .iter()
        .filter(|other| depth < 8 && other.rsplit("::").next() == Some(name) && **other != name);
    let mut homes = exported.filter_map(|other| home(uses, &at, other, depth + 1));
    Some(homes.find(|home| *home != at).unwrap_or(at))
}

/// The neighbours in one folder that an import from one module to another joins; none across the root.
fn neighbours(from: &str, to: &str) -> Option<(String, String)> {
    let (from, to): (Vec<_>, Vec<_>) = (from.split("::").collect(), to.split("::").collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if common == 0 || common == from.len() || common == to.len() {
        return None;
    }
    let part = |names: &[&str]| names[..=common].join("::");
    Some((part(&from), part(&to)))
}

/// The circles among modules that are given by path and code.
fn circles(codes: &BTreeMap<String, String>) -> BTreeSet<Vec<String>> {
    let uses: Uses = codes
        .iter()
        .map(|(module, code)| (module.clone(), paths(code)))
        .collect();
    let mut edges = Edges::new();
    for (module, paths) in &uses {
        for path in paths {
            let to = home(&uses, module, path, 0);
            if let Some((from, to)) = to.and_then(|to| neighbours(module, &to)) {
                edges.entry(from).or_default().insert(to);
            }
        }
    }
    let reach = |module: &str| reached(&edges, module);
    let on_circles = edges
        .keys()
        .filter(|module| reach(module).contains(module.as_str()));
    on_circles
        .map(|module| {
            let there = reach(module);
            let back = there
                .iter()
                .filter(|other| reach(other).contains(module.as_str()));
            back.map(|other| (*other).to_owned()).collect()
        })
        .collect()
}

/// The modules that a module uses, by however many steps.
fn reached<'a>(edges: &'a Edges, from: &str) -> BTreeSet<&'a str> {
    let (mut seen, mut left) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(next) = left.pop() {
        for to in edges.get(&next).into_iter().flatten() {
            if seen.insert(to.as_str()) {
                left.push(to.clone());
            }
        }
    }
    seen
}

/// The library's modules, by path.
fn library() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let module = |file: &Path| {
        let path = file.strip_prefix(&src).expect("it is below src");
        let path = path
            .with_extension("")
            .to_string_lossy()
            .replace(['/', '\\'], "::");
        let path = path.strip_suffix("::mod").unwrap_or(&path);
        if path == "lib" {
            String::new()
        } else {
            path.to_owned()
        }
    };
    let read = |file: &Path| std::fs::read_to_string(file).expect("the file reads");
    files
        .iter()
        .map(|file| (module(file), code_of(&read(file))))
        .collect()
}

#[test]
fn imports_make_no_circles() {
    let codes = library();
    assert!(codes.len() > 100, "only {} modules", codes.len());
    let found = circles(&codes);
    for circle in &found {
        let is_in = |(allowed, _): &&(&[&str], &str)| {
            circle
                .iter()
                .all(|module| allowed.contains(&module.as_str()))
        };
        assert!(
            ALLOWED.iter().any(|allowed| is_in(&allowed)),
            "a circle of imports: {circle:#?}"
        );
    }
    for (allowed, reason) in ALLOWED {
        let is_left = |circle: &Vec<String>| allowed.contains(&circle[0].as_str());
        assert!(
            found.iter().any(is_left),
            "no circle any more: {allowed:?} ({reason})"
        );
    }
}

#[test]
fn planted_circles_are_found_and_one_way_imports_are_not() {
    let circles_of = |modules: &[(&str, &str)]| {
        let codes = modules
            .iter()
            .map(|(module, code)| ((*module).to_owned(), (*code).to_owned()));
        circles(&codes.collect()).into_iter().collect::<Vec<_>>()
    };
    let root = ("", "mod a;");
    let direct = [
        root,
        (
            "a",
            "mod b;\nmod c;\npub(crate) use b::{B, more::{M}};\npub use c::C;\n",
        ),
        ("a::b", "use std::fmt;\nuse super::C;\n"),
        ("a::b::more", ""),
        ("a::c", "fn f(b: crate::a::B) {}\n"),
    ];
    assert_eq!(circles_of(&direct), [["a::b", "a::c"]]);
    let long = [
        root,
        ("a", ""),
        ("a::b", "use super::c::{self, f::{G, H}};\n"),
        ("a::c", ""),
        ("a::c::f", "use super::super::d::D;\n"),
        ("a::d", "use super::b::B;\nuse super::e::E;\n"),
        ("a::e", ""),
    ];
    assert_eq!(circles_of(&long), [["a::b", "a::c", "a::d"]]);
    // A folder and its files; a name that the folder defines itself; other crates; one way.
    let none = [
        root,
        ("a", "use b::B;\nuse c::Sum as Total;\npub struct A;\n"),
        (
            "a::b",
            "use super::A;\nuse super::c::Sum;\nuse serde::de::c;\n",
        ),
        ("a::c", "use super::A;\nuse std::b::B;\n"),
    ];
    assert!(circles_of(&none).is_empty());
}
