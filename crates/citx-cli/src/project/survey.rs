//! `[survey]`: what was asked, how it is weighted, and what is made of it.

use std::path::Path;

use citx::ErrorKind;
use citx::satisfaction::{
    CalibrateOptions, CompareOptions, DriverOptions, GroupOptions, Margin, RakeOptions, ReplicateOptions, ScaleOptions, SuppressOptions,
    TrimOptions, UnitOptions,
};

use super::SourceFile;
use super::fields::Fields;
use super::parse::source;

/// `[survey]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SurveySection {
    /// Answers, one row for each respondent, or counts of answers.
    pub source: SourceFile,
    /// Whether the source holds counts.
    pub counts: Option<CountsColumns>,
    /// The name of an instrument that ships with citx, or the path of one's own.
    pub instrument: Option<String>,
    /// `[survey.scale]`: a scale of one's own.
    pub scale: Option<ScaleOptions>,
    /// Measure and column.
    pub questions: Vec<(String, String)>,
    /// Column of the citizen's key.
    pub key: Option<String>,
    /// Column of the weights.
    pub weights: Option<String>,
    /// Column of the strata.
    pub strata: Option<String>,
    /// Columns of the PSUs, one for each stage.
    pub psu: Vec<String>,
    /// Columns of the finite populations, one for each stage.
    pub fpc: Vec<String>,
    /// How many there are in the sample frame.
    pub frame_size: Option<u64>,
    /// How the sample was drawn, for answers.
    pub selection: Option<String>,
    /// Column of the mode of collection.
    pub mode: Option<String>,
    /// Column of the date of collection.
    pub collected_at: Option<String>,
    /// What is done with a stratum of one PSU.
    pub lonely_psu: Option<String>,
    /// What one row, or one that is counted, stands for.
    pub base: Option<String>,
    /// Column that tells citizens, households or homes apart.
    pub base_key: Option<String>,
    /// What is done to the weights, and how variances are made of them.
    pub weighting: WeightingSection,
    /// Breakdowns; an item of several names is crossed.
    pub by: Vec<Vec<String>>,
    /// Level of the intervals.
    pub level: Option<f64>,
    /// Fewer answers than this are withheld.
    pub min_base: Option<u64>,
    /// Interval of a proportion.
    pub method: Option<String>,
    /// What the design effect compares with.
    pub deff_reference: Option<String>,
    /// `[[survey.figure]]`: figures beside the instrument's measures.
    pub figures: Vec<FigureSection>,
    /// `[survey.compare]`: an earlier wave.
    pub compare: Option<Box<CompareSection>>,
    /// `[survey.compare_groups]`: groups of this wave.
    pub compare_groups: Option<CompareGroupsSection>,
    /// `[survey.drivers]`: what moves a measure.
    pub drivers: Option<DriversSection>,
    /// `[survey.protect]`: which figures are withheld.
    pub protect: Option<ProtectSection>,
}

/// Which columns of a file of counts are what.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CountsColumns {
    /// Columns that together name the unit: the first is its name, the others tell apart units of one name.
    pub unit: Vec<String>,
    /// Column of the measure.
    pub measure: String,
    /// Column of the answer.
    pub answer: String,
    /// Column of the count.
    pub count: String,
    /// Column of the size of the sample frame.
    pub frame_size: Option<String>,
    /// Column of how each sample was drawn.
    pub selection: Option<String>,
    /// Column of the number of people who answered.
    pub responses: Option<String>,
    /// Column that says which units are peers; `None`: all are.
    pub peers: Option<String>,
    /// The unit in the foreground: the whole name, or the first column's value.
    pub landlord: Option<String>,
}

/// What is done to the weights, in this order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct WeightingSection {
    /// `replicates`: they are made, or read, first, so that all that follows is done to each.
    pub replicates: Option<Replicates>,
    /// `post_stratify`.
    pub post_stratify: Option<Margin>,
    /// `rake`.
    pub rake: Option<(Vec<Margin>, RakeOptions)>,
    /// `calibrate`.
    pub calibrate: Option<CalibrateOptions>,
    /// `trim`.
    pub trim: Option<TrimOptions>,
}

