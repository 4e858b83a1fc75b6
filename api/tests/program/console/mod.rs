//! The console as browsers get it of the running program: `web/dist`, which `./test` builds.

mod browsers;
mod served;

use crate::server::{Scratch, Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_served_as_files_to_keep_and_works_in_two_browsers() {
    let scratch = Scratch::new("console");
    let server = Server::start(&scratch, &[]).await;
    served::check(&server).await;
    browsers::check(&server).await;
    server.stop().await;
}
