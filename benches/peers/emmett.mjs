// emmett over its own PostgreSQL event store: a command loads its stream and appends one event.

import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { CommandHandler } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';

const SECONDS = 3;
const ROUNDS = 3;
const BODY = 'I cannot log in since this morning. '.repeat(9);
const EVENTS_OF_A_STREAM = 8;
const database = `postgresql://postgres@localhost/emmett?host=${process.env.PGHOST}`;
const manifest = new URL('node_modules/@event-driven-io/emmett-postgresql/package.json', import.meta.url);
const peer = `emmett-postgresql ${JSON.parse(readFileSync(manifest)).version}`;

const initialState = () => ({ messages: 0 });
const evolve = (ticket) => ({ messages: ticket.messages + 1 });
const handle = CommandHandler({ evolve, initialState });
const store = getPostgreSQLEventStore(database);
await store.schema.migrate();

let streams = 0;

async function write(until, times) {
  let id;
  for (let done = 0; performance.now() < until; done += 1) {
    if (done % EVENTS_OF_A_STREAM === 0) id = `ticket-${(streams += 1)}`;
    const began = performance.now();
    await handle(store, id, () => ({ type: 'ticket.replied', data: { body: BODY } }));
    times.push(performance.now() - began);
  }
}

function say(what, rate, p50 = null, p99 = null) {
  console.log(JSON.stringify({ peer, what, rate, p50, p99 }));
}

for (const writers of [1, 8, 32]) {
  const rates = [];
  const all = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const times = [];
    const until = performance.now() + SECONDS * 1000;
    await Promise.all(Array.from({ length: writers }, () => write(until, times)));
    rates.push(times.length / SECONDS);
    all.push(...times);
  }
  rates.sort((a, b) => a - b);
  all.sort((a, b) => a - b);
  const at = (share) => all[Math.floor((all.length * share) / 100)];
  say(`append, ${writers}`, rates[Math.floor(rates.length / 2)], at(50), at(99));
}

// All events of the log into tickets in memory, by a consumer from its beginning.
const tickets = new Map();
let count = 0;
const consumer = store.consumer({ stopWhen: { noMessagesLeft: true }, pulling: { batchSize: 1000 } });
consumer.reactor({
  processorId: 'replay',
  startFrom: 'BEGINNING',
  eachMessage: (event) => {
    const { streamName } = event.metadata;
    tickets.set(streamName, evolve(tickets.get(streamName) ?? initialState()));
    count += 1;
  },
});
const began = performance.now();
await consumer.start();
say('replay', count / ((performance.now() - began) / 1000));
await consumer.close();
await store.close();
process.exit(0);