/// Where replicates come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Replicates {
    /// Made of the sampling units: kind, how many, seed.
    Made(String, usize, u64),
    /// Columns of the table.
    Given(ReplicateOptions),
}

/// One `[[survey.figure]]`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FigureSection {
    /// What it is called; `None`: after its columns.
    pub name: Option<String>,
    /// What it is.
    pub kind: FigureKind,
    /// Breakdowns, beside everyone.
    pub by: Vec<Vec<String>>,
}

/// A figure of columns of the answers.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum FigureKind {
    Mean { column: String },
    Total { column: String, equals: Option<String> },
    Proportion { column: String, equals: String },
    Ratio { numerator: String, denominator: String },
    Quantile { column: String, shares: Vec<f64>, rule: Option<String>, method: Option<String> },
}

/// `[survey.compare]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CompareSection {
    /// `[survey.compare.before]`: the earlier wave, as `[survey]` but for what it says itself.
    pub before: SurveySection,
    /// Which measures, and how.
    pub options: UnitOptions,
}

/// `[survey.compare_groups]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CompareGroupsSection {
    /// Breakdowns, each compared by itself.
    pub by: Vec<Vec<String>>,
    /// Measures or numeric columns; none: all measures.
    pub measures: Vec<String>,
    /// How.
    pub options: GroupOptions,
}

/// `[survey.drivers]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DriversSection {
    /// The measure or numeric column that is driven.
    pub outcome: String,
    /// What may drive it; none: all other measures.
    pub drivers: Vec<String>,
    /// How.
    pub options: DriverOptions,
}

/// `[survey.protect]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ProtectSection {
    /// The name of a rule that ships with citx, or the path of one's own.
    pub rule: String,
    /// How well withheld figures are protected.
    pub options: SuppressOptions,
}

const METHODS: [&str; 10] =
    ["wilson", "logit", "likelihood", "asin", "beta", "agresti_coull", "jeffreys", "clopper_pearson", "t", "normal"];
const ADJUST: [&str; 6] = ["bh", "by", "holm", "hochberg", "bonferroni", "none"];

impl SurveySection {
    /// Whether something in it needs each respondent's answers, and not counts of them.
    fn needs_answers(&self) -> Option<&'static str> {
        let weighting = &self.weighting;
        [
            (weighting.replicates.is_some(), "replicates"),
            (weighting.post_stratify.is_some(), "post_stratify"),
            (weighting.rake.is_some(), "rake"),
            (weighting.calibrate.is_some(), "calibrate"),
            (weighting.trim.is_some(), "trim"),
            (!self.figures.is_empty(), "figure"),
            (self.compare_groups.is_some(), "compare_groups"),
            (self.drivers.is_some(), "drivers"),
        ]
        .into_iter()
        .find_map(|(there, key)| there.then_some(key))
    }
}

impl WeightingSection {
    /// The margins it weights to.
    pub(crate) fn margins(&self) -> impl Iterator<Item = &Margin> {
        let raked = self.rake.iter().flat_map(|(margins, _)| margins);
        let calibrated = self.calibrate.iter().flat_map(|options| &options.margins);
        self.post_stratify.iter().chain(raked).chain(calibrated)
    }
}

pub(super) fn survey(fields: &Fields<'_>, folder: &Path) -> SurveySection {
    let mut survey = wave(fields, folder, None);
    survey.by = fields.lists("by").unwrap_or_default();
    survey.level = fields.number("level");
    survey.min_base = fields.whole("min_base");
    survey.method = fields.word("method", &METHODS);
    survey.deff_reference = fields.word("deff_reference", &["srswr", "srswor"]);
    survey.figures = fields.items("figure").iter().filter_map(figure).collect();
    survey.compare = fields.table("compare").map(|fields| Box::new(compare(&fields, folder, &survey)));
    survey.compare_groups = fields.table("compare_groups").map(|fields| compare_groups(&fields, &survey));
    survey.drivers = fields.table("drivers").map(|fields| drivers(&fields, &survey));
    survey.protect = fields.table("protect").map(|fields| protect(&fields));
    let (instrument, scale) = (survey.instrument.is_some(), survey.scale.is_some());
    if instrument && scale || !(instrument || scale) && (survey.figures.is_empty() || survey.counts.is_some()) {
        fields.note("give either `instrument = \"...\"` or a table [survey.scale]".to_owned());
    }
    if let (Some(_), Some(key)) = (&survey.counts, survey.needs_answers()) {
        fields.note_at(key, ErrorKind::InvalidArgument, "counts have no respondents; it needs `source`, a table of answers");
    }
    fields.finish();
    survey
}

