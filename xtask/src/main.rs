//! Chores of the repository. `cargo run -p xtask -- header` writes `include/citx.h`; with `--check` it only compares.

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- header [--check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["header"] => header(false),
        ["header", "--check"] => header(true),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Generates the header from `bindings/c`, and writes it or compares it with the one that is there.
fn header(check: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask has no parent folder")?;
    let source = root.join("bindings/c");
    let config = cbindgen::Config::from_file(source.join("cbindgen.toml")).map_err(|error| format!("cbindgen.toml: {error}"))?;
    let bindings = cbindgen::Builder::new()
        .with_src(source.join("src/lib.rs"))
        .with_config(config)
        .generate()
        .map_err(|error| format!("the header cannot be generated: {error}"))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).map_err(|error| format!("the header is not UTF-8: {error}"))?;
    let path = root.join("include/citx.h");
    if check {
        let there = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        return if there.replace("\r\n", "\n") == text {
            Ok(())
        } else {
            Err("include/citx.h is not what bindings/c says; run `cargo run -p xtask -- header`".to_owned())
        };
    }
    std::fs::create_dir_all(root.join("include")).map_err(|error| format!("include: {error}"))?;
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}
