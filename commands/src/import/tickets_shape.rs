//! A ticket list: one row per ticket with the times of its milestones, and perhaps a file of comments.
//!
//! Each milestone is a step of its own with its own mark, so that a later list of the same tickets adds the
//! milestones that were reached since. What a list does not say (when the assignee became it, when the rating came)
//! is assumed from what it says, and counted as assumed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    text::{Activity, Body},
    ticket::Status,
};

use super::{
    ImportError,
    columns::{Places, Role},
    events_shape::ASSIGNEE,
    history::{Deed, Gatherer, History, Index, Mark, PersonColumns, PersonKind, Statement, Step, folded},
    mapping::Mapping,
    report::RowPlace,
    rows::{Fault, Row, Table},
};

const REQUESTER: PersonColumns = PersonColumns {
    kind: PersonKind::Customer,
    id: Some(Role::RequesterId),
    email: Role::RequesterEmail,
    name: Role::Requester,
};

/// Among things of the same time: a ticket comes in, is assigned, answered, brought to its end, rated.
mod rank {
    pub const OPENED: u8 = 0;
    pub const ASSIGNED: u8 = 1;
    pub const SAID: u8 = 2;
    pub const MILESTONE: u8 = 3;
    pub const STATUS: u8 = 4;
    pub const RATED: u8 = 5;
}

/// A row of the list, before its comments are known.
struct Listed {
    case: Index,
    place: RowPlace,
    ordinal: u32,
    created: DateTime<Utc>,
    first_reply: Option<DateTime<Utc>>,
    solved: Option<DateTime<Utc>>,
    closed: Option<DateTime<Utc>>,
    status: Option<Status>,
    rating: Option<u8>,
    requester: Index,
    assignee: Option<Index>,
    statement: Statement,
    /// When an agent first wrote to the customer, as the comments tell.
    answered: Option<DateTime<Utc>>,
    last_comment: Option<DateTime<Utc>>,
}

struct Words {
    statuses: HashMap<String, Status>,
    ratings: HashMap<String, u8>,
}

pub(crate) fn history(mapping: &Mapping, tickets: Table, comments: Option<Table>) -> Result<History, ImportError> {
    let places = Places::find("columns", &mapping.columns, &tickets.header)?;
    let comment_places = match &comments {
        Some(table) => Places::find("comment_columns", &mapping.comment_columns, &table.header)?,
        None => Places::default(),
    };
    let words = Words { statuses: folded(&mapping.statuses), ratings: folded(&mapping.ratings) };
    let mut gatherer = Gatherer::new(mapping)?;
    gatherer.begin(&tickets);
    let mut listed: HashMap<String, Listed> = HashMap::new();
    let mut order = vec![];
    for row in tickets.rows {
        let number = places.get(&row.record, Role::Number).unwrap_or_default();
        let read = match listed.get(number) {
            Some(before) => Err(Fault::column(
                places.name(Role::Number),
                format!("row {} is this ticket already", before.place.row),
            )),
            None => read(&mut gatherer, &places, &words, &row, number),
        };
        match read {
            Ok(ticket) => {
                order.push(number.to_owned());
                listed.insert(number.to_owned(), ticket);
            }
            Err(fault) => gatherer.reject(&row, fault),
        }
    }
    if let Some(table) = comments {
        gatherer.begin(&table);
        let mut ordinals: HashMap<String, u32> = HashMap::new();
        for row in table.rows {
            let number = comment_places.get(&row.record, Role::Ticket).unwrap_or_default();
            let next = ordinals.entry(number.to_owned()).or_default();
            let ordinal = *next;
            *next += 1;
            let ticket = listed.get_mut(number);
            if let Err(fault) = comment(&mut gatherer, &comment_places, &row, ticket, ordinal) {
                gatherer.reject(&row, fault);
            }
        }
    }
    for ticket in order.iter().filter_map(|number| listed.remove(number)) {
        milestones(&mut gatherer, ticket)?;
    }
    Ok(gatherer.finish())
}

