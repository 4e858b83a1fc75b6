//! What an object of a tenant is called, and what its bytes are bound to.

use object_store::path::Path;

/// Where what people sent is.
const FILES: &str = "files";

/// Which object of which tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    tenant: &'a str,
    folder: &'a str,
    object: &'a str,
    sealed_as: &'a str,
}

impl<'a> Name<'a> {
    /// A file that somebody sent to this tenant.
    pub const fn file(tenant: &'a str, id: &'a str) -> Self {
        Self::of(tenant, FILES, id)
    }

    /// An object in a folder of this tenant.
    pub const fn of(tenant: &'a str, folder: &'a str, name: &'a str) -> Self {
        Self { tenant, folder, object: name, sealed_as: tenant }
    }

    /// The same place, with bytes that are bound to another tenant's id: of a tenant that was made from another's copy.
    #[must_use]
    pub const fn sealed_as(self, tenant: &'a str) -> Self {
        Self { sealed_as: tenant, ..self }
    }

    /// One prefix per tenant, so that a tenant's objects can be copied, counted and removed alone.
    pub(crate) fn path(self) -> Path {
        Path::from_iter(["tenants", self.tenant, self.folder, self.object])
    }

    /// What the bytes are bound to. No file's id has a slash, so those of two folders are never the same.
    pub(crate) fn about(self) -> String {
        let Self { folder, object, sealed_as, .. } = self;
        let place = if folder == FILES { object.to_owned() } else { format!("{folder}/{object}") };
        format!("ledgerdesk file 1\0{sealed_as}\0{place}")
    }
}
