//! Files that signals come in: lists of the preference services, exports of preference centres, and the mappings that say what they mean.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use citx_core::consent::dynamics::ProviderMapping;
use citx_core::consent::signals::{AddressColumns, AddressList, Document, NumberList, PreferenceMapping};
use citx_core::consent::{Event, Policy};
use citx_core::time::{Date, TimeZone, Timestamp};
use citx_core::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};

use super::{ReadOptions, file_name, io_error, parsed, read_table};

/// The name and the SHA-256 of a file, as evidence of what was read from it.
///
/// # Errors
/// `Io`.
pub fn read_document(path: impl AsRef<Path>) -> Result<Document> {
    let path = path.as_ref();
    let mut file = File::open(path).map_err(|error| io_error(path, error))?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut piece).map_err(|error| io_error(path, error))? {
            0 => return Ok(Document::new(file_name(path), hash.finalize().into())),
            read => hash.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

/// The numbers of the TPS or the CTPS from a licensee's file.
///
/// # Errors
/// `Io`; as [`NumberList::parse`].
pub fn read_number_list(path: impl AsRef<Path>, released: Date, policy: &Policy) -> Result<NumberList> {
    let path = path.as_ref();
    let file = std::fs::read(path).map_err(|error| io_error(path, error))?;
    NumberList::parse(&file_name(path), &file, released, policy)
}

/// The addresses of the MPS from a file that [`read_table`] reads.
///
/// # Errors
/// As [`read_table`] and [`AddressList::new`].
pub fn read_address_list(path: impl AsRef<Path>, released: Date, columns: &AddressColumns) -> Result<AddressList> {
    let path = path.as_ref();
    let text: Vec<&str> = columns.address.iter().chain(&columns.surname).chain(&columns.postcode).map(String::as_str).collect();
    let (document, table) = documented(path, || read_table(path, &text, &ReadOptions::new()))?;
    AddressList::new(document, released, &table, columns).map_err(|error| error.context(file_name(path)))
}

/// What the columns of a preference centre's export mean, from a TOML file.
///
/// # Errors
/// `Io`; `InvalidArgument` for text that is not UTF-8; and as [`PreferenceMapping::parse`].
pub fn read_preference_mapping(path: impl AsRef<Path>) -> Result<PreferenceMapping> {
    parsed(path.as_ref(), PreferenceMapping::parse)
}

/// What the identifiers of a Dynamics tenant mean, from a TOML file.
///
/// # Errors
/// `Io`; `InvalidArgument` for text that is not UTF-8; and as [`ProviderMapping::parse`].
pub fn read_provider_mapping(path: impl AsRef<Path>) -> Result<ProviderMapping> {
    parsed(path.as_ref(), ProviderMapping::parse)
}

/// The events of a preference centre's export, a file that [`read_table`] reads. `at` is when all of it was said, where the mapping has no column for that.
///
/// # Errors
/// As [`read_table`] and [`PreferenceMapping::events`]; `Conflict` for a file that changed while it was read.
///
/// # Example
/// ```
/// use citx_core::consent::Status;
/// use citx_core::consent::signals::PreferenceMapping;
/// use citx_core::time::TimeZone;
/// use citx_store::read_preferences;
///
/// let folder = tempfile::tempdir().expect("a folder");
/// let path = folder.path().join("export.csv");
/// std::fs::write(&path, "id,updated,news\n17,01/03/2026,yes\n18,02/03/2026,\n").expect("written");
/// let mapping = PreferenceMapping::parse(r#"
///     citizen = "id"
///     captured_at = "updated"
///     captured_type = "date:%d/%m/%Y"
///     words = { yes = ["yes"], no = ["no"] }
///     statement = [{ column = "news", purpose = "newsletter", channel = "email" }]
/// "#)?;
/// let events = read_preferences(&path, &mapping, None, TimeZone::UTC)?;
/// assert_eq!((events.len(), events[0].status), (1, Status::Given));
/// # Ok::<(), citx_core::Error>(())
/// ```
pub fn read_preferences(path: impl AsRef<Path>, mapping: &PreferenceMapping, at: Option<Timestamp>, zone: TimeZone) -> Result<Vec<Event>> {
    let path = path.as_ref();
    let mut options = ReadOptions::new();
    if let (Some(column), Some(kind)) = (&mapping.captured_at, &mapping.captured_type) {
        options = options.column_type(column, kind);
    }
    let (document, table) = documented(path, || read_table(path, &mapping.text_columns(), &options))?;
    mapping.events(&table, &document, at, zone).map_err(|error| error.context(file_name(path)))
}

/// What was read from a file, and the file it was read from.
fn documented<T>(path: &Path, read: impl FnOnce() -> Result<T>) -> Result<(Document, T)> {
    let before = read_document(path)?;
    let content = read()?;
    if read_document(path)? != before {
        return Err(Error::new(ErrorKind::Conflict, "the file changed while it was read").context(file_name(path)));
    }
    Ok((before, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        (folder, path)
    }

    fn day() -> Date {
        "2026-11-01".parse().expect("a day")
    }

    #[test]
    fn a_document_is_its_bytes() {
        let text = "x".repeat(200_000);
        let (_folder, path) = file("list.txt", &text);
        assert_eq!(read_document(&path).expect("read"), Document::of("list.txt", text.as_bytes()));
        assert_eq!(read_document(path.with_extension("none")).expect_err("no file").kind(), ErrorKind::Io);
    }

    #[test]
    fn lists_are_read_with_their_evidence() {
        let policy = Policy::builtin("uk-2026").expect("a policy");
        let (_folder, path) = file("tps.txt", "01632960000\r\n01632960001\r\n");
        let list = read_number_list(&path, day(), &policy).expect("a list");
        assert_eq!((list.len(), list.document().clone()), (2, read_document(&path).expect("read")));

        let (_folder, path) = file("mps.csv", "Surname;Line 1;Postcode\nVimes;1 High Street;AB1 2CD\n;;\n");
        let columns = AddressColumns::new(["Line 1"]).surname("Surname").postcode("Postcode");
        let list = read_address_list(&path, day(), &columns).expect("a list");
        assert_eq!((list.len(), list.unread()), (1, 1));
        let error = read_address_list(&path, day(), &AddressColumns::new(["Street"])).expect_err("no column");
        assert_eq!(error.kind(), ErrorKind::UnknownName);
    }

    #[test]
    fn keys_keep_their_zeros_and_places_their_names() {
        let mapping = "citizen = 'id'\nwords = { yes = ['1'], no = ['0'] }\nstatement = [{ column = 'news', purpose = 'news' }]";
        let (_kept, mapping) = file("mapping.toml", mapping);
        let mapping = read_preference_mapping(&mapping).expect("a mapping");
        let (_folder, path) = file("export.csv", "id,news\n007,1\n008,0\n");
        let at = Some(Timestamp::from_micros(0));
        let events = read_preferences(&path, &mapping, at, TimeZone::UTC).expect("events");
        assert_eq!(events.iter().map(|event| event.citizen.as_str()).collect::<Vec<_>>(), ["007", "008"]);
        let (_folder, path) = file("export.csv", "id,news\n007,1\n008,2\n");
        let message = read_preferences(&path, &mapping, at, TimeZone::UTC).expect_err("an unknown word").to_string();
        assert!(message.contains("export.csv") && message.contains("column `news`, row 2"), "{message}");
    }
}
