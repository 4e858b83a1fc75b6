//! Which tickets a client has a policy be about.

use std::collections::BTreeSet;

use domain::{
    retention_policies::RetentionCriteria,
    text::Tag,
    ticket::{Channel, Status},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::openapi::schemas;

/// Which tickets: those that fit every field. A list that is empty or left out leaves a field open; of one that is not, any
/// will do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"statuses": ["closed"], "older_than_days": 1095, "tags": ["billing"]}))]
pub struct CriteriaBody {
    /// Where they stand: only what work has ended on.
    #[schema(value_type = Vec<schemas::EndedStatus>, min_items = 1)]
    statuses: BTreeSet<Status>,
    /// For how many days they have stood there.
    #[schema(minimum = 1, maximum = 36500)]
    older_than_days: u16,
    /// Any of these labels.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::Tag>, max_items = 50)]
    tags: BTreeSet<Tag>,
    /// The way by which they came in.
    #[serde(default)]
    #[schema(value_type = Vec<projections::ChannelSchema>)]
    channels: BTreeSet<Channel>,
}

impl CriteriaBody {
    /// As the rules have them.
    pub fn criteria(self) -> RetentionCriteria {
        let Self { statuses, older_than_days, tags, channels } = self;
        RetentionCriteria { statuses, older_than_days, tags: tags.into_iter().map(String::from).collect(), channels }
    }
}
