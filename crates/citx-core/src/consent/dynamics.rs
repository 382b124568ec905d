//! The external consent provider of Dynamics 365 Customer Insights - Journeys: its question at send time, answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hashbrown::HashMap;
use serde::Deserialize;

use super::facts::contact_points;
use super::signals::{OneClick, json_object};
use super::{ConsentView, Facts, Question};
use crate::citizens::Population;
use crate::json::{Document, Value as Json, ValueId, quote};
use crate::table::Value;
use crate::{Error, ErrorKind, Result};

/// The longest request that is read, in bytes.
const MAX_REQUEST: usize = 1024 * 1024;
/// The most contact points that one request asks about.
const MAX_POINTS: usize = 1_000;
/// The longest contact point, in bytes.
const MAX_POINT: usize = 1_024;

/// What the identifiers of a Dynamics tenant mean here: data of the body that runs it. Identifiers are compared without case and braces.
///
/// # Example
/// ```
/// use citx_core::consent::dynamics::ProviderMapping;
///
/// let mapping = ProviderMapping::parse(r#"
///     unsubscribe = "https://anytown.example/preferences/"
///     one_click = "https://anytown.example/u/"
///     [channel]
///     email = "email"
///     [[profile]]
///     id = "0d923da1-355e-471d-84fa-e30fa198633b"
///     [profile.purpose]
///     "6952ed55-42bb-4549-9f8b-ddf7af3ccc82" = "newsletter"
/// "#)?;
/// assert_eq!(mapping.profiles.len(), 1);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProviderMapping {
    /// What a token is put behind to make the address of the preference centre.
    #[serde(default)]
    pub unsubscribe: Option<String>,
    /// The same for one-click unsubscribe.
    #[serde(default)]
    pub one_click: Option<String>,
    /// The policy's channel for `email`, `sms`, `push` or `custom`.
    #[serde(rename = "channel")]
    pub channels: BTreeMap<String, String>,
    /// The compliance profiles that are answered for.
    #[serde(rename = "profile")]
    pub profiles: Vec<Profile>,
}

/// A compliance profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Profile {
    /// Its identifier.
    pub id: String,
    /// The business units that may ask; none listed is all.
    #[serde(default)]
    pub business_units: Vec<String>,
    /// The policy's purpose for each purpose of the profile.
    #[serde(rename = "purpose")]
    pub purposes: BTreeMap<String, String>,
    /// The topic for each topic of the profile.
    #[serde(rename = "topic", default)]
    pub topics: BTreeMap<String, String>,
}

impl ProviderMapping {
    /// A mapping from its TOML text.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is no mapping, or an address that is not `https:`.
    pub fn parse(text: &str) -> Result<Self> {
        let mut mapping: Self = toml::from_str(text).map_err(|error| wrong("not a mapping of a consent provider").caused_by(error))?;
        for base in [&mapping.unsubscribe, &mapping.one_click].into_iter().flatten() {
            OneClick::build(base, "token", None)?;
        }
        for profile in &mut mapping.profiles {
            profile.id = identifier(&profile.id);
            profile.business_units.iter_mut().for_each(|unit| *unit = identifier(unit));
            for names in [&mut profile.purposes, &mut profile.topics] {
                *names = std::mem::take(names).into_iter().map(|(id, name)| (identifier(&id), name)).collect();
            }
        }
        Ok(mapping)
    }
}

/// Answers the consent check of Dynamics 365 Customer Insights - Journeys from a view, so that a tenant asks citx before it sends. `Debug` shows no contact point.
///
/// # Example
/// ```
/// use citx_core::consent::dynamics::{ConsentProvider, ProviderMapping};
/// use citx_core::consent::{ConsentView, Controller, Event, Policy, Purpose, RecordedEvent, Status};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let policy = Policy::builtin("uk-2026")?
///     .with_controller(Controller::new("Anytown Council", "public_authority", TimeZone::UTC))?
///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
/// let mut event = Event::new("C-17", Status::Given, Timestamp::parse("2026-03-01", TimeZone::UTC)?);
/// (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
/// event.contact = Some("c17@example.org".to_owned());
/// let events = [RecordedEvent { id: 1, recorded_at: event.captured_at, event }];
/// let view = ConsentView::from_events(events, &policy, Timestamp::parse("2026-11-22", TimeZone::UTC)?)?;
///
/// let mapping = ProviderMapping::parse(r#"
///     channel = { email = "email" }
///     [[profile]]
///     id = "0d923da1-355e-471d-84fa-e30fa198633b"
///     purpose = { "6952ed55-42bb-4549-9f8b-ddf7af3ccc82" = "newsletter" }
/// "#)?;
/// let provider = ConsentProvider::new(&view, None, mapping)?;
/// let answer = provider.answer(r#"{
///     "contactpoints": ["C17@example.org", "c18@example.org"],
///     "purpose": "6952ed55-42bb-4549-9f8b-ddf7af3ccc82",
///     "channeltype": "email",
///     "complianceprofile": "0d923da1-355e-471d-84fa-e30fa198633b"
/// }"#, &|_| String::new())?;
/// assert!(answer.contains(r#"{"consentformessage":true,"contactpoint":"C17@example.org"}"#));
/// assert!(answer.contains(r#"{"consentformessage":false,"contactpoint":"c18@example.org"}"#));
/// # Ok::<(), citx_core::Error>(())
/// ```
pub struct ConsentProvider {
    view: ConsentView,
    people: Option<Population>,
    mapping: ProviderMapping,
    /// Who names a contact point in an event, by the normal form.
    by_event: HashMap<Box<str>, Vec<Box<str>>>,
    /// The rows of the population that have it, by channel and normal form.
    by_row: HashMap<String, HashMap<Box<str>, Vec<u32>>>,
}

