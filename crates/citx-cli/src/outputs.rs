//! The folder of the results. Files are written beside it first and put in their places together, so that a run that fails leaves what
//! was there; `run.json` goes last and names every file, so that a folder without it is not a finished run, and so that the next run
//! takes away what it no longer writes (a contact list of last week must not lie beside this week's).

use std::path::{Path, PathBuf};

use citx::{Column, Error, ErrorKind, Result, Table};
use serde_json::Value as Json;

/// The file that says what a run was and which files it wrote.
pub(crate) const MANIFEST: &str = "run.json";

/// Files on their way into a folder; gone again unless [`Outputs::finish`] is called.
pub(crate) struct Outputs {
    folder: PathBuf,
    staging: PathBuf,
    files: Vec<String>,
}

impl Outputs {
    pub(crate) fn into_folder(folder: &Path) -> Result<Self> {
        let staging = folder.join(format!(".partial-{}", std::process::id()));
        std::fs::create_dir_all(&staging).map_err(|error| failed(&staging, "the output folder cannot be made", error))?;
        Ok(Self { folder: folder.to_owned(), staging, files: Vec::new() })
    }

    /// Where to write the file `name`.
    pub(crate) fn file(&mut self, name: impl Into<String>) -> PathBuf {
        let name = name.into();
        let path = self.staging.join(&name);
        self.files.push(name);
        path
    }

    /// The folder to write into, for what chooses its own file names; [`Outputs::wrote`] takes them.
    pub(crate) fn staging(&self) -> &Path {
        &self.staging
    }

    pub(crate) fn wrote(&mut self, paths: &[PathBuf]) {
        self.files.extend(paths.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())));
    }

    /// The files so far.
    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// Puts every file in its place and `manifest` last.
    pub(crate) fn finish(self, manifest: &impl serde::Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(manifest)
            .map_err(|error| Error::new(ErrorKind::Io, "the summary cannot be written").caused_by(error))?;
        let staged = self.staging.join(MANIFEST);
        std::fs::write(&staged, text + "\n").map_err(|error| failed(&staged, "the file cannot be written", error))?;
        let outdated = self.outdated();
        let manifest = self.folder.join(MANIFEST);
        if manifest.exists() {
            std::fs::remove_file(&manifest).map_err(|error| failed(&manifest, "the file of the last run cannot be removed", error))?;
        }
        for old in outdated {
            let old = self.folder.join(old);
            if old.exists() {
                std::fs::remove_file(&old).map_err(|error| failed(&old, "the file of the last run cannot be removed", error))?;
            }
        }
        for name in self.files.iter().map(String::as_str).chain([MANIFEST]) {
            let place = self.folder.join(name);
            std::fs::rename(self.staging.join(name), &place)
                .map_err(|error| failed(&place, "the file cannot be put in its place", error))?;
        }
        Ok(())
    }

    /// Files that the last run wrote and this one does not: plain names only, whatever its manifest says.
    fn outdated(&self) -> Vec<String> {
        let manifest = std::fs::read(self.folder.join(MANIFEST)).unwrap_or_default();
        let manifest: Json = serde_json::from_slice(&manifest).unwrap_or_default();
        let names = manifest.get("files").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
        let plain = |name: &&str| Path::new(name).components().count() == 1 && !name.starts_with('.') && !name.contains(['/', '\\']);
        names.filter(plain).filter(|name| !self.files.iter().any(|file| file == name)).map(str::to_owned).collect()
    }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        // What cannot be removed is a hidden folder that says it is partial.
        drop(std::fs::remove_dir_all(&self.staging));
    }
}

fn failed(path: &Path, what: &str, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, what).context(path.display().to_string()).caused_by(error)
}

/// Adds a last column `note` that says the consent records are generated to a CSV file.
pub(crate) fn mark_csv(path: &Path) -> Result<()> {
    let wrong = |error: csv::Error| {
        Error::new(ErrorKind::Io, "the file cannot be marked as generated").context(path.display().to_string()).caused_by(error)
    };
    let marked = path.with_extension("marked");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).map_err(wrong)?;
    let mut writer = csv::Writer::from_path(&marked).map_err(wrong)?;
    for (row, record) in reader.byte_records().enumerate() {
        let mut record = record.map_err(wrong)?;
        record.push_field(if row == 0 { b"note" } else { NOTE.as_bytes() });
        writer.write_byte_record(&record).map_err(wrong)?;
    }
    writer.flush().map_err(|error| failed(path, "the file cannot be written", error))?;
    std::fs::rename(&marked, path).map_err(|error| failed(path, "the file cannot be put in its place", error))
}

/// The same for a Parquet file.
pub(crate) fn mark_parquet(path: &Path) -> Result<()> {
    let table = citx::read_table(path, &[], &citx::ReadOptions::default())?;
    let note = Column::text("note", std::iter::repeat_n(Some(NOTE), table.num_rows()));
    citx::write_parquet(&Table::from_columns(table.columns().chain([note]))?, path)
}

/// What each row made from generated consent records says.
pub(crate) const NOTE: &str = "generated consent record";

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn run(folder: &Path, files: &[&str]) -> Outputs {
        let mut outputs = Outputs::into_folder(folder).expect("can be made");
        for file in files {
            std::fs::write(outputs.file(*file), file).expect("can be written");
        }
        outputs
    }

    #[test]
    fn a_run_takes_away_what_the_last_one_wrote_and_only_that() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("mine.txt"), "").expect("can be written");
        let first = run(folder.path(), &["a.csv", "b.csv"]);
        first.finish(&serde_json::json!({"files": ["a.csv", "b.csv", "../escape", "mine.txt/../x"]})).expect("finishes");
        run(folder.path(), &["b.csv"]).finish(&serde_json::json!({"files": ["b.csv"]})).expect("finishes");
        assert_eq!(names(folder.path()), ["b.csv", "mine.txt", "run.json"]);
    }

    #[test]
    fn a_run_that_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        run(folder.path(), &["a.csv"]).finish(&serde_json::json!({"files": ["a.csv"]})).expect("finishes");
        drop(run(folder.path(), &["b.csv"]));
        assert_eq!(names(folder.path()), ["a.csv", "run.json"]);
    }

    #[test]
    fn marked_files_keep_their_cells() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "key,text\n1,\"a, \"\"b\"\"\nc\"\n").expect("can be written");
        mark_csv(&path).expect("can be marked");
        let text = std::fs::read_to_string(&path).expect("can be read");
        assert_eq!(text, "key,text,note\n1,\"a, \"\"b\"\"\nc\",generated consent record\n");
    }
}
