//! The program `citx`.
#![forbid(unsafe_code)]

fn main() {
    std::process::exit(citx_cli::main_with(std::env::args_os()));
}
