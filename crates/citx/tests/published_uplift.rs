//! The effects of Gerber, Green and Larimer (2008), from all 344,084 voters of the example.
#![cfg(feature = "parquet")]

use citx::{ReadOptions, UpliftOptions, Value, read_table, uplift};

/// Arm, voters, effect and standard error: least squares on arm dummies with household CR0, seven digits. The article's table 3
/// prints .018, .026, .049 and .081, each with .003.
const EFFECTS: [(&str, i64, f64, f64); 4] = [
    ("Civic Duty", 38_218, 0.017_899_3, 0.003_236_6),
    ("Hawthorne", 38_204, 0.025_736_3, 0.003_257_9),
    ("Neighbors", 38_201, 0.081_309_9, 0.003_369_5),
    ("Self", 38_218, 0.048_513_2, 0.003_300_0),
];

#[test]
fn turnout_effects_are_the_published_ones() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/voters/voters.parquet");
    let voters = read_table(path, &[], &ReadOptions::default()).expect("the example reads");
    let mut options = UpliftOptions::new("arm", "voted", "Control");
    options.cluster = Some("household".into());
    let effects = uplift(&voters, &options).expect("effects");
    assert_eq!(effects.num_rows(), EFFECTS.len());
    for (row, (arm, n, effect, std_error)) in EFFECTS.into_iter().enumerate() {
        let value = |column: &str| effects.column(column).expect("there").value(row);
        let close = |column: &str, published: f64| matches!(value(column), Value::Float(ours) if (ours - published).abs() <= 5.1e-8);
        assert_eq!((value("arm"), value("n"), value("n_control")), (Value::Text(arm.into()), Value::Integer(n), Value::Integer(191_243)));
        assert!(close("effect", effect) && close("std_error", std_error), "{arm}");
        assert_eq!(value("unit"), Value::Text("proportion".into()));
    }
}
