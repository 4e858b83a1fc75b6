// A write and what became of it: whether it is under way, and what was wrong with which field.
import { ApiError, asApiError } from "./problem";

export class Sent {
  busy = $state(false);
  error: ApiError | null = $state.raw(null);
  /** The fields that the form shows: what is wrong with others is said in general. */
  readonly #shown: readonly string[];

  constructor(shown: readonly string[] = []) {
    this.#shown = shown;
  }

  /** What is wrong with a field, by its name in the body; also of a member of it (`/events/0` of `events`). */
  of(name: string): string | null {
    const found = this.error?.fields.find((field) => field.pointer === `/${name}` || field.pointer.startsWith(`/${name}/`));
    return found?.detail ?? null;
  }

  /** What is wrong, and stands at none of the fields. */
  get general(): string | null {
    if (!this.error) return null;
    return this.#shown.some((name) => this.of(name)) ? null : this.error.message;
  }

  /** Whether it went well; `call` does what follows from its answer. */
  async run(call: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await call();
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
