//! Words of other help desks, and what they stand for here.

use domain::ticket::{Priority, Status};

use super::Confidence;
use crate::import::{columns::Role, mapping::Meaning};

/// What columns are called in English, Italian and German, the surest first, as [`folded`] writes names.
pub(super) fn synonyms(role: Role) -> impl Iterator<Item = &'static str> {
    let words = match role {
        Role::Case => {
            "caseid case ticketid ticket ticketnumber incidentid incident requestid idticket vorgang \
             vorgangsnummer ticketnummer caso id"
        }
        Role::Activity => {
            "activity event eventtype action attività attivita azione aktivität aktivitaet ereignis \
             vorgangsschritt step"
        }
        Role::Time => {
            "completetimestamp timestamp time eventtime datetime date createdat created completetime \
             starttimestamp data dataora zeitstempel zeitpunkt datum ora"
        }
        Role::Agent => {
            "resource agent user operator performedby actor risorsa operatore utente ressource bearbeiter \
             mitarbeiter"
        }
        Role::AgentEmail => "agentemail resourceemail operatoremail useremail",
        Role::Customer => {
            "customer customerid client requester company cliente richiedente kunde kundennummer kundennr"
        }
        Role::CustomerName => "customername clientname requestername nomecliente kundenname",
        Role::CustomerEmail => "customeremail clientemail requesteremail emailcliente kundenemail",
        Role::Number => {
            "number ticketnumber ticketid ticket id caseid casenumber numero numeroticket nummer \
             ticketnummer ticketnr"
        }
        Role::Body => {
            "description body message comment text content details descrizione messaggio testo commento \
             beschreibung nachricht inhalt kommentar"
        }
        Role::Requester => {
            "requester requestername customer customername contact contactname fullname client \
             richiedente cliente nomecliente kunde anfragender melder name"
        }
        Role::RequesterEmail => {
            "requesteremail customeremail contactemail email emailaddress fromemail from emailrichiedente \
             emailcliente kundenemail"
        }
        Role::RequesterId => "requesterid customerid contactid clientid idcliente kundennummer",
        Role::Created => {
            "created createdat createdtime createddate datecreated opened openedat submitted creato \
             datacreazione creatoil apertura dataapertura erstellt erstelltam eröffnet eröffnetam"
        }
        Role::FirstReply => {
            "firstreply firstreplyat firstreplytime firstresponse firstresponseat firstrespondedat \
             firstresponsetime initialresponsetime primarisposta ersteantwort erstantwort"
        }
        Role::Solved => {
            "solved solvedat resolved resolvedat resolvedtime resolutiondate dateresolved risolto \
             risoltoil datarisoluzione gelöst gelöstam behoben"
        }
        Role::Closed => {
            "closed closedat closedtime dateclosed closeddate chiuso chiusoil datachiusura chiusura \
             geschlossen geschlossenam"
        }
        Role::Assignee => {
            "assignee assigneename assignedto agent owner agentname assegnatario assegnatoa operatore \
             zugewiesen zugewiesenan bearbeiter"
        }
        Role::AssigneeEmail => "assigneeemail agentemail owneremail emailoperatore",
        Role::Status => "status state ticketstatus stato zustand",
        Role::Priority => {
            "priority severity seriousness2 seriousness urgency impact priorità priorita gravità gravita \
             urgenza priorität prioritaet dringlichkeit schweregrad"
        }
        Role::Type => "type tickettype issuetype category servicetype tipo categoria typ art kategorie",
        Role::Tags => "tags labels tag label etichette schlagworte schlagwörter etiketten product prodotto produkt",
        Role::Rating => {
            "rating satisfaction satisfactionscore satisfactionrating csat score surveyresult valutazione \
             soddisfazione bewertung zufriedenheit"
        }
        Role::Author => "author authorname from user username by autore autor verfasser",
        Role::AuthorEmail => "authoremail email useremail emailautore",
        Role::AuthorKind => "authorkind authorrole authortype role usertype ruolo rolle",
        Role::Public => "public ispublic visibility pubblico öffentlich visibilità sichtbarkeit",
        Role::Title | Role::Subject => "subject title summary ticketsubject oggetto titolo betreff titel thema",
        Role::Ticket => "ticket ticketid ticketnumber number caseid case numeroticket ticketnummer id",
    };
    words.split_ascii_whitespace()
}

/// A column's name without what nobody agrees on: capitals, spaces, hyphens and underscores.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Forms of times, the likelier first where two fit.
pub(super) const FORMATS: &[&str] = &[
    "rfc3339",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%d/%m/%Y %H:%M:%S%.f",
    "%m/%d/%Y %H:%M:%S%.f",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d.%m.%Y %H:%M:%S%.f",
    "%d.%m.%Y %H:%M",
    "%d-%m-%Y %H:%M:%S%.f",
    "%d-%m-%Y %H:%M",
    "%d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "unix_ms",
    "unix",
];

pub(super) const PRIORITIES: &[(&str, Priority)] = &[
    ("urgent", Priority::Critical),
    ("critical", Priority::Critical),
    ("blocker", Priority::Critical),
    ("critic", Priority::Critical),
    ("kritisch", Priority::Critical),
    ("dringend", Priority::Critical),
    ("p1", Priority::Critical),
    ("high", Priority::High),
    ("alta", Priority::High),
    ("hoch", Priority::High),
    ("p2", Priority::High),
    ("normal", Priority::Medium),
    ("medium", Priority::Medium),
    ("media", Priority::Medium),
    ("mittel", Priority::Medium),
    ("p3", Priority::Medium),
    ("low", Priority::Low),
    ("minor", Priority::Low),
    ("bassa", Priority::Low),
    ("niedrig", Priority::Low),
    ("gering", Priority::Low),
    ("p4", Priority::Low),
];

