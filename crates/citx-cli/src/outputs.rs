//! The folder of the results. Files are written beside it first and put in their places together, so that a run that fails leaves what
//! was there; `run.json` goes last and names every file, so that a folder without it is not a finished run, and so that the next run
//! takes away what it no longer writes (a contact list of last week must not lie beside this week's).

use std::fs::{File, TryLockError};
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
    /// Held while the folder is written; the system lets go of it when the process ends.
    _lock: File,
}

impl Outputs {
    /// Files for this folder, which nobody else may write meanwhile. What a killed run left on its way is removed: it may be a contact list.
    ///
    /// # Errors
    /// `Busy` while another run writes there, `Io`.
    pub(crate) fn into_folder(folder: &Path) -> Result<Self> {
        let staging = folder.join(".partial");
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, "the output folder cannot be made", error))?;
        let lock = File::create(folder.join(".lock")).map_err(|error| failed(folder, "the output folder cannot be written", error))?;
        match lock.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => {
                let busy = Error::new(ErrorKind::Busy, "another run is writing into this folder; wait for it or name another with --out");
                return Err(busy.context(folder.display().to_string()));
            }
            Err(TryLockError::Error(error)) => return Err(failed(folder, "the output folder cannot be locked", error)),
        }
        if staging.exists() {
            std::fs::remove_dir_all(&staging).map_err(|error| failed(&staging, "what an earlier run left cannot be removed", error))?;
        }
        std::fs::create_dir(&staging).map_err(|error| failed(&staging, "the output folder cannot be written", error))?;
        Ok(Self { folder: folder.to_owned(), staging, files: Vec::new(), _lock: lock })
    }

    /// Where to write the file `name`.
    ///
    /// # Errors
    /// `Conflict` for a name that another output has, on a system that does not tell capitals apart too.
    pub(crate) fn file(&mut self, name: impl Into<String>) -> Result<PathBuf> {
        let name = name.into();
        let path = self.staging.join(&name);
        self.add(name)?;
        Ok(path)
    }

    fn add(&mut self, name: String) -> Result<()> {
        if self.files.iter().map(String::as_str).chain([MANIFEST]).any(|file| file.eq_ignore_ascii_case(&name)) {
            return Err(Error::new(
                ErrorKind::Conflict,
                format!("two outputs are called `{name}`; rename an audience, an uplift or the report"),
            ));
        }
        self.files.push(name);
        Ok(())
    }

    /// The folder to write into, for what chooses its own file names; [`Outputs::wrote`] takes them.
    pub(crate) fn staging(&self) -> &Path {
        &self.staging
    }

    pub(crate) fn wrote(&mut self, paths: &[PathBuf]) -> Result<()> {
        let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
        paths.iter().filter_map(name).try_for_each(|name| self.add(name))
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
        for name in self.files.iter().map(String::as_str).chain([MANIFEST]) {
            let staged = self.staging.join(name);
            let synced = File::options().write(true).open(&staged).and_then(|file| file.sync_all());
            synced.map_err(|error| failed(&staged, "the file cannot be written", error))?;
        }
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

/// Writes JSON that people can read.
pub(crate) fn write_json(path: &Path, json: &Json) -> Result<()> {
    std::fs::write(path, format!("{json:#}\n")).map_err(|error| failed(path, "the file cannot be written", error))
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
        names.retain(|name| name != ".lock");
        names
    }

    fn run(folder: &Path, files: &[&str]) -> Outputs {
        let mut outputs = Outputs::into_folder(folder).expect("can be made");
        for file in files {
            std::fs::write(outputs.file(*file).expect("a new name"), file).expect("can be written");
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
    fn one_run_at_a_time_and_one_file_of_a_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = run(folder.path(), &["a.csv"]);
        assert_eq!(Outputs::into_folder(folder.path()).err().map(|error| error.kind()), Some(ErrorKind::Busy));
        assert_eq!(first.file("A.csv").expect_err("there already").kind(), ErrorKind::Conflict);
        assert_eq!(first.file("run.json").expect_err("the manifest").kind(), ErrorKind::Conflict);
        drop(first);
        std::fs::create_dir(folder.path().join(".partial")).expect("what a killed run left");
        std::fs::write(folder.path().join(".partial/contacts.csv"), "").expect("can be written");
        run(folder.path(), &["b.csv"]).finish(&serde_json::json!({"files": ["b.csv"]})).expect("finishes");
        assert_eq!(names(folder.path()), ["b.csv", "run.json"]);
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
