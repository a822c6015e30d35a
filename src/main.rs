//! The thin binary: arguments to `cli`.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(u8::try_from(annexd::cli::main()).unwrap_or(70))
}
