//! An event log: one row per thing that happened. The first row of a case, by time, is when its ticket came in.

use std::collections::HashMap;

use domain::text::Activity;

use super::{
    ImportError,
    columns::{Places, Role},
    history::{Deed, Gatherer, History, Mark, PersonColumns, PersonKind, Step, folded},
    mapping::{Mapping, Meaning},
    rows::{Fault, Row, Table},
};

const CUSTOMER: PersonColumns = PersonColumns {
    kind: PersonKind::Customer,
    id: Some(Role::Customer),
    email: Role::CustomerEmail,
    name: Role::CustomerName,
};
const AGENT: PersonColumns =
    PersonColumns { kind: PersonKind::Agent, id: None, email: Role::AgentEmail, name: Role::Agent };
pub(crate) const ASSIGNEE: PersonColumns =
    PersonColumns { kind: PersonKind::Agent, id: None, email: Role::AssigneeEmail, name: Role::Assignee };

pub(crate) fn history(mapping: &Mapping, table: Table) -> Result<History, ImportError> {
    let places = Places::find("columns", &mapping.columns, &table.header)?;
    let meanings = folded(&mapping.activities);
    let mut gatherer = Gatherer::new(mapping)?;
    gatherer.begin(&table);
    let mut ordinals: HashMap<String, u32> = HashMap::new();
    for row in table.rows {
        let case = places.get(&row.record, Role::Case).unwrap_or_default();
        let next = ordinals.entry(case.to_owned()).or_default();
        let ordinal = *next;
        *next += 1;
        match step(&mut gatherer, &places, &meanings, &row, case, ordinal) {
            Ok(step) => gatherer.steps.push(step),
            Err(fault) => gatherer.reject(&row, fault),
        }
    }
    Ok(gatherer.finish())
}