impl fmt::Debug for ConsentProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConsentProvider({} contact points in events, {:?})", self.by_event.len(), self.view)
    }
}

/// A request, taken apart.
struct Request<'a> {
    points: Vec<&'a str>,
    purpose: Option<String>,
    topic: Option<String>,
    channel: &'a str,
    profile: Option<String>,
    business_unit: Option<String>,
    unsubscribe: bool,
    one_click: bool,
}

/// What is asked, in the words of the policy.
struct Asked<'a> {
    purpose: &'a str,
    topic: Option<&'a str>,
    channel: &'a str,
}

impl ConsentProvider {
    /// A provider for everyone in a view: whose contact point one is, events say that name it, and the columns of `people` that are known as contact points.
    ///
    /// # Errors
    /// `UnknownName` for a purpose or channel of the mapping that the view's policy does not have, or a mapped column that is not there.
    pub fn new(view: &ConsentView, people: Option<&Population>, mapping: ProviderMapping) -> Result<Self> {
        let policy = view.policy();
        for purpose in mapping.profiles.iter().flat_map(|profile| profile.purposes.values()) {
            if policy.purpose(purpose).is_none() {
                let known = policy.purposes().iter().map(|purpose| purpose.name.as_str());
                return Err(crate::table::unknown_name("purpose", purpose, known));
            }
        }
        let mut by_row = HashMap::new();
        for channel in mapping.channels.values() {
            if !policy.channels().contains(&channel.as_str()) {
                return Err(crate::table::unknown_name("channel", channel, policy.channels()));
            }
            if let Some(people) = people {
                by_row.insert(channel.clone(), rows_by_contact(people, channel, view)?);
            }
        }
        Ok(Self { by_event: view.index().citizens_by_contact(), view: view.clone(), people: people.cloned(), mapping, by_row })
    }

