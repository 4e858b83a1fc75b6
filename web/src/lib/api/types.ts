// Short names for what the API speaks of.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Ticket = Schemas["PageBody_Ticket"]["data"][number];
export type TicketChanges = Schemas["TicketChanges"];
export type TimelineEntry = Schemas["PageBody_TimelineEntry"]["data"][number];
export type View = Schemas["View"];
export type Message = Schemas["Message"];
export type NewMessage = Schemas["NewMessage"];
export type Status = Schemas["Status"];
export type Priority = Schemas["Priority"];
export type Agent = Schemas["Agent"];
export type Team = Schemas["Team"];
export type Customer = Schemas["Customer"];
export type Actor = Schemas["Actor"];
export type Presence = Schemas["PresenceView"];
export type PresenceState = Schemas["PresenceState"];
export type Reach = "own" | "assigned" | "team" | "all";
export type FeedItem = Schemas["FeedItem"];
export type PermissionName = Schemas["PermissionName"];

export const STATUSES = ["open", "in_progress", "pending", "resolved", "closed"] as const satisfies Status[];
export const PRIORITIES = ["critical", "high", "medium", "low"] as const satisfies Priority[];
