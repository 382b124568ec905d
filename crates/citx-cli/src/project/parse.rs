use std::path::Path;

use citx::{ConsentLedger, ErrorKind, FactColumns, FeatureOptions, OnError, Purpose, QuietHours, SegmentDefinition, TimeZone};
use toml::de::DeTable;

use super::fields::{Fields, Places, Source};
use super::survey::survey;
use super::tsm::tsm;
use super::{
    AudienceSection, CitizensSection, ConsentSection, ControllerSection, EventsSection, Export, OutputSection, PlacesSection, Project,
    SourceFile, UpliftSection,
};
use crate::Problem;

/// The project that `text` describes, or everything that is wrong with it.
pub(super) fn project(path: &Path, text: &str) -> Result<Project, Vec<Problem>> {
    let source = Source::new(text);
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            source.note(ErrorKind::InvalidArgument, error.span().map_or(0, |span| span.start), format!("not TOML: {}", error.message()));
            return Err(source.into_problems());
        }
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut project = file(path, folder, &Fields::of_file(&source, table.get_ref()));
    project.places = source.places();
    let problems = source.into_problems();
    if problems.is_empty() { Ok(project) } else { Err(problems) }
}

fn file(path: &Path, folder: &Path, fields: &Fields<'_>) -> Project {
    let controller = fields.table("controller").map(|fields| controller(&fields));
    let own_zone = zone(fields);
    let survey = fields.table("survey").map(|fields| survey(&fields, folder));
    let project = Project {
        path: path.to_owned(),
        folder: folder.to_owned(),
        time_zone: own_zone.or(controller.as_ref().and_then(|(_, zone)| *zone)).unwrap_or_default(),
        controller: controller.map(|(controller, _)| controller),
        citizens: fields.table("citizens").map(|fields| citizens(&fields, folder)),
        consent: fields.table("consent").map(|fields| consent(&fields, folder)),
        purposes: named(fields, "purpose", purpose),
        segments: fields.table("segments").map(|fields| segments(&fields)).unwrap_or_default(),
        events: fields.table("events").map(|fields| events(&fields, folder)),
        place_sets: named(fields, "places", |name, fields| places(name, fields, folder)),
        audiences: named(fields, "audience", audience),
        tsm: fields.table("tsm").map(|fields| tsm(&fields, folder, survey.as_ref())),
        survey,
        uplifts: named(fields, "uplift", |name, fields| uplift(name, fields, folder)),
        output: output(fields.table("output"), path, folder),
        places: Places::new(),
    };
    fields.finish();
    between_sections(&project, fields);
    project
}

/// What one section needs of another.
fn between_sections(project: &Project, fields: &Fields<'_>) {
    let needs = |there: bool, what: &str, other: bool, wanted: &str| {
        if there && !other {
            fields.note_at(what, ErrorKind::InvalidArgument, &format!("needs a section [{wanted}]"));
        }
    };
    needs(!project.segments.is_empty(), "segments", project.citizens.is_some(), "citizens");
    needs(project.events.is_some(), "events", project.citizens.is_some(), "citizens");
    needs(!project.audiences.is_empty(), "audience", !project.segments.is_empty(), "segments");
    needs(!project.audiences.is_empty(), "audience", project.consent.is_some(), "consent");
    needs(!project.purposes.is_empty(), "purpose", project.consent.is_some(), "consent");
    needs(project.consent.is_some(), "consent", project.controller.is_some(), "controller");
    let citizens = project.uplifts.iter().all(|uplift| uplift.source.is_some()) || project.citizens.is_some();
    needs(!citizens, "uplift", citizens, "citizens");
    for audience in &project.audiences {
        let refuse = |wrong: bool, problem: &str| {
            if wrong {
                fields.note_at("audience", ErrorKind::InvalidArgument, &format!("[audience.{}]: {problem}", audience.name));
            }
        };
        let matched = audience.export == Export::CustomerMatch;
        let purpose = project.purposes.iter().find(|purpose| purpose.name == audience.purpose);
        let advertises = purpose.is_none_or(|purpose| purpose.message_class == "ad_audience");
        refuse(matched && !advertises, "`customer-match` needs a purpose of the class `ad_audience`");
        refuse(!matched && !audience.columns.is_empty(), "only `export = \"customer-match\"` has columns");
        refuse(audience.cap.is_some() && project.events.is_none(), "`cap` counts the contacts in [events], which is missing");
    }
}