/// What a table says of a survey: its source, its design, its weighting. What it does not say is taken from `base`, where there is one;
/// `key = false` leaves out what that says.
pub(super) fn wave(fields: &Fields<'_>, folder: &Path, base: Option<&SurveySection>) -> SurveySection {
    let counted = fields.has("counts") || !fields.has("source") && base.is_some_and(|base| base.counts.is_some());
    if fields.has("counts") && fields.has("source") {
        fields.note_at("source", ErrorKind::InvalidArgument, "give either `source` (answers) or `counts`, not both");
    }
    let off = |key: &str| base.is_some() && fields.is_off(key);
    let text = |key: &str, of: fn(&SurveySection) -> &Option<String>| {
        if off(key) { None } else { fields.text(key).or_else(|| base.and_then(|base| of(base).clone())) }
    };
    let texts = |key: &str, of: fn(&SurveySection) -> &Vec<String>| {
        if off(key) { Vec::new() } else { fields.texts(key).or_else(|| base.map(|base| of(base).clone())).unwrap_or_default() }
    };
    let word = |key: &str, words: &[&str], of: fn(&SurveySection) -> &Option<String>| {
        fields.word(key, words).or_else(|| base.and_then(|base| of(base).clone()))
    };
    let of_answers = |key: &str| !counted && !off(key);
    let own_instrument = fields.has("instrument") || fields.has("scale");
    let pairs = fields.table("questions").map(|fields| fields.pairs());
    let frame_size = if of_answers("frame_size") { fields.whole("frame_size") } else { None };
    let selections = ["srs", "systematic", "stratified", "quota", "census"];
    let selection = if of_answers("selection") { fields.word("selection", &selections) } else { None };
    let inherited = |key: &str| base.filter(|_| of_answers(key));
    SurveySection {
        counts: counted.then(|| counts(fields, base.and_then(|base| base.counts.as_ref()))),
        source: source_of(fields, folder, counted, base),
        instrument: fields.text("instrument").or_else(|| base.filter(|_| !own_instrument).and_then(|base| base.instrument.clone())),
        scale: fields.read("scale").or_else(|| base.filter(|_| !own_instrument).and_then(|base| base.scale.clone())),
        questions: pairs.or_else(|| base.map(|base| base.questions.clone())).unwrap_or_default(),
        key: text("key", |base| &base.key),
        weights: text("weights", |base| &base.weights),
        strata: text("strata", |base| &base.strata),
        psu: texts("psu", |base| &base.psu),
        fpc: texts("fpc", |base| &base.fpc),
        frame_size: frame_size.or_else(|| inherited("frame_size").and_then(|base| base.frame_size)),
        selection: selection.or_else(|| inherited("selection").and_then(|base| base.selection.clone())),
        mode: text("mode", |base| &base.mode),
        collected_at: text("collected_at", |base| &base.collected_at),
        lonely_psu: word("lonely_psu", &["fail", "certainty", "adjust", "average"], |base| &base.lonely_psu),
        base: word("base", &["answer", "citizen", "household", "home"], |base| &base.base),
        base_key: text("base_key", |base| &base.base_key),
        weighting: weighting(fields, &off, base.map(|base| &base.weighting)),
        ..SurveySection::default()
    }
}

