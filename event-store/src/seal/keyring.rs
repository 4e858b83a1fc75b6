//! The keys: made, wrapped, unwrapped, and a bounded cache of those in use.

use std::{
    collections::HashSet,
    iter,
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use lru::LruCache;
use ring::{
    aead::{LessSafeKey, NONCE_LEN},
    hkdf, hmac,
};

use super::{
    aead::{self, key_of},
    installation::InstallationSeal,
    tenant_keys::{Holder, StoredTenantKey, TenantKeys},
};
use crate::{
    commit::Erasing,
    error::StoreError,
    tenancy::{Incarnation, TenantId},
    world::Random,
};

/// About 600 bytes each.
const CACHED_KEYS: usize = 20_000;

/// A fresh AES-256 key, in the clear.
pub(crate) fn random_key(random: &dyn Random) -> [u8; 32] {
    let mut key = [0; 32];
    random.fill(&mut key);
    key
}

/// A key as it is stored, under another.
fn wrap(under: &LessSafeKey, key: &[u8; 32], about: &[u8], random: &dyn Random) -> Vec<u8> {
    aead::seal(under, about, key, random)
}

fn unwrap(under: &LessSafeKey, wrapped: &[u8], about: &[u8]) -> Option<[u8; 32]> {
    aead::open(under, about, wrapped)?.try_into().ok()
}

/// A key for one purpose, of another.
pub(crate) fn derived(key: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(key);
    let filled = extracted.expand(&[purpose], hmac::HMAC_SHA256).and_then(|okm| okm.fill(&mut bytes));
    filled.expect("32 bytes can be expanded");
    bytes
}

/// A key under another, for one purpose.
pub(crate) fn wrap_key(under: &[u8; 32], key: &[u8; 32], about: &[u8], random: &dyn Random) -> Vec<u8> {
    wrap(&key_of(under), key, about, random)
}

/// What [`wrap_key`] wrapped for the same purpose.
pub(crate) fn unwrap_key(under: &[u8; 32], wrapped: &[u8], about: &[u8]) -> Option<[u8; 32]> {
    unwrap(&key_of(under), wrapped, about)
}

/// What a key of a subject is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All fields that have none of their own.
    Shared,
    /// One field, which can so be made unreadable alone.
    Single,
}

/// A subject's key that is not in the database yet.
#[derive(Clone, Debug)]
pub(crate) struct NewKey {
    pub id: String,
    pub subject: String,
    pub scope: Scope,
    pub key_version: i32,
    pub wrapped: Vec<u8>,
    pub key: Arc<LessSafeKey>,
}

type CacheKey = (Incarnation, String);

type Listener = Box<dyn Fn(&Incarnation, &[Erasing]) + Send + Sync>;

/// Who wants to know whose keys were destroyed.
#[derive(Default)]
struct Listeners(Mutex<Vec<Listener>>);

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listeners({})", lock(&self.0).len())
    }
}

/// The installation's key, and the keys in use.
pub(crate) struct Keyring {
    root: [u8; 32],
    wrapping: LessSafeKey,
    installation: InstallationSeal,
    random: Arc<dyn Random>,
    /// With the subject of each.
    by_id: Mutex<LruCache<CacheKey, (String, Arc<LessSafeKey>)>>,
    /// The key that new fields of a subject are sealed with.
    current: Mutex<LruCache<CacheKey, String>>,
    /// Whose keys were destroyed lately: one that was read before that must not come back into the cache after it.
    erased: Mutex<LruCache<CacheKey, ()>>,
    listeners: Listeners,
}

/// Never prints a key.
impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}

impl Keyring {
    pub(crate) fn new(root: &[u8; 32], random: Arc<dyn Random>) -> Self {
        let capacity = NonZeroUsize::new(CACHED_KEYS).expect("the capacity is not zero");
        Self {
            root: *root,
            wrapping: key_of(root),
            installation: InstallationSeal::new(root),
            random,
            by_id: Mutex::new(LruCache::new(capacity)),
            current: Mutex::new(LruCache::new(capacity)),
            erased: Mutex::new(LruCache::new(capacity)),
            listeners: Listeners::default(),
        }
    }

    /// Tells `listener` whom and what this process is to forget.
    pub(crate) fn on_erasure(&self, listener: Listener) {
        lock(&self.listeners.0).push(listener);
    }

