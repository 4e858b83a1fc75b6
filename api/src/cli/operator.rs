use clap::Subcommand;
use commands::operators::OperatorName;
use installation::{Config, Database};

use super::{
    Failure,
    open::open,
    terminal::{print, say},
};

/// Make, list and revoke operators.
#[derive(Debug, Subcommand)]
pub enum Operator {
    /// Make an operator: the token is shown once
    ///
    /// With it, tenants are made, suspended and deleted over HTTP, on the address of the metrics.
    ///
    /// Example: ledgerdesk operator create alice
    Create {
        /// What they are called, for good: lower-case letters, digits and hyphens. It stands in the logs.
        name: OperatorName,
    },
    /// List the operators
    List,
    /// Let an operator in no more
    Revoke {
        /// Whom.
        name: OperatorName,
    },
}

impl Operator {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let desk = &opened.app.desk;
        match self {
            Self::Create { name } => {
                let token = desk.add_operator(&name, &*opened.app.random).await?;
                say("keep the token, it is not shown again:");
                print(token.reveal());
            }
            Self::List => {
                for operator in desk.store().operators().await? {
                    let until = match operator.revoked_at {
                        None => "let in".to_owned(),
                        Some(at) => format!("revoked {}", at.format("%F %H:%M UTC")),
                    };
                    print(&format!("{:<40}  {until}", operator.operator));
                }
            }
            Self::Revoke { name } => {
                if !desk.store().revoke_operator(&name.to_string()).await? {
                    return Err(format!("there is no operator {name}").into());
                }
                print(&format!("{name} is let in no more"));
            }
        }
        opened.close().await
    }
}
