// Every page: where it is, what it is called, which permission it needs, and how it is loaded.
import type { Component } from "svelte";
import type { PermissionName } from "./lib/api/types";
import { learn, type MessageKey } from "./lib/i18n";
import type { IconName } from "./lib/ui/icons";

/** A page takes the parameters of its path, or nothing. */
export type Page = Component<{ params: Record<string, string> }>;
type AnyPage = Page | Component<Record<string, never>>;

export interface Route {
  path: string;
  title: MessageKey;
  permission?: PermissionName;
  /** Its place in the navigation, if it has one. */
  nav?: { group: "desk" | "admin"; icon: IconName };
  load: () => Promise<{ default: AnyPage }>;
}

// One page for the three: the list stays where it is while tickets are opened beside it.
const desk = () => import("./pages/desk/Desk.svelte");

/** A page whose texts are in the second catalogue, which comes with the first of them. */
const admin = (page: Route["load"]): Route["load"] => async () => {
  const [loaded, texts] = await Promise.all([page(), import("./lib/i18n/en.admin.json")]);
  learn(texts.default);
  return loaded;
};

export const routes: Route[] = [
  { path: "/", title: "nav.inbox", permission: "tickets:read", nav: { group: "desk", icon: "inbox" }, load: desk },
  { path: "/views/:view", title: "nav.inbox", permission: "tickets:read", load: desk },
  { path: "/tickets/:ticket", title: "nav.ticket", permission: "tickets:read", load: desk },
  {
    path: "/customers",
    title: "nav.customers",
    permission: "customers:read",
    nav: { group: "desk", icon: "people" },
    load: () => import("./pages/customers/Customers.svelte"),
  },
  {
    path: "/customers/:id",
    title: "nav.customer",
    permission: "customers:read",
    load: admin(() => import("./pages/customers/Customer.svelte")),
  },
  {
    path: "/dashboard",
    title: "nav.dashboard",
    permission: "analytics:read",
    nav: { group: "desk", icon: "chart" },
    load: admin(() => import("./pages/dashboard/Dashboard.svelte")),
  },
  {
    path: "/admin/agents",
    title: "nav.agents",
    permission: "agents:read",
    nav: { group: "admin", icon: "person" },
    load: admin(() => import("./pages/admin/agents/Agents.svelte")),
  },
  {
    path: "/admin/agents/:id",
    title: "nav.agent",
    permission: "agents:read",
    load: admin(() => import("./pages/admin/agents/Agent.svelte")),
  },
  {
    path: "/admin/teams",
    title: "nav.teams",
    permission: "agents:read",
    nav: { group: "admin", icon: "people" },
    load: admin(() => import("./pages/admin/teams/Teams.svelte")),
  },
  {
    path: "/admin/webhooks",
    title: "nav.webhooks",
    permission: "webhooks:read",
    nav: { group: "admin", icon: "webhook" },
    load: admin(() => import("./pages/admin/webhooks/Webhooks.svelte")),
  },
  {
    path: "/admin/webhooks/:id",
    title: "nav.webhook",
    permission: "webhooks:read",
    load: admin(() => import("./pages/admin/webhooks/Webhook.svelte")),
  },
  {
    path: "/admin/keys",
    title: "nav.keys",
    permission: "keys:read",
    nav: { group: "admin", icon: "key" },
    load: admin(() => import("./pages/admin/keys/Keys.svelte")),
  },
  {
    path: "/admin/audit",
    title: "nav.audit",
    permission: "audit:read",
    nav: { group: "admin", icon: "history" },
    load: admin(() => import("./pages/admin/audit/Audit.svelte")),
  },
  {
    path: "/admin/branding",
    title: "nav.branding",
    permission: "settings:read",
    nav: { group: "admin", icon: "star" },
    load: admin(() => import("./pages/admin/branding/Branding.svelte")),
  },
];