fn source_of(fields: &Fields<'_>, folder: &Path, counted: bool, base: Option<&SurveySection>) -> SourceFile {
    let key = if counted { "counts" } else { "source" };
    match base {
        Some(base) if !fields.has(key) => base.source.clone(),
        None => source(fields, key, folder),
        Some(base) => {
            let mut source = source(fields, key, folder);
            let options = &base.source.options;
            if !fields.has("types") {
                source.options.types.clone_from(&options.types);
            }
            source.options.encoding = source.options.encoding.or_else(|| options.encoding.clone());
            source.options.sheet = source.options.sheet.or_else(|| options.sheet.clone());
            source
        }
    }
}

fn counts(fields: &Fields<'_>, base: Option<&CountsColumns>) -> CountsColumns {
    let column = |key: &str, of: fn(&CountsColumns) -> &String| {
        fields.text(key).unwrap_or_else(|| base.map_or_else(|| key.to_owned(), |base| of(base).clone()))
    };
    let optional =
        |key: &str, of: fn(&CountsColumns) -> &Option<String>| fields.text(key).or_else(|| base.and_then(|base| of(base).clone()));
    let unit = fields.texts("unit").or_else(|| base.map(|base| base.unit.clone()));
    CountsColumns {
        unit: unit.unwrap_or_else(|| vec!["unit".to_owned()]),
        measure: column("measure", |base| &base.measure),
        answer: column("answer", |base| &base.answer),
        count: column("count", |base| &base.count),
        frame_size: optional("frame_size", |base| &base.frame_size),
        selection: optional("selection", |base| &base.selection),
        responses: optional("responses", |base| &base.responses),
        peers: optional("peers", |base| &base.peers),
        landlord: optional("landlord", |base| &base.landlord),
    }
}

fn weighting(fields: &Fields<'_>, off: &dyn Fn(&str) -> bool, base: Option<&WeightingSection>) -> WeightingSection {
    let table = |key: &str| if off(key) { None } else { fields.table(key) };
    let base = |key: &str| base.filter(|_| !off(key));
    WeightingSection {
        replicates: table("replicates").map(|fields| replicates(&fields)).or_else(|| base("replicates")?.replicates.clone()),
        post_stratify: table("post_stratify").map(|fields| post_stratify(&fields)).or_else(|| base("post_stratify")?.post_stratify.clone()),
        rake: table("rake").map(|fields| rake(&fields)).or_else(|| base("rake")?.rake.clone()),
        calibrate: table("calibrate").map(|fields| calibrate(&fields)).or_else(|| base("calibrate")?.calibrate.clone()),
        trim: table("trim").map(|fields| trim(&fields)).or_else(|| base("trim")?.trim.clone()),
    }
}

fn replicates(fields: &Fields<'_>) -> Replicates {
    let columns = fields.texts("columns");
    let given = ["jk1", "jkn", "brr", "fay", "bootstrap", "other"];
    let kinds = if columns.is_some() { &given[..] } else { &["jk1", "jkn", "bootstrap"] };
    if !fields.has("kind") {
        fields.note("`kind = \"...\"` is missing".to_owned());
    }
    let kind = fields.word("kind", kinds).unwrap_or_default();
    let replicates = match columns {
        None => {
            let count = fields.whole("replicates").unwrap_or(200);
            Replicates::Made(kind, usize::try_from(count).unwrap_or(usize::MAX), fields.whole("seed").unwrap_or(0))
        }
        Some(columns) => {
            let mut options = ReplicateOptions::default();
            options.columns = columns;
            options.kind = kind;
            options.scale = fields.number("scale");
            options.rscales = fields.numbers("rscales").unwrap_or_default();
            options.rho = fields.number("rho").unwrap_or(options.rho);
            options.factors = fields.boolean("factors").unwrap_or(options.factors);
            options.mse = fields.boolean("mse").unwrap_or(options.mse);
            Replicates::Given(options)
        }
    };
    fields.finish();
    replicates
}

/// The names of a margin: `tenure`, or `tenure x area` where they are crossed.
fn crossed(name: &str) -> Vec<String> {
    name.split(" x ").map(str::to_owned).collect()
}

