//! The history of every case, as both shapes of files give it: steps in the order of their times.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    hash::Hash,
};

use chrono::{DateTime, Utc};
use domain::{
    text::{Activity, Body, Email, ExternalId, Name, Tag, TextError, TicketType, Title},
    ticket::{Priority, Status},
};

use super::{
    ImportError,
    columns::{Places, Role},
    mapping::Mapping,
    report::{FileKind, Rejected, Report, RowPlace},
    rows::{Fault, Row, Table},
    times::{Reading, Times},
};

/// A place in one of the lists of [`History`]. There are never more than the rows of a file times a few.
pub(crate) type Index = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PersonKind {
    Customer,
    Agent,
}

/// Someone whom the file names.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub kind: PersonKind,
    pub external_id: Option<String>,
    pub email: Option<Email>,
    pub name: Name,
}

/// One ticket of the other system.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Its id there.
    pub id: String,
    /// The external id that its ticket gets.
    pub external_id: String,
    /// Part of its ticket's id: the time of its first row in the file, which stays when rows are added.
    pub since: Option<DateTime<Utc>>,
    pub title: Title,
    pub body: Option<Body>,
}

/// What a row says about how things stand. Many rows say the same: each is kept once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Statement {
    pub requester: Option<Index>,
    pub priority: Option<Priority>,
    pub kind: Option<String>,
    pub tags: BTreeSet<String>,
    pub assignee: Option<Index>,
}

/// What a row says was done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Nothing beside what it states.
    Nothing,
    /// It came in.
    Opened,
    Started,
    AwaitingCustomer,
    Resolved,
    Closed,
    Reopened,
    /// Something in the other system's own words.
    OwnWords,
    Replied {
        author: Index,
        body: Body,
    },
    NoteAdded {
        author: Option<Index>,
        body: Body,
    },
    Rated(u8),
}

impl From<Status> for Deed {
    /// The step after which a ticket stands there.
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Reopened,
            Status::InProgress => Self::Started,
            Status::Pending => Self::AwaitingCustomer,
            Status::Resolved => Self::Resolved,
            Status::Closed => Self::Closed,
        }
    }
}

/// Which part of which row of its case a step is. Stands in the log, so that another run knows it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The whole row of an event log.
    Row(u32),
    /// A part of a row of a ticket list.
    Part(u32, &'static str),
    /// The status that a ticket list ends with.
    Status(u32, Status),
    /// A comment.
    Comment(u32),
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(ordinal) => write!(f, "{ordinal}"),
            Self::Part(ordinal, part) => write!(f, "{ordinal}:{part}"),
            Self::Status(ordinal, status) => write!(f, "{ordinal}:status={status}"),
            Self::Comment(ordinal) => write!(f, "comment:{ordinal}"),
        }
    }
}

/// One thing that happened, or was so.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub case: Index,
    pub place: RowPlace,
    pub mark: Mark,
    pub at: DateTime<Utc>,
    /// Where it stands among others: not before its ticket came in, whatever `at` says.
    pub order: (DateTime<Utc>, u8),
    pub actor: Option<Index>,
    pub statement: Index,
    pub deed: Deed,
    /// In the other system's words; recorded when nothing else comes of the step.
    pub words: Option<Index>,
}

/// All cases of a file.
#[derive(Debug)]
pub(crate) struct History {
    pub people: Vec<Person>,
    pub cases: Vec<Case>,
    pub statements: Vec<Statement>,
    pub words: Vec<Activity>,
    /// Of a ticket whose first row states none.
    pub default_priority: Priority,
    /// By time; those of the same time as in the file.
    pub steps: Vec<Step>,
    /// What is known before anything is recorded.
    pub report: Report,
}

