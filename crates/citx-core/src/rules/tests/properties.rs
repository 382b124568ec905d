//! The plan against the reference evaluator, by blocks and by rows, at several numbers of threads.

use proptest::prelude::*;

use super::super::*;
use super::random::{Random, Writer, table};
use super::reference::Reference;

const ROWS: [usize; 8] = [0, 1, 2, 63, 64, 65, 130, 200];

fn book(random: &mut Random, schema: &Schema) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for index in 0..1 + random.below(5) {
        let called = rules.iter().map(|rule| rule.name().to_owned()).collect();
        let depth = 1 + random.below(3);
        let text = Writer { random: &mut *random, called }.condition(depth);
        let rule = Rule::parse(&format!("r{index}"), &text).unwrap_or_else(|error| panic!("{error}"));
        rules.push(rule);
        // The writer knows nothing of scales: products beyond 38 digits behind the point are refused, all else must compile.
        if let Err(error) = Plan::compile(&rules, schema) {
            assert!(error.to_string().contains("behind the point"), "{error}");
            rules.pop();
        }
    }
    rules
}

fn context(random: &mut Random) -> Context {
    let zone = random.pick(&["UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia"]).parse().expect("a zone");
    let as_of = random.pick(&["2026-11-22", "2024-02-29", "2026-03-29T00:30:00Z", "2011-12-30"]);
    Context { as_of: Timestamp::parse(as_of, zone).expect("an instant"), time_zone: zone }
}

fn outcome(truths: &Truths, row: usize) -> Option<bool> {
    assert!(!(truths.is_true.get(row) && truths.is_false.get(row)), "both true and false");
    if truths.is_true.get(row) { Some(true) } else { truths.is_false.get(row).then_some(false) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_is_the_reference_by_blocks_and_by_rows(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let rows = random.pick(&ROWS);
        let table = table(random, rows);
        let schema = Schema::of(&table);
        let rules = book(random, &schema);
        let context = context(random);
        let plan = Plan::compile(&rules, &schema).expect("compiled before");
        let truths = plan.evaluate(&table, &context, &Run::new().threads(1)).expect("evaluates");
        for row in 0..rows {
            let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
            let by_row = plan.evaluate_row(&values, &context).expect("values of the schema");
            let reference = Reference { rules: &rules, schema: &schema, row: &values, context: &context };
            for (index, rule) in rules.iter().enumerate() {
                let wanted = reference.rule(index);
                prop_assert_eq!(outcome(&truths[index], row), wanted, "block, row {} of {}", row, rule.text());
                prop_assert_eq!(by_row[index], wanted, "row {} of {}", row, rule.text());
                if row == 0 {
                    prop_assert_eq!(plan.explain(index, &values, &context).expect("explains").outcome, wanted, "explained: {}", rule.text());
                }
            }
        }
    }

    #[test]
    fn nulls_of_a_type_are_nulls_as_such_where_no_mark_says_otherwise(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let table = table(random, 4);
        let schema = Schema::of(&table);
        let context = context(random);
        for rule in book(random, &schema) {
            let rules = [Rule::parse("r", &rule.text().replace("in_segment", "'r' = ")).expect("as before")];
            let plan = Plan::compile(&rules, &schema).expect("as before");
            for row in 0..4 {
                let mut attributes = schema.attributes().to_vec();
                let mut values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
                for (index, (attribute, value)) in attributes.iter_mut().zip(&mut values).enumerate() {
                    if random.below(3) == 0 && !plan.reads_null(index) {
                        let is_list = matches!(attribute.data_type, AttributeType::List(_)) && random.below(2) == 0;
                        attribute.data_type = if is_list { AttributeType::List(ElementType::Null) } else { AttributeType::Null };
                        *value = if is_list { Value::List(vec![Value::Null; random.below(3)]) } else { Value::Null };
                    }
                }
                let own = Plan::compile(&rules, &Schema::new(attributes)).unwrap_or_else(|error| panic!("{error}: {}", rules[0].text()));
                let wanted = own.evaluate_row(&values, &context).expect("values of the schema");
                prop_assert_eq!(plan.evaluate_row(&values, &context).expect("nulls fit"), wanted, "{}", rules[0].text());
            }
        }
    }

    #[test]
    fn any_text_is_a_rule_or_an_error(text in "[a-c0-9 ()'\"%<>=!.,*+/|;:?$\\-]{0,40}|(AND|OR|NOT|IN|BETWEEN|LIKE|CASE|WHEN|THEN|END|a|1|'x'|\\(|\\)|,|=|<|IS|NULL| ){0,30}|\\PC{0,60}") {
        match Rule::parse("r", &text) {
            Ok(rule) => prop_assert!(!rule.ast().nodes.is_empty()),
            Err(error) => prop_assert!(error.rule_error().is_some()),
        }
    }
}

#[test]
fn threads_change_nothing() {
    let random = &mut Random(7);
    let table = table(random, 70_001);
    let schema = Schema::of(&table);
    let rules: Vec<Rule> = (0..4)
        .flat_map(|_| book(random, &schema))
        .enumerate()
        .map(|(index, rule)| {
            Rule::parse(
                &format!("s{index}"),
                &rule
                    .text()
                    .replace("in_segment('r0')", "TRUE")
                    .replace("in_segment('r1')", "TRUE")
                    .replace("in_segment('r2')", "TRUE")
                    .replace("in_segment('r3')", "TRUE"),
            )
            .expect("parsed before")
        })
        .collect();
    let plan = Plan::compile(&rules, &schema).expect("compiled before");
    let context = context(random);
    let one = plan.evaluate(&table, &context, &Run::new().threads(1)).expect("evaluates");
    for threads in [2, 3, 8] {
        assert_eq!(plan.evaluate(&table, &context, &Run::new().threads(threads)).expect("evaluates"), one);
    }
    let members = plan.members(&table, &context, &Run::new()).expect("evaluates");
    assert!(members.iter().zip(&one).all(|(members, truths)| *members == truths.is_true));
    // Rows beyond the first block and the first piece agree with single rows.
    for row in [4_095, 4_096, 65_535, 65_536, 70_000] {
        let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
        let by_row = plan.evaluate_row(&values, &context).expect("values of the schema");
        let by_block: Vec<Option<bool>> = one.iter().map(|truths| outcome(truths, row)).collect();
        assert_eq!(by_row, by_block, "row {row}");
    }
}
