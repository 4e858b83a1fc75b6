use clap::Args;
use commands::{Request, agents::EraseAgent, customers::EraseCustomer};
use event_store::CommandId;
use installation::{Config, Database};

use super::{
    Failure, OfTenant,
    open::open,
    subject::{OfSubject, Subject},
    terminal::{print, say},
};

/// Erase a customer or an agent for ever
///
/// Destroys their keys, so that nothing that the log, its copies and its backups hold about them can be read any more;
/// cleans what is left of them elsewhere; and prints a signed certificate. It cannot be undone. Interrupted, it is
/// completed by the next call or by a running server. docs/erasure.md says what goes and what stays.
///
/// Example: `ledgerdesk erase --tenant acme --subject cus_0199aa00000070008000000000000001`
#[derive(Debug, Args)]
pub struct Erase {
    #[command(flatten)]
    of: OfTenant,
    #[command(flatten)]
    whom: OfSubject,
}

impl Erase {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let (app, store) = (&opened.app, opened.app.desk.store());
        let log = store.log(&self.of.tenant).await?;
        let request = Request::system("operator", CommandId(store.ids().next()));
        let receipt = match self.whom.subject {
            Subject::Customer(id) => app.desk.run(&log, &request, &EraseCustomer(id)).await?,
            Subject::Agent(id) => app.desk.run(&log, &request, &EraseAgent(id)).await?,
        };
        let subject = receipt.outcome.id;
        let erased = app.erasures.complete(&log, &subject).await?;
        if let Some(erasure) = &erased {
            say(&format!("{subject} was erased at position {}; the certificate:", erasure.position));
        }
        if let Some(certificate) = erased.and_then(|erasure| erasure.certificate) {
            print(certificate.trim_end());
        }
        opened.close().await
    }
}
