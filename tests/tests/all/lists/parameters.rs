use tests::World;

use super::filled;

#[tokio::test]
async fn a_parameter_that_is_not_understood_is_refused_and_named() {
    let world = World::new().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("sort=nothing", "sort"),
        ("sort=", "sort"),
        ("sort=--created_at", "sort"),
        ("sort=created_at,created_at", "sort"),
        ("sort=created_at,updated_at,number,status", "sort"),
        ("sort=t.id;DROP", "sort"),
        ("include=everything", "include"),
        ("include=", "include"),
        ("min_position=x", "min_position"),
        ("min_position=-1", "min_position"),
        ("filter[status]=urgent", "filter[status]"),
        ("filter[status]=open,,closed", "filter[status]"),
        ("filter[status]=", "filter[status]"),
        ("filter[priority]=HIGH", "filter[priority]"),
        ("filter[ticket_id]=7", "filter[ticket_id]"),
        ("filter[imported]=maybe", "filter[imported]"),
        ("filter[deleted]=maybe", "filter[deleted]"),
        ("filter[created_at][gte]=yesterday", "filter[created_at][gte]"),
        ("filter[created_at][gte]=2026-02-30", "filter[created_at][gte]"),
        ("q=", "q"),
        ("q=status:urgent", "q"),
        ("q=a b c d e f g h i j k l m n o p q", "q"),
        ("q=%00", "q"),
        ("q=%FF", "q"),
        ("filter[tag]=%00", "filter[tag]"),
        ("limit=5&limit=6", "limit"),
    ] {
        let answer = world.acme().get(&format!("/api/tickets?{query}")).await.refused(400, "invalid_parameter");
        assert!(answer.names(name, "invalid_value"), "{query}: {}", answer.text);
    }
    for unknown in [
        "page=2",
        "filter[nothing]=1",
        "filter[status][eq]=open",
        "filter=1",
        "Limit=1",
        "limit[]=1",
        "fields=id",
        "%00=1",
        "filter[created_at]=2026-01-01",
    ] {
        let answer = world.acme().get(&format!("/api/tickets?{unknown}")).await.refused(400, "unknown_parameter");
        assert!(answer["errors"][0]["allowed"].as_array().is_some_and(|known| known.len() > 10), "{unknown}");
    }
}

#[tokio::test]
async fn times_from_one_end_of_the_calendar_to_the_other_break_nothing() {
    let world = filled().await;
    for (path, field) in
        [("tickets", "created_at"), ("tickets", "closed_at"), ("customers", "updated_at"), ("audit", "recorded_at")]
    {
        for time in [
            "0000-01-01",
            "0001-01-01T00:00:00Z",
            "-4713-01-01",
            "-200000-01-01",
            "-262143-01-01",
            "9999-12-31T23:59:59.999999999Z",
            "%2B262142-12-31",
            "2026-11-22T23:59:60Z",
            "1969-12-31T23:59:59.999999Z",
            "2026-11-22T09:00:00.123456789%2B14:00",
        ] {
            let answer = world.acme().get(&format!("/api/{path}?filter[{field}][gte]={time}")).await;
            if answer.status != 200 {
                let _ = answer.refused(400, "invalid_parameter");
            }
        }
    }
    for path in [
        "tickets?q=created>-200000-01-01",
        "analytics?from=-200000-01-01",
        "analytics?to=%2B262142-12-31",
        "reports?report=tickets&from=-5000-01-01",
        "reports?report=agents&to=%2B262142-12-31",
    ] {
        let answer = world.acme().get(&format!("/api/{path}")).await;
        if answer.status != 200 {
            let _ = answer.refused(400, "invalid_parameter");
        }
    }
}

#[tokio::test]
async fn a_position_that_has_not_come_yet_is_waited_for_and_then_said_so() {
    let world = World::new().await;
    let answer = world.acme().get("/api/tickets?min_position=999999999999").await.refused(503, "behind");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let _ = world.acme().get("/api/tickets?min_position=0").await.expect(200);
}

#[tokio::test]
async fn a_reader_gets_what_another_process_wrote_by_asking_for_its_position() {
    let world = World::new().await;
    let other = world.another_process().await;
    for number in 1..=5 {
        let written = world.acme.ticket(&format!("Ticket {number}")).await;
        let path = format!("/api/tickets?min_position={}", written.position());
        assert_eq!(other.acme().get(&path).await.expect(200).column("id").len(), number);
    }
}

#[tokio::test]
async fn long_lists_of_values_are_bounded_or_answered() {
    let world = filled().await;
    let many = vec!["tag1"; 1_500].join(",");
    let found = world.acme().get(&format!("/api/tickets?filter[tag]={many}")).await;
    assert!([200, 400].contains(&found.status), "{}", found.text);
    let statuses = vec!["open"; 1_000].join(",");
    let found = world.acme().get(&format!("/api/tickets?filter[status]={statuses}")).await;
    assert!([200, 400].contains(&found.status), "{}", found.text);
}
