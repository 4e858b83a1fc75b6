// Which events a webhook can be told of, in groups.
export const KINDS = ["ticket", "customer", "agent", "team", "webhook"] as const;

export const GENERAL = [
  "ticket.created", "ticket.updated", "ticket.resolved", "ticket.closed", "ticket.deleted", "ticket.restored",
  "agent.assigned", "customer.created", "customer.updated", "agent.created", "agent.updated", "team.created", "team.updated",
] as const;
