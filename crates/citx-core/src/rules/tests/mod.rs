//! Tests of the rule language: outcomes, errors and limits here; random rules in `properties`.

mod differential;
mod forms;
mod properties;
pub(crate) mod random;
mod reference;
mod sources;

use super::*;
use crate::table::Column;

fn context() -> Context {
    Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC).expect("an instant"), time_zone: TimeZone::UTC }
}

fn table() -> Table {
    let day = |text: &str| Some(text.parse().expect("a date"));
    Table::from_columns([
        Column::integer("n", [Some(1), Some(5), None, Some(-3)]),
        Column::float("x", [Some(0.5), Some(f64::NAN), None, Some(-0.0)]),
        Column::text("t", [Some("abc"), Some("Zoe"), None, Some("")]),
        Column::boolean("b", [Some(true), Some(false), None, Some(true)]),
        Column::date("d", [day("1950-01-31"), day("2004-02-29"), None, day("2026-11-22")]),
    ])
    .expect("columns of one length")
}

fn outcomes(rule: &str) -> Vec<Option<bool>> {
    let table = table();
    let plan = Plan::compile(&[Rule::parse("r", rule).expect(rule)], &Schema::of(&table)).expect(rule);
    let truths = plan.evaluate(&table, &context(), &Run::new()).expect(rule).remove(0);
    let by_block: Vec<Option<bool>> = (0..table.num_rows())
        .map(|row| if truths.is_true.get(row) { Some(true) } else { truths.is_false.get(row).then_some(false) })
        .collect();
    let by_row: Vec<Option<bool>> = (0..table.num_rows())
        .map(|row| {
            let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
            plan.evaluate_row(&values, &context()).expect(rule)[0]
        })
        .collect();
    assert_eq!(by_block, by_row, "{rule}");
    by_block
}

#[test]
fn rules_hold_as_sql_says() {
    const T: Option<bool> = Some(true);
    const F: Option<bool> = Some(false);
    const U: Option<bool> = None;
    for (rule, expected) in [
        ("n > 0", [T, T, U, F]),
        ("n BETWEEN 1 AND 4", [T, F, U, F]),
        ("n NOT IN (1, NULL)", [F, U, U, U]),
        ("x > 1e308", [F, T, U, F]),
        ("x = 0", [F, F, U, T]),
        ("b AND n > 0 OR t LIKE 'Z%'", [T, T, U, F]),
        ("t ILIKE '%B_'", [T, F, U, F]),
        ("age(d) >= 22", [T, T, U, F]),
        ("days_since(d) = 0", [F, F, U, T]),
        ("d + INTERVAL '1 month' = DATE '1950-02-28'", [T, F, U, F]),
        ("d < '1960-01-01'", [T, F, U, F]),
        ("coalesce(n, 7) = 7", [F, F, T, F]),
        ("n IS NULL OR b IS NOT TRUE", [F, T, T, F]),
        ("n / 0 > 1", [T, T, U, F]),
        ("CASE WHEN n > 1 THEN 'big' WHEN n IS NULL THEN 'none' ELSE 'small' END = 'none'", [F, F, T, F]),
        ("n IS NOT DISTINCT FROM NULL", [F, F, T, F]),
        ("1.5 < n", [F, T, U, F]),
        ("as_of() >= TIMESTAMP '2026-11-22 00:00:00'", [T, T, T, T]),
        ("length(t || 'x') = 4", [T, T, U, F]),
    ] {
        assert_eq!(outcomes(rule), expected, "{rule}");
    }
}

fn error_of(rule: &str) -> Error {
    match Rule::parse("r", rule) {
        Err(error) => error,
        Ok(parsed) => Plan::compile(&[parsed], &Schema::of(&table())).expect_err(rule),
    }
}

