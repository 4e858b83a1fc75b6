//! Every operation of the document, called so that it comes to something.

use std::cell::Cell;

use event_store::{
    proof::{Cosignature, Note, Signer},
    tree::SealSettings,
};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, Call, World};

use crate::{operations::Operation, things::Things};

const PASSWORD: &str = "a long enough secret";

/// Somebody who joined.
struct Person {
    email: String,
    tokens: Value,
    api: Api,
}

pub struct Run<'a> {
    world: &'a World,
    api: Api,
    things: Things,
    witness: Signer,
    persons: Cell<u32>,
}

/// What ends something comes last.
pub fn ordered(mut operations: Vec<Operation>) -> Vec<Operation> {
    operations.sort_by_key(|operation| operation.method == Method::DELETE);
    operations
}

impl<'a> Run<'a> {
    pub async fn new(world: &'a World) -> Self {
        let witness = Signer::try_new("witness.example/w1", &[1; 32]).unwrap();
        let settings = SealSettings { witnesses: vec![witness.witness_key()], ..world.app.sealer.settings().clone() };
        let api = world.acme().at(&world.serve(world.app.clone().with_sealing(settings)).await);
        let things = Things::of(&world.acme).await;
        world.app.sealer.settle(&world.acme.log).await.unwrap();
        Self { world, api, things, witness, persons: Cell::new(0) }
    }

    /// The API with a key that may do everything.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Where the operation is called: about what is there, where it is about anything.
    pub fn path(&self, operation: &Operation) -> String {
        let name = operation.collection().map_or("", |collection| self.things.id(collection));
        let path = if operation.method == Method::GET { operation.least_path() } else { operation.path.clone() };
        path.replace("{id}", name).replace("{delivery_id}", "dlv_0")
    }

    /// Reaches the state that the operation is for.
    pub async fn prepare(&self, operation: &Operation) -> Call {
        self.prepare_as(operation, &self.api).await
    }

    /// As [`Run::prepare`], for somebody else to call it.
    pub async fn prepare_as(&self, operation: &Operation, api: &Api) -> Call {
        let name = operation.collection().map_or("", |collection| self.things.id(collection));
        let path = self.path(operation);
        let anonymous = self.api.anonymous();
        match operation.id.as_str() {
            "acceptInvitation" => {
                let (_, token) = self.invited().await;
                anonymous.post(&path, json!({"tenant": "acme", "token": token, "password": PASSWORD}))
            }
            "logIn" => {
                let person = self.person().await;
                anonymous.post(&path, json!({"tenant": "acme", "email": person.email, "password": PASSWORD}))
            }
            "refreshSession" => {
                let person = self.person().await;
                anonymous.post(&path, json!({"refresh_token": person.tokens["refresh_token"]}))
            }
            "changePassword" => {
                let person = self.person().await;
                person.api.post(&path, json!({"current": PASSWORD, "new": "another long secret"}))
            }
            "logOut" | "endSession" => {
                let person = self.person().await;
                let session = person.tokens["session_id"].as_str().unwrap().to_owned();
                person.api.delete(&operation.path.replace("{id}", &session))
            }
            "addCosignatures" => api.post(&path, json!({"checkpoint": self.cosigned().await})),
            "replayWebhook" => api.post(&path, json!({"from_position": 1})),
            "eraseCustomer" | "eraseAgent" => {
                let passing = self.passing(operation.collection().unwrap()).await;
                api.post(&operation.path.replace("{id}", &passing), json!({}))
            }
            "redactMessage" | "rectifyMessage" => {
                operation.call(api, &path.replace("{message_id}", &self.message(name).await))
            }
            "restoreTicket" => {
                let _ = self.api.delete(&format!("/api/tickets/{name}")).await.expect(204);
                operation.call(api, &path)
            }
            "reopenTicket" | "rateTicket" => {
                let _ =
                    self.api.patch(&format!("/api/tickets/{name}"), json!({"status": "resolved"})).await.expect(200);
                operation.call(api, &path)
            }
            _ => operation.call(api, &path),
        }
    }

    /// Somebody of whom nothing is asked afterwards.
    async fn passing(&self, collection: &str) -> String {
        self.api.post(&format!("/api/{collection}"), json!({"name": "Passing"})).await.expect(201).id()
    }

    async fn message(&self, ticket: &str) -> String {
        let path = format!("/api/tickets/{ticket}/messages");
        let _ = self.api.post(&path, json!({"body": "Said too much."})).await.expect(201);
        self.api.all(&path).await.pop().unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn invited(&self) -> (String, String) {
        let number = self.persons.replace(self.persons.get() + 1);
        let email = format!("person-{number}@acme.example");
        let invited = self.world.acme().post("/api/invitations", json!({"email": email, "name": "Somebody"})).await;
        let token = invited.expect(201)["token"].as_str().unwrap().to_owned();
        (email, token)
    }

    async fn person(&self) -> Person {
        let (email, token) = self.invited().await;
        let body = json!({"tenant": "acme", "token": token, "password": PASSWORD});
        let tokens = self.api.anonymous().post("/api/invitations/accept", body).await.expect(201).body;
        let api = self.api.with_key(tokens["access_token"].as_str().unwrap());
        Person { email, tokens, api }
    }

    /// The last checkpoint, as a witness gives it back.
    async fn cosigned(&self) -> String {
        let mut note: Note = self.api.get("/api/proof/checkpoint").await.expect(200).text.parse().unwrap();
        note.signatures.push(Cosignature::sign(&self.witness, &note.text, 1_795_338_000));
        note.to_string()
    }
}
