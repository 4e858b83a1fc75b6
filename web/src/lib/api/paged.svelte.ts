// A list of the API, of any length: page after page, as far as somebody looks.
//
// Pages are keyset pages, so that what is loaded stays right while others write; `reload` begins anew.
import { ApiError, asApiError } from "./problem";

export interface Page<T> {
  data: T[];
  meta: { has_more: boolean; next_cursor?: string | null; total_count?: number | null };
}

export type Fetch<T> = (cursor: string | undefined) => Promise<Page<T>>;

export class Paged<T> {
  rows: T[] = $state.raw([]);
  /** How many there are in all, where the first page said so. */
  total: number | null = $state(null);
  state: "idle" | "loading" | "ready" = $state("idle");
  error: ApiError | null = $state(null);
  hasMore = $state(true);

  #fetch: Fetch<T>;
  #cursor: string | undefined;
  #round = 0;
  #loading = false;

  constructor(fetch: Fetch<T>) {
    this.#fetch = fetch;
  }

  /** Another question: what was loaded is dropped once the answer is there. */
  async reload(fetch: Fetch<T> = this.#fetch): Promise<void> {
    this.#fetch = fetch;
    this.#round += 1;
    this.#loading = false;
    this.#cursor = undefined;
    await this.#next(true);
  }

  async more(): Promise<void> {
    if (this.hasMore && !this.#loading && !this.error) await this.#next(false);
  }

  /** After an error: the same page again. */
  async retry(): Promise<void> {
    await this.#next(this.rows.length === 0 || this.#cursor === undefined);
  }

  async #next(first: boolean): Promise<void> {
    const round = this.#round;
    this.#loading = true;
    this.error = null;
    if (first) this.state = "loading";
    try {
      const page = await this.#fetch(first ? undefined : this.#cursor);
      if (round !== this.#round) return;
      this.rows = first ? page.data : [...this.rows, ...page.data];
      this.hasMore = page.meta.has_more;
      this.#cursor = page.meta.next_cursor ?? undefined;
      if (first) this.total = page.meta.total_count ?? null;
      this.state = "ready";
    } catch (error) {
      if (round !== this.#round) return;
      this.error = asApiError(error);
      this.state = "ready";
    } finally {
      if (round === this.#round) this.#loading = false;
    }
  }
}
