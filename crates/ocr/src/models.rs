//! Where the model files are.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// The detector's file: PP-OCRv6 small.
pub const DETECTOR: &str = "PP-OCRv6_det_small.onnx";
/// The recogniser's file: PP-OCRv6 small. Its metadata hold the characters.
pub const RECOGNISER: &str = "PP-OCRv6_rec_small.onnx";
/// The file of the recogniser that reads lines first: PP-OCRv6 tiny.
pub const QUICK_RECOGNISER: &str = "PP-OCRv6_rec_tiny.onnx";
/// Its settings, which hold its characters.
pub const QUICK_SETTINGS: &str = "PP-OCRv6_rec_tiny.yml";
/// What a folder of models has to hold.
const ALL: [&str; 4] = [DETECTOR, RECOGNISER, QUICK_RECOGNISER, QUICK_SETTINGS];

/// The environment variable that names the models' folder.
pub const VARIABLE: &str = "FAPIAO_MODELS";

/// Finds the folder that holds the model files.
///
/// With `explicit`, only that folder counts. Otherwise these are tried in turn: `$FAPIAO_MODELS`; `models`, `../models` and
/// `../../models` beside the executable; `./models`; `fapiao/models` in the user's data folder (`$XDG_DATA_HOME`, else
/// `~/.local/share`).
///
/// # Errors
/// [`Error::NoModels`] with all folders that were searched.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf, Error> {
    let executable = std::env::current_exe().ok();
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    first(candidates(explicit, variable(VARIABLE), executable.as_deref().and_then(Path::parent), data.as_deref()))
}

/// The folders to try, in order.
fn candidates(explicit: Option<&Path>, variable: Option<PathBuf>, beside: Option<&Path>, data: Option<&Path>) -> Vec<PathBuf> {
    if let Some(explicit) = explicit {
        return vec![explicit.to_owned()];
    }
    let mut folders = Vec::from_iter(variable);
    if let Some(beside) = beside {
        folders.extend(["models", "../models", "../../models"].map(|folder| beside.join(folder)));
    }
    folders.push(PathBuf::from("models"));
    folders.extend(data.map(|data| data.join("fapiao/models")));
    folders
}

/// The first folder that has the model files.
fn first(folders: Vec<PathBuf>) -> Result<PathBuf, Error> {
    let complete = |folder: &&PathBuf| ALL.iter().all(|file| folder.join(file).is_file());
    match folders.iter().find(complete) {
        Some(folder) => Ok(folder.clone()),
        None => {
            let searched: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            Err(Error::NoModels { searched: searched.join(", ") })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explicit_folder_is_the_only_one() {
        let folders = candidates(Some(Path::new("here")), Some("there".into()), Some(Path::new("bin")), None);
        assert_eq!(folders, [PathBuf::from("here")]);
    }

    #[test]
    fn the_variable_comes_first_and_the_data_folder_last() {
        let folders = candidates(None, Some("there".into()), Some(Path::new("bin")), Some(Path::new("data")));
        let expected = ["there", "bin/models", "bin/../models", "bin/../../models", "models", "data/fapiao/models"];
        assert_eq!(folders, expected.map(PathBuf::from));
    }

    #[test]
    fn a_folder_counts_only_with_all_its_files() {
        let half = tempfile::tempdir().unwrap();
        let whole = tempfile::tempdir().unwrap();
        std::fs::write(half.path().join(DETECTOR), "").unwrap();
        for file in ALL {
            std::fs::write(whole.path().join(file), "").unwrap();
        }
        let folders = vec![half.path().to_owned(), whole.path().to_owned()];
        assert_eq!(first(folders).unwrap(), whole.path());
        let error = first(vec![half.path().to_owned()]).unwrap_err().to_string();
        assert!(error.contains(&half.path().display().to_string()) && error.contains("make models"), "{error}");
    }
}