    /// Answers a request: JSON in, JSON out. `token` gives, for a contact point, the opaque token that ends its unsubscribe addresses; it is
    /// asked where the request wants them and the message is allowed.
    ///
    /// A contact point may be written to if the policy allows it for everybody who is known to use it; if nobody is, as it would for a citizen without events. What has no place in the mapping is denied.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is no such request, or one that wants an address that the mapping cannot make or a token that is none;
    /// `LimitExceeded` for more than 1,000 contact points, one of more than 1,024 bytes, or more than 1 MiB.
    pub fn answer(&self, request: &str, token: &dyn Fn(&str) -> String) -> Result<String> {
        if request.len() > MAX_REQUEST {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("a request of at most {MAX_REQUEST} bytes is answered")));
        }
        let document = Document::read(request)?;
        let request = Request::of(&document)?;
        let asked = self.asked(&request);
        let answer = |point: &&str| -> Result<String> {
            let allowed = asked.as_ref().map_or(Ok(false), |asked| self.allows(point, asked))?;
            let mut fields = vec![("consentformessage", allowed.to_string()), ("contactpoint", quote(point))];
            let wanted = [
                ("unsubscribeurl", request.unsubscribe, &self.mapping.unsubscribe),
                ("oneclickunsubscribeurl", request.one_click, &self.mapping.one_click),
            ];
            for (name, _, base) in wanted.into_iter().filter(|(_, wanted, _)| *wanted && allowed) {
                let base = base.as_deref().ok_or_else(|| wrong(format!("`{name}` is wanted, and the mapping says no address for it")))?;
                let address = OneClick::build(base, &token(point), None)?;
                fields.extend(address.addresses().first().map(|address| (name, quote(address))));
            }
            Ok(json_object(fields))
        };
        let answers: Vec<String> = request.points.iter().map(answer).collect::<Result<_>>()?;
        Ok(json_object([("consents", format!("[{}]", answers.join(",")))]))
    }

    /// `None` where the mapping has no place for what is asked.
    fn asked<'a>(&'a self, request: &Request<'_>) -> Option<Asked<'a>> {
        let profile = self.mapping.profiles.iter().find(|profile| Some(&profile.id) == request.profile.as_ref())?;
        if !profile.business_units.is_empty() && !profile.business_units.contains(request.business_unit.as_ref()?) {
            return None;
        }
        let topic = match &request.topic {
            Some(topic) => Some(profile.topics.get(topic)?.as_str()),
            None => None,
        };
        let purpose = profile.purposes.get(request.purpose.as_ref()?)?;
        Some(Asked { purpose, topic, channel: self.mapping.channels.get(request.channel)? })
    }

    fn allows(&self, point: &str, asked: &Asked<'_>) -> Result<bool> {
        let normal = self.view.policy().normal_contact(point);
        if normal.is_empty() {
            return Ok(false);
        }
        let mut users: BTreeSet<String> = self.by_event.get(normal.as_str()).into_iter().flatten().map(|user| user.to_string()).collect();
        let rows = self.by_row.get(asked.channel).and_then(|rows| rows.get(normal.as_str()));
        let key = |row: &u32| self.people.as_ref()?.key_text(*row as usize).map(|key| key.into_owned());
        users.extend(rows.into_iter().flatten().filter_map(key));
        if users.is_empty() {
            // No citizen has the empty key.
            users.insert(String::new());
        }
        for user in users {
            if !self.view.decide(&self.question(user, point, asked)?)?.allowed() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn question(&self, citizen: String, point: &str, asked: &Asked<'_>) -> Result<Question> {
        let policy = self.view.policy();
        let row = self.people.as_ref().and_then(|people| Some((people, people.find(&citizen)?)));
        let held = row.map_or(Ok(Facts::new()), |(people, row)| Facts::of_citizen(people, row, asked.channel, policy))?;
        let stated = policy.facts().find("contact").map(|_| "contact").or_else(|| policy.contact_fact(asked.channel));
        let mut question = Question::new(citizen, asked.purpose, asked.channel);
        question.topic = asked.topic.map(str::to_owned);
        question.facts = match stated {
            Some(fact) => held.with(fact, Value::Text(point.to_owned())),
            None => held,
        };
        Ok(question)
    }
}

/// The rows of a population by their contact points on a channel.
fn rows_by_contact(people: &Population, channel: &str, view: &ConsentView) -> Result<HashMap<Box<str>, Vec<u32>>> {
    let rows: Vec<u32> = (0..people.len()).filter_map(|row| u32::try_from(row).ok()).collect();
    let points = contact_points(people, &rows, channel, view.policy().data(), view.context().time_zone)?;
    let mut found: HashMap<Box<str>, Vec<u32>> = HashMap::new();
    for (row, point) in rows.into_iter().zip(points) {
        if let Some(point) = point {
            found.entry(view.policy().normal_contact(&point).into()).or_default().push(row);
        }
    }
    Ok(found)
}

impl<'a> Request<'a> {
    fn of(document: &'a Document<'_>) -> Result<Self> {
        let Json::Object(members) = document.get(document.root()) else {
            return Err(wrong("a request is a JSON object"));
        };
        let member = |name: &str| -> Option<&'a Json<'_>> {
            let (_, id): &(_, ValueId) = members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
            Some(document.get(*id)).filter(|value| **value != Json::Null)
        };
        let expected = |name: &str, what: &str| wrong(format!("`{name}` must be {what}"));
        let flag = |name: &str| match member(name) {
            None => Ok(false),
            Some(Json::Boolean(wanted)) => Ok(*wanted),
            Some(_) => Err(expected(name, "true or false")),
        };
        let reference = |name: &str| match member(name) {
            None => Ok(None),
            Some(Json::Text(id)) => Ok(Some(identifier(id))),
            Some(Json::Object(members)) => {
                let id = members.iter().find(|(known, _)| known.eq_ignore_ascii_case("id")).map(|(_, id)| document.get(*id));
                let Some(Json::Text(id)) = id else { return Err(expected(name, "an identifier, or an object with its `id`")) };
                Ok(Some(identifier(id)))
            }
            Some(_) => Err(expected(name, "an identifier, or an object with its `id`")),
        };
        let Some(Json::Array(points)) = member("contactpoints") else { return Err(expected("contactpoints", "a list of texts")) };
        if points.len() > MAX_POINTS {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("a request asks about at most {MAX_POINTS} contact points")));
        }
        let point = |id: &ValueId| match document.get(*id) {
            Json::Text(point) if point.len() <= MAX_POINT => Ok(point.as_ref()),
            Json::Text(_) => Err(Error::new(ErrorKind::LimitExceeded, format!("a contact point has at most {MAX_POINT} bytes"))),
            _ => Err(expected("contactpoints", "a list of texts")),
        };
        let Some(Json::Text(channel)) = member("channeltype") else { return Err(expected("channeltype", "text")) };
        Ok(Self {
            points: points.iter().map(point).collect::<Result<_>>()?,
            purpose: reference("purpose")?,
            topic: reference("topic")?,
            channel,
            profile: reference("complianceprofile")?,
            business_unit: reference("owningbusinessunit")?,
            unsubscribe: flag("unsubscribeurlrequired")?,
            one_click: flag("oneclickunsubscribeurlrequired")?,
        })
    }
}

/// An identifier as it is compared.
fn identifier(text: &str) -> String {
    text.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase()
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

#[cfg(test)]
mod tests;