#[test]
fn errors_point_at_their_place() {
    for (rule, kind, wanted) in [
        (
            "n > 1 AND\n  nn < 3",
            ErrorKind::UnknownName,
            "rule `r`: there is no attribute `nn` (line 2, column 3); did you mean `n`?\n  nn < 3\n  ^^",
        ),
        (
            "agee(d) > 3",
            ErrorKind::UnknownName,
            "rule `r`: there is no function `agee` (line 1, column 1); did you mean `age`?\nagee(d) > 3\n^^^^",
        ),
        (
            "n = 1 b",
            ErrorKind::RuleSyntax,
            "rule `r`: expected an operator or the end of the rule, found `b` (line 1, column 7)\nn = 1 b\n      ^",
        ),
        ("(n = 1", ErrorKind::RuleSyntax, "rule `r`: expected `)`, found the end of the rule (line 1, column 7)\n(n = 1\n      ^"),
        (
            "t = '\u{e9}' AND t > 5",
            ErrorKind::RuleType,
            "rule `r`: an integer cannot be compared with text (line 1, column 17)\nt = '\u{e9}' AND t > 5\n                ^",
        ),
        ("t = 'x", ErrorKind::RuleSyntax, "rule `r`: unterminated string literal (line 1, column 5)\nt = 'x\n    ^^"),
        (
            "n BETWEEN 1 OR 3",
            ErrorKind::RuleSyntax,
            "rule `r`: expected the AND of BETWEEN, found `OR` (line 1, column 13)\nn BETWEEN 1 OR 3\n            ^^",
        ),
        ("n + 1", ErrorKind::RuleType, "rule `r`: a rule is a condition; this is an integer (line 1, column 1)\nn + 1\n^^^^^"),
    ] {
        let error = error_of(rule);
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, wanted), "{rule}");
    }
}

/// Runs on a stack so small that one frame for each level of nesting would overflow it.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(192 * 1024).spawn(work).expect("a thread").join().expect("no overflow, no panic");
}

#[test]
fn depth_costs_no_machine_stack() {
    on_a_small_stack(|| {
        let schema = Schema::of(&table());
        let fine = [
            format!("{}b{}", "(".repeat(1_000), ")".repeat(1_000)),
            format!("{}b", "NOT ".repeat(1_000)),
            format!("{}n > 0", "- ".repeat(999)),
            vec!["n > 0"; 5_000].join(" AND "),
            vec!["n = 1 AND b"; 4_000].join(" OR "),
            format!("n + 1{} > 0", " + 1".repeat(900)),
            format!("b{}", " IS NULL".repeat(1_000)),
            format!("n IN ({})", vec!["1"; 30_000].join(",")),
            format!("n{} > 0", "::bigint".repeat(999)),
            format!("{}n{} > 0", "CAST(".repeat(990), " AS BIGINT)".repeat(990)),
            format!("{}1{} > 0", "EXTRACT(day FROM d + ".repeat(400), ")".repeat(400)),
            format!("t{} = 'x'", " || t".repeat(12_000)),
            format!("least({}) > 0", vec!["n"; 20_000].join(",")),
        ];
        for text in fine {
            let rule = Rule::parse("r", &text).unwrap_or_else(|error| panic!("{} ({} bytes)", error.kind() as u32, text.len()));
            let plan = Plan::compile(std::slice::from_ref(&rule), &schema).expect("compiles");
            let values: Vec<Value> = table().row(0).fields().iter().map(|(_, value)| value.clone()).collect();
            assert!(plan.evaluate(&table(), &context(), &Run::new().threads(1)).is_ok());
            drop(plan.explain(0, &values, &context()).expect("explains").clone());
        }
        let deep = [
            format!("{}b{}", "(".repeat(1_001), ")".repeat(1_001)),
            "(".repeat(60_000),
            "NOT ".repeat(16_000),
            "- ".repeat(30_000),
            "abs(".repeat(15_000),
            "CAST(".repeat(12_000),
            "EXTRACT(day FROM (".repeat(3_000),
            format!("n{} > 0", "::text".repeat(8_000)),
            "CASE WHEN ".repeat(6_000),
            format!("{}b", "NOT ".repeat(1_001)),
            format!("n{} > 0", " + 1".repeat(10_000)),
            format!("b{}", " IS NULL".repeat(8_000)),
            format!("b{}", " ".repeat(64 * 1024)),
        ];
        for text in deep {
            let kind = Rule::parse("r", &text).expect_err("too deep").kind();
            let unfinished = text.ends_with([' ', '(']) && text.len() < 64 * 1024;
            assert!(kind == ErrorKind::LimitExceeded || unfinished && kind == ErrorKind::RuleSyntax, "{kind:?} for {}", &text[..20]);
        }
    });
}

