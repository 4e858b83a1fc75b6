//! Queries.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::ticket::{Author, Closed, Resolved, Status};
use projections::{
    Choice, Direction, Projector, Scope, TextQuery, as_of,
    as_of::Moment,
    tickets::{self, Deleted, SortField, TicketFilter, TicketKey, TicketQuery},
    timeline,
};
use tests::World;

use super::{life::Life, tenant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sort_order_pages_through_all_tickets_once() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(4);
    for _ in 0..10 {
        world.pass(TimeDelta::minutes(1));
        life.live(&log, 6, 30).await;
    }
    Projector::new().catch_up(&log).await.unwrap();
    let fields = [
        SortField::CreatedAt,
        SortField::UpdatedAt,
        SortField::Number,
        SortField::Priority,
        SortField::Status,
        SortField::ResolvedAt,
        SortField::ClosedAt,
        SortField::FirstResponseAt,
    ];
    let filter = TicketFilter { deleted: Deleted::Included, ..TicketFilter::default() };
    let tx = log.begin().await.unwrap();
    let total = usize::try_from(tickets::count(&tx, &Scope::ALL, &filter).await.unwrap()).unwrap();
    assert!(total >= 60);
    let directions = [Direction::Ascending, Direction::Descending];
    for first in fields {
        for second in fields {
            for one in directions {
                for two in directions {
                    let mut sort = vec![(first, one)];
                    if second != first {
                        sort.push((second, two));
                    }
                    let mut query =
                        TicketQuery { filter: filter.clone(), sort: sort.clone(), limit: 19, ..TicketQuery::default() };
                    let mut seen = vec![];
                    loop {
                        let page = tickets::list(&tx, &Scope::ALL, &query).await.unwrap();
                        seen.extend(page.items);
                        let Some(next) = page.next else { break };
                        // As it travels in a cursor.
                        let text = serde_json::to_string(&next).unwrap();
                        query.after = Some(serde_json::from_str(&text).unwrap());
                    }
                    let ids: BTreeSet<_> = seen.iter().map(|ticket| ticket.id.clone()).collect();
                    assert_eq!((ids.len(), seen.len()), (total, total), "{sort:?}");
                    let known: Vec<_> = seen.iter().filter_map(|ticket| ticket.resolved_at).collect();
                    if first == SortField::ResolvedAt {
                        assert!(seen[..known.len()].iter().all(|ticket| ticket.resolved_at.is_some()), "nulls last");
                        let sorted = match one {
                            Direction::Ascending => known.is_sorted(),
                            Direction::Descending => known.is_sorted_by(|a, b| a >= b),
                        };
                        assert!(sorted, "{sort:?}");
                    }
                }
            }
        }
    }
    let wrong = TicketQuery {
        sort: vec![(SortField::Number, Direction::Ascending)],
        after: Some(vec![projections::SortValue::Text("x".to_owned()), projections::SortValue::Null]),
        ..TicketQuery::default()
    };
    assert!(tickets::list(&tx, &Scope::ALL, &wrong).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_found_by_what_is_known_of_them() {
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(10);
    life.people(2);
    let (ann, bob) = (life.customers[0], life.customers[1]);
    let eve = life.agents[0];
    let login = life.open_for(ann, Author::Customer(ann), "Login issues", Some("The proxy refuses my password"));
    let invoice = life.open_for(bob, Author::Customer(bob), "Invoice", Some("Where is it?"));
    life.ticket_event(login, domain::ticket::Assigned { agent: eve, previous: None });
    life.ticket_event(login, domain::ticket::Tagged { tags: ["vip".to_owned(), "eu".to_owned()].into() });
    life.reply(invoice, Author::Agent(eve), bob, "It is in the portal");
    life.ticket_event(invoice, Resolved {});
    life.ticket_event(invoice, Closed {});
    life.append(&log).await;
    Projector::new().catch_up(&log).await.unwrap();

    let tx = log.begin().await.unwrap();
    let text = |words: &str| TicketFilter { text: TextQuery::parse(words).ok(), ..TicketFilter::default() };
    let all = TicketFilter::default();
    let cases = [
        (text("login"), vec![login]),
        (text("PROXY password"), vec![login]),
        (text("\"my password\""), vec![login]),
        (text("\"password my\""), vec![]),
        // One word in the title, another in a reply, a third in the requester's name.
        (text("invoice portal person1@example.com"), vec![invoice]),
        (text("person1 -login"), vec![invoice]),
        (text("customer -portal"), vec![login]),
        (text("T-002"), vec![invoice]),
        (text("EXT-1"), vec![login]),
        (text("vip"), vec![login]),
        (TicketFilter { status: vec![Status::Closed], ..all.clone() }, vec![invoice]),
        (TicketFilter { assignee: vec![Choice::None], ..all.clone() }, vec![invoice]),
        (TicketFilter { assignee: vec![Choice::Is(eve.to_string())], ..all.clone() }, vec![login]),
        (
            TicketFilter { assignee: vec![Choice::None, Choice::Is(eve.to_string())], ..all.clone() },
            vec![login, invoice],
        ),
        (TicketFilter { tags: vec!["vip".into(), "x".into()], ..all.clone() }, vec![login]),
        (TicketFilter { tags_all: vec!["vip".into(), "x".into()], ..all.clone() }, vec![]),
        (TicketFilter { customer_id: vec![bob.to_string()], ..all.clone() }, vec![invoice]),
        (TicketFilter { external_id: vec!["EXT-2".into()], ..all.clone() }, vec![invoice]),
        (TicketFilter { number: vec!["T-1".parse().unwrap()], ..all.clone() }, vec![login]),
        (TicketFilter { imported: Some(true), ..all.clone() }, vec![]),
        (TicketFilter { kind: vec![Choice::Is("incident".into())], ..all.clone() }, vec![login, invoice]),
        (TicketFilter { deleted: Deleted::Only, ..all.clone() }, vec![]),
    ];
    for (filter, expected) in cases {
        let sort = vec![(SortField::Number, Direction::Ascending)];
        let query = TicketQuery { filter: filter.clone(), sort, ..TicketQuery::default() };
        let found: Vec<_> =
            tickets::list(&tx, &Scope::ALL, &query).await.unwrap().items.into_iter().map(|t| t.id).collect();
        let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{filter:?}");
        assert_eq!(tickets::count(&tx, &Scope::ALL, &filter).await.unwrap(), expected.len() as u64);
    }

    let found = tickets::get(&tx, &Scope::ALL, &TicketKey::Number("T-001".parse().unwrap())).await.unwrap().unwrap();
    assert_eq!(found.assignee.unwrap().name.as_deref(), Some("Eve"));
    assert_eq!(found.customer.email.as_deref(), Some("Person0@Example.com"));
    assert_eq!(found.tags, ["eu", "vip"]);
    let page = timeline::list(&tx, invoice, None, 2).await.unwrap();
    assert_eq!(page.items[1].message.as_ref().unwrap().body.as_deref(), Some("It is in the portal"));
    let page = timeline::list(&tx, invoice, page.next, 2).await.unwrap();
    assert_eq!(page.items[1].changes, serde_json::json!({"status": ["resolved", "closed"]}));
    assert_eq!(page.next, None);

    let past = as_of::ticket(&log, invoice, Moment::Now).await.unwrap().unwrap();
    let now = tickets::get(&tx, &Scope::ALL, &TicketKey::Id(invoice)).await.unwrap().unwrap();
    assert_eq!(past.ticket, now, "the fold of the stream is the row");
    let lines = timeline::list(&tx, invoice, None, 100).await.unwrap().items;
    assert_eq!(past.timeline, lines);
    let before = as_of::ticket(&log, invoice, Moment::Position(now.position - 2)).await.unwrap().unwrap();
    assert_eq!(before.ticket.status, Status::Open);
    assert_eq!(as_of::ticket(&log, invoice, Moment::Position(1)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_and_teams_are_listed() {
    use projections::{NamedSort, agents, customers, teams};
    let world = World::new().await;
    let log = tenant(&world, "demo").await;
    let mut life = Life::new(11);
    life.people(30);
    life.append(&log).await;
    Projector::new().catch_up(&log).await.unwrap();
    projections::install(&log).await.unwrap();
    let tx = log.begin().await.unwrap();
    for field in [NamedSort::CreatedAt, NamedSort::UpdatedAt, NamedSort::Name] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut query = customers::CustomerQuery { sort: (field, direction), limit: 7, ..Default::default() };
            let mut seen = BTreeSet::new();
            loop {
                let page = customers::list(&tx, &query).await.unwrap();
                seen.extend(page.items.into_iter().map(|customer| customer.id));
                let Some(next) = page.next else { break };
                query.after = Some(next);
            }
            assert_eq!(seen.len(), 30);
        }
    }
    let mut query = customers::CustomerQuery::default();
    query.filter.email = Some("pErson7@example.COM".to_owned());
    assert_eq!(customers::list(&tx, &query).await.unwrap().items[0].external_id.as_deref(), Some("CRM-7"));
    assert_eq!(customers::count(&tx, &query.filter).await.unwrap(), 1);
    let key = customers::CustomerKey::ExternalId("CRM-7".to_owned());
    assert_eq!(customers::get(&tx, &key).await.unwrap().unwrap().name.as_deref(), Some("Customer 7"));
    let mut query = agents::AgentQuery::default();
    query.filter.active = Some(true);
    query.filter.text = TextQuery::parse("adam").ok();
    let adam = agents::list(&tx, &query).await.unwrap().items.remove(0);
    assert_eq!(agents::get(&tx, &agents::AgentKey::Id(life.agents[1])).await.unwrap(), Some(adam.clone()));
    let query = teams::TeamQuery { member_id: Some(adam.id), ..Default::default() };
    let team = teams::list(&tx, &query).await.unwrap().items.remove(0);
    assert_eq!(team.member_ids.len(), 2);
    assert_eq!(teams::get(&tx, life.teams[0]).await.unwrap(), Some(team));
}
