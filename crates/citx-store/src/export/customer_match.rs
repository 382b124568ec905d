//! Google Customer Match: a file of hashed contact points, for an advertising audience.

use std::path::Path;

use citx_core::audience::Audience;
use citx_core::table::{Column, Table};
use citx_core::{Bitmap, Result, Run};
use sha2::{Digest, Sha256};

use super::contacts::word;
use super::{handed_out, hex, wrong};
use crate::write::{csv_to, is_email, is_phone};

/// Columns of the citizens that complete a Customer Match file; what is left out stays empty.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CustomerMatchOptions {
    /// Column of the first name, which is hashed.
    pub first_name: Option<String>,
    /// Column of the last name, which is hashed.
    pub last_name: Option<String>,
    /// Column of the country's two letters (ISO 3166-1), which Google takes as they are.
    pub country: Option<String>,
    /// Column of the postcode, which Google takes as it is.
    pub zip: Option<String>,
}

impl CustomerMatchOptions {
    /// E-mail addresses and phone numbers only.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the column that fills `first_name`, `last_name`, `country` or `zip`.
    ///
    /// # Errors
    /// `InvalidArgument` for another name.
    pub fn column(mut self, name: &str, column: impl Into<String>) -> Result<Self> {
        let place = match name {
            "first_name" => &mut self.first_name,
            "last_name" => &mut self.last_name,
            "country" => &mut self.country,
            "zip" => &mut self.zip,
            _ => return Err(wrong(format!("a Customer Match file has first_name, last_name, country and zip, not `{name}`"))),
        };
        *place = Some(column.into());
        Ok(self)
    }
}

/// Writes the file that Google Customer Match takes: `Email`, `Phone`, `First Name`, `Last Name`, `Country`, `Zip`, one row for each citizen
/// who may be contacted. Returns key and reason of those left out, because none of their contact points is allowed and valid.
///
/// Addresses and names are trimmed and lower-cased, numbers written in E.164 form, and then hashed: SHA-256 in lower-case hex. Of
/// `gmail.com` and `googlemail.com` the local part goes without its points and without `+` and what follows. A contact point is
/// given only where the policy allows one of the audience's channels that use it, for the same purpose. (Google Ads Help, "Format your
/// customer data file".)
///
/// A hash of personal data is personal data, and handing it to an advertiser is a purpose of its own: the audience's must be of the class
/// `ad_audience`. Where the audience was chosen by a ledger's view, the ledger records each contact point first: an event `disclosed`.
///
/// # Errors
/// `InvalidArgument` for a purpose of another class; `UnknownName` for a column; `Io`, and nothing is left half written; the ledger's own, and nothing
/// is written.
pub fn write_customer_match(audience: &Audience, path: impl AsRef<Path>, options: &CustomerMatchOptions) -> Result<Table> {
    let path = path.as_ref();
    let class = audience.policy().purpose(audience.purpose()).map(|purpose| purpose.message_class.as_str());
    if class != Some("ad_audience") {
        let message = format!(
            "Customer Match hands citizens to an advertiser, and the purpose `{}` is not for that: choose the audience for a purpose of the class `ad_audience`",
            audience.purpose()
        );
        return Err(wrong(message));
    }
    let points = Points::of(audience)?;
    let mut sent: Vec<usize> = Vec::new();
    let mut left_out: Vec<usize> = Vec::new();
    for (index, &row) in audience.allowed_rows().iter().enumerate() {
        if points.any(row) { sent.push(row) } else { left_out.push(index) }
    }
    let table = points.table(audience, &sent, options)?;
    let disclosed = points.disclosed(&sent);
    let record = |digest: &str| audience.disclose(disclosed.iter().copied(), "customer-match", digest);
    handed_out(path, |file| csv_to(&table, file), record)?;
    let keys = audience.allowed().column("key")?.take(&left_out)?;
    Table::from_columns([
        keys,
        Column::text("reason", left_out.iter().map(|_| Some("no e-mail address or phone number is allowed and valid"))),
    ])
}

/// The contact points of one channel, hashed, of those who may be contacted on it.
struct Point {
    channel: String,
    is_email: bool,
    hashes: Vec<Option<String>>,
}