#[test]
fn explanations_show_predicates_with_their_values() {
    let rules = [
        Rule::parse("small", "n<3").expect("parses"),
        Rule::parse("r", "(b  and  not n > -3) OR in_segment('small') or age( d )>=65 AND  t not in('a' ,'b')").expect("parses"),
    ];
    let table = table();
    let plan = Plan::compile(&rules, &Schema::of(&table)).expect("compiles");
    let values: Vec<Value> = table.row(0).fields().iter().map(|(_, value)| value.clone()).collect();
    let tree = plan.explain(1, &values, &context()).expect("explains");
    fn lines(tree: &Explanation, depth: usize, into: &mut Vec<String>) {
        let values: Vec<&str> = tree.values.iter().map(|(name, _)| name.as_str()).collect();
        into.push(format!("{}{} [{}] {:?}", " ".repeat(depth), tree.text, values.join(","), tree.outcome));
        tree.parts.iter().for_each(|part| lines(part, depth + 1, into));
    }
    let mut shown = Vec::new();
    lines(&tree, 0, &mut shown);
    assert_eq!(
        shown,
        [
            "b AND NOT n > -3 OR in_segment('small') OR age(d) >= 65 AND t NOT IN ('a', 'b') [] Some(true)",
            " b AND NOT n > -3 [] Some(false)",
            "  b [b] Some(true)",
            "  NOT n > -3 [] Some(false)",
            "   n > -3 [n] Some(true)",
            " in_segment('small') [] Some(true)",
            "  n < 3 [n] Some(true)",
            " age(d) >= 65 AND t NOT IN ('a', 'b') [] Some(true)",
            "  age(d) >= 65 [d] Some(true)",
            "  t NOT IN ('a', 'b') [t] Some(true)",
        ]
    );
    assert_eq!(plan.columns_used(1), ["n", "t", "b", "d"]);
    assert!(!format!("{tree:?}").contains("1950"), "values are personal");
}

#[test]
fn lists_are_asked_what_they_hold_and_nothing_else() {
    let lists = [vec![Some("a"), Some("b")], vec![], vec![None, Some("c")]].map(Some).into_iter().chain([None]);
    let lists = lists.map(|list| match list {
        Some(items) => Value::List(items.into_iter().map(|item| item.map_or(Value::Null, |text| Value::Text(text.to_owned()))).collect()),
        None => Value::Null,
    });
    let table = Table::from_columns([
        Column::from_values("tags", lists).expect("lists"),
        Column::text("t", [Some("a"), Some("a"), None, Some("a")]),
    ])
    .expect("columns of one length");
    let schema = Schema::of(&table);
    let outcomes = |rule: &str| {
        let plan = Plan::compile(&[Rule::parse("r", rule).expect(rule)], &schema).expect(rule);
        let truths = plan.evaluate(&table, &context(), &Run::new()).expect(rule).remove(0);
        let by_block: Vec<Option<bool>> =
            (0..4).map(|row| if truths.is_true.get(row) { Some(true) } else { truths.is_false.get(row).then_some(false) }).collect();
        for (row, wanted) in by_block.iter().enumerate() {
            let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
            assert_eq!(plan.evaluate_row(&values, &context()).expect(rule), [*wanted], "{rule}, row {row}");
            // A single record has its own types.
            let record = table.row(row);
            let own = Plan::compile(&[Rule::parse("r", rule).expect(rule)], &schema_of(&record)).expect(rule);
            assert_eq!(own.evaluate_row(&values, &context()).expect(rule), [*wanted], "{rule}, record {row}");
        }
        by_block
    };
    assert_eq!(outcomes("has_any(tags, 'b', 'c')"), [Some(true), Some(false), Some(true), None]);
    assert_eq!(outcomes("has_all(tags, 'b', 'a')"), [Some(true), Some(false), Some(false), None]);
    assert_eq!(outcomes("has_any(tags, t)"), [Some(true), Some(false), Some(false), None]);
    assert_eq!(outcomes("has_any(tags, NULL)"), [Some(false), Some(false), Some(false), None]);
    assert_eq!(outcomes("tags IS NULL"), [Some(false), Some(false), Some(false), Some(true)]);
    for rule in [
        "tags = 'a'",
        "tags",
        "tags IN ('a')",
        "lower(tags) = 'a'",
        "coalesce(tags, tags) IS NULL",
        "CAST(tags AS TEXT) = 'a'",
        "has_any(tags, 1)",
        "nullif(tags, tags) IS NULL",
    ] {
        let error = Plan::compile(&[Rule::parse("r", rule).expect(rule)], &schema).expect_err(rule);
        assert_eq!((error.kind(), error.rule_error().is_some()), (ErrorKind::RuleType, true), "{rule}: {error}");
    }
}

