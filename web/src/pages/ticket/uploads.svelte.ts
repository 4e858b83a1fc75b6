// Files that are on their way into a reply, or did not get there. What got there is the draft's.
import { asApiError } from "$lib/api/problem";
import { upload, type Uploaded } from "$lib/api/upload";
import { t } from "$lib/i18n";

export interface Upload {
  file: File;
  /** Which part of it is sent, from 0 to 1. */
  sent: number;
  /** Why it did not get there. */
  error: string | null;
  stop: () => void;
}

export class Uploads {
  list: Upload[] = $state([]);
  readonly #arrived: (file: Uploaded) => void;

  constructor(arrived: (file: Uploaded) => void) {
    this.#arrived = arrived;
  }

  begin(file: File): void {
    const stopped = new AbortController();
    this.list.push({ file, sent: 0, error: null, stop: () => stopped.abort() });
    const entry = this.list.at(-1);
    if (entry) void this.#run(entry, stopped.signal);
  }

  async #run(entry: Upload, signal: AbortSignal): Promise<void> {
    try {
      const found = await upload(entry.file, (sent) => (entry.sent = sent), signal);
      if (signal.aborted) return;
      if (found.status === "infected") {
        entry.error = t("message.infected", { name: found.name });
        return;
      }
      this.drop(entry);
      this.#arrived(found);
    } catch (reason) {
      const error = asApiError(reason);
      // A server that refuses a large file ends the connection, and some browsers then say no more than that.
      entry.error = t("attach.failed", { name: entry.file.name, why: error.offline ? t("attach.broke") : error.message });
    }
  }

  again(entry: Upload): void {
    this.drop(entry);
    this.begin(entry.file);
  }

  drop(entry: Upload): void {
    entry.stop();
    this.list = this.list.filter((other) => other !== entry);
  }

  clear(): void {
    for (const entry of this.list) this.drop(entry);
  }
}
