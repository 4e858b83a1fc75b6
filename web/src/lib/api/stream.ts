// Server-sent events over fetch: EventSource cannot say who asks.
export interface ServerEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Events out of chunks of text, however they are cut. */
export class EventParser {
  #rest = "";

  push(chunk: string): ServerEvent[] {
    const blocks = (this.#rest + chunk.replaceAll("\r\n", "\n")).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.map(parse).filter((event) => event.data !== "" || event.id !== null);
  }
}

function parse(block: string): ServerEvent {
  const event: ServerEvent = { id: null, event: "message", data: "" };
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, name, value] = /^([^:]*): ?(.*)$/.exec(line) ?? [null, line, ""];
    if (name === "id") event.id = value ?? "";
    if (name === "event") event.event = value ?? "message";
    if (name === "data") data.push(value ?? "");
  }
  return { ...event, data: data.join("\n") };
}
