//! The console is built by Node, before this program or never: what there is of it goes in. In builds for tests it is read
//! when it is asked for, and nothing need be compiled anew.

use std::{env, fs};

const CONSOLE: &str = "../web/dist";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("PROFILE").as_deref() == Ok("release") {
        // What is not there cannot be watched.
        let _ = fs::create_dir_all(CONSOLE);
        println!("cargo::rerun-if-changed={CONSOLE}");
    }
}
