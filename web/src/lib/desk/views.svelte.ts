// Saved views, with how many tickets each has.
import { api, ask } from "../api/client";
import { asApiError } from "../api/problem";
import type { View } from "../api/types";
import type { Query } from "./query";

export const views: { list: View[]; loaded: boolean } = $state({ list: [], loaded: false });

let absent = false;

/** A server that has no views answers 404, and then there are none. */
export async function loadViews(): Promise<void> {
  if (absent) return;
  try {
    views.list = (await ask(api.GET("/api/views", { params: { query: { include: "counts" } } }))).data;
  } catch (error) {
    absent = asApiError(error).absent;
    if (!absent && !views.list.length) throw error;
  } finally {
    views.loaded = true;
  }
}

export const viewOf = (id: string | undefined): View | undefined => views.list.find((view) => view.id === id);

export async function saveView(name: string, query: Query, shared: boolean): Promise<{ id: string }> {
  const view = await ask(api.POST("/api/views", { body: { name, query, shared } }));
  await loadViews();
  return view;
}

export async function changeView(id: string, changes: { name?: string; query?: Query; shared?: boolean }): Promise<void> {
  await ask(api.PATCH("/api/views/{id}", { params: { path: { id } }, body: changes }));
  await loadViews();
}

export async function removeView(id: string): Promise<void> {
  await ask(api.DELETE("/api/views/{id}", { params: { path: { id } } }));
  await loadViews();
}