    /// Drops the keys of these subjects, and the single keys of these ids, and lets nobody bring them back.
    pub(crate) fn forget(&self, world: &Incarnation, erasings: &[Erasing]) {
        if erasings.is_empty() {
            return;
        }
        let names = || erasings.iter().flat_map(|erasing| iter::once(&erasing.name).chain(&erasing.keys));
        let gone: HashSet<&str> = names().map(String::as_str).collect();
        // Held until the others are clean, so that whoever remembers a key meanwhile waits, and then sees it.
        let mut erased = lock(&self.erased);
        let mut by_id = lock(&self.by_id);
        let of_them = |(key, (whose, _)): (&CacheKey, &(String, _))| {
            (key.0 == *world && (gone.contains(whose.as_str()) || gone.contains(key.1.as_str()))).then(|| key.clone())
        };
        let ids: Vec<CacheKey> = by_id.iter().filter_map(of_them).collect();
        for id in ids {
            by_id.pop(&id);
        }
        drop(by_id);
        for name in names() {
            let name = (world.clone(), name.clone());
            lock(&self.current).pop(&name);
            erased.put(name, ());
        }
        drop(erased);
        for listener in lock(&self.listeners.0).iter() {
            listener(world, erasings);
        }
    }

    pub(crate) fn random_key(&self) -> [u8; 32] {
        random_key(&*self.random)
    }

    /// The installation's key itself.
    pub(crate) fn root(&self) -> &[u8; 32] {
        &self.root
    }

