//! The door for users of the `cqrs-es` crate (0.5): its stock `CqrsFramework` runs over a tenant's log.
//!
//! Its events are as durable, ordered, numbered and sealed as all others: a payload may hold the markers of
//! [`crate::Draft`]. Deliberately absent: its snapshot stores, which in 0.5 apply events twice.

use std::{collections::HashMap, fmt};

use cqrs_es::{Aggregate, AggregateContext, AggregateError, DomainEvent, EventEnvelope, EventStore};
use serde_json::Value;

use crate::{
    commit::{CommandId, Commit, Draft, Keep, StreamDrafts, StreamId},
    envelope::{EventMetadata, Origin, RecordedEvent},
    error::{AppendError, StoreError},
    log::Log,
};

/// What can go wrong with an event's storage form.
type CodecError = Box<dyn std::error::Error + Send + Sync>;

/// How events of type `E` become payloads, and payloads events.
pub struct Codec<E> {
    /// The payload of an event.
    pub encode: fn(&E) -> Result<Value, CodecError>,
    /// The event of a type, a schema version and a payload.
    pub decode: fn(&str, u32, Value) -> Result<E, CodecError>,
}

impl<E> Clone for Codec<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Codec<E> {}

impl<E> fmt::Debug for Codec<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codec")
    }
}

impl<E: DomainEvent> Default for Codec<E> {
    /// The event as serde writes it, as in the crate's own stores.
    fn default() -> Self {
        Self {
            encode: |event| Ok(serde_json::to_value(event)?),
            decode: |_, _, payload| Ok(serde_json::from_value(payload)?),
        }
    }
}

/// A tenant's log as an `EventStore` of that crate.
///
/// Every command needs `actor` in its metadata; `correlation_id`, `causation_id` and `request_id` are taken from there
/// too. A command is not repeated by this door: a lost answer is resolved by loading the aggregate again.
pub struct FrameworkStore<A: Aggregate> {
    log: Log,
    codec: Codec<A::Event>,
}

impl<A: Aggregate> fmt::Debug for FrameworkStore<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameworkStore({} of {})", A::TYPE, self.log.tenant())
    }
}

impl<A: Aggregate> FrameworkStore<A> {
    /// Over this log, with events in this form.
    pub fn new(log: Log, codec: Codec<A::Event>) -> Self {
        Self { log, codec }
    }

    async fn events(&self, id: &str, after: u64) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let events = self.log.load(&StreamId::new(A::TYPE, id), after).await.map_err(unavailable)?;
        events.into_iter().map(|event| self.opened(event)).collect()
    }

    fn opened(&self, event: RecordedEvent) -> Result<EventEnvelope<A>, AggregateError<A::Error>> {
        let decoded = (self.codec.decode)(&event.event_type, event.event_version, event.payload);
        Ok(EventEnvelope {
            aggregate_id: event.stream.aggregate_id,
            sequence: usize::try_from(event.sequence).unwrap_or(usize::MAX),
            payload: decoded.map_err(AggregateError::DeserializationError)?,
            metadata: event.metadata.into_iter().collect(),
        })
    }

    fn draft(&self, event: &A::Event, metadata: &EventMetadata) -> Result<Draft, AggregateError<A::Error>> {
        let version = event.event_version();
        let unfit = |error: CodecError| AggregateError::UnexpectedError(error);
        Ok(Draft {
            event_type: event.event_type(),
            event_version: version
                .parse()
                .map_err(|_| unfit(format!("event_version is {version:?}: a log takes whole numbers").into()))?,
            payload: (self.codec.encode)(event).map_err(unfit)?,
            metadata: metadata.clone(),
            occurred_at: None,
        })
    }
}

/// An aggregate as it was loaded.
#[derive(Debug)]
pub struct FrameworkContext<A> {
    id: String,
    aggregate: A,
    version: u64,
}

impl<A: Aggregate> AggregateContext<A> for FrameworkContext<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.aggregate
    }
}

impl<A: Aggregate> EventStore<A> for FrameworkStore<A> {
    type AC = FrameworkContext<A>;

    async fn load_events(&self, id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        self.events(id, 0).await
    }

    async fn load_aggregate(&self, id: &str) -> Result<Self::AC, AggregateError<A::Error>> {
        let mut aggregate = A::default();
        let mut version = 0;
        for event in self.events(id, 0).await? {
            version = event.sequence as u64;
            aggregate.apply(event.payload);
        }
        Ok(FrameworkContext { id: id.to_owned(), aggregate, version })
    }

    /// Appends, and gives the events as they were recorded: with their numbers.
    async fn commit(
        &self,
        events: Vec<A::Event>,
        context: Self::AC,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        if events.is_empty() {
            return Ok(vec![]);
        }
        let command = CommandId(self.log.fresh_id());
        let metadata = envelope(metadata, command)
            .ok_or_else(|| AggregateError::UnexpectedError("the metadata of a command must name its actor".into()))?;
        let drafts = events.iter().map(|event| self.draft(event, &metadata)).collect::<Result<_, _>>()?;
        let stream = StreamId::new(A::TYPE, &context.id);
        let commit = Commit {
            command_id: command,
            request_digest: [0; 32],
            keep: Keep::Nothing,
            streams: vec![StreamDrafts { stream, expected: context.version, drafts }],
            claims: vec![],
            releases: vec![],
            erases: vec![],
            outcome: Value::Null,
        };
        match self.log.append(commit).await {
            Ok(_) => {
                let mut recorded = self.events(&context.id, context.version).await?;
                // Others may have come since.
                recorded.truncate(events.len());
                Ok(recorded)
            }
            Err(AppendError::Conflict { .. }) => Err(AggregateError::AggregateConflict),
            Err(error) => Err(AggregateError::DatabaseConnectionError(Box::new(error))),
        }
    }
}

fn envelope(mut metadata: HashMap<String, String>, command: CommandId) -> Option<EventMetadata> {
    let mut take = |key: &str| metadata.remove(key);
    let command = command.0.to_string();
    Some(EventMetadata {
        actor: take("actor")?,
        correlation_id: take("correlation_id").unwrap_or_else(|| command.clone()),
        causation_id: take("causation_id").unwrap_or(command),
        origin: Origin::Live,
        request_id: take("request_id"),
        client: None,
    })
}

fn unavailable<T: std::error::Error>(error: StoreError) -> AggregateError<T> {
    AggregateError::DatabaseConnectionError(Box::new(error))
}