fn read(gatherer: &mut Gatherer<'_>, places: &Places, words: &Words, row: &Row, number: &str) -> Result<Listed, Fault> {
    if let Some(fault) = &row.fault {
        return Err(fault.clone());
    }
    let missing = |role: Role| Fault::column(places.name(role), "is empty");
    if number.is_empty() {
        return Err(missing(Role::Number));
    }
    let get = |role: Role| places.get(&row.record, role);
    let created = gatherer.time(places, row, Role::Created)?.ok_or_else(|| missing(Role::Created))?;
    let first_reply = gatherer.time(places, row, Role::FirstReply)?;
    let solved = gatherer.time(places, row, Role::Solved)?;
    let closed = gatherer.time(places, row, Role::Closed)?;
    let word = |role: Role, table: &str, text: &str| {
        let shown: String = text.chars().take(40).collect();
        Fault::column(places.name(role), format!("{shown:?} is not in the mapping: add it to [{table}]"))
    };
    let status = match get(Role::Status) {
        Some(text) => {
            let folded = text.to_lowercase();
            let known = words.statuses.get(&folded).copied();
            let known = known.or_else(|| folded.parse().ok());
            Some(known.ok_or_else(|| word(Role::Status, "statuses", text))?)
        }
        None => None,
    };
    let rating = match get(Role::Rating) {
        Some(text) => {
            let known = words.ratings.get(&text.to_lowercase()).copied();
            let known = known.or_else(|| text.parse().ok().filter(|score| (0..=5).contains(score)));
            // 0 stands for "not rated".
            Some(known.ok_or_else(|| word(Role::Rating, "ratings", text))?).filter(|score| *score > 0)
        }
        None => None,
    };
    let statement = gatherer.statement(places, row)?;
    let body = match get(Role::Body) {
        Some(text) => gatherer.body(text).map_err(|error| Fault::column(places.name(Role::Body), error))?,
        None => None,
    };
    let assignee = gatherer.person_in(places, row, ASSIGNEE)?;
    let requester = match gatherer.person_in(places, row, REQUESTER)? {
        Some(requester) => requester,
        None => gatherer.nobody()?,
    };
    let title = get(Role::Subject).and_then(|text| gatherer.title(text));
    let case = gatherer.case(number, title).map_err(|error| Fault::column(places.name(Role::Number), error))?;
    let known = gatherer.case_mut(case);
    (known.since, known.body) = (Some(created), body);
    Ok(Listed {
        case,
        place: row.place,
        ordinal: 0,
        created,
        first_reply,
        solved,
        closed,
        status,
        rating,
        requester,
        assignee,
        statement,
        answered: None,
        last_comment: None,
    })
}

