//! The domain of the installation, and who is found under which name of it.

use std::net::IpAddr;

use domain::tenant::{HostName, is_label};
use event_store::TenantId;

use crate::{app::App, problem::ApiError};

/// Names in front of the installation's domain that are nobody's: they are taken for the operator's own.
const RESERVED: [&str; 10] = ["www", "api", "admin", "app", "auth", "cdn", "mail", "smtp", "static", "status"];

/// The domain of the installation: tenants are found below it.
#[derive(Clone, Debug)]
pub struct OwnDomain {
    base: String,
    /// The host that clients reach the installation itself under.
    public: Option<String>,
}

impl Default for OwnDomain {
    fn default() -> Self {
        Self::new("localhost", None)
    }
}

impl OwnDomain {
    /// Tenants are found below `base`; nobody is found under `public`.
    pub fn new(base: &str, public: Option<&str>) -> Self {
        Self { base: base.to_owned(), public: public.map(str::to_ascii_lowercase) }
    }

    /// The name of a tenant that did not ask for another.
    pub fn usual(&self, tenant: &TenantId) -> Option<HostName> {
        HostName::try_new(&format!("{tenant}.{}", self.base)).ok().filter(|name| self.check_within(name).is_ok())
    }

    /// Refuses a name that is not directly below the installation's domain, or is the operator's own.
    pub fn check_within(&self, name: &HostName) -> Result<(), String> {
        let label = name.below(&self.base).filter(|label| is_label(label));
        if label.is_none() {
            return Err(format!("expected one label in front of .{0}, such as support.{0}", self.base));
        }
        if label.is_some_and(|label| RESERVED.contains(&label)) || self.public.as_deref() == Some(name.as_str()) {
            return Err("this name is the operator's own: choose another".to_owned());
        }
        Ok(())
    }

    /// Refuses a name within the installation's domain.
    pub fn check_outside(&self, name: &HostName) -> Result<(), String> {
        let own = name.as_str() == self.base || name.below(&self.base).is_some();
        if own || self.public.as_deref() == Some(name.as_str()) {
            return Err(format!("expected a domain of your own; names within {} go to domain", self.base));
        }
        Ok(())
    }

    /// Whether it is the installation's own name: its domain, or the host that clients reach it under.
    pub fn is_own(&self, host: &str) -> bool {
        host == self.base || self.public.as_deref() == Some(host)
    }

    /// Whether a host may be that of a tenant, and whether it must be.
    fn says(&self, host: &str) -> Says {
        let Ok(name) = HostName::try_new(host) else { return Says::Nothing };
        if host.parse::<IpAddr>().is_ok() || self.public.as_deref() == Some(host) {
            return Says::Nothing;
        }
        match name.below(&self.base) {
            Some(label) if RESERVED.contains(&label) => Says::Nothing,
            Some(_) => Says::Somebody,
            None => Says::Perhaps,
        }
    }
}

enum Says {
    Nothing,
    Perhaps,
    Somebody,
}

/// Whom a request names by where it was sent.
pub enum Addressed {
    /// Nobody.
    Nobody,
    /// This tenant.
    Tenant(TenantId),
    /// A name that belongs to nobody, but would be a tenant's.
    Unknown,
}

/// A host without its port, in lower case.
pub fn bare(host: &str) -> String {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whom a host names. Without its port, in whatever case.
pub async fn addressed(app: &App, host: &str) -> Result<Addressed, ApiError> {
    let host = bare(host);
    let says = app.own_domain.says(&host);
    if matches!(says, Says::Nothing) {
        return Ok(Addressed::Nobody);
    }
    Ok(match (app.desk.store().tenant_at(&host).await?, says) {
        (Some(tenant), _) => Addressed::Tenant(tenant),
        (None, Says::Somebody) => Addressed::Unknown,
        (None, Says::Perhaps | Says::Nothing) => Addressed::Nobody,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_within_the_installation_is_one_label_and_not_the_operator_s() {
        let own = OwnDomain::new("helpdesk.com", Some("desk.helpdesk.com"));
        let name = |text: &str| HostName::try_new(text).unwrap();
        assert!(own.check_within(&name("acme.helpdesk.com")).is_ok());
        for wrong in ["acme.example.com", "a.b.helpdesk.com", "www.helpdesk.com", "desk.helpdesk.com", "helpdesk.com"] {
            assert!(own.check_within(&name(wrong)).is_err(), "{wrong}");
        }
        assert!(own.check_outside(&name("support.acme.com")).is_ok());
        for wrong in ["acme.helpdesk.com", "helpdesk.com", "a.b.helpdesk.com"] {
            assert!(own.check_outside(&name(wrong)).is_err(), "{wrong}");
        }
    }
}