#[test]
fn segments_call_each_other_but_not_in_circles() {
    let rule = |name: &str, text: &str| Rule::parse(name, text).expect("parses");
    let schema = Schema::of(&table());
    let circle = [rule("a", "in_segment('b')"), rule("b", "TRUE AND in_segment('c')"), rule("c", "in_segment('b')")];
    let error = Plan::compile(&circle, &schema).expect_err("a circle");
    assert_eq!(error.kind(), ErrorKind::RuleSyntax);
    assert!(error.to_string().contains("circle: b -> c -> b"), "{error}");
    let error = Plan::compile(&[rule("a", "in_segment('a')")], &schema).expect_err("a circle");
    assert!(error.to_string().contains("circle: a -> a"), "{error}");
    let error = Plan::compile(&[rule("older", "b"), rule("a", "in_segment('odler')")], &schema).expect_err("unknown");
    assert_eq!((error.kind(), error.rule_error().and_then(|place| place.suggestion.as_deref())), (ErrorKind::UnknownName, Some("older")));
    // A rule may call one that comes later, and is never unknown: not a member is not a member.
    let plan = Plan::compile(&[rule("r", "NOT in_segment('s')"), rule("s", "n > 3")], &schema).expect("compiles");
    let truths = plan.evaluate(&table(), &context(), &Run::new()).expect("evaluates");
    assert_eq!(truths[0].is_true, [true, false, true, true].into_iter().collect());
    assert_eq!(truths[0].is_false, [false, true, false, false].into_iter().collect());
}

#[test]
fn one_expression_of_many_rules_is_one_operation() {
    let rule = |name: &str, text: &str| Rule::parse(name, text).expect("parses");
    let schema = Schema::of(&table());
    let same = ["n > 3 AND b", "b AND 3 < n", "(b) AND NOT n <= 3 AND b", "b AND n > 1 + 2 AND TRUE", "n > 3.0 AND NOT NOT b"];
    let rules: Vec<Rule> = same.iter().enumerate().map(|(index, text)| rule(&format!("r{index}"), text)).collect();
    let plan = Plan::compile(&rules, &schema).expect("compiles");
    assert!(plan.inner.rules.iter().all(|compiled| compiled.root == plan.inner.rules[0].root));
}

