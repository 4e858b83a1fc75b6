use super::*;
use crate::import::{Shape, report::FileKind, rows};

const TICKETS: &str = "n,subject,body,who,mail,created,replied,solved,closed,agent,status,tags,rating
1,No sound,Help!,Ann,ann@example.com,2024-01-01T10:00:00Z,2024-01-01T11:00:00Z,2024-01-02T10:00:00Z,2024-01-06T10:00:00Z,Eve,closed,\"a b;c\",good
2,,,Bob,,2024-01-01T10:00:00Z,2024-01-01T12:00:00Z,,,Eve,solved,,-
3,,,,,2024-01-01T10:00:00Z,,2024-01-01T09:00:00Z,,,open,,
4,,,,ann@example.com,2024-01-01T10:00:00Z,,,,,sleeping,,
1,Again,,,,2024-01-01T10:00:00Z,,,,,open,,
5,,,,nobody,2024-01-01T10:00:00Z,,,,,new,,
6,,,,no mail,2024-01-01T10:00:00Z,,,,,open,,
";
const COMMENTS: &str = "ticket,when,author,mail,public,text
1,2024-01-01T10:00:00Z,Ann,ann@example.com,,Help!
1,2024-01-01T11:00:00Z,Eve,,true,Turn it on.
1,2024-01-01T11:05:00Z,,joe@desk.example.com,internal,They never do.
1,2024-01-01T12:00:00Z,Ann,ANN@example.com,public,Thanks!
9,2024-01-01T12:00:00Z,Ann,ann@example.com,public,Hello?
1,2024-01-01T12:00:00Z,Ann,ann@example.com,perhaps,Hello?
";

fn mapping() -> Mapping {
    let mut mapping = Mapping::new("list", Shape::Tickets);
    let columns = [
        (Role::Number, "n"),
        (Role::Subject, "subject"),
        (Role::Body, "body"),
        (Role::Requester, "who"),
        (Role::RequesterEmail, "mail"),
        (Role::Created, "created"),
        (Role::FirstReply, "replied"),
        (Role::Solved, "solved"),
        (Role::Closed, "closed"),
        (Role::Assignee, "agent"),
        (Role::Status, "status"),
        (Role::Tags, "tags"),
        (Role::Rating, "rating"),
    ];
    mapping.columns = columns.map(|(role, name)| (role, name.into())).into();
    let columns = [
        (Role::Ticket, "ticket"),
        (Role::Time, "when"),
        (Role::Author, "author"),
        (Role::AuthorEmail, "mail"),
        (Role::Public, "public"),
        (Role::Body, "text"),
    ];
    mapping.comment_columns = columns.map(|(role, name)| (role, name.into())).into();
    mapping.statuses =
        [("solved", Status::Resolved), ("new", Status::Open)].map(|(word, status)| (word.to_owned(), status)).into();
    mapping.ratings = [("Good", 5), ("-", 0)].map(|(word, score)| (word.to_owned(), score)).into();
    mapping
}

fn read(tickets: &str, comments: Option<&str>) -> History {
    let table = |kind, text: &str| rows::read(kind, text.as_bytes(), Some(','), usize::MAX).unwrap();
    let comments = comments.map(|text| table(FileKind::Comments, text));
    history(&mapping(), table(FileKind::Main, tickets), comments).unwrap()
}

/// Mark and time of the steps of a case.
fn steps(history: &History, case: &str) -> Vec<String> {
    let of_case = history.steps.iter().filter(|step| history.cases[step.case as usize].id == case);
    of_case.map(|step| format!("{} {}", step.mark, step.at.format("%d %H:%M"))).collect()
}

#[test]
fn a_row_is_its_milestones_and_its_comments_in_the_order_of_time() {
    let history = read(TICKETS, Some(COMMENTS));
    assert_eq!(
        steps(&history, "1"),
        [
            "0:opened 01 10:00",
            "0:assigned 01 11:00",
            "comment:1 01 11:00",
            "comment:2 01 11:05",
            "comment:3 01 12:00",
            "0:solved 02 10:00",
            "0:closed 06 10:00",
            "0:rated 06 10:00",
        ]
    );
    let (first, joe) = (&history.steps[0], "joe@desk.example.com");
    let statement = &history.statements[first.statement as usize];
    assert_eq!(statement.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
    let joe = history.people.iter().find(|person| person.name.as_str() == joe).unwrap();
    assert_eq!(joe.kind, PersonKind::Agent, "a customer writes no internal note");
}

#[test]
fn what_the_list_does_not_say_is_assumed_and_counted() {
    let history = read(TICKETS, None);
    assert_eq!(
        steps(&history, "2"),
        ["0:opened 01 10:00", "0:assigned 01 12:00", "0:first_reply 01 12:00", "0:status=resolved 01 12:00"]
    );
    // Solved before it came in, and open again: its own times, and never before its opening.
    assert_eq!(steps(&history, "3"), ["0:opened 01 10:00", "0:solved 01 09:00", "0:status=open 01 10:00"]);
    let assumed = &history.report.times.assumed;
    assert_eq!((assumed["statuses"], assumed["assignments"], assumed["ratings"]), (2, 2, 1));
    let names: Vec<&str> = history.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Eve", "Ann", "Bob", "Unknown requester"]);
}

#[test]
fn rows_that_cannot_be_used_say_where_and_why() {
    let history = read(TICKETS, Some(COMMENTS));
    let rejected: Vec<String> = history.report.rejected.iter().map(ToString::to_string).collect();
    assert_eq!(
        rejected,
        [
            "row 4 (line 5), column status: \"sleeping\" is not in the mapping: add it to [statuses]",
            "row 5 (line 6), column n: row 1 is this ticket already",
            "row 6 (line 7), column mail: expected an email address such as ann@example.com",
            "row 7 (line 8), column mail: expected an email address such as ann@example.com",
            "comments, row 5 (line 6), column ticket: the list of tickets has no such ticket, or its row was rejected",
            "comments, row 6 (line 7), column public: expected true or false, public or internal",
        ]
    );
}