/// The tables `[what.NAME]`; their names become file names.
fn named<T>(fields: &Fields<'_>, what: &str, read: impl Fn(String, &Fields<'_>) -> T) -> Vec<T> {
    let Some(section) = fields.table(what) else { return Vec::new() };
    let mut items = Vec::new();
    for (name, fields) in section.tables() {
        if !is_name(&name) {
            fields.note("a name is a letter and up to 63 letters, digits, `_` or `-`".to_owned());
        }
        items.push(read(name, &fields));
        fields.finish();
    }
    items
}

fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn zone(fields: &Fields<'_>) -> Option<TimeZone> {
    let zone = fields.text("time_zone")?.parse();
    zone.map_err(|error: citx::Error| fields.note_at("time_zone", error.kind(), &error.to_string())).ok()
}

fn controller(fields: &Fields<'_>) -> (ControllerSection, Option<TimeZone>) {
    let controller = ControllerSection { name: fields.required("name"), kind: fields.required("kind") };
    let zone = zone(fields);
    fields.finish();
    (controller, zone)
}

/// A file under `key`, and beside it how it is to be read.
pub(super) fn source(fields: &Fields<'_>, key: &str, folder: &Path) -> SourceFile {
    let types = fields.table("types").map(|types| types.pairs()).unwrap_or_default();
    let mut source = SourceFile::new(fields.required(key), folder, types);
    source.options.encoding = fields.text("encoding");
    source.options.sheet = fields.text("sheet");
    source
}

fn citizens(fields: &Fields<'_>, folder: &Path) -> CitizensSection {
    let mut source = source(fields, "source", folder);
    if fields.word("on_error", &["fail", "quarantine"]).as_deref() == Some("quarantine") {
        source.options.on_error = OnError::Quarantine;
    }
    let citizens = CitizensSection {
        source,
        key: fields.required("key"),
        facts: fields.table("facts").map(|fields| facts(&fields)).unwrap_or_default(),
    };
    fields.finish();
    citizens
}

fn facts(fields: &Fields<'_>) -> FactColumns {
    let mut facts = FactColumns::default();
    facts.email = fields.text("email");
    facts.phone = fields.text("phone");
    facts.address = fields.texts("address").unwrap_or_default();
    facts.birth_date = fields.text("birth_date");
    facts.deceased = fields.text("deceased");
    facts.preferred_channel = fields.text("preferred_channel");
    facts.subscriber_kind = fields.text("subscriber_kind");
    facts.collected_at = fields.text("collected_at");
    facts.collected_how = fields.text("collected_how");
    facts.tps_listed_at = fields.text("tps_listed_at");
    facts.tps_screened_at = fields.text("tps_screened_at");
    facts.mps_listed = fields.text("mps_listed");
    facts.safe_contact = fields.text("safe_contact");
    facts.language = fields.text("language");
    facts.household = fields.text("household");
    facts.special_category = fields.texts("special_category").unwrap_or_default();
    fields.finish();
    facts
}

fn consent(fields: &Fields<'_>, folder: &Path) -> ConsentSection {
    let ledger = fields.text("ledger");
    let types = fields.table("types").map(|types| types.pairs()).unwrap_or_default();
    let consent = ConsentSection {
        policy: fields.text("policy").unwrap_or_else(|| "uk-2026".to_owned()),
        ledger: ledger.map(|ledger| if ConsentLedger::is_address(&ledger) { ledger.into() } else { folder.join(ledger) }),
        import: fields.text("import").map(|import| SourceFile::new(import, folder, types)),
        quiet_hours: fields.read("quiet_hours").unwrap_or_default(),
        caps: fields.read("cap").unwrap_or_default(),
        generated: fields.boolean("generated").unwrap_or(false),
    };
    fields.finish();
    consent
}

fn purpose(name: String, fields: &Fields<'_>) -> Purpose {
    let mut purpose = Purpose::new(name, fields.required("message_class"), fields.required("basis"));
    purpose.constants = fields.constants(&["message_class", "basis"]);
    purpose
}

fn segments(fields: &Fields<'_>) -> Vec<SegmentDefinition> {
    let mut segments = Vec::new();
    for name in fields.keys() {
        if fields.is_table(&name) {
            let Some(fields) = fields.table(&name) else { continue };
            let mut segment = SegmentDefinition::new(name, fields.required("rule"));
            segment.description = fields.text("description");
            segment.owner = fields.text("owner");
            segment.review_by = fields.text("review_by");
            fields.finish();
            segments.push(segment);
        } else if let Some(rule) = fields.text(&name) {
            segments.push(SegmentDefinition::new(name, rule));
        }
    }
    segments
}

