//! The tour of README.md, typed line by line beside a server that was started for it: what is promised below a step is
//! what the step prints.

mod promise;
mod readme;
mod terminal;

use std::{net::TcpListener, os::unix::fs::symlink, path::Path};

use crate::server::{Scratch, Server};
use promise::holds;
use readme::{Step, Terminal};
use terminal::{Running, Shell};

const README: &str = include_str!("../../../../README.md");

/// Where the README finds them after `./run`.
fn lay_out_programs(directory: &Path) {
    let built = Path::new(env!("CARGO_BIN_EXE_ledgerdesk")).parent().unwrap();
    assert!(built.join("replay-tool").exists(), "replay-tool is not built: `cargo test --workspace` does that");
    std::fs::create_dir(directory.join("target")).unwrap();
    symlink(built, directory.join("target/release")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_tour_in_the_readme_does_what_it_says() {
    let scratch = Scratch::new("tour");
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let server = Server::start(&scratch, &[("LEDGERDESK_METRICS_LISTEN", metrics.clone())]).await;
    let here = |text: &str| text.replace("http://127.0.0.1:8080", &server.base()).replace("127.0.0.1:9464", &metrics);

    let start: String = readme::block_with(README, "Ledgerdesk serves on")
        .lines()
        .filter(|line| !line.starts_with("==>"))
        .flat_map(|line| [line, "\n"])
        .collect();
    holds(&here(&start), &server.log()).unwrap_or_else(|why| panic!("{why}; it printed:\n{}", server.log()));

    lay_out_programs(scratch.path());
    let directory = scratch.path().to_owned();
    let steps: Vec<Step> = readme::steps(README)
        .into_iter()
        .map(|step| Step { script: here(&step.script), promise: step.promise.as_deref().map(here), ..step })
        .collect();
    assert!(steps.len() > 12, "the tour is not found");
    tokio::task::spawn_blocking(move || walk(&directory, &steps)).await.unwrap();
    server.stop().await;
}

fn walk(directory: &Path, steps: &[Step]) {
    let mut shell = Shell::start(directory);
    let mut running = vec![];
    for Step { line, terminal, script, promise } in steps {
        match terminal {
            Terminal::First => {
                let printed = shell.paste(script);
                let expected = promise.as_deref().unwrap_or_default();
                if let Err(why) = holds(expected, &printed) {
                    panic!("README.md:{line}: {why}; it printed:\n{printed}\nnot:\n{expected}");
                }
            }
            Terminal::Second => {
                let promise = promise.as_deref().expect("a sign that it runs");
                let mut program = Running::start(directory, script);
                program.wait_for(&format!("{}…", promise.lines().next().unwrap()));
                running.push((program, promise));
            }
        }
    }
    for (mut program, promise) in running {
        program.wait_for(promise);
        program.interrupt();
    }
}