pub(super) const STATUSES: &[(&str, Status)] = &[
    ("in progress", Status::InProgress),
    ("in_progress", Status::InProgress),
    ("working", Status::InProgress),
    ("in corso", Status::InProgress),
    ("lavorazione", Status::InProgress),
    ("bearbeitung", Status::InProgress),
    ("pending", Status::Pending),
    ("hold", Status::Pending),
    ("wait", Status::Pending),
    ("attesa", Status::Pending),
    ("sospes", Status::Pending),
    ("wartet", Status::Pending),
    ("warten", Status::Pending),
    ("solved", Status::Resolved),
    ("resolved", Status::Resolved),
    ("risolt", Status::Resolved),
    ("gelöst", Status::Resolved),
    ("behoben", Status::Resolved),
    ("closed", Status::Closed),
    ("done", Status::Closed),
    ("chius", Status::Closed),
    ("geschlossen", Status::Closed),
    ("reopened", Status::Open),
    ("open", Status::Open),
    ("new", Status::Open),
    ("apert", Status::Open),
    ("nuov", Status::Open),
    ("offen", Status::Open),
    ("neu", Status::Open),
];

pub(super) const RATINGS: &[(&str, u8)] = &[
    ("unoffered", 0),
    ("offered", 0),
    ("not rated", 0),
    ("bad", 1),
    ("poor", 1),
    ("unhappy", 1),
    ("dissatisfied", 1),
    ("cattiv", 1),
    ("schlecht", 1),
    ("neutral", 3),
    ("good", 5),
    ("happy", 5),
    ("satisfied", 5),
    ("buon", 5),
    ("gut", 5),
];

/// Activities by the words that are in them; the first that fits counts.
pub(super) const ACTIVITIES: &[(&str, Meaning)] = &[
    ("reopen", Meaning::Reopened),
    ("re-open", Meaning::Reopened),
    ("riapert", Meaning::Reopened),
    ("wieder geöffnet", Meaning::Reopened),
    ("wiedereröffn", Meaning::Reopened),
    ("take in charge", Meaning::Started),
    ("presa in carico", Meaning::Started),
    ("start work", Meaning::Started),
    ("in progress", Meaning::Started),
    ("accepted", Meaning::Started),
    ("übernommen", Meaning::Started),
    ("in bearbeitung", Meaning::Started),
    ("await", Meaning::AwaitingCustomer),
    ("wait", Meaning::AwaitingCustomer),
    ("pending", Meaning::AwaitingCustomer),
    ("attesa", Meaning::AwaitingCustomer),
    ("warten", Meaning::AwaitingCustomer),
    ("resolve ticket", Meaning::Resolved),
    ("ticket resolved", Meaning::Resolved),
    ("resolve case", Meaning::Resolved),
    ("solve ticket", Meaning::Resolved),
    ("risolvi ticket", Meaning::Resolved),
    ("risoluzione ticket", Meaning::Resolved),
    ("ticket gelöst", Meaning::Resolved),
    ("closed", Meaning::Closed),
    ("close ticket", Meaning::Closed),
    ("close case", Meaning::Closed),
    ("chius", Meaning::Closed),
    ("geschlossen", Meaning::Closed),
    ("assign seriousness", Meaning::Priority),
    ("set priority", Meaning::Priority),
    ("assign priority", Meaning::Priority),
    ("priorit", Meaning::Priority),
];

/// Whole activities: as parts of others these words mean something else ("resolve SW anomaly").
pub(super) const WHOLE_ACTIVITIES: &[(&str, Meaning)] = &[
    ("resolve", Meaning::Resolved),
    ("resolved", Meaning::Resolved),
    ("solved", Meaning::Resolved),
    ("risolto", Meaning::Resolved),
    ("gelöst", Meaning::Resolved),
    ("close", Meaning::Closed),
    ("open", Meaning::Opened),
    ("opened", Meaning::Opened),
    ("created", Meaning::Opened),
    ("create ticket", Meaning::Opened),
    ("insert ticket", Meaning::Opened),
    ("ticket created", Meaning::Opened),
    ("apertura", Meaning::Opened),
    ("eröffnet", Meaning::Opened),
    ("start", Meaning::Started),
    ("started", Meaning::Started),
];

pub(super) fn activity(word: &str) -> (Meaning, Confidence) {
    let folded = word.to_lowercase();
    // Upper case throughout is a field's value that was logged as a step (VERIFIED, INVALID), not a step.
    if word.chars().any(char::is_alphabetic) && word == word.to_uppercase() {
        return (Meaning::Activity, Confidence::Low);
    }
    if let Some((_, meaning)) = WHOLE_ACTIVITIES.iter().find(|(whole, _)| *whole == folded) {
        return (*meaning, Confidence::High);
    }
    match ACTIVITIES.iter().find(|(part, _)| folded.contains(part)) {
        Some((_, meaning)) => (*meaning, Confidence::Medium),
        None => (Meaning::Activity, Confidence::Medium),
    }
}

/// What the first of `words` that is in `text` stands for; one that is the whole text goes before.
pub(super) fn by_words<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    let folded = text.to_lowercase();
    let whole = words.iter().find(|(word, _)| *word == folded);
    whole.or_else(|| words.iter().find(|(word, _)| folded.contains(word))).map(|(_, meaning)| *meaning)
}
