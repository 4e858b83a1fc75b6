// Who else is at this ticket. Whoever looks says so again and again, and is told of the others each time; what is not
// said again is over in less than a minute, so nothing depends on a good-bye.
import { api, ask } from "$lib/api/client";
import type { Presence as Present, PresenceState } from "$lib/api/types";

/** It holds for 45 seconds, so that a request or two may be lost. */
const AGAIN = 10_000;

export class Presence {
  others: Present[] = $state.raw([]);
  readonly #id: string;
  #state: PresenceState = "viewing";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #here = false;

  constructor(id: string) {
    this.#id = id;
  }

  /** What is done here from now on. */
  become(state: PresenceState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#here) void this.#say();
  }

  /** Stays until the answer is called; a page that nobody sees is not there. */
  stay(): () => void {
    const look = () => (document.visibilityState === "visible" ? this.#come() : this.#leave());
    const leave = () => this.#leave();
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", leave);
    addEventListener("pageshow", look);
    look();
    return () => {
      document.removeEventListener("visibilitychange", look);
      removeEventListener("pagehide", leave);
      removeEventListener("pageshow", look);
      this.#leave();
    };
  }

  #come(): void {
    if (this.#here) return;
    this.#here = true;
    void this.#say();
  }

  #leave(): void {
    if (!this.#here) return;
    this.#here = false;
    clearTimeout(this.#timer);
    this.others = [];
    // A page that is being closed goes on with it.
    void ask(api.DELETE("/api/tickets/{id}/presence", { params: { path: { id: this.#id } }, keepalive: true })).catch(() => {});
  }

  // Who else is there is a help: where it cannot be asked, nobody is told of it.
  async #say(): Promise<void> {
    clearTimeout(this.#timer);
    const call = api.PUT("/api/tickets/{id}/presence", { params: { path: { id: this.#id } }, body: { state: this.#state } });
    const others = await ask(call).then(
      ({ data }) => data,
      () => [],
    );
    if (!this.#here) return;
    this.others = others;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#say(), AGAIN);
  }
}