    /// Where its random numbers come from.
    pub(crate) fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// A key for one purpose, the same on every node of the installation.
    pub(crate) fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        derived(&self.root, purpose)
    }

    /// Seals what belongs to the installation, bound to what it is about.
    pub(crate) fn seal(&self, about: &str, plain: &[u8]) -> Vec<u8> {
        self.installation.seal(about, plain, &*self.random)
    }

    pub(crate) fn unseal(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.installation.open(about, sealed)
    }

    pub(crate) fn new_tenant_key(&self, tenant: &TenantId) -> Vec<u8> {
        wrap(&self.wrapping, &random_key(&*self.random), &tenant_about(tenant), &*self.random)
    }

    /// Opens all versions of a tenant's key; `stored` has the newest first.
    pub(crate) fn tenant_keys(&self, holder: &Holder, stored: &[StoredTenantKey]) -> Result<TenantKeys, StoreError> {
        let tenant = &holder.sealed_as;
        let unfit = || StoreError::WrongMasterKey { what: format!("tenant {}", holder.world.tenant) };
        let newest = stored.first().ok_or_else(unfit)?;
        let opened = |wrapped: &[u8], about: &[u8]| unwrap(&self.wrapping, wrapped, about).ok_or_else(unfit);
        let mut versions = vec![];
        for key in stored {
            versions.push((key.version, opened(&key.wrapped, &tenant_about(tenant))?));
        }
        let claims = match &newest.claims {
            Some(wrapped) => opened(wrapped, &claims_about(tenant))?,
            None => derived(&versions[0].1, b"ledgerdesk claims 1"),
        };
        let versions = versions.iter().map(|(version, key)| (*version, key_of(key))).collect();
        Ok(TenantKeys::new(holder.clone(), versions, claims))
    }

    /// A version of a tenant's key that is under another installation's key, put under this one's.
    pub(crate) fn rewrapped(
        &self,
        from: &[u8; 32],
        tenant: &TenantId,
        key: &StoredTenantKey,
    ) -> Result<StoredTenantKey, StoreError> {
        let anew = |wrapped: &[u8], about: &[u8]| {
            let unfit = || StoreError::WrongMasterKey { what: format!("tenant {tenant}") };
            let key = unwrap_key(from, wrapped, about).ok_or_else(unfit)?;
            Ok::<_, StoreError>(wrap(&self.wrapping, &key, about, &*self.random))
        };
        let wrapped = anew(&key.wrapped, &tenant_about(tenant))?;
        let claims = key.claims.as_ref().map(|claims| anew(claims, &claims_about(tenant))).transpose()?;
        Ok(StoredTenantKey { version: key.version, wrapped, claims })
    }

    /// The version after the newest.
    pub(crate) fn next_tenant_key(&self, keys: &TenantKeys) -> StoredTenantKey {
        let tenant = &keys.holder().sealed_as;
        StoredTenantKey {
            version: keys.version() + 1,
            wrapped: self.new_tenant_key(tenant),
            claims: Some(wrap(&self.wrapping, keys.claims(), &claims_about(tenant), &*self.random)),
        }
    }

    pub(crate) fn new_key(&self, keys: &TenantKeys, subject: &str) -> NewKey {
        let mut id = [0; 12];
        self.random.fill(&mut id);
        self.make_key(keys, subject, URL_SAFE_NO_PAD.encode(id), Scope::Shared)
    }

    /// A key for one field, under an id that its caller gives and no other key has.
    pub(crate) fn new_single_key(&self, keys: &TenantKeys, subject: &str, id: &str) -> NewKey {
        self.make_key(keys, subject, id.to_owned(), Scope::Single)
    }

    fn make_key(&self, keys: &TenantKeys, subject: &str, id: String, scope: Scope) -> NewKey {
        let key = random_key(&*self.random);
        let wrapped = wrap(keys.wrapping(), &key, &keys.about(subject, &id), &*self.random);
        NewKey {
            id,
            subject: subject.to_owned(),
            scope,
            key_version: keys.version(),
            wrapped,
            key: Arc::new(key_of(&key)),
        }
    }

    pub(crate) fn nonce(&self) -> [u8; NONCE_LEN] {
        aead::nonce(&*self.random)
    }

    /// Seals a secret of the tenant for one place; it opens in no other.
    pub(crate) fn seal_secret(&self, keys: &TenantKeys, about: &str, secret: &[u8]) -> Vec<u8> {
        self.seal_under(keys, &keys.about_secret(about), secret)
    }

    /// Seals with a key of a subject.
    pub(crate) fn seal_with(&self, key: &LessSafeKey, about: &[u8], plain: &[u8]) -> Vec<u8> {
        aead::seal(key, about, plain, &*self.random)
    }

    /// Opens what [`Keyring::seal_with`] sealed about the same.
    pub(crate) fn open_with(key: &LessSafeKey, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        aead::open(key, about, sealed)
    }

    /// Seals for one purpose under the newest version of the tenant's key.
    pub(crate) fn seal_under(&self, keys: &TenantKeys, about: &[u8], plain: &[u8]) -> Vec<u8> {
        aead::seal(keys.wrapping(), about, plain, &*self.random)
    }

    pub(crate) fn unwrap(
        &self,
        keys: &TenantKeys,
        subject: &str,
        id: &str,
        scope: Scope,
        wrapped: &[u8],
    ) -> Result<Arc<LessSafeKey>, StoreError> {
        let key = Self::unwrap_unseen(keys, subject, id, wrapped)?;
        self.remember(keys, subject, id, scope, &key);
        Ok(key)
    }

    /// As [`Keyring::unwrap`], for those who go through a whole log: its keys would drive out those in use.
    pub(crate) fn unwrap_unseen(
        keys: &TenantKeys,
        subject: &str,
        id: &str,
        wrapped: &[u8],
    ) -> Result<Arc<LessSafeKey>, StoreError> {
        let key = keys.open(&keys.about(subject, id), wrapped).and_then(|key| <[u8; 32]>::try_from(key).ok());
        let key = key.ok_or_else(|| StoreError::WrongMasterKey { what: format!("key {id} of {subject}") })?;
        Ok(Arc::new(key_of(&key)))
    }

    /// Only keys that are in the database: a key whose commit failed must not be used again.
    pub(crate) fn remember(&self, keys: &TenantKeys, subject: &str, id: &str, scope: Scope, key: &Arc<LessSafeKey>) {
        let name = |name: &str| (keys.holder().world.clone(), name.to_owned());
        let erased = lock(&self.erased);
        if erased.contains(&name(subject)) || erased.contains(&name(id)) {
            return;
        }
        lock(&self.by_id).put(name(id), (subject.to_owned(), Arc::clone(key)));
        if scope == Scope::Shared {
            lock(&self.current).put(name(subject), id.to_owned());
        }
    }

    pub(crate) fn cached(&self, keys: &TenantKeys, id: &str) -> Option<Arc<LessSafeKey>> {
        lock(&self.by_id).get(&(keys.holder().world.clone(), id.to_owned())).map(|(_, key)| Arc::clone(key))
    }

    pub(crate) fn cached_current(&self, keys: &TenantKeys, subject: &str) -> Option<(String, Arc<LessSafeKey>)> {
        let id = lock(&self.current).get(&(keys.holder().world.clone(), subject.to_owned())).cloned()?;
        let key = self.cached(keys, &id)?;
        Some((id, key))
    }
}

fn claims_about(tenant: &TenantId) -> Vec<u8> {
    format!("ledgerdesk claims key 1\0{tenant}").into_bytes()
}

fn tenant_about(tenant: &TenantId) -> Vec<u8> {
    format!("ledgerdesk tenant key 1\0{tenant}").into_bytes()
}

