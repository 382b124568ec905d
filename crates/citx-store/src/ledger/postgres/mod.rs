//! A ledger on a PostgreSQL server, for many writers.

mod address;
mod rows;
mod schema;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use citx_core::{Error, ErrorKind, Result};
use postgres::{Client, IsolationLevel};

use self::address::Address;
use self::rows::PostgresRows;
use self::schema::sql;
use super::chain::Hash;
use super::pool::Pool;
use super::rows::{hash_of, last};
use super::store::{Identity, Last, Rows, Store, damaged};
use super::{LedgerOptions, verify};

/// How long a connection may take to show that it is alive before something is written.
const ALIVE: Duration = Duration::from_secs(10);

/// A ledger on a server.
pub(super) struct PostgresStore {
    identity: Identity,
    address: Address,
    read_only: bool,
    /// None in place of a connection that failed.
    pool: Pool<Option<Client>>,
    /// The newest event that this process knows of. A server that is behind it has lost events: it was set back, or a replica took over.
    newest: Mutex<Option<(u64, Hash)>>,
}

impl PostgresStore {
    /// Opens or creates the ledger at an address such as `postgresql://citx@db.example.org/citx`.
    pub(super) fn open(address: &str, options: &LedgerOptions) -> Result<Self> {
        outside_async()?;
        let address = Address::parse(address)?;
        let mut client = address.connect(options.read_only)?;
        if !options.read_only {
            schema::create(&mut client)?;
        }
        let identity = schema::identify(&mut client)?;
        let (pool, newest) = (Pool::new(Some(client)), Mutex::default());
        let store = Self { identity, address, read_only: options.read_only, pool, newest };
        let quick = options.quick;
        store.read(&mut |rows| if quick { Ok(()) } else { verify(Some(&store), rows, &store.identity).map(drop) })?;
        Ok(store)
    }

    fn with<T>(&self, what: impl FnOnce(&mut Client) -> Result<T>) -> Result<T> {
        outside_async()?;
        // Closing it would say good-bye on a connection that is the parent's.
        self.pool.with(
            || Ok(None),
            std::mem::forget,
            |connection| {
                if connection.as_ref().is_none_or(Client::is_closed) {
                    *connection = None;
                    let mut client = self.address.connect(self.read_only)?;
                    if schema::identify(&mut client)? != self.identity {
                        return Err(damaged("another ledger took the place of the one that was opened"));
                    }
                    *connection = Some(client);
                }
                let result = connection.as_mut().map_or_else(|| Err(Error::new(ErrorKind::Io, "there is no connection")), what);
                if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Io) {
                    *connection = None;
                }
                result
            },
        )
    }

    fn read_once(&self, what: &mut dyn FnMut(&mut dyn Rows) -> Result<()>) -> Result<()> {
        let newest = self.newest();
        self.with(|client| {
            let transaction = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start();
            let rows = &mut PostgresRows(transaction.map_err(sql)?);
            self.not_behind(rows, newest)?;
            what(rows)
        })
    }

    /// The newest event that this process knows of: asked for before a transaction begins, which then cannot be older, unless events were lost.
    fn newest(&self) -> Option<(u64, Hash)> {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn knows(&self, last: Last) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if last.id > 0 && newest.is_none_or(|(id, _)| id < last.id) {
            *newest = Some((last.id, last.hash));
        }
    }

    /// The last event, where the server is not behind what was known.
    fn not_behind(&self, rows: &mut dyn Rows, newest: Option<(u64, Hash)>) -> Result<Last> {
        if let Some((id, hash)) = newest
            && hash_of(rows, &self.identity, id)? != Some(hash)
        {
            return Err(damaged(format!("the server's ledger does not have event {id} any more: events were lost; restore a backup")));
        }
        let last = last(rows, &self.identity)?;
        self.knows(last);
        Ok(last)
    }
}

impl Store for PostgresStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn is_read_only(&self) -> bool {
        self.read_only
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn read(&self, what: &mut dyn FnMut(&mut dyn Rows) -> Result<()>) -> Result<()> {
        // A connection that the server cut while nobody used it is found when it is used.
        match self.read_once(what) {
            Err(error) if error.kind() == ErrorKind::Io => self.read_once(what),
            result => result,
        }
    }

    fn write(&self, what: &mut dyn FnMut(&mut dyn Rows, Last) -> Result<Last>) -> Result<()> {
        if self.read_only {
            return Err(Error::new(ErrorKind::Unsupported, "the ledger was opened for reading only"));
        }
        let _alone = self.pool.writer()?;
        let newest = self.newest();
        // Not made again by itself: whether a commit that failed is there, only the events' idempotency keys can tell.
        let after = self.with(|client| {
            client.is_valid(ALIVE).map_err(sql)?;
            let mut rows = PostgresRows(client.transaction().map_err(sql)?);
            // One writer at a time, readers go on; what is read after the lock is what the writer before left.
            rows.0.batch_execute("LOCK TABLE citx_events IN EXCLUSIVE MODE").map_err(sql)?;
            let before = self.not_behind(&mut rows, newest)?;
            let after = what(&mut rows, before)?;
            rows.0.commit().map_err(sql)?;
            Ok(after)
        })?;
        self.knows(after);
        Ok(())
    }

    /// Dead rows stay in their pages until they are vacuumed.
    fn scrub(&self) -> Result<()> {
        self.with(|client| client.batch_execute("VACUUM citx_personal").map_err(sql))
    }
}

/// The client blocks its thread, which a thread of an async runtime must not do.
fn outside_async() -> Result<()> {
    if tokio::runtime::Handle::try_current().is_ok() {
        let message = "a ledger on a server is not used from async code: call it in a blocking task";
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    Ok(())
}
