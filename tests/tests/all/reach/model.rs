//! A desk at random, and which of its tickets are within whose reach: by the definition, in a few plain lines.

use std::collections::{BTreeMap, BTreeSet};

use domain::permission::Reach;
use serde_json::{Value, json};
use tests::World;

use super::Person;

const PEOPLE: [&str; 3] = ["ann", "bob", "eve"];
const TEAMS: usize = 3;
const TICKETS: usize = 14;

/// What there is to know of a ticket.
#[derive(Clone, Debug)]
pub struct Known {
    pub number: String,
    opened_by: Option<usize>,
    assignee: Option<usize>,
    team: Option<usize>,
    pub deleted: bool,
}

/// Some people, some teams and some tickets.
pub struct Model<'a> {
    world: &'a World,
    pub people: Vec<Person>,
    teams: Vec<(String, BTreeSet<usize>)>,
    pub tickets: BTreeMap<String, Known>,
}

impl<'a> Model<'a> {
    pub async fn random(world: &'a World) -> Self {
        let mut people = vec![];
        for name in PEOPLE {
            people.push(Person::joined(world, name).await);
        }
        let mut teams = vec![];
        for number in 0..TEAMS {
            teams.push((world.acme.team(&format!("Team {number}")).await.id(), BTreeSet::new()));
        }
        let mut model = Self { world, people, teams, tickets: BTreeMap::new() };
        for team in 0..TEAMS {
            model.regroup(team).await;
        }
        for _ in 0..TICKETS {
            model.open().await;
        }
        model
    }

    fn below(&self, end: usize) -> usize {
        self.world.random.below(end)
    }

    /// One of so many, or none.
    fn any(&self, count: usize) -> Option<usize> {
        Some(self.below(count + 1)).filter(|picked| *picked < count)
    }

    async fn open(&mut self) {
        let (opened_by, assignee, team) = (self.any(PEOPLE.len()), self.any(PEOPLE.len()), self.any(TEAMS));
        let api = opened_by.map_or(self.world.acme(), |person| &self.people[person].api);
        let body = json!({"title": "Quagga", "body": "It does not work.", "customer": {"email": "c@acme.example"},
            "assignee_id": self.agent(assignee), "team_id": self.team(team)});
        let ticket = api.post("/api/tickets", body).await.expect(201);
        let number = ticket["ticket_id"].as_str().unwrap().to_owned();
        self.tickets.insert(ticket.id(), Known { number, opened_by, assignee, team, deleted: false });
    }

    fn agent(&self, person: Option<usize>) -> Value {
        person.map_or(Value::Null, |person| json!(self.people[person].id.to_string()))
    }

    fn team(&self, team: Option<usize>) -> Value {
        team.map_or(Value::Null, |team| json!(self.teams[team].0))
    }

    /// Other people are in a team.
    async fn regroup(&mut self, team: usize) {
        let members: BTreeSet<usize> = (0..PEOPLE.len()).filter(|_| self.below(3) == 0).collect();
        let ids: Vec<_> = members.iter().map(|person| self.people[*person].id.to_string()).collect();
        let path = format!("/api/teams/{}", self.teams[team].0);
        let _ = self.world.acme().put(&path, json!({"member_ids": ids})).await.expect(200);
        self.teams[team].1 = members;
    }

    /// Something about who has what is another way now.
    pub async fn change(&mut self) {
        let ids: Vec<String> = self.tickets.keys().cloned().collect();
        let id = self.world.random.pick(&ids).clone();
        let path = format!("/api/tickets/{id}");
        let api = self.world.acme();
        let known = &self.tickets[&id];
        match self.below(4) {
            0 => self.regroup(self.below(TEAMS)).await,
            1 if known.deleted => {
                let _ = api.post(&format!("{path}/restore"), json!({})).await.expect(200);
                self.tickets.get_mut(&id).unwrap().deleted = false;
            }
            1 => {
                let _ = api.delete(&path).await.expect(204);
                self.tickets.get_mut(&id).unwrap().deleted = true;
            }
            _ if known.deleted => {}
            _ => {
                let (assignee, team) = (self.any(PEOPLE.len()), self.any(TEAMS));
                let body = json!({"assignee_id": self.agent(assignee), "team_id": self.team(team)});
                let _ = api.patch(&path, body).await.expect(200);
                let known = self.tickets.get_mut(&id).unwrap();
                (known.assignee, known.team) = (assignee, team);
            }
        }
    }

    /// The tickets within somebody's reach.
    pub fn within(&self, person: usize, reach: Reach) -> BTreeSet<String> {
        let near = |known: &Known| {
            let own = known.opened_by == Some(person);
            let assigned = own || known.assignee == Some(person);
            match reach {
                Reach::Own => own,
                Reach::Assigned => assigned,
                Reach::Team => assigned || known.team.is_some_and(|team| self.teams[team].1.contains(&person)),
                Reach::All => true,
            }
        };
        self.tickets.iter().filter(|(_, known)| near(known)).map(|(id, _)| id.clone()).collect()
    }
}
