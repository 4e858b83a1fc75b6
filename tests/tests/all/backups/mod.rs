//! Backups: what is in them, what is not, and what becomes of them.

mod destroyed;
mod interrupted;
mod objects;
mod operators;
mod retention;
mod s3;
mod saving;
mod scheduled;
mod verifying;

use std::collections::BTreeMap;

use ::backups::{Archive, Kind, Manifest, Part, Sections, Verified};
use ::files::{Content, Vault};
use chrono::TimeDelta;
use commands::files::FileSettings;
use event_store::save::Hold;
use tests::{Api, Tenant, World};

use crate::files::Directory;

/// A world that keeps files and backups in directories, and acme's API over it.
struct Kept {
    world: World,
    acme: Api,
    objects: Directory,
    _files: Directory,
}

impl Kept {
    async fn new(name: &str) -> Self {
        let (objects, files) = (Directory::new(&format!("{name}-backups")), Directory::new(name));
        let vault = |directory: &Directory| Vault::in_directory(directory.path()).unwrap();
        let mut world = World::new().await;
        let app = world.app.clone().with_files(vault(&files), FileSettings::default());
        world.app = app.with_backups(vault(&objects));
        let acme = world.acme_through(world.app.clone()).await;
        Self { world, acme, objects, _files: files }
    }

    fn archive(&self) -> &Archive {
        self.world.app.backups.archive()
    }

    /// What a folder of acme has: each object's bytes by its name.
    fn folder(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let directory = self.objects.path().join("tenants/acme").join(folder);
        let entries = std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap());
        entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
    }

    /// Every object of acme: its folder, its name and its bytes.
    fn everything(&self) -> Vec<(&'static str, String, Vec<u8>)> {
        let folders = ["backups", "files", "keys", "log", "states"].into_iter();
        folders
            .flat_map(|folder| self.folder(folder).into_iter().map(move |(name, bytes)| (folder, name, bytes)))
            .collect()
    }

    async fn save(&self) -> Manifest {
        save(&self.world, &self.world.acme).await
    }

    async fn verify(&self, manifest: &Manifest) -> Verified {
        let hold = hold(&self.world, &self.world.acme).await;
        self.world.app.backups.verify(&hold, manifest, &|_| {}).await.unwrap()
    }
}

async fn hold(world: &World, tenant: &Tenant) -> Hold {
    world.app.desk.store().hold(tenant.log.tenant()).await.unwrap()
}

/// A backup, a second after whatever was before.
async fn save(world: &World, tenant: &Tenant) -> Manifest {
    world.pass(TimeDelta::seconds(1));
    let hold = hold(world, tenant).await;
    world.app.backups.save(&hold, &tenant.log, Kind::Manual).await.unwrap()
}

/// A ticket with a file, of a customer.
async fn ticket_with_file(api: &Api, title: &str, bytes: &str) {
    let file = crate::files::upload(api, "a.txt", "text/plain", bytes).await.expect(201).id();
    let customer = serde_json::json!({"name": "Zebedee Quux", "email": format!("{title}@zebra.example")});
    let ticket = serde_json::json!({"title": title, "body": "Xylophones everywhere.", "customer": customer, "attachments": [file]});
    let _ = api.post("/api/tickets", ticket).await.expect(201);
}

/// The rows of each table.
async fn tables(content: Content) -> BTreeMap<String, Vec<String>> {
    let (mut sections, mut tables, mut current) = (Sections::new("x", content), BTreeMap::new(), String::new());
    while let Some(part) = sections.next().await.unwrap() {
        match part {
            Part::Table { name, .. } => {
                tables.insert(name.clone(), vec![]);
                current = name;
            }
            Part::Rows(rows) => {
                let rows = String::from_utf8(rows.to_vec()).unwrap();
                tables.get_mut(&current).unwrap().extend(rows.lines().map(ToOwned::to_owned));
            }
            Part::End => {}
        }
    }
    tables
}
