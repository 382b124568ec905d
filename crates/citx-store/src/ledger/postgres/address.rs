//! The address of a server, and the connection to it.

use std::path::PathBuf;
use std::sync::Arc;

use citx_core::{Error, ErrorKind, Result};
use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::schema::sql;

/// Where a server is. Its password is nowhere shown.
pub(super) struct Address {
    config: Config,
    /// The certificate authorities to trust instead of the system's; `None` for a connection without TLS.
    tls: Option<Authorities>,
}

enum Authorities {
    System,
    File(PathBuf),
}

impl Address {
    /// Reads an address as libpq knows it. `sslmode` is `disable` or `verify-full`; left out, it is `disable` for this machine and `verify-full`
    /// for any other, and libpq's weaker modes mean `verify-full` too. `sslrootcert` is a file of certificate authorities.
    /// A password that the address leaves out is taken from the environment's `PGPASSWORD`.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let wrong = |message: &str| Error::new(ErrorKind::InvalidArgument, message);
        let (start, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut authorities, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => authorities = Some(PathBuf::from(unescaped(value)?)),
                _ => others.push(pair),
            }
        }
        let rest = if others.is_empty() { start.to_owned() } else { format!("{start}?{}", others.join("&")) };
        // The error's own text may quote the address.
        let mut config: Config = rest.parse().map_err(|_| wrong("the address of the PostgreSQL server cannot be read"))?;
        if config.get_user().is_none() {
            return Err(wrong("the address of a PostgreSQL server names a user: postgresql://USER@HOST/DATABASE"));
        }
        let here = |host: &Host| match host {
            Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        let secure = match mode {
            None => !config.get_hosts().iter().all(here),
            Some("disable") => false,
            Some("prefer" | "require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(wrong("`sslmode` of the PostgreSQL server is `disable` or `verify-full`")),
        };
        config.ssl_mode(if secure { SslMode::Require } else { SslMode::Disable });
        if config.get_application_name().is_none() {
            config.application_name("citx");
        }
        if let (None, Some(password)) = (config.get_password(), std::env::var_os("PGPASSWORD")) {
            config.password(password.as_encoded_bytes());
        }
        let tls = secure.then(|| authorities.map_or(Authorities::System, Authorities::File));
        Ok(Self { config, tls })
    }

    pub(super) fn connect(&self, read_only: bool) -> Result<Client> {
        let mut client = match &self.tls {
            None => self.config.connect(NoTls),
            Some(authorities) => self.config.connect(authorities.tls()?),
        }
        .map_err(sql)?;
        super::schema::tune(&mut client, read_only)?;
        Ok(client)
    }
}

impl Authorities {
    fn tls(&self) -> Result<MakeRustlsConnect> {
        let found = match self {
            Self::System => rustls_native_certs::load_native_certs(),
            Self::File(file) => rustls_native_certs::load_certs_from_paths(Some(file), None),
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(Error::new(ErrorKind::Io, "no certificate authority was found to check the PostgreSQL server with"));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::new(ErrorKind::Io, "TLS cannot be set up").caused_by(error))?;
        Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
    }
}

/// A value of an address with its percent signs resolved.
fn unescaped(value: &str) -> Result<String> {
    let wrong = || Error::new(ErrorKind::InvalidArgument, "`sslrootcert` of the PostgreSQL server cannot be read");
    let mut bytes = value.bytes();
    let mut plain = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let digits = [bytes.next().ok_or_else(wrong)?, bytes.next().ok_or_else(wrong)?];
                let digits = str::from_utf8(&digits).map_err(|_| wrong())?;
                u8::from_str_radix(digits, 16).map_err(|_| wrong())?
            }
            byte => byte,
        };
        plain.push(byte);
    }
    String::from_utf8(plain).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_is_spoken_to_by_tls() {
        let secure = |text: &str| Address::parse(text).map(|address| address.tls.is_some()).map_err(|error| error.kind());
        for (text, expected) in [
            ("postgresql://citx@127.0.0.1/db", Ok(false)),
            ("postgresql://citx@localhost:5433/db?connect_timeout=3", Ok(false)),
            ("postgres://citx:secret@db.example.org/db", Ok(true)),
            ("postgresql://citx@db.example.org/db?sslmode=disable", Ok(false)),
            ("postgresql://citx@127.0.0.1/db?sslmode=require", Ok(true)),
            ("postgresql://citx@127.0.0.1/db?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=3", Ok(true)),
            ("postgresql://citx@127.0.0.1/db?sslmode=nonsense", Err(ErrorKind::InvalidArgument)),
            ("postgresql://citx@127.0.0.1/db?sslrootcert=%zz", Err(ErrorKind::InvalidArgument)),
            ("postgresql://127.0.0.1/db", Err(ErrorKind::InvalidArgument)),
            ("postgresql://citx@127.0.0.1:port/db", Err(ErrorKind::InvalidArgument)),
        ] {
            assert_eq!(secure(text), expected, "{text}");
        }
    }

    #[test]
    fn a_server_is_believed_only_by_its_name_and_its_authority() {
        let (Ok(server), Ok(authority)) = (std::env::var("CITX_POSTGRES"), std::env::var("CITX_POSTGRES_CA")) else {
            eprintln!("SKIPPED: no PostgreSQL server with a certificate");
            return;
        };
        if authority.is_empty() {
            eprintln!("SKIPPED: no openssl made a certificate for the PostgreSQL server");
            return;
        }
        let connect = |host: &str, roots: &str| {
            let address = format!("{}?sslmode=verify-full{roots}", server.replace("127.0.0.1", host));
            let mut client = Address::parse(&address).expect("an address").connect(true).map_err(|error| error.kind())?;
            let row = client.query_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]).expect("a row");
            Ok(row.get::<_, bool>(0))
        };
        let trusted = format!("&sslrootcert={authority}");
        assert_eq!(connect("localhost", &trusted), Ok(true));
        assert_eq!(connect("127.0.0.1", &trusted), Err(ErrorKind::Io), "a name that the certificate does not have");
        assert_eq!(connect("localhost", ""), Err(ErrorKind::Io), "an authority that the system does not know");
        assert_eq!(connect("localhost", "&sslrootcert=/nowhere/ca.pem"), Err(ErrorKind::Io), "no authority");
    }

    #[test]
    fn an_address_that_cannot_be_read_is_not_quoted() {
        let error = Address::parse("postgresql://citx:secret@127.0.0.1:port/db").err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| !error.contains("secret")));
    }
}