/// Texts and people that many rows share.
#[derive(Debug)]
struct Interned<T> {
    items: Vec<T>,
    places: HashMap<T, Index>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { items: vec![], places: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    fn put(&mut self, item: T) -> Index {
        if let Some(place) = self.places.get(&item) {
            return *place;
        }
        let place = index(self.items.len());
        self.items.push(item.clone());
        self.places.insert(item, place);
        place
    }
}

fn index(length: usize) -> Index {
    Index::try_from(length).unwrap_or(Index::MAX)
}

/// The three columns that may name a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PersonColumns {
    pub kind: PersonKind,
    pub id: Option<Role>,
    pub email: Role,
    pub name: Role,
}

/// Gathers the history of a file.
pub(crate) struct Gatherer<'a> {
    pub mapping: &'a Mapping,
    pub report: Report,
    times: Times,
    people: Vec<Person>,
    by_external_id: HashMap<(PersonKind, String), Index>,
    by_email: HashMap<(PersonKind, String), Index>,
    by_name: HashMap<(PersonKind, String), Index>,
    cases: Vec<Case>,
    case_places: HashMap<String, Index>,
    statements: Interned<Statement>,
    words: Interned<Activity>,
    pub steps: Vec<Step>,
    priorities: HashMap<String, Priority>,
}

impl<'a> Gatherer<'a> {
    pub fn new(mapping: &'a Mapping) -> Result<Self, ImportError> {
        Ok(Self {
            mapping,
            report: Report { source: mapping.source.clone(), ..Report::default() },
            times: Times::new(&mapping.time_format, mapping.zone()?),
            people: vec![],
            by_external_id: HashMap::new(),
            by_email: HashMap::new(),
            by_name: HashMap::new(),
            cases: vec![],
            case_places: HashMap::new(),
            statements: Interned::default(),
            words: Interned::default(),
            steps: vec![],
            priorities: folded(&mapping.priorities),
        })
    }

    /// Counts the rows of a file.
    pub fn begin(&mut self, table: &Table) {
        let counts = match table.file {
            FileKind::Main => &mut self.report.rows,
            FileKind::Comments => self.report.comments.get_or_insert_default(),
        };
        (counts.total, counts.twins) = (table.rows.len() as u64, table.twins);
    }

    pub fn reject(&mut self, row: &Row, fault: Fault) {
        let (column, reason) = (fault.column, fault.reason);
        self.report.reject(Rejected { place: row.place, column, reason });
    }

    /// The time in a column, when there is one.
    pub fn time(&mut self, places: &Places, row: &Row, role: Role) -> Result<Option<DateTime<Utc>>, Fault> {
        let Some(text) = places.get(&row.record, role) else {
            return Ok(None);
        };
        let (at, reading) = self.times.read(text).map_err(|reason| Fault::column(places.name(role), reason))?;
        match reading {
            Reading::Plain => {}
            Reading::Ambiguous => self.report.times.ambiguous += 1,
            Reading::Skipped => self.report.times.skipped += 1,
        }
        Ok(Some(at))
    }

    /// The case of this id, which exists from here on.
    pub fn case(&mut self, id: &str, title: Option<Title>) -> Result<Index, TextError> {
        if let Some(place) = self.case_places.get(id) {
            return Ok(*place);
        }
        let external_id = ExternalId::try_new(self.mapping.external_id.replace("{case}", id))?.into();
        let title = match title {
            Some(title) => title,
            None => Title::try_new(self.mapping.title.replace("{case}", id))?,
        };
        let place = index(self.cases.len());
        self.cases.push(Case { id: id.to_owned(), external_id, since: None, title, body: None });
        self.case_places.insert(id.to_owned(), place);
        Ok(place)
    }

    pub fn case_mut(&mut self, case: Index) -> &mut Case {
        &mut self.cases[case as usize]
    }

    pub fn person(&self, person: Index) -> &Person {
        &self.people[person as usize]
    }

