use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::json;
use tests::World;

use super::csv;

#[tokio::test]
async fn the_list_of_reports_says_their_columns() {
    let world = World::new().await;
    let list = world.acme().get("/api/reports").await.expect(200);
    assert_eq!(list.column("report"), ["tickets", "agents", "customers"]);
    assert_eq!(list["data"][0]["formats"], json!(["json", "csv"]));
    assert_eq!(
        list["data"][0]["columns"][0],
        json!({"name": "ticket_id", "type": "text", "description": "The number that people use."})
    );
    for report in ["tickets", "agents", "customers"] {
        let text = world.acme().get(&format!("/api/reports?report={report}&format=csv")).await.expect(200).text;
        let header: Vec<_> = text.lines().next().unwrap().split(',').collect();
        let listed = list["data"].as_array().unwrap().iter().find(|listed| listed["report"] == report).unwrap();
        let names: Vec<_> =
            listed["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(header, names, "{report}");
    }
}

#[tokio::test]
async fn a_csv_file_is_safe_to_open_and_comes_by_name() {
    let world = World::new().await;
    let title = "=HYPERLINK(\"http://evil.example\"), \"quoted\"";
    let _ = world.acme.ticket(title).await;
    let _ = world.acme.ticket("plain").await;
    let _ = world.globex.ticket("another tenant's").await;
    let answer = world.acme().get("/api/reports?report=tickets&format=csv").await.expect(200);
    assert_eq!(answer.headers[CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.headers[CONTENT_DISPOSITION], "attachment; filename=\"tickets-2026-11-22.csv\"");
    assert!(answer.text.ends_with("\r\n") && !answer.text.contains("another tenant's"), "{}", answer.text);
    let records = csv(world.acme(), "tickets", "").await;
    assert_eq!((records.len(), &records[0]["ticket_id"]), (2, &"T-001".to_owned()));
    assert_eq!((&*records[0]["title"], &*records[1]["title"]), (&*format!("'{title}"), "plain"));
    let drawn = world.acme().get("/api/reports?report=tickets").await.expect(200);
    assert_eq!(drawn["data"][0]["title"], title, "JSON is data, as it was written");
    assert_eq!(drawn["report"], "tickets");
    assert!(csv(world.acme(), "tickets", "&to=2026-11-21").await.is_empty());
}

#[tokio::test]
async fn more_lines_than_one_batch_are_all_there_once() {
    let world = World::new().await;
    // A thousand are fetched at a time.
    let tickets = (0..1_005).map(|index| format!("{index},Ticket {index},2026-11-01T00:00:00Z,ann@example.com\n"));
    let file = format!("id,title,created,customer email\n{}", tickets.collect::<String>());
    let guessed = commands::import::guess("old", file.as_bytes(), None::<&[u8]>).unwrap();
    let importer = commands::import::Importer::read(&guessed.mapping, file.as_bytes(), None::<&[u8]>).unwrap();
    let go_on = |_| std::ops::ControlFlow::Continue(());
    importer.run(&world.acme.log, &*world.clock, &go_on).await.unwrap();
    world.settle().await;
    let records = csv(world.acme(), "tickets", "").await;
    let numbers: std::collections::BTreeSet<_> = records.iter().map(|record| record["ticket_id"].clone()).collect();
    assert_eq!((records.len(), numbers.len()), (1_005, 1_005));
    let drawn = world.acme().get("/api/reports?report=tickets").await.expect(200);
    assert_eq!(drawn["data"].as_array().unwrap().len(), 1_005);
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused() {
    let world = World::new().await;
    let acme = world.acme();
    for format in ["xlsx", "pdf"] {
        let refused =
            acme.get(&format!("/api/reports?report=tickets&format={format}")).await.refused(422, "unsupported_format");
        assert_eq!(refused["errors"][0]["allowed"], json!(["json", "csv"]));
    }
    for (wrong, parameter) in
        [("report=tickets&format=odt", "format"), ("report=sales", "report"), ("report=agents&from=x", "from")]
    {
        let refused = acme.get(&format!("/api/reports?{wrong}")).await.refused(400, "invalid_parameter");
        assert!(refused.names(parameter, "invalid_value"), "{wrong}");
    }
    let _ = acme.get("/api/reports?format=csv").await.refused(400, "unknown_parameter");
    let _ = acme.get("/api/reports?report=tickets&cols=id").await.refused(400, "unknown_parameter");
    let _ = acme.get("/api/reports?report=tickets&min_position=99").await.refused(503, "behind");
    let _ = acme.anonymous().get("/api/reports").await.refused(401, "unauthorized");
    let analyst = world.acme.with_scopes(&["analytics:read"]).await;
    let _ = analyst.get("/api/reports").await.refused(403, "insufficient_scope");
}