fn post_stratify(fields: &Fields<'_>) -> Margin {
    if !fields.has("by") {
        fields.note("`by = \"...\"` is missing".to_owned());
    }
    let by = fields.texts("by").unwrap_or_default();
    let margin = Margin::new(by, totals(fields));
    fields.finish();
    margin
}

fn totals(fields: &Fields<'_>) -> Vec<(String, f64)> {
    if !fields.has("totals") {
        fields.note("a table `totals` of each category's total is missing".to_owned());
    }
    fields.totals("totals")
}

fn rake(fields: &Fields<'_>) -> (Vec<Margin>, RakeOptions) {
    if !fields.has("margins") {
        fields.note("a table `margins` is missing: for each column, a table of its categories' totals".to_owned());
    }
    let margins = fields
        .table("margins")
        .map(|margins| margins.keys().into_iter().map(|name| Margin::new(crossed(&name), margins.totals(&name))).collect::<Vec<_>>());
    let mut options = RakeOptions::default();
    options.tolerance = fields.number("tolerance").unwrap_or(options.tolerance);
    options.max_iterations = rounds(fields, options.max_iterations);
    fields.finish();
    (margins.unwrap_or_default(), options)
}

fn rounds(fields: &Fields<'_>, usual: usize) -> usize {
    fields.whole("max_iterations").map_or(usual, |rounds| usize::try_from(rounds).unwrap_or(usize::MAX))
}

fn calibrate(fields: &Fields<'_>) -> CalibrateOptions {
    let mut options = CalibrateOptions::default();
    if let Some(totals) = fields.table("totals") {
        for name in totals.keys() {
            if totals.is_table(&name) {
                options.margins.push(Margin::new(crossed(&name), totals.totals(&name)));
            } else {
                options.totals.extend(totals.number(&name).map(|total| (name, total)));
            }
        }
    }
    options.population = fields.number("population");
    options.distance = fields.word("distance", &["linear", "raking", "logit"]).unwrap_or(options.distance);
    options.bounds = match fields.numbers("bounds").as_deref() {
        None => None,
        Some([low, high]) => Some((*low, *high)),
        Some(_) => {
            fields.note_at("bounds", ErrorKind::InvalidArgument, "expected two numbers, the least and the greatest factor of a weight");
            None
        }
    };
    options.tolerance = fields.number("tolerance").unwrap_or(options.tolerance);
    options.max_iterations = rounds(fields, options.max_iterations);
    fields.finish();
    options
}

fn trim(fields: &Fields<'_>) -> TrimOptions {
    let mut options = TrimOptions::default();
    options.lower = fields.number("lower");
    options.upper = fields.number("upper");
    options.of = fields.word("of", &["weight", "mean", "quantile"]).unwrap_or(options.of);
    options.rule = fields.word("rule", &["redistribute", "strict", "rescale"]).unwrap_or(options.rule);
    fields.finish();
    options
}