/// A poisoned cache is still a cache.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SystemRandom;

    fn first(wrapped: Vec<u8>) -> StoredTenantKey {
        StoredTenantKey { version: 1, wrapped, claims: None }
    }

    fn holder(tenant: &str) -> Holder {
        Holder::first(&tenant.parse().unwrap())
    }

    fn ring() -> (Keyring, TenantKeys) {
        let keyring = Keyring::new(&[7; 32], Arc::new(SystemRandom::default()));
        let tenant = "acme".parse().unwrap();
        let wrapped = keyring.new_tenant_key(&tenant);
        let keys = keyring.tenant_keys(&Holder::first(&tenant), &[first(wrapped)]).unwrap();
        (keyring, keys)
    }

    #[test]
    fn a_tenants_key_opens_with_its_master_key_and_for_its_tenant_only() {
        let (keyring, _) = ring();
        let wrapped = keyring.new_tenant_key(&"acme".parse().unwrap());
        assert!(keyring.tenant_keys(&holder("acme"), &[first(wrapped.clone())]).is_ok());
        assert!(keyring.tenant_keys(&holder("other"), &[first(wrapped.clone())]).is_err());
        let copy = Holder { sealed_as: "acme".parse().unwrap(), ..holder("other") };
        assert!(keyring.tenant_keys(&copy, &[first(wrapped.clone())]).is_ok(), "it was copied from acme");
        let stranger = Keyring::new(&[8; 32], Arc::new(SystemRandom::default()));
        assert!(stranger.tenant_keys(&holder("acme"), &[first(wrapped.clone())]).is_err());
    }

    #[test]
    fn a_subjects_key_opens_for_its_subject_only() {
        let (keyring, keys) = ring();
        let new = keyring.new_key(&keys, "cus_1");
        assert!(keyring.unwrap(&keys, "cus_1", &new.id, Scope::Shared, &new.wrapped).is_ok());
        assert!(keyring.unwrap(&keys, "cus_2", &new.id, Scope::Shared, &new.wrapped).is_err());
        let mut changed = new.wrapped.clone();
        changed[20] ^= 1;
        assert!(keyring.unwrap(&keys, "cus_1", &new.id, Scope::Shared, &changed).is_err());
    }

    #[test]
    fn a_forgotten_subjects_keys_leave_the_cache_and_do_not_come_back() {
        let (keyring, keys) = ring();
        let (new, other) = (keyring.new_key(&keys, "cus_1"), keyring.new_key(&keys, "cus_2"));
        for key in [&new, &other] {
            keyring.unwrap(&keys, &key.subject, &key.id, key.scope, &key.wrapped).unwrap();
        }
        let (told, heard) = std::sync::mpsc::channel();
        let told = Mutex::new(told);
        keyring.on_erasure(Box::new(move |world, erasings| {
            lock(&told).send(format!("{} {}", world.tenant, erasings[0].name)).unwrap();
        }));
        let erased = [Erasing::from("cus_1".to_owned())];
        keyring.forget(&holder("other").world, &erased);
        assert!(keyring.cached(&keys, &new.id).is_some(), "that was another tenant's");
        keyring.forget(&Incarnation { epoch: 2, ..holder("acme").world }, &erased);
        assert!(keyring.cached(&keys, &new.id).is_some(), "that was another epoch's");
        keyring.forget(&holder("acme").world, &erased);
        // Somebody who had read the row before it was gone.
        keyring.unwrap(&keys, "cus_1", &new.id, Scope::Shared, &new.wrapped).unwrap();
        assert!(keyring.cached(&keys, &new.id).is_none() && keyring.cached_current(&keys, "cus_1").is_none());
        assert!(keyring.cached_current(&keys, "cus_2").is_some());
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), ["other cus_1", "acme cus_1", "acme cus_1"]);
    }

    #[test]
    fn a_single_key_is_nobodys_current_one_and_is_forgotten_alone_with_others_or_with_its_subject() {
        let (keyring, keys) = ring();
        let shared = keyring.new_key(&keys, "cus_1");
        let single = |id: &str| keyring.new_single_key(&keys, "cus_1", id);
        for key in [&shared, &single("msg_1"), &single("msg_2"), &single("msg_3")] {
            keyring.unwrap(&keys, &key.subject, &key.id, key.scope, &key.wrapped).unwrap();
        }
        assert_eq!(keyring.cached_current(&keys, "cus_1").unwrap().0, shared.id);
        let cached = || ["msg_1", "msg_2", "msg_3", &shared.id].map(|id| keyring.cached(&keys, id).is_some());
        let forget = |name: &str, ids: &[&str]| {
            let ids = ids.iter().map(|id| (*id).to_owned()).collect();
            keyring.forget(&holder("acme").world, &[Erasing { name: name.to_owned(), keys: ids }]);
        };
        forget("msg_1", &[]);
        keyring.remember(&keys, "cus_1", "msg_1", Scope::Single, &shared.key);
        assert_eq!(cached(), [false, true, true, true]);
        forget("tkt_1", &["msg_2"]);
        assert_eq!(cached(), [false, false, true, true]);
        forget("cus_1", &[]);
        assert_eq!(cached(), [false; 4]);
    }

    #[test]
    fn a_secret_opens_in_its_place_and_its_tenant_only() {
        let (keyring, keys) = ring();
        let sealed = keyring.seal_secret(&keys, "webhook whk_1", b"whsec_abc");
        assert_eq!(keys.open_secret("webhook whk_1", &sealed).as_deref(), Some(&b"whsec_abc"[..]));
        assert_eq!(keys.open_secret("webhook whk_2", &sealed), None);
        let (_, others) = ring();
        assert_eq!(others.open_secret("webhook whk_1", &sealed), None);
        assert_ne!(sealed, keyring.seal_secret(&keys, "webhook whk_1", b"whsec_abc"), "each has its own nonce");
        for wrong in [&sealed[1..], &sealed[..sealed.len() - 1], &[]] {
            assert_eq!(keys.open_secret("webhook whk_1", wrong), None);
        }
        let mut changed = sealed.clone();
        changed[NONCE_LEN] ^= 1;
        assert_eq!(keys.open_secret("webhook whk_1", &changed), None);
    }

    #[test]
    fn the_next_version_opens_what_the_one_before_sealed_and_digests_claims_as_it_did() {
        let (keyring, tenant) = (ring().0, "acme".parse::<TenantId>().unwrap());
        let old = first(keyring.new_tenant_key(&tenant));
        let holder = Holder::first(&tenant);
        let keys = keyring.tenant_keys(&holder, std::slice::from_ref(&old)).unwrap();
        let (secret, key) = (keyring.seal_secret(&keys, "x", b"whsec"), keyring.new_key(&keys, "cus_1"));
        let second = keyring.next_tenant_key(&keys);
        let both = keyring.tenant_keys(&holder, &[second.clone(), old]).unwrap();
        assert_eq!(both.versions(), [2, 1]);
        assert_eq!(both.open_secret("x", &secret).as_deref(), Some(&b"whsec"[..]));
        assert!(keyring.unwrap(&both, "cus_1", &key.id, Scope::Shared, &key.wrapped).is_ok());
        assert_eq!(both.claim_digest("a", "b"), keys.claim_digest("a", "b"));
        let alone = keyring.tenant_keys(&holder, std::slice::from_ref(&second)).unwrap();
        assert_eq!(alone.claim_digest("a", "b"), keys.claim_digest("a", "b"));
        assert_eq!(alone.open_secret("x", &secret), None, "the old one is gone");
        let third = keyring.tenant_keys(&holder, &[keyring.next_tenant_key(&alone)]).unwrap();
        assert_eq!(third.claim_digest("a", "b"), keys.claim_digest("a", "b"));
    }

    #[test]
    fn a_signature_depends_on_purpose_and_tenant_and_outlives_the_key() {
        let (keyring, keys) = ring();
        let (_, others) = ring();
        let sign = |keys: &TenantKeys, purpose| hmac::sign(&keys.signing(purpose), b"text").as_ref().to_vec();
        let next = keyring.tenant_keys(&holder("acme"), &[keyring.next_tenant_key(&keys)]).unwrap();
        assert_eq!(sign(&keys, "links"), sign(&next, "links"));
        assert_ne!(sign(&keys, "links"), sign(&keys, "others"));
        assert_ne!(sign(&keys, "links"), sign(&others, "links"));
    }

    #[test]
    fn a_claims_digest_depends_on_kind_value_and_tenant() {
        let (_, keys) = ring();
        let (_, others) = ring();
        let digest = keys.claim_digest("customer.email", "a@b.c");
        assert_eq!(digest, keys.claim_digest("customer.email", "a@b.c"));
        assert_ne!(digest, keys.claim_digest("agent.email", "a@b.c"));
        assert_ne!(digest, others.claim_digest("customer.email", "a@b.c"));
    }
}
