//! The forms of a rule: canonical text and JSON say what the text says.

use proptest::prelude::*;

use super::super::*;
use super::on_a_small_stack;
use super::random::{Random, Writer};

fn parse(text: &str) -> Rule {
    Rule::parse("r", text).unwrap_or_else(|error| panic!("{error}"))
}

/// The tree without its places in the text.
fn tree(rule: &Rule) -> String {
    format!("{:?}", rule.ast().nodes.iter().map(|node| &node.syntax).collect::<Vec<_>>())
}

fn assert_forms_agree(rule: &Rule) {
    let canonical = rule.canonical();
    let again = parse(&canonical);
    assert_eq!(tree(&again), tree(rule), "{canonical}");
    assert_eq!(again.canonical(), canonical);
    let json = rule.to_json();
    let read = Rule::from_json("r", &json).unwrap_or_else(|error| panic!("{error}\n{json}"));
    assert_eq!((read.text(), tree(&read)), (canonical.as_str(), tree(rule)), "{json}");
    assert_eq!(read.to_json(), json);
}

#[test]
fn parentheses_stand_only_where_the_tree_needs_them() {
    for (text, canonical) in [
        ("((a))", "a"),
        ("(a and b) or (c and (d or e))", "a AND b OR c AND (d OR e)"),
        ("(a and b) and c", "(a AND b) AND c"),
        ("not (not a)", "NOT NOT a"),
        ("not (a = b)", "NOT a = b"),
        ("(not a) = b", "(NOT a) = b"),
        ("a = (b = c)", "a = (b = c)"),
        ("(a is null) is not true", "a IS NULL IS NOT TRUE"),
        ("(a = b) is distinct from (c is null)", "a = b IS DISTINCT FROM (c IS NULL)"),
        ("(n - 1) - (2 - 3)", "n - 1 - (2 - 3)"),
        ("(n * 2) % (3 * 4) + 5", "n * 2 % (3 * 4) + 5"),
        ("- - n = -(-5) and +(+n) < -(n + 1)", "- -n = - -5 AND + +n < -(n + 1)"),
        ("(n + 1) between (2) and (3 + 4) and b", "n + 1 BETWEEN 2 AND 3 + 4 AND b"),
        ("n not between (a and b) and (c or d)", "n NOT BETWEEN (a AND b) AND (c OR d)"),
        ("(n in (1,2)) in (true)", "n IN (1, 2) IN (TRUE)"),
        ("t || ('a' || u) like 'x%' escape '!'", "t || ('a' || u) LIKE 'x%' ESCAPE '!'"),
        ("(t like 'a') = b", "t LIKE 'a' = b"),
        ("t not ilike ('a' || 'b') escape ''", "t NOT ILIKE 'a' || 'b'"),
        ("case (n) when (1) then (a or b) else (c) end", "CASE n WHEN 1 THEN a OR b ELSE c END"),
        (
            "\"n\" = 1 and \"Odd name\" = 2 and \"and\" and \"When\" and \"q\"\"q\"",
            "n = 1 AND \"Odd name\" = 2 AND \"and\" AND \"When\" AND \"q\"\"q\"",
        ),
        ("date = date '2026-11-22' and interval > timestamp", "date = DATE '2026-11-22' AND interval > timestamp"),
        ("d > TIMESTAMP '2026-11-22'", "d > DATE '2026-11-22'"),
        ("at > TIMESTAMP '2026-11-22T09:30:00.5+01:00'", "at > TIMESTAMP '2026-11-22 08:30:00.500Z'"),
        ("at > d + interval 3 month - interval '1 day -90 minutes'", "at > d + INTERVAL '3 months' - INTERVAL '1 day -1 hour -30 minutes'"),
        ("d > d + INTERVAL '0 days'", "d > d + INTERVAL '0 days'"),
        ("x in (1e3, .5, 5., 1.50, 1e999, 9223372036854775808, 0.1e-300)", "x IN (1e3, 0.5, 5., 1.50, 1e999, 9223372036854775808, 1e-301)"),
        (
            "d > DATE '+12345-01-02 10:00:00' or d < DATE '-0044-03-15 00:00:00'",
            "d > DATE '+12345-01-02 00:00:00' OR d < DATE '-0044-03-15 00:00:00'",
        ),
        ("t = 'it''s' or in_segment('o''x')", "t = 'it''s' OR in_segment('o''x')"),
        ("AGE(dob)>=65", "age(dob) >= 65"),
    ] {
        let rule = parse(text);
        assert_eq!(rule.canonical(), canonical);
        assert_eq!(rule.to_string(), canonical);
        assert_forms_agree(&rule);
    }
}