fn figure(fields: &Fields<'_>) -> Option<FigureSection> {
    if !fields.has("kind") {
        fields.note("`kind = \"...\"` is missing: mean, total, proportion, ratio or quantile".to_owned());
    }
    let name = fields.text("name");
    let by = fields.lists("by").unwrap_or_default();
    let kind = match fields.word("kind", &["mean", "total", "proportion", "ratio", "quantile"])?.as_str() {
        "mean" => FigureKind::Mean { column: fields.required("column") },
        "total" => FigureKind::Total { column: fields.required("column"), equals: fields.text("equals") },
        "proportion" => FigureKind::Proportion { column: fields.required("column"), equals: fields.required("equals") },
        "ratio" => FigureKind::Ratio { numerator: fields.required("numerator"), denominator: fields.required("denominator") },
        _ => FigureKind::Quantile {
            column: fields.required("column"),
            shares: fields.numbers("shares").unwrap_or_else(|| vec![0.5]),
            rule: fields.word("rule", &["math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]),
            method: fields.word("method", &["t", "logit", "beta", "asin"]),
        },
    };
    fields.finish();
    Some(FigureSection { name, kind, by })
}

fn compare(fields: &Fields<'_>, folder: &Path, survey: &SurveySection) -> CompareSection {
    let before = fields.table("before").map(|fields| {
        if !fields.has("source") && !fields.has("counts") {
            fields.note("`source = \"...\"` is missing: the table of the earlier wave".to_owned());
        }
        let before = wave(&fields, folder, Some(survey));
        if before.counts.is_some() != survey.counts.is_some() {
            fields.note("one wave holds answers and the other counts; both must hold the same".to_owned());
        }
        fields.finish();
        before
    });
    if before.is_none() {
        fields.note("a table [survey.compare.before] is missing: the earlier wave".to_owned());
    }
    let mut options = UnitOptions::default();
    options.measures = fields.texts("measures").unwrap_or_default();
    options.adjust = fields.word("adjust", &ADJUST).unwrap_or(options.adjust);
    options.compare = compare_options(fields, survey);
    fields.finish();
    CompareSection { before: before.unwrap_or_default(), options }
}

fn compare_options(fields: &Fields<'_>, survey: &SurveySection) -> CompareOptions {
    let mut options = CompareOptions::default();
    options.level = fields.number("level").or(survey.level).unwrap_or(options.level);
    options.interval = fields.word("interval", &["newcombe", "wald", "agresti_caffo"]).unwrap_or(options.interval);
    options.test = fields.word("test", &["auto", "pooled", "unpooled"]).unwrap_or(options.test);
    options.fpc = fields.boolean("fpc").unwrap_or(options.fpc);
    options.overlap = fields.word("overlap", &["auto", "none", "matched"]).unwrap_or(options.overlap);
    options.min_base = fields.whole("min_base").or(survey.min_base).unwrap_or(options.min_base);
    options
}

fn compare_groups(fields: &Fields<'_>, survey: &SurveySection) -> CompareGroupsSection {
    if !fields.has("by") {
        fields.note("`by = \"...\"` is missing: the groups".to_owned());
    }
    let mut options = GroupOptions::default();
    options.level = fields.number("level").or(survey.level).unwrap_or(options.level);
    options.adjust = fields.word("adjust", &ADJUST).unwrap_or(options.adjust);
    options.reference = fields.word("reference", &["pairs", "rest", "group"]).unwrap_or(options.reference);
    options.group = fields.text("group");
    options.interval = fields.word("interval", &["newcombe", "wald"]).unwrap_or(options.interval);
    options.min_base = fields.whole("min_base").or(survey.min_base).unwrap_or(options.min_base);
    let (by, measures) = (fields.lists("by").unwrap_or_default(), fields.texts("measures").unwrap_or_default());
    fields.finish();
    CompareGroupsSection { by, measures, options }
}

fn drivers(fields: &Fields<'_>, survey: &SurveySection) -> DriversSection {
    let mut options = DriverOptions::default();
    options.missing = fields.word("missing", &["listwise", "pairwise", "indicator"]).unwrap_or(options.missing);
    options.coding = fields.word("coding", &["order", "values"]).unwrap_or(options.coding);
    options.replicates = fields.whole("replicates").map_or(options.replicates, |count| usize::try_from(count).unwrap_or(usize::MAX));
    options.seed = fields.whole("seed").unwrap_or(options.seed);
    options.level = fields.number("level").or(survey.level).unwrap_or(options.level);
    let (outcome, drivers) = (fields.required("outcome"), fields.texts("drivers").unwrap_or_default());
    fields.finish();
    DriversSection { outcome, drivers, options }
}

fn protect(fields: &Fields<'_>) -> ProtectSection {
    let mut options = SuppressOptions::default();
    options.width = fields.whole("width").unwrap_or(options.width);
    options.percent = fields.number("percent").unwrap_or(options.percent);
    options.singletons = fields.boolean("singletons").unwrap_or(options.singletons);
    options.floor = fields.whole("floor");
    options.knows_primary = fields.boolean("knows_primary").unwrap_or(options.knows_primary);
    options.line_total = fields.whole("line_total").unwrap_or(options.line_total);
    let rule = fields.required("rule");
    fields.finish();
    ProtectSection { rule, options }
}