    /// The person that the columns of a row name, when they name one. Known by their id, else by their email; one
    /// without either is known by name.
    pub fn person_in(&mut self, places: &Places, row: &Row, columns: PersonColumns) -> Result<Option<Index>, Fault> {
        let get = |role: Role| places.get(&row.record, role);
        let id = columns.id.and_then(|role| Some((role, get(role)?)));
        let mut email = get(columns.email).map(|text| (columns.email, text));
        let mut name = get(columns.name).map(|text| (columns.name, text));
        // Some systems write the address where others write the name.
        if let Some((role, text)) = name.filter(|(_, text)| email.is_none() && Email::try_new(*text).is_ok()) {
            (email, name) = (Some((role, text)), None);
        }
        let fault = |role: Role| move |error: TextError| Fault::column(places.name(role), error);
        let email = email.map(|(role, text)| Email::try_new(text).map_err(fault(role))).transpose()?;
        let called = name.or(id);
        let called = match (called, &email) {
            (Some((role, text)), _) => Name::try_new(text).map_err(fault(role))?,
            (None, Some(email)) => Name::try_new(email.as_str().chars().take(Name::MAX_CHARS).collect::<String>())
                .map_err(fault(columns.email))?,
            (None, None) => return Ok(None),
        };
        let id = id.or(name.filter(|_| email.is_none()));
        let by_name = (columns.kind, called.as_str().to_lowercase());
        if columns.kind == PersonKind::Agent
            && columns.id.is_none()
            && email.is_none()
            && let Some(known) = self.by_name.get(&by_name)
        {
            return Ok(Some(*known));
        }
        let external_id =
            id.map(|(role, text)| ExternalId::try_new(text).map_err(fault(role))).transpose()?.map(String::from);
        Ok(Some(self.intern_person(Person { kind: columns.kind, external_id, email, name: called })))
    }

    /// The requester of rows that name none.
    pub fn nobody(&mut self) -> Result<Index, Fault> {
        let name = Name::try_new(&*self.mapping.requester).map_err(|error| Fault::column("requester", error))?;
        let external_id = Some(name.as_str().to_owned());
        Ok(self.intern_person(Person { kind: PersonKind::Customer, external_id, email: None, name }))
    }

    fn intern_person(&mut self, person: Person) -> Index {
        let kind = person.kind;
        let by_id = person.external_id.clone().map(|id| (kind, id));
        let by_email = person.email.as_ref().map(|email| (kind, email.identity()));
        let known = by_id
            .as_ref()
            .and_then(|key| self.by_external_id.get(key))
            .or_else(|| by_email.as_ref().and_then(|key| self.by_email.get(key)))
            .copied();
        let place = known.unwrap_or(index(self.people.len()));
        if known.is_none() {
            self.by_name.entry((kind, person.name.as_str().to_lowercase())).or_insert(place);
            self.people.push(person);
        } else if let Some(email) = person.email.filter(|email| !self.by_email.contains_key(&(kind, email.identity())))
            && self.people[place as usize].email.is_none()
        {
            self.people[place as usize].email = Some(email);
        }
        // An id or an address is one person's, so whoever was known by one of them keeps it.
        let whose = &self.people[place as usize];
        if let Some(key) = by_id.filter(|(_, id)| whose.external_id.as_ref() == Some(id)) {
            self.by_external_id.entry(key).or_insert(place);
        }
        if let Some(key) =
            by_email.filter(|(_, email)| whose.email.as_ref().map(Email::identity).as_ref() == Some(email))
        {
            self.by_email.entry(key).or_insert(place);
        }
        place
    }

    /// The agent of this name or address, if a row has named one.
    pub fn known_agent(&self, email: Option<&str>, name: Option<&str>) -> Option<Index> {
        let find = |map: &HashMap<(PersonKind, String), Index>, text: Option<&str>| {
            map.get(&(PersonKind::Agent, text?.to_lowercase())).copied()
        };
        find(&self.by_email, email).or_else(|| find(&self.by_email, name)).or_else(|| find(&self.by_name, name))
    }