fn events(fields: &Fields<'_>, folder: &Path) -> EventsSection {
    let column = |key: &str| fields.text(key).unwrap_or_else(|| key.to_owned());
    let events = EventsSection {
        source: source(fields, "source", folder),
        citizen: fields.required("citizen"),
        kind: column("kind"),
        at: column("at"),
        channel: fields.text("channel"),
        value: fields.text("value"),
        features: features(fields),
    };
    fields.finish();
    events
}

/// The windows, in days, and the kinds that become columns.
fn features(fields: &Fields<'_>) -> Option<FeatureOptions> {
    let kinds = fields.texts("feature_kinds");
    let windows = fields.numbers("features");
    if kinds.is_some() && !fields.has("features") {
        fields.note_at("feature_kinds", ErrorKind::InvalidArgument, "`features = [30, 90]`, the windows in days, is missing");
    }
    let windows = windows?;
    if windows.iter().any(|days| days.fract() != 0.0) {
        fields.note_at("features", ErrorKind::InvalidArgument, "expected whole numbers of days");
    }
    let options = FeatureOptions::new(windows.into_iter().map(|days| days as i64));
    Some(match kinds {
        Some(kinds) => options.kinds(kinds),
        None => options,
    })
}

fn places(name: String, fields: &Fields<'_>, folder: &Path) -> PlacesSection {
    let column = |key: &str| fields.text(key).unwrap_or_else(|| key.to_owned());
    PlacesSection { name, source: source(fields, "source", folder), lat: column("lat"), lon: column("lon") }
}

fn audience(name: String, fields: &Fields<'_>) -> AudienceSection {
    let export = fields.word("export", &["notify", "csv", "parquet", "customer-match"]);
    if !fields.has("channels") {
        fields.note("`channels = [\"...\"]` is missing".to_owned());
    }
    AudienceSection {
        name,
        segment: fields.required("segment"),
        purpose: fields.required("purpose"),
        channels: fields.texts("channels").unwrap_or_default(),
        prefer_citizen: fields.word("prefer", &["citizen", "listed"]).as_deref() != Some("listed"),
        one_per_household: fields.word("one_per", &["household"]).is_some(),
        export: match export.as_deref() {
            Some("notify") => Export::Notify,
            Some("parquet") => Export::Parquet,
            Some("customer-match") => Export::CustomerMatch,
            _ => Export::Csv,
        },
        personalisation: fields.table("personalisation").map(|fields| fields.pairs()).unwrap_or_default(),
        columns: fields.table("columns").map(|fields| fields.pairs()).unwrap_or_default(),
        cap: fields.read("cap"),
        quiet_hours: if fields.is_table("quiet_hours") { fields.read("quiet_hours") } else { from_to(fields) },
        holdout: fields.number("holdout").unwrap_or(0.0),
        seed: fields.whole("seed").unwrap_or(7),
    }
}

/// `quiet_hours = ["21:00", "08:00"]`.
fn from_to(fields: &Fields<'_>) -> Option<QuietHours> {
    let times = fields.texts("quiet_hours")?;
    if let [from, to] = times.as_slice() {
        return Some(QuietHours::new(from, to));
    }
    fields.note_at("quiet_hours", ErrorKind::InvalidArgument, "expected two times, such as [\"21:00\", \"08:00\"]");
    None
}

fn uplift(name: String, fields: &Fields<'_>, folder: &Path) -> UpliftSection {
    UpliftSection {
        name,
        source: fields.has("source").then(|| source(fields, "source", folder)),
        arm: fields.required("arm"),
        control: fields.required("control"),
        outcome: fields.required("outcome"),
        cluster: fields.text("cluster"),
        by: fields.text("by"),
        level: fields.number("level"),
    }
}

fn output(fields: Option<Fields<'_>>, path: &Path, folder: &Path) -> OutputSection {
    let text = |key: &str| fields.as_ref().and_then(|fields| fields.text(key));
    let stem = folder.canonicalize().ok().and_then(|folder| folder.file_name().map(|name| name.to_string_lossy().into_owned()));
    let fallback = || stem.unwrap_or_else(|| path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned()));
    let output = OutputSection {
        folder: folder.join(text("folder").unwrap_or_else(|| "out".to_owned())),
        report: text("report").unwrap_or_else(|| "report.html".to_owned()),
        title: text("title").unwrap_or_else(fallback),
    };
    if let Some(fields) = fields {
        let plain = !output.report.contains(['/', '\\', ':']) && !output.report.starts_with('.');
        if !plain || !output.report.to_ascii_lowercase().ends_with(".html") {
            fields.note_at("report", ErrorKind::InvalidArgument, "expected a file name that ends in .html; it goes into `folder`");
        }
        fields.finish();
    }
    output
}
