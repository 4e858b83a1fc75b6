use futures_util::future::join_all;
use serde_json::json;
use tests::{Answer, World};

use super::{accept, again, invite, joined, refresh, text, types};

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refresh_token_spent_twice_at_once_gives_exactly_one_pair() {
    let world = World::new().await;
    let other = world.another_process().await;
    let eve = joined(&world.acme, "eve@acme.example").await;
    for round in 0..8 {
        let device = again(&eve, "acme").await;
        let nodes = [world.acme(), other.acme(), world.acme(), other.acme()];
        let answers = join_all(nodes.map(|api| refresh(api, device.refresh_token()))).await;
        assert_eq!(statuses(&answers), [200, 401, 401, 401], "round {round}");
        // It came twice: whoever got the pair is out, too.
        let won = answers.iter().find(|answer| answer.status == 200).unwrap();
        let won = super::Person::of(world.acme(), &eve.email, won);
        let _ = won.api.get("/api/tickets").await.refused(401, "unauthorized");
        let _ = refresh(world.acme(), won.refresh_token()).await.refused(401, "invalid_refresh_token");
    }
    let revoked = types(&world, eve.agent()).await.into_iter().filter(|name| name == "agent.session_revoked").count();
    assert_eq!(revoked, 8, "once for each session");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_invitation_accepted_twice_at_once_lets_exactly_one_in() {
    let world = World::new().await;
    let other = world.another_process().await;
    for round in 0..5 {
        let email = format!("eve-{round}@acme.example");
        let invitation = invite(world.acme(), &email).await;
        let token = text(&invitation.body, "token");
        let with = |api: &tests::Api, n: usize| {
            let body = json!({"tenant": "acme", "token": token, "password": format!("the password of {n}")});
            api.anonymous().post("/api/invitations/accept", body)
        };
        let calls = [with(world.acme(), 0), with(other.acme(), 1), with(world.acme(), 2)];
        let answers = join_all(calls.map(IntoFuture::into_future)).await;
        assert_eq!(statuses(&answers), [201, 404, 404], "round {round}");
        for (n, answer) in answers.iter().enumerate() {
            let status = super::log_in(world.acme(), "acme", &email, &format!("the password of {n}")).await.status;
            assert_eq!(status, if answer.status == 201 { 201 } else { 401 }, "the winner's password counts");
        }
        let agent = text(&invitation.body, "agent_id");
        assert_eq!(types(&world, agent).await.iter().filter(|name| *name == "agent.joined").count(), 1);
        assert_eq!(accept(world.acme(), "acme", token).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_invited_from_everywhere_at_once_is_one_agent_with_one_invitation() {
    let world = World::new().await;
    let other = world.another_process().await;
    let nodes = [world.acme(), other.acme(), world.acme(), other.acme()];
    let invited = join_all(nodes.map(|api| invite(api, "eve@acme.example"))).await;
    assert!(invited.iter().all(|it| it["agent_id"] == invited[0]["agent_id"]));
    let mut joined = 0;
    for invitation in &invited {
        joined += usize::from(accept(world.acme(), "acme", text(&invitation.body, "token")).await.status == 201);
    }
    assert_eq!(joined, 1, "the last one counts");
}
