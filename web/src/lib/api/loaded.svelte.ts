// One answer of the API: asked for, here, or failed. A later question makes an earlier answer void.
import { ApiError, asApiError } from "./problem";

export class Loaded<T> {
  value: T | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  loading = $state(false);

  #fetch: () => Promise<T>;
  #round = 0;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  /** Asks (again). What was there stays until the answer is. */
  load = async (): Promise<void> => {
    const round = ++this.#round;
    this.loading = true;
    this.error = null;
    try {
      const value = await this.#fetch();
      if (round === this.#round) this.value = value;
    } catch (error) {
      if (round === this.#round) this.error = asApiError(error);
    } finally {
      if (round === this.#round) this.loading = false;
    }
  };
}
