//! The console as browsers get it of the running program: `web/dist`, which `./test` builds.

mod browsers;
mod newcomer;
mod served;

use crate::server::{Scratch, Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_served_as_files_to_keep_and_works_in_two_browsers() {
    let scratch = Scratch::new("console");
    let mut server = Server::start(&scratch, &[]).await;
    let newcomer = newcomer::check(&scratch, &mut server).await;
    served::check(&server).await;
    browsers::check(&server, &newcomer).await;
    server.stop().await;
}
