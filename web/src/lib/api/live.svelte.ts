// What happens in the tenant, as it happens: the event feed, from the position where this page began.
//
// A browser allows few connections to one origin, so only a tab that somebody sees has a stream; one that comes back goes
// on after the last position that it saw, and misses nothing.
import { api, ask } from "./client";
import { accessToken } from "./session.svelte";
import { EventParser } from "./stream";
import type { FeedItem } from "./types";

export const live: { connected: boolean; tried: boolean } = $state({ connected: false, tried: false });

type Listener = (item: FeedItem) => void;
const listeners = new Set<Listener>();
const returns = new Set<() => void>();

export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Told when something may have been missed: the connection is there again, or what is shown was asked for too early. */
export function onReturn(listener: () => void): () => void {
  returns.add(listener);
  return () => returns.delete(listener);
}

let last: string | number | null = null;
/** Whether somebody may have read before the place was known that is followed from, or while nothing was followed. */
let gap = false;

/** The end of the log, as far as it is signed: a few positions more come as events, which is harmless. */
async function beginning(): Promise<string | number> {
  const first = await ask(api.GET("/api/events", { params: { query: { after: 0, limit: 1 } } }));
  if (!("meta" in first)) return 0;
  const { meta } = first;
  const size = Number(meta.checkpoint?.split("\n")[1] ?? 0);
  const epoch = typeof meta.next_after === "string" ? meta.next_after.split(".")[0] : null;
  return epoch ? `${epoch}.${size}` : size;
}

let locating: Promise<void> | null = null;

/** Learns where to follow from. What is asked for afterwards misses nothing, so: as soon as somebody is in. */
export function locate(): Promise<void> {
  if (last !== null) return Promise.resolve();
  const mine = (locating ??= beginning().then((place) => {
    if (locating === mine) last = place;
  }));
  return mine.finally(() => {
    if (locating === mine) locating = null;
  });
}

function heard(id: string | null, data: string): void {
  if (id !== null) last = id;
  if (!data) return;
  const item = JSON.parse(data) as FeedItem;
  if (item.subject) for (const listener of listeners) listener(item);
}

async function follow(signal: AbortSignal): Promise<void> {
  await locate();
  const token = await accessToken();
  if (!token) return;
  const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}`, "Last-Event-ID": String(last) };
  const answer = await fetch("/api/events", { headers, signal });
  if (answer.status === 410 || answer.status === 400) last = null;
  if (!answer.ok || !answer.body) throw new Error(String(answer.status));
  live.connected = live.tried = true;
  if (gap) for (const listener of returns) listener();
  gap = false;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const { id, data } of parser.push(value)) heard(id, data);
  }
}

function lost(): void {
  live.connected = false;
  live.tried = gap = true;
}

/** 1, 2, 4, … 30 seconds, and by chance less, so that not everybody comes back at once. */
export const pause = (failures: number, chance: number): number => Math.min(30_000, 1000 * 2 ** failures) * (0.5 + chance / 2);

/** Follows the feed until the answer is called. Call it before anything is read that the feed keeps fresh. */
export function goLive(): () => void {
  gap = last === null;
  let stream: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const connect = async () => {
    if (document.visibilityState === "hidden" || stream) return;
    const mine = (stream = new AbortController());
    const quick = performance.now();
    await follow(mine.signal).catch(() => {});
    if (stream !== mine) return;
    stream = null;
    lost();
    failures = performance.now() - quick > 10_000 ? 0 : failures + 1;
    timer = setTimeout(() => void connect(), pause(failures, Math.random()));
  };
  const stop = () => {
    clearTimeout(timer);
    stream?.abort();
    stream = null;
  };
  const seen = () => {
    stop();
    if (document.visibilityState === "visible") void connect();
  };
  const online = () => {
    failures = 0;
    seen();
  };

  const offline = () => {
    stop();
    lost();
  };

  document.addEventListener("visibilitychange", seen);
  addEventListener("online", online);
  addEventListener("offline", offline);
  void connect();
  return () => {
    stop();
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    live.connected = live.tried = false;
    last = locating = null;
  };
}
