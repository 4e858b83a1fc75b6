// The access token: kept in memory, made anew before it ends, by one tab at a time.
//
// Its refresh token is a cookie that no script reads, good once. Two tabs that sent the same one would end the session
// for both, so whoever refreshes holds a lock that all tabs of the browser share.

export interface Tokens {
  access_token: string;
  expires_in: number;
}

export interface RefreshParts<T extends Tokens> {
  /** One call of `POST /api/sessions/refresh`; null when the session is over. Throws when there was no answer. */
  exchange: () => Promise<T | null>;
  lock: <R>(act: () => Promise<R>) => Promise<R>;
  now: () => number;
  changed: (tokens: T | null) => void;
}

/** Seconds before its end at which a token is not used any more. */
const MARGIN = 30;

export class TokenKeeper<T extends Tokens> {
  #parts: RefreshParts<T>;
  #token: string | null = null;
  #goodUntil = 0;
  #running: Promise<string | null> | null = null;

  constructor(parts: RefreshParts<T>) {
    this.#parts = parts;
  }

  keep(tokens: T): void {
    this.#token = tokens.access_token;
    this.#goodUntil = this.#parts.now() + (tokens.expires_in - MARGIN) * 1000;
  }

  forget(): void {
    this.#token = null;
    this.#goodUntil = 0;
  }

  /** A token that is good now; null when the session is over. `refused`: one that the server did not take. */
  async token(refused?: string): Promise<string | null> {
    if (this.#token && this.#token !== refused && this.#parts.now() < this.#goodUntil) return this.#token;
    this.#running ??= this.#refresh().finally(() => (this.#running = null));
    return this.#running;
  }

  async #refresh(): Promise<string | null> {
    const tokens = await this.#parts.lock(this.#parts.exchange);
    if (tokens) this.keep(tokens);
    else this.forget();
    this.#parts.changed(tokens);
    return this.#token;
  }
}