/// One row of the comments.
fn comment(
    gatherer: &mut Gatherer<'_>,
    places: &Places,
    row: &Row,
    ticket: Option<&mut Listed>,
    ordinal: u32,
) -> Result<(), Fault> {
    if let Some(fault) = &row.fault {
        return Err(fault.clone());
    }
    let get = |role: Role| places.get(&row.record, role);
    let missing = |role: Role| Fault::column(places.name(role), "is empty");
    let Some(ticket) = ticket else {
        let reason = "the list of tickets has no such ticket, or its row was rejected";
        return Err(Fault::column(places.name(Role::Ticket), reason));
    };
    let at = gatherer.time(places, row, Role::Time)?.ok_or_else(|| missing(Role::Time))?;
    let body = get(Role::Body).ok_or_else(|| missing(Role::Body))?;
    let body = gatherer
        .body(body)
        .map_err(|error| Fault::column(places.name(Role::Body), error))?
        .ok_or_else(|| missing(Role::Body))?;
    let public = match get(Role::Public).map(str::to_lowercase).as_deref() {
        None | Some("true" | "yes" | "1" | "public" | "t" | "y") => true,
        Some("false" | "no" | "0" | "private" | "internal" | "f" | "n") => false,
        Some(_) => {
            let reason = "expected true or false, public or internal";
            return Err(Fault::column(places.name(Role::Public), reason));
        }
    };
    let author = author(gatherer, places, row, ticket, public)?;
    // Many systems give the first message twice: as the ticket's text and as its first comment.
    let first_message = gatherer.case_mut(ticket.case).body.as_ref() == Some(&body);
    if first_message && at == ticket.created && author == ticket.requester {
        return Ok(());
    }
    let by_agent = gatherer.person(author).kind == PersonKind::Agent;
    if by_agent && public {
        ticket.answered = Some(ticket.answered.map_or(at, |first| first.min(at)));
    }
    ticket.last_comment = ticket.last_comment.max(Some(at));
    let deed = said(public, by_agent, author, body);
    let nothing = gatherer.put_statement(Statement::default());
    gatherer.steps.push(Step {
        case: ticket.case,
        place: row.place,
        mark: Mark::Comment(ordinal),
        at,
        order: (at.max(ticket.created), rank::SAID),
        actor: Some(author),
        statement: nothing,
        deed,
        words: None,
    });
    Ok(())
}

fn said(public: bool, by_agent: bool, author: Index, body: Body) -> Deed {
    if public {
        Deed::Replied { author, body }
    } else {
        // A note has an agent or nobody as its author.
        let author = by_agent.then_some(author);
        Deed::NoteAdded { author, body }
    }
}

/// Who wrote a comment: what the row says; else the requester or an agent of the list; else whoever may write such a
/// thing.
fn author(
    gatherer: &mut Gatherer<'_>,
    places: &Places,
    row: &Row,
    ticket: &Listed,
    public: bool,
) -> Result<Index, Fault> {
    let (email, name) = (places.get(&row.record, Role::AuthorEmail), places.get(&row.record, Role::Author));
    let stated = match places.get(&row.record, Role::AuthorKind).map(str::to_lowercase).as_deref() {
        Some("agent" | "admin" | "staff" | "operator") => Some(PersonKind::Agent),
        Some("customer" | "end-user" | "end_user" | "user" | "requester" | "contact" | "client") => {
            Some(PersonKind::Customer)
        }
        Some(_) => {
            let reason = "expected agent or customer";
            return Err(Fault::column(places.name(Role::AuthorKind), reason));
        }
        None => None,
    };
    if stated != Some(PersonKind::Agent) {
        let requester = gatherer.person(ticket.requester);
        let address = requester.email.as_ref().map(domain::text::Email::identity);
        let is_requester = match (email.or(name.filter(|text| text.contains('@'))), name) {
            (Some(email), _) => address == Some(email.to_lowercase()),
            (None, Some(name)) => requester.name.as_str().to_lowercase() == name.to_lowercase(),
            (None, None) => public,
        };
        if is_requester {
            return Ok(ticket.requester);
        }
    }
    let known = gatherer.known_agent(email, name);
    if let Some(agent) = known.filter(|_| stated != Some(PersonKind::Customer)) {
        return Ok(agent);
    }
    let domain = email.or(name).and_then(|text| text.rsplit_once('@')).map(|(_, domain)| domain);
    let of_company = domain.is_some_and(|domain| {
        let domains = &gatherer.mapping.agent_domains;
        domains.iter().any(|ours| ours.eq_ignore_ascii_case(domain))
    });
    let kind = stated.unwrap_or(if of_company || !public { PersonKind::Agent } else { PersonKind::Customer });
    let columns = PersonColumns { kind, id: None, email: Role::AuthorEmail, name: Role::Author };
    match gatherer.person_in(places, row, columns)? {
        Some(person) => Ok(person),
        None => ticket.assignee.ok_or_else(|| Fault::column(places.name(Role::Author), "is empty")),
    }
}

