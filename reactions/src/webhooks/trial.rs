//! Trying an endpoint: a marked event, sent once, whether the endpoint is active or not.

use domain::{DeliveryId, EventId, WebhookId};
use event_store::Log;

use crate::{
    error::ReactionError,
    subscription,
    webhooks::{
        DeliveryView, NAME, Webhooks, claim, endpoint,
        queue::{self, NewDelivery, Origin},
        view::DELIVERIES,
    },
};

impl Webhooks {
    /// Queues a test of this public type as the delivery `id`, once; none when there is no such webhook.
    pub async fn test(
        &self,
        log: &Log,
        webhook: WebhookId,
        id: DeliveryId,
        event: &str,
    ) -> Result<Option<DeliveryView>, ReactionError> {
        let tx = log.begin().await?;
        subscription::lock(&tx, NAME).await?;
        let Some(endpoint) = endpoint::load(&tx).await?.remove(&webhook.to_string()) else { return Ok(None) };
        let id = id.to_string();
        let find = format!("{DELIVERIES} WHERE id = $1");
        if let Some(known) = tx.query_opt(&find, &[&id]).await? {
            return Ok(Some(DeliveryView::from_row(&known)));
        }
        let new = NewDelivery {
            lane: claim::test_lane(&id),
            id: id.clone(),
            webhook: endpoint.id,
            event_id: EventId::new(self.ids().next()).to_string(),
            position: None,
            general: event.to_owned(),
            finer: event.to_owned(),
            origin: Origin::Test,
            replay_of: None,
        };
        queue::enqueue(&tx, self.clock().now(), &[new]).await?;
        let row = tx.query_one(&find, &[&id]).await?;
        let view = DeliveryView::from_row(&row);
        tx.commit().await?;
        self.wake(log.tenant());
        Ok(Some(view))
    }
}