    /// What the columns that both shapes have say.
    pub fn statement(&self, places: &Places, row: &Row) -> Result<Statement, Fault> {
        let get = |role: Role| places.get(&row.record, role);
        let priority = match get(Role::Priority) {
            Some(text) => {
                Some(self.priority(text).map_err(|reason| Fault::column(places.name(Role::Priority), reason))?)
            }
            None => None,
        };
        let kind = match get(Role::Type) {
            Some(text) => {
                let kind = TicketType::try_new(text).map_err(|error| Fault::column(places.name(Role::Type), error))?;
                Some(kind.into())
            }
            None => None,
        };
        let mut tags = BTreeSet::new();
        let ends = |c: char| self.mapping.tag_separators.contains(c);
        let texts = get(Role::Tags).into_iter().flat_map(|text| text.split(ends));
        for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
            let tag = Tag::try_new(format!("{}{text}", self.mapping.tag_prefix))
                .map_err(|error| Fault::column(places.name(Role::Tags), error))?;
            tags.insert(tag.into());
        }
        Ok(Statement { priority, kind, tags, ..Statement::default() })
    }

    fn priority(&self, text: &str) -> Result<Priority, String> {
        let word = text.to_lowercase();
        let known = self.priorities.get(&word).copied();
        known.or_else(|| word.parse().ok()).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            format!("{shown:?} is no priority that the mapping names: add it to [priorities]")
        })
    }

    pub fn put_statement(&mut self, statement: Statement) -> Index {
        self.statements.put(statement)
    }

    pub fn put_words(&mut self, words: Activity) -> Index {
        self.words.put(words)
    }

    /// A subject line that fits: on one line, and not too long.
    pub fn title(&mut self, text: &str) -> Option<Title> {
        let mut line =
            text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if line.chars().count() > Title::MAX_CHARS {
            line = line.chars().take(Title::MAX_CHARS - 1).chain(['…']).collect();
        }
        if line != text {
            self.report.texts_adjusted += 1;
        }
        Title::try_new(line).ok()
    }

    /// A message without the control characters that nobody sees.
    pub fn body(&mut self, text: &str) -> Result<Option<Body>, TextError> {
        let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let clean = if text.contains(hidden) {
            self.report.texts_adjusted += 1;
            text.replace(hidden, "")
        } else {
            text.to_owned()
        };
        if clean.trim().is_empty() {
            return Ok(None);
        }
        Body::try_new(clean).map(Some)
    }

    /// Everything, in order.
    pub fn finish(mut self) -> History {
        // Stable: rows of the same time stay as they are in the file.
        self.steps.sort_by_key(|step| step.order);
        self.report.first = self.steps.iter().map(|step| step.at).min();
        self.report.last = self.steps.iter().map(|step| step.at).max();
        self.report.tickets.total = self.cases.len() as u64;
        let mut history = History {
            people: self.people,
            cases: self.cases,
            statements: self.statements.items,
            words: self.words.items,
            default_priority: self.mapping.priority,
            steps: self.steps,
            report: self.report,
        };
        history.count_peculiar();
        history
    }
}

impl History {
    /// What people ask about first when they doubt an import.
    fn count_peculiar(&mut self) {
        #[derive(Clone, Default)]
        struct Seen {
            closed: u32,
            went_on: bool,
            requester: Option<Index>,
            changed: bool,
        }
        let mut seen = vec![Seen::default(); self.cases.len()];
        for step in &self.steps {
            let case = &mut seen[step.case as usize];
            let requester = self.statements[step.statement as usize].requester;
            case.changed |= case.requester.is_some() && requester.is_some() && case.requester != requester;
            case.requester = requester.or(case.requester);
            case.went_on |= case.closed > 0 && !matches!(step.deed, Deed::Rated(_));
            case.closed += u32::from(step.deed == Deed::Closed);
        }
        let tickets = &mut self.report.tickets;
        for case in seen {
            tickets.went_on_after_closed += u64::from(case.went_on);
            tickets.closed_again += u64::from(case.closed > 1);
            tickets.changed_requester += u64::from(case.changed);
        }
    }
}

/// Words of the mapping, however they are capitalised.
pub(crate) fn folded<T: Copy>(words: &std::collections::BTreeMap<String, T>) -> HashMap<String, T> {
    words.iter().map(|(word, meaning)| (word.trim().to_lowercase(), *meaning)).collect()
}
