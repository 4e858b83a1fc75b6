//! Every operation of the document, called so that it comes to something.

use std::cell::Cell;

use event_store::{
    Clock,
    proof::{Cosignature, Note, Signer},
    tree::SealSettings,
};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, Call, Passkey, World, totp};

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
        if let Some(call) = self.prepare_proof(operation, &path, api).await {
            return call;
        }
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
            // People decide; and not in a review that was closed before.
            "decideAccess" => {
                let due = (self.world.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
                let review = json!({"title": "Another", "due_at": due, "kinds": ["agent"]});
                let review = self.api.post("/api/access-reviews", review).await.expect(201).id();
                let reviewer = self.admin().await;
                let decision = json!({"item": self.things.id("agents"), "decision": "attest"});
                reviewer.api.post(&operation.path.replace("{id}", &review), decision)
            }
            "addCosignatures" => api.post(&path, json!({"checkpoint": self.cosigned().await})),
            "replayWebhook" => api.post(&path, json!({"from_position": 1})),
            "eraseCustomer" | "eraseAgent" => {
                let passing = self.passing(operation.collection().unwrap()).await;
                api.post(&operation.path.replace("{id}", &passing), json!({}))
            }
            "eraseTicket" => {
                let passing = self.world.acme.ticket("Passing").await.id();
                api.post(&operation.path.replace("{id}", &passing), json!({}))
            }
            "redactMessage" | "rectifyMessage" => {
                operation.call(api, &path.replace("{message_id}", &self.message(name).await))
            }
            "undoChange" => api.post(&path, json!({"event_id": self.change(name).await})),
            "getCauses" => api.get(&path.replace("{event_id}", &self.change(name).await)),
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

    /// The same, for what is about second factors and lost passwords.
    async fn prepare_proof(&self, operation: &Operation, path: &str, api: &Api) -> Option<Call> {
        let anonymous = self.api.anonymous();
        Some(match operation.id.as_str() {
            // Not its example: whoever must show a second factor from then on does nothing else.
            "patchAccessPolicy" => {
                let limits = json!({"idle_minutes": 480, "absolute_minutes": 1440, "reauthentication_minutes": 15});
                api.patch(path, json!({"sessions": limits}))
            }
            "finishLogIn" => {
                let person = self.person().await;
                let secret = self.with_app(&person).await;
                let body = json!({"tenant": "acme", "email": person.email, "password": PASSWORD});
                let asked = anonymous.post("/api/sessions", body).await.expect(200);
                let code = totp(&secret, self.world.clock.now(), 1);
                anonymous.post(path, json!({"mfa_token": asked["mfa_token"], "code": code}))
            }
            "beginPasskeyLogIn" => anonymous.post(path, json!({"tenant": "acme"})).header("host", "localhost"),
            "logInWithPasskey" => {
                let passkey = self.with_passkey(&self.person().await).await;
                let asked = anonymous.post("/api/sessions/passkey/options", json!({"tenant": "acme"}));
                let asked = asked.header("host", "localhost").await.expect(200);
                anonymous.post(path, json!({"tenant": "acme", "passkey": passkey.get(&asked.body)}))
            }
            "reauthenticate" => self.person().await.api.post(path, json!({"password": PASSWORD})),
            "beginReauthentication" => {
                let person = self.person().await;
                let _ = self.with_passkey(&person).await;
                person.api.post(path, json!({})).header("host", "localhost")
            }
            "listFactors" | "beginTotp" | "beginPasskey" => {
                let person = self.person().await;
                person.api.call(operation.method.clone(), path).header("host", "localhost")
            }
            "addTotp" => {
                let person = self.person().await;
                let (body, _) = self.new_app(&person).await;
                person.api.post(path, body)
            }
            "addPasskey" => {
                let person = self.person().await;
                let (body, _) = self.new_passkey(&person).await;
                person.api.post(path, body)
            }
            "makeRecoveryCodes" => {
                let person = self.person().await;
                let _ = self.with_app(&person).await;
                person.api.post(path, json!({}))
            }
            "renameFactor" | "removeFactor" => {
                let person = self.person().await;
                let _ = self.with_app(&person).await;
                let factor = person.api.get("/api/me/factors").await.expect(200)["data"][0]["id"].clone();
                let path = operation.path.replace("{id}", factor.as_str().unwrap());
                let call = person.api.call(operation.method.clone(), &path);
                if operation.method == Method::PATCH { call.json(&json!({"name": "Another"})) } else { call }
            }
            "issuePasswordReset" | "endAgentSessions" | "endAgentSession" | "resetAgentFactors" => {
                let person = self.person().await;
                let _ = self.with_app(&person).await;
                let (agent, session) = (&person.tokens["agent"]["id"], &person.tokens["session_id"]);
                let path = operation.path.replace("{id}", agent.as_str().unwrap());
                api.call(operation.method.clone(), &path.replace("{session_id}", session.as_str().unwrap()))
            }
            "acceptPasswordReset" => {
                let person = self.person().await;
                let issue = format!("/api/agents/{}/password-reset", person.tokens["agent"]["id"].as_str().unwrap());
                let token = self.api.post(&issue, json!({})).await.expect(201)["token"].clone();
                anonymous.post(path, json!({"tenant": "acme", "token": token, "password": "another long secret"}))
            }
            _ => return None,
        })
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

    /// The event of a change that can be taken back.
    async fn change(&self, ticket: &str) -> String {
        let path = format!("/api/tickets/{ticket}");
        let _ = self.api.patch(&path, json!({"tags_add": ["undone"], "status": "pending"})).await.expect(200);
        let lines = self.api.all(&format!("{path}/timeline")).await;
        lines.iter().rfind(|line| line["undoable"] == true).unwrap()["id"].as_str().unwrap().to_owned()
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
        self.joined(email, &token).await
    }

    async fn admin(&self) -> Person {
        let person = self.person().await;
        let path = format!("/api/agents/{}", person.tokens["agent"]["id"].as_str().unwrap());
        let _ = self.api.patch(&path, json!({"role": "admin"})).await.expect(200);
        person
    }

    async fn joined(&self, email: String, token: &str) -> Person {
        let body = json!({"tenant": "acme", "token": token, "password": PASSWORD});
        let tokens = self.api.anonymous().post("/api/invitations/accept", body).await.expect(201).body;
        let api = self.api.with_key(tokens["access_token"].as_str().unwrap());
        Person { email, tokens, api }
    }

    /// What adds an authenticator app, and its secret.
    async fn new_app(&self, person: &Person) -> (Value, String) {
        let options = person.api.post("/api/me/factors/totp/options", json!({})).await.expect(200);
        let secret = options["secret"].as_str().unwrap().to_owned();
        let code = totp(&secret, self.world.clock.now(), 0);
        (json!({"enrolment": options["enrolment"], "code": code, "name": "Phone"}), secret)
    }

    async fn with_app(&self, person: &Person) -> String {
        let (body, secret) = self.new_app(person).await;
        let _ = person.api.post("/api/me/factors/totp", body).await.expect(201);
        secret
    }

    /// What adds a passkey, and it.
    async fn new_passkey(&self, person: &Person) -> (Value, Passkey) {
        let options = person.api.post("/api/me/factors/passkeys/options", json!({})).header("host", "localhost");
        let mut passkey = Passkey::new(100 + u8::try_from(self.persons.get()).unwrap());
        let made = passkey.create(&options.await.expect(200).body);
        (json!({"name": "Laptop", "passkey": made}), passkey)
    }

    async fn with_passkey(&self, person: &Person) -> Passkey {
        let (body, passkey) = self.new_passkey(person).await;
        let _ = person.api.post("/api/me/factors/passkeys", body).await.expect(201);
        passkey
    }

    /// The last checkpoint, as a witness gives it back.
    async fn cosigned(&self) -> String {
        let mut note: Note = self.api.get("/api/proof/checkpoint").await.expect(200).text.parse().unwrap();
        note.signatures.push(Cosignature::sign(&self.witness, &note.text, 1_795_338_000));
        note.to_string()
    }
}