struct Points(Vec<Point>);

impl Points {
    fn of(audience: &Audience) -> Result<Self> {
        let mut points = Vec::new();
        for (channel, fact) in audience.contact_facts().filter(|(_, fact)| ["email", "phone"].contains(fact)) {
            let allowed = audience.allowed_on(channel, &Run::new())?;
            points.push(Point {
                channel: channel.to_owned(),
                is_email: fact == "email",
                hashes: hashes(audience, channel, fact, &allowed)?,
            });
        }
        Ok(Self(points))
    }

    fn any(&self, row: usize) -> bool {
        self.0.iter().any(|point| point.hash(row).is_some())
    }

    fn cell(&self, row: usize, is_email: bool) -> Option<&str> {
        self.0.iter().filter(|point| point.is_email == is_email).find_map(|point| point.hash(row))
    }

    /// Each citizen and channel whose contact point is in the file.
    fn disclosed(&self, sent: &[usize]) -> Vec<(usize, &str)> {
        let of = |row: &usize| {
            let row = *row;
            self.0.iter().filter(move |point| point.hash(row).is_some()).map(move |point| (row, point.channel.as_str()))
        };
        sent.iter().flat_map(of).collect()
    }

    fn table(&self, audience: &Audience, sent: &[usize], options: &CustomerMatchOptions) -> Result<Table> {
        let more = |header: &str, name: &Option<String>, hashed: bool| {
            let column = name.as_ref().map(|name| audience.population().table().column(name)).transpose()?;
            let cell = |row: &usize| {
                let text = word(column.as_ref()?, *row);
                let text = text.trim();
                (!text.is_empty()).then(|| if hashed { sha256(&text.to_lowercase()) } else { text.to_owned() })
            };
            Ok(Column::text(header, sent.iter().map(cell)))
        };
        Table::from_columns([
            Column::text("Email", sent.iter().map(|row| self.cell(*row, true))),
            Column::text("Phone", sent.iter().map(|row| self.cell(*row, false))),
            more("First Name", &options.first_name, true)?,
            more("Last Name", &options.last_name, true)?,
            more("Country", &options.country, false)?,
            more("Zip", &options.zip, false)?,
        ])
    }
}

impl Point {
    fn hash(&self, row: usize) -> Option<&str> {
        self.hashes.get(row)?.as_deref()
    }
}

fn hashes(audience: &Audience, channel: &str, fact: &str, allowed: &Bitmap) -> Result<Vec<Option<String>>> {
    let points = audience.policy().contact_points(audience.population(), channel)?;
    let hash = |(row, point): (usize, Option<String>)| {
        let point = point.filter(|_| allowed.get(row))?;
        match fact {
            "email" => is_email(&point).then(|| sha256(&matched_email(&point))),
            _ => (point.starts_with('+') && is_phone(&point)).then(|| sha256(&point)),
        }
    };
    Ok(points.into_iter().enumerate().map(hash).collect())
}

/// An address as Google matches it, from one without blanks and capitals.
fn matched_email(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain @ ("gmail.com" | "googlemail.com"))) => {
            let local = local.split('+').next().unwrap_or_default().replace('.', "");
            format!("{local}@{domain}")
        }
        _ => address.to_owned(),
    }
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_that_google_publishes_the_form_of() {
        assert_eq!(sha256("jane.doe@example.gov.uk"), "506fd719e9d2f49dce6c54c90cbcf115bfa4646c260efd076b9c56c4520cac0c");
        assert_eq!(sha256("+441612345678"), "4555ff112c26dbad3976236b4c79e031b7d8ae28f7bf9b41b5896f2e6ac2434b");
    }

    #[test]
    fn only_googles_own_addresses_lose_points_and_suffixes() {
        for (given, matched) in [
            ("jane.doe+news@gmail.com", "janedoe@gmail.com"),
            ("j.a.n.e@googlemail.com", "jane@googlemail.com"),
            ("jane.doe+news@example.org", "jane.doe+news@example.org"),
            ("jane.doe@mail.gmail.com", "jane.doe@mail.gmail.com"),
        ] {
            assert_eq!(matched_email(given), matched);
        }
    }
}