#[test]
fn json_says_what_each_node_is() {
    for (text, json) in [
        ("a IS NOT UNKNOWN", r#"{"is_not_unknown":{"column":"a"}}"#),
        ("n NOT IN (1, NULL)", r#"{"not_in":{"value":{"column":"n"},"list":[{"integer":1},{"null":null}]}}"#),
        ("t NOT ILIKE 'a' ESCAPE '\\'", r#"{"not_ilike":{"value":{"column":"t"},"pattern":{"text":"a"},"escape":"\\"}}"#),
        ("n BETWEEN -1 AND - - 1.50", r#"{"between":{"value":{"column":"n"},"low":{"integer":-1},"high":{"negate":{"decimal":"-1.50"}}}}"#),
        ("n = -9223372036854775808", r#"{"=":[{"column":"n"},{"decimal":"-9223372036854775808"}]}"#),
        ("n = 9007199254740993", r#"{"=":[{"column":"n"},{"integer":"9007199254740993"}]}"#),
        (
            "x = -1e999 OR x / 2.5e0 < 0",
            r#"{"or":[{"=":[{"column":"x"},{"float":"-Infinity"}]},{"<":[{"/":[{"column":"x"},{"float":2.5e0}]},{"integer":0}]}]}"#,
        ),
        (
            "CASE WHEN a THEN TIMESTAMP '2026-11-22 00:00:00' END > DATE '2026-11-22' + INTERVAL '90 days'",
            r#"{">":[{"case":{"branches":[{"when":{"column":"a"},"then":{"timestamp":"2026-11-22T00:00:00Z"}}]}},{"+":[{"date":"2026-11-22"},{"interval":"90 days"}]}]}"#,
        ),
    ] {
        assert_eq!(parse(text).to_json(), json);
        assert_forms_agree(&parse(text));
    }
    // Written by hand: blanks, other spellings of the same, and an instant with an offset.
    for (json, text) in [
        (r#" { "=" : [ { "integer" : "-9223372036854775808" } , { "negate" : { "integer" : 5 } } ] } "#, "-9223372036854775808 = -5"),
        (r#"{"<": [{"timestamp": "2026-11-22T01:00:00+01:00"}, {"as_of": []}]}"#, "TIMESTAMP '2026-11-22 00:00:00Z' < as_of()"),
        (r#"{"=": [{"float": 3}, {"decimal": "5"}]}"#, "3e0 = 5."),
    ] {
        assert_eq!(Rule::from_json("r", json).expect(json).text(), text);
    }
}

#[test]
fn json_that_is_no_rule_is_refused_at_its_path() {
    use ErrorKind::{InvalidArgument, RuleSyntax, RuleType, UnknownName};
    for (json, kind, message) in [
        ("", InvalidArgument, "not JSON: expected a value, found the end of the text (line 1, column 1)"),
        ("true", RuleSyntax, "the JSON: expected an object with one key that says what it is, found a boolean"),
        ("{}", RuleSyntax, "the JSON: expected an object with one key that says what it is, found 0 keys"),
        (
            r#"{"and":[{"column":"a"},{"column":"b","integer":1}]}"#,
            RuleSyntax,
            "at /and/1: expected an object with one key that says what it is, found 2 keys",
        ),
        (r#"{"and":[{"column":"a"}]}"#, RuleSyntax, "at /and: expected at least 2 parts, found 1"),
        (r#"{"and":{"column":"a"}}"#, RuleSyntax, "at /and: expected an array, found an object"),
        (
            r#"{"not":{"/":[{"column":"a"},{"colum":"b"}]}}"#,
            UnknownName,
            "at /not/~1/1: there is no operator or function `colum`; did you mean `column`?",
        ),
        (r#"{"age":[]}"#, RuleType, "the JSON: age takes 1 argument, found 0"),
        (r#"{"column":""}"#, RuleSyntax, "at /column: expected a column's name, found empty text"),
        (r#"{"in":{"value":{"column":"a"},"list":[]}}"#, RuleSyntax, "at /in/list: expected at least 1 part, found 0"),
        (r#"{"not_in":{"value":{"column":"a"},"list":[{"text":1}]}}"#, RuleSyntax, "at /not_in/list/0/text: expected text, found a number"),
        (r#"{"like":{"value":{"column":"a"}}}"#, RuleSyntax, "at /like: `pattern` is missing"),
        (
            r#"{"like":{"value":{"column":"a"},"pattern":{"text":"a"},"escape":"ab"}}"#,
            RuleSyntax,
            "at /like/escape: expected one character to escape with",
        ),
        (
            r#"{"like":{"value":{"column":"a"},"pattern":{"text":"a"},"fold":true}}"#,
            RuleSyntax,
            "at /like: unknown key `fold`; expected value, pattern, escape",
        ),
        (
            r#"{"case":{"branches":[{"when":{"column":"a"},"then":{"decimal":1.5}}]}}"#,
            RuleSyntax,
            "at /case/branches/0/then/decimal: expected an exact decimal in quotes such as \"12.50\", found a number",
        ),
        (r#"{"case":{"branches":[]}}"#, RuleSyntax, "at /case/branches: expected at least 1 branch, found 0"),
        (r#"{"date":"2026-02-30"}"#, RuleSyntax, "at /date: expected a date such as \"2026-11-22\""),
        (r#"{"date":"2026-11-22 09:30"}"#, RuleSyntax, "at /date: expected a date such as \"2026-11-22\""),
        (r#"{"timestamp":"2026-11-22"}"#, RuleSyntax, "at /timestamp: expected an instant such as \"2026-11-22T09:30:00Z\""),
        (r#"{"interval":"soon"}"#, RuleSyntax, "at /interval: expected an interval such as \"1 year 90 days\""),
        (r#"{"integer":1.5}"#, RuleSyntax, "at /integer: expected a whole number of 64 bits"),
        (r#"{"integer":9223372036854775808}"#, RuleSyntax, "at /integer: expected a whole number of 64 bits"),
        (r#"{"integer":"--5"}"#, RuleSyntax, "at /integer: expected a whole number of 64 bits"),
        (r#"{"float":"NaN"}"#, RuleSyntax, "at /float: expected a number, found text"),
        (r#"{"null":false}"#, RuleSyntax, "at /null: expected null, found a boolean"),
        (r#"{"decimal":"1e5"}"#, RuleSyntax, "at /decimal: expected an exact decimal in quotes such as \"12.50\""),
    ] {
        let error = Rule::from_json("r", json).expect_err(json);
        assert_eq!((error.kind(), error.to_string()), (kind, format!("rule `r`: {message}")), "{json}");
    }
}

#[test]
fn forms_of_deep_and_long_rules_cost_no_machine_stack() {
    on_a_small_stack(|| {
        let deep = [
            format!("{}b", "NOT ".repeat(1_000)),
            format!("{}n > 0", "- ".repeat(999)),
            format!("b{}", " IS NULL".repeat(1_000)),
            format!("{}b{}", "a AND (b OR (".repeat(480), "))".repeat(480)),
            format!("n IN ({})", vec!["1"; 30_000].join(",")),
        ];
        for text in deep {
            let rule = Rule::parse("r", &text).expect("within the limits");
            let canonical = rule.canonical();
            // Canonical text has blanks that the given may lack, so that a rule near the limit of bytes has one beyond it.
            if canonical.len() <= 64 * 1024 {
                assert_eq!(Rule::from_json("r", &rule.to_json()).expect("reads back").canonical(), canonical);
            }
        }
        let nested = |depth: usize| format!("{}{{\"column\":\"b\"}}{}", "{\"not\":".repeat(depth), "}".repeat(depth));
        assert!(Rule::from_json("r", &nested(1_000)).is_ok());
        for depth in [1_001, 10_000, 500_000] {
            assert_eq!(Rule::from_json("r", &nested(depth)).expect_err("too deep").kind(), ErrorKind::LimitExceeded);
        }
        let wide = format!("{{\"or\":[{}]}}", vec!["{\"column\":\"a\"}"; 100_001].join(","));
        assert_eq!(Rule::from_json("r", &wide).expect_err("too many").kind(), ErrorKind::LimitExceeded);
    });
}

#[test]
fn the_schema_names_every_key() {
    let schema = include_str!("../../../../../docs/spec/rule.schema.json");
    let keys: Vec<&str> = json::keys().collect();
    let properties = schema.split("\"properties\": {").nth(1).expect("the node's properties");
    for key in &keys {
        assert!(properties.contains(&format!("\n        \"{key}\":")), "`{key}` is not in the schema");
    }
    let named = properties.split("\n      },").next().expect("an end").matches("\n        \"").count();
    assert_eq!(named, keys.len(), "the schema has keys that are read nowhere");
}

proptest! {
    #[test]
    fn every_form_of_a_random_rule_is_the_same_tree(seed in any::<u64>(), depth in 0..5_usize) {
        let random = &mut Random(seed);
        let text = Writer { random, called: vec!["other".to_owned()] }.condition(depth);
        assert_forms_agree(&parse(&text));
    }

    #[test]
    fn literals_survive(text in "\\PC{0,12}", micros in any::<i64>(), months in any::<i32>(), days in any::<i32>(), float in 0.0..f64::MAX, whole in 0..=i64::MAX, scale in 0..38_usize) {
        let written = text.replace('\'', "''");
        let name = text.replace('"', "\"\"");
        let digits = format!("{:0>40}", whole);
        let rule = format!(
            "t = '{written}' AND \"x{name}\" < {float:e} AND n IN ({whole}, {}.{}) AND d > d + INTERVAL '{months} months {days} days {micros} microseconds'",
            &digits[..40 - scale], &digits[40 - scale..],
        );
        assert_forms_agree(&parse(&rule));
        let at = crate::time::Timestamp::from_micros(micros / 40).to_string();
        assert_forms_agree(&parse(&format!("at = TIMESTAMP '{at}' OR d = DATE '{at}'")));
    }
}
