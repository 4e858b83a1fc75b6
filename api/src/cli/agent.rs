use clap::Subcommand;
use commands::{Request, people::Invitation};
use domain::{
    RoleId,
    text::{Email, Name},
};
use event_store::CommandId;
use installation::{Config, Database};

use super::{
    Failure, OfTenant,
    open::open,
    terminal::{print, say},
};

/// Invite agents.
#[derive(Debug, Subcommand)]
pub enum Agent {
    /// Invite an agent: they join with the token, which is shown once
    ///
    /// An agent who has this address is invited; otherwise one is created. For somebody who has joined, it replaces a
    /// forgotten password.
    ///
    /// Example: ledgerdesk agent invite eve@acme.com --name "Eve Miller" --tenant acme --role admin
    Invite {
        #[command(flatten)]
        of: OfTenant,
        /// Where they read mail.
        #[arg(value_parser = |text: &str| Email::try_new(text))]
        email: Email,
        /// What they are called, if they are created.
        #[arg(long, value_parser = |text: &str| Name::try_new(text))]
        name: Name,
        /// What they may do: owner, admin, agent, `light_agent`, auditor, analyst, billing, or a role of yours (rol_…); as
        /// before when left out, and agent at first.
        #[arg(long)]
        role: Option<RoleId>,
    },
}

impl Agent {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let (app, store) = (&opened.app, opened.app.desk.store());
        let request = Request::system("operator", CommandId(store.ids().next()));
        match self {
            Self::Invite { of, email, name, role } => {
                let log = store.log(&of.tenant).await?;
                let wish = Invitation { email, name, role };
                let (invited, token, _) = app.desk.invite(&log, &request, &*app.random, wish).await?;
                say(&format!(
                    "{} is invited until {}; they join with:\n  curl -s {}/api/invitations/accept -H 'Content-Type: \
                     application/json' \\\n    -d '{{\"tenant\": \"{}\", \"token\": \"…\", \"password\": \"…\"}}'\nkeep the \
                     token, it is not shown again:",
                    invited.agent,
                    invited.expires_at.format("%F %H:%M UTC"),
                    config.server.public_url.clone().unwrap_or_else(|| format!("http://{}", config.server.listen)),
                    of.tenant,
                ));
                print(token.reveal());
            }
        }
        opened.close().await
    }
}