#[test]
fn a_table_of_another_schema_is_refused() {
    let rule = Rule::parse("r", "n > 3").expect("parses");
    let plan = Plan::compile(&[rule], &Schema::of(&table())).expect("compiles");
    let other = Table::from_columns([Column::text("n", [Some("x")])]).expect("a table");
    let none = Table::from_columns([Column::text("m", [Some("x")])]).expect("a table");
    for table in [other, none] {
        let error = plan.evaluate(&table, &context(), &Run::new()).expect_err("another schema");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }
    let error = plan.evaluate_row(&[Value::Text("secret".into())], &context()).expect_err("too few");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let values = [Value::Text("secret".into()), Value::Null, Value::Null, Value::Null, Value::Null];
    let error = plan.evaluate_row(&values, &context()).expect_err("another type");
    assert_eq!(error.kind(), ErrorKind::RuleType);
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn a_cancelled_evaluation_stops() {
    let cancel = crate::CancelToken::new();
    cancel.cancel();
    let plan = Plan::compile(&[Rule::parse("r", "n > 3").expect("parses")], &Schema::of(&table())).expect("compiles");
    let error = plan.evaluate(&table(), &context(), &Run::new().cancel(cancel)).expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn a_value_is_shown_where_it_is_read() {
    let explained = |text: &str| {
        let plan = Plan::compile(&[Rule::parse("r", text).expect(text)], &Schema::of(&table())).expect(text);
        let values: Vec<Value> = table().row(2).fields().iter().map(|(_, value)| value.clone()).collect();
        plan.explain(0, &values, &context()).expect(text)
    };
    let names = |tree: &Explanation| tree.values.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let tree = explained("length(CASE WHEN n > 1 THEN t END) + n = 3");
    assert_eq!((names(&tree), tree.parts.len()), (vec!["n".to_owned(), "t".to_owned()], 0));
    let tree = explained("NULL AND b");
    assert_eq!((names(&tree), tree.parts.len()), (vec![], 2));
    let tree = explained("(b AND n > 1) IS TRUE");
    assert_eq!((names(&tree), tree.parts.len(), tree.outcome), (vec![], 1, Some(false)));
}

#[test]
fn canonical_text_tells_keywords_from_columns() {
    let schema = Schema::new(["date", "from", "n"].map(|name| Attribute { name: name.to_owned(), data_type: AttributeType::Integer }));
    for (text, canonical) in [
        ("date   IS  distinct from  from", "date IS DISTINCT FROM from"),
        ("n=- 1 -+2", "n = -1 - +2"),
        ("as_of( ) > date'2026-01-01'+interval 3 month", "as_of() > DATE '2026-01-01' + INTERVAL '3 months'"),
        ("case n when 1 then true end", "CASE n WHEN 1 THEN TRUE END"),
        ("(n)in(1,2)", "n IN (1, 2)"),
    ] {
        let plan = Plan::compile(&[Rule::parse("r", text).expect(text)], &schema).expect(text);
        assert_eq!(plan.explain(0, &[Value::Null, Value::Null, Value::Null], &context()).expect(text).text, canonical);
    }
}

#[test]
fn what_rules_cannot_read_is_a_type_error_only_when_named() {
    let attribute = |name: &str, data_type| Attribute { name: name.to_owned(), data_type };
    let schema = Schema::new([attribute("opens", AttributeType::Other), attribute("n", AttributeType::Integer)]);
    let compile = |text: &str| Plan::compile(&[Rule::parse("r", text).expect(text)], &schema);
    let error = compile("opens IS NOT NULL").expect_err("a time of day");
    assert_eq!(error.kind(), ErrorKind::RuleType);
    let plan = compile("n > 1").expect("does not name it");
    assert_eq!(plan.evaluate_row(&[Value::Other, Value::Integer(2)], &context()).expect("reads n only"), [Some(true)]);
    // Two names that differ from the rule's by case alone: neither is meant.
    let schema = Schema::new([attribute("Ab", AttributeType::Integer), attribute("aB", AttributeType::Integer)]);
    let error = Plan::compile(&[Rule::parse("r", "ab > 1").expect("parses")], &schema).expect_err("two candidates");
    assert_eq!(error.kind(), ErrorKind::UnknownName);
}

#[test]
fn a_null_has_a_type_only_where_another_value_is_read_by_it() {
    let attribute = |(name, data_type): (&str, AttributeType)| Attribute { name: name.to_owned(), data_type };
    let (integer, float, decimal) = (AttributeType::Integer, AttributeType::Float, AttributeType::Decimal { precision: 38, scale: 20 });
    let types = [("n", integer), ("m", integer), ("x", float), ("c", decimal), ("t", AttributeType::Text), ("d", AttributeType::Date)];
    let schema = Schema::new(types.into_iter().chain([("e", AttributeType::Date), ("at", AttributeType::Timestamp)]).map(attribute));
    let marked = |rule: &str| {
        let plan = Plan::compile(&[Rule::parse("r", rule).expect(rule)], &schema).expect(rule);
        let names = schema.attributes().iter().enumerate().filter(|(index, _)| plan.reads_null(*index));
        names.map(|(_, attribute)| attribute.name.clone()).collect::<Vec<String>>().join(" ")
    };
    for rule in [
        "n = 5 AND t LIKE 'a%' AND age(d) > 18 AND x IS NULL",
        "n IN (1, 2.5) OR d BETWEEN '2026-01-01' AND at",
        "x * 1.2 + n > m / 3",
        "-abs(round(x, 1)) < floor(c)",
        "coalesce(n, 0) > 5 AND coalesce(t, 'none') = 'none' AND coalesce(x, 0.0e0) > 1",
        "coalesce(d, e) < at AND greatest(n, m) > 3",
        "CASE WHEN x > 1 THEN n WHEN t = 'a' THEN 0 END > 0",
        "CASE t WHEN 'a' THEN 'b' ELSE t END = 'c'",
        "at < as_of() - INTERVAL '1 day' AND d + INTERVAL '1 month' > e AND days_since(at) > 3",
        "n IS DISTINCT FROM x AND nullif(n, x) > 3",
    ] {
        assert_eq!(marked(rule), "", "{rule}");
    }
    for (rule, wanted) in [
        ("coalesce(n, '10') < '9'", "n"),
        ("coalesce(x, 9007199254740993) = 9007199254740992", "x"),
        ("least(n, x) = 1", "n x"),
        ("coalesce(x + n, 1) > 1 AND t = 'a'", "n x"),
        ("CASE WHEN t = 'a' THEN x ELSE 1 END > 0", "x"),
        ("d - e > 5", "d e"),
        ("d + n < e", "n d"),
        ("d IS DISTINCT FROM at", "d at"),
        ("x * c * c > 1", "x c"),
    ] {
        assert_eq!(marked(rule), wanted, "{rule}");
    }
}