fn step(
    gatherer: &mut Gatherer<'_>,
    places: &Places,
    meanings: &HashMap<String, Meaning>,
    row: &Row,
    case: &str,
    ordinal: u32,
) -> Result<Step, Fault> {
    if let Some(fault) = &row.fault {
        return Err(fault.clone());
    }
    let missing = |role: Role| Fault::column(places.name(role), "is empty");
    if case.is_empty() {
        return Err(missing(Role::Case));
    }
    let words = places.get(&row.record, Role::Activity).ok_or_else(|| missing(Role::Activity))?;
    let words = Activity::try_new(words).map_err(|error| Fault::column(places.name(Role::Activity), error))?;
    let at = gatherer.time(places, row, Role::Time)?.ok_or_else(|| missing(Role::Time))?;
    let mut statement = gatherer.statement(places, row)?;
    let agent = gatherer.person_in(places, row, AGENT)?;
    statement.assignee = gatherer.person_in(places, row, ASSIGNEE)?;
    statement.requester = Some(match gatherer.person_in(places, row, CUSTOMER)? {
        Some(customer) => customer,
        None => gatherer.nobody()?,
    });
    let meaning = meanings.get(&words.as_str().to_lowercase()).copied().unwrap_or(Meaning::Activity);
    let deed = match meaning {
        Meaning::Opened => Deed::Opened,
        Meaning::Started => {
            statement.assignee = statement.assignee.or(agent);
            Deed::Started
        }
        Meaning::AwaitingCustomer => Deed::AwaitingCustomer,
        Meaning::Resolved => Deed::Resolved,
        Meaning::Closed => Deed::Closed,
        Meaning::Reopened => Deed::Reopened,
        Meaning::Priority => Deed::Nothing,
        Meaning::Activity => Deed::OwnWords,
    };
    let title = places.get(&row.record, Role::Title).and_then(|text| gatherer.title(text));
    let case = gatherer.case(case, title).map_err(|error| Fault::column(places.name(Role::Case), error))?;
    gatherer.case_mut(case).since.get_or_insert(at);
    Ok(Step {
        case,
        place: row.place,
        mark: Mark::Row(ordinal),
        at,
        order: (at, 0),
        actor: agent,
        statement: gatherer.put_statement(statement),
        deed,
        words: Some(gatherer.put_words(words)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{Shape, report::FileKind, rows},
        *,
    };

    fn mapping() -> Mapping {
        let mut mapping = Mapping::new("log", Shape::Events);
        let columns = [
            (Role::Case, "case"),
            (Role::Activity, "what"),
            (Role::Time, "when"),
            (Role::Agent, "who"),
            (Role::Customer, "customer"),
            (Role::Priority, "priority"),
            (Role::Tags, "tags"),
        ];
        mapping.columns = columns.map(|(role, name)| (role, name.into())).into();
        mapping.activities = [("Take", Meaning::Started), ("Closed", Meaning::Closed), ("Prio", Meaning::Priority)]
            .map(|(word, meaning)| (word.to_owned(), meaning))
            .into();
        mapping.priorities = [("P1".to_owned(), domain::ticket::Priority::Critical)].into();
        mapping
    }

    fn read(rows: &str) -> History {
        let text = format!("case,what,when,who,customer,priority,tags\n{rows}");
        let table = rows::read(FileKind::Main, text.as_bytes(), Some(','), usize::MAX).unwrap();
        history(&mapping(), table).unwrap()
    }

    #[test]
    fn rows_are_in_the_order_of_time_and_keep_their_ordinals_in_the_file() {
        let history = read(
            "C1,Closed,2024-01-02T10:00:00Z,Eve,K1,P1,a\n\
             C2,closed,2024-01-01T10:00:00Z,Eve,K1,p1,\n\
             C1,Take,2024-01-01T10:00:00Z,Eve,K1,low,\n\
             C1,Take,2024-01-01T10:00:00Z,Eve,K1,low,\n",
        );
        let steps: Vec<_> =
            history.steps.iter().map(|step| (history.cases[step.case as usize].id.as_str(), step.mark)).collect();
        assert_eq!(steps, [("C2", Mark::Row(0)), ("C1", Mark::Row(1)), ("C1", Mark::Row(2)), ("C1", Mark::Row(0))]);
        assert_eq!((history.steps[0].deed.clone(), history.steps[1].deed.clone()), (Deed::Closed, Deed::Started));
        let taken = &history.statements[history.steps[1].statement as usize];
        assert_eq!((taken.assignee, history.steps[1].actor), (Some(0), Some(0)), "who takes it is responsible");
        assert_eq!((history.people.len(), history.report.rows.twins), (2, 1));
        assert_eq!(history.cases[0].since.unwrap().to_rfc3339(), "2024-01-02T10:00:00+00:00", "the first in the file");
    }

    #[test]
    fn a_rejected_row_still_counts_among_the_rows_of_its_case() {
        let history = read(
            "C1,Take,2024-01-01T10:00:00Z,Eve,K1,P9,\n\
             C1,Take\n\
             C1,,2024-01-01T10:00:00Z,Eve,K1,low,\n\
             C1,Take,2024-01-01T10:00:00Z,Eve,K1,low,\n",
        );
        assert_eq!(history.steps.iter().map(|step| step.mark).collect::<Vec<_>>(), [Mark::Row(3)]);
        let rejected: Vec<String> = history.report.rejected.iter().map(ToString::to_string).collect();
        assert_eq!(
            rejected,
            [
                "row 1 (line 2), column priority: \"P9\" is no priority that the mapping names: add it to [priorities]",
                "row 2 (line 3): expected 7 fields as in the header, found 2",
                "row 3 (line 4), column what: is empty",
            ]
        );
    }

    proptest! {
        #[test]
        fn every_row_is_a_step_or_rejected_and_marks_are_unique(
            rows in prop::collection::vec(("C[1-4]?", "(Take|Closed|Prio|else|)", 0u32..30, "[AB]?", "[KL]?", "(P1|low|P7|)"), 0..60),
        ) {
            let line = |(case, what, hour, who, customer, priority): &(String, String, u32, String, String, String)| {
                format!("{case},{what},2024-01-01T{hour:02}:00:00Z,{who},{customer},{priority},\n")
            };
            let history = read(&rows.iter().map(line).collect::<String>());
            prop_assert_eq!(history.steps.len() as u64 + history.report.rows.rejected, rows.len() as u64);
            prop_assert!(history.steps.is_sorted_by_key(|step| step.at));
            let mut marks: Vec<_> = history.steps.iter().map(|step| (step.case, step.mark.to_string())).collect();
            marks.sort();
            let all = marks.len();
            marks.dedup();
            prop_assert_eq!(marks.len(), all);
        }
    }
}