/// The steps that a row of the list stands for.
fn milestones(gatherer: &mut Gatherer<'_>, ticket: Listed) -> Result<(), ImportError> {
    let nothing = gatherer.put_statement(Statement::default());
    let mut steps = Steps {
        case: ticket.case,
        place: ticket.place,
        created: ticket.created,
        assignee: ticket.assignee,
        nothing,
        all: vec![],
    };
    let part = |part| Mark::Part(ticket.ordinal, part);
    let opened = gatherer.put_statement(Statement { requester: Some(ticket.requester), ..ticket.statement });
    steps.push(part("opened"), ticket.created, rank::OPENED, Deed::Opened);
    if let Some(step) = steps.all.last_mut() {
        (step.statement, step.actor) = (opened, Some(ticket.requester));
    }
    if ticket.assignee.is_some() {
        let at = ticket.first_reply.into_iter().chain(ticket.answered).min();
        steps.push(part("assigned"), at.unwrap_or(ticket.created), rank::ASSIGNED, Deed::Nothing);
        if let Some(step) = steps.all.last_mut() {
            step.statement = gatherer.put_statement(Statement { assignee: ticket.assignee, ..Statement::default() });
        }
        *gatherer.report.times.assumed.entry("assignments").or_default() += 1;
    }
    // Its text is not known, or it is among the comments.
    if let Some(at) = ticket.first_reply.filter(|_| ticket.answered.is_none()) {
        steps.push(part("first_reply"), at, rank::SAID, Deed::OwnWords);
        let words = Activity::try_new("First reply")
            .map_err(|error| super::MappingError::key("columns.first_reply", error.to_string()))?;
        if let Some(step) = steps.all.last_mut() {
            step.words = Some(gatherer.put_words(words));
        }
    }
    let mut ends: Vec<_> = [
        ticket.solved.map(|at| (at, Status::Resolved, "solved")),
        ticket.closed.map(|at| (at, Status::Closed, "closed")),
    ]
    .into_iter()
    .flatten()
    .collect();
    ends.sort_by_key(|(at, ..)| *at);
    for (at, status, name) in &ends {
        steps.push(part(name), *at, rank::MILESTONE, (*status).into());
    }
    let reached = ends.last().map_or(Status::Open, |(_, status, _)| *status);
    let known = [Some(ticket.created), ticket.first_reply, ticket.last_comment];
    let last = known.into_iter().flatten().chain(ends.iter().map(|(at, ..)| *at)).max();
    let last = last.unwrap_or(ticket.created);
    if let Some(status) = ticket.status.filter(|status| *status != reached) {
        steps.push(Mark::Status(ticket.ordinal, status), last, rank::STATUS, status.into());
        *gatherer.report.times.assumed.entry("statuses").or_default() += 1;
    }
    if let Some(score) = ticket.rating {
        let at = ends.last().map_or(last, |(at, ..)| *at);
        steps.push(part("rated"), at, rank::RATED, Deed::Rated(score));
        if let Some(step) = steps.all.last_mut() {
            step.actor = Some(ticket.requester);
        }
        *gatherer.report.times.assumed.entry("ratings").or_default() += 1;
    }
    gatherer.steps.append(&mut steps.all);
    Ok(())
}

struct Steps {
    case: Index,
    place: RowPlace,
    created: DateTime<Utc>,
    assignee: Option<Index>,
    nothing: Index,
    all: Vec<Step>,
}

impl Steps {
    fn push(&mut self, mark: Mark, at: DateTime<Utc>, rank: u8, deed: Deed) {
        self.all.push(Step {
            case: self.case,
            place: self.place,
            mark,
            at,
            order: (at.max(self.created), rank),
            actor: self.assignee,
            statement: self.nothing,
            deed,
            words: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{report::FileKind, rows},
        *,
    };

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
        use super::super::Shape;
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
        mapping.statuses = [("solved", Status::Resolved), ("new", Status::Open)]
            .map(|(word, status)| (word.to_owned(), status))
            .into();
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
}
