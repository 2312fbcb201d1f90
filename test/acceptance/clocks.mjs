// Two clocks on real history: past views against logs that are really cut there, and live views against a rebuild.
import { createRequire } from 'node:module';
import { importRetail, retailFile } from './retail-folder.mjs';

const require = createRequire(import.meta.url);
const dist = '../../dist';
const { MemoryLog } = require(`${dist}/eventstore/memory.js`);
const { MemoryViewStore } = require(`${dist}/src/views/memory.js`);
const { Runner } = require(`${dist}/src/app/runner.js`);
const { replay } = require(`${dist}/src/app/replay.js`);
const { foldRecord } = require(`${dist}/src/projections/record.js`);
const { decode } = require(`${dist}/src/domain/envelope.js`);
const { identitySeal: seal } = require(`${dist}/src/domain/seal.js`);
const { canonical } = require(`${dist}/eventstore/canonical.js`);
const { drawing } = require(`${dist}/src/domain/matching/hashing.js`);

const MOMENTS = 200;
const CUSTOMERS = 50;
const WHOLE = 5;
const SEED = 20111209;

export async function run(report) {
  if (!retailFile) return report.skip('clocks', 'online_retail.csv.gz is not there');
  const random = drawing(SEED);
  const { kith, close } = await importRetail();
  try {
    const moments = await chooseMoments(kith, random);
    await oneByOne(report, kith, moments, random);
    await whole(report, kith, moments.slice(0, WHOLE));
    await anyOrder(report, kith, random);
    await rebuilt(report, kith);
  } finally {
    await close();
  }
}

/** occurredAt over the history, recordedAt over the import. */
async function chooseMoments({ log }, random) {
  const [first] = (await log.readAll(0n, { limit: 2 })).events;
  const head = await log.head();
  const span = (from, to) => from + Math.floor((random(1_000_000) / 1_000_000) * (to - from));
  return Array.from({ length: MOMENTS }, () => ({
    asOf: span(Date.UTC(2010, 11, 1), Date.UTC(2011, 11, 10)),
    knownAt: span(first.recordedAt, head.recordedAt + 1),
  }));
}

/** A log that holds just these events, byte for byte, and its views. */
async function cut(events) {
  const log = new MemoryLog();
  const appends = events.map(({ stream, type, occurredAt, recordedAt, bytes }) => {
    const { source, clientId, fingerprint } = JSON.parse(Buffer.from(bytes));
    const stampAt = Buffer.from(bytes).lastIndexOf('"recordedAt":"') + 14;
    return {
      stream,
      expected: 'any',
      events: [
        {
          source,
          clientId,
          type,
          occurredAt,
          recordedAt,
          bytes,
          stampAt,
          fingerprint: Buffer.from(fingerprint, 'hex'),
        },
      ],
    };
  });
  await log.appendBatch(appends);
  const views = await new MemoryViewStore().create('cut');
  const runner = new Runner(log, views, seal, { flush: 250_000 });
  while (!(await runner.step()).level);
  return views;
}

async function oneByOne(report, kith, moments, random) {
  const ids = await allCustomers(kith.views);
  let equal = 0;
  for (const clocks of moments) {
    const chosen = Array.from({ length: CUSTOMERS }, () => ids[random(ids.length)]);
    const events = (await Promise.all([...new Set(chosen)].map((id) => streamOf(kith.log, id)))).flat();
    const kept = events
      .filter((e) => e.occurredAt <= clocks.asOf && e.recordedAt <= clocks.knownAt)
      .sort((a, b) => (a.position < b.position ? -1 : 1));
    const views = await cut(kept);
    const there = await views.load('customers', chosen);
    for (const id of chosen) {
      const past = await kith.reading.customer(id, clocks).then(({ body }) => body, unlessUnknown);
      if (past === there.get(id)) equal += 1;
    }
  }
  const bar = MOMENTS * CUSTOMERS;
  report({
    row: `clocks: customers as of ${MOMENTS} random moments equal a log cut there`,
    figure: equal,
    bar,
    reached: equal === bar,
  });
}

async function whole(report, kith, moments) {
  let equal = 0;
  for (const { asOf, knownAt } of moments) {
    const replayed = await new MemoryViewStore().create('replayed');
    await replay({ log: kith.log, seal }, replayed, { asOf, knownAt });
    const kept = [];
    for await (const e of everything(kith.log))
      if (e.recordedAt <= knownAt && (e.occurredAt <= asOf || !e.stream.startsWith('record-'))) kept.push(e);
    const [a, b] = [await replayed.roots(), await (await cut(kept)).roots()];
    if (a.customers === b.customers && a.records === b.records) equal += 1;
  }
  report({
    row: 'clocks: whole moments over all views equal a log cut there',
    figure: equal,
    bar: WHOLE,
    reached: equal === WHOLE,
  });
}

async function anyOrder(report, kith, random) {
  const ids = await allCustomers(kith.views);
  let equal = 0;
  for (let i = 0; i < CUSTOMERS; i++) {
    const id = ids[random(ids.length)];
    const events = (await streamOf(kith.log, id)).map((e) => decode(e.bytes, seal));
    const shuffled = events
      .map((e) => [random(1_000_000), e])
      .sort(([a], [b]) => a - b)
      .map(([, e]) => e);
    const stored = (await kith.views.load('records', [id])).get(id);
    if (canonical(foldRecord(id, shuffled)) === stored) equal += 1;
  }
  report({
    row: "clocks: a record's facts folded in any order give the live bytes",
    figure: equal,
    bar: CUSTOMERS,
    reached: equal === CUSTOMERS,
  });
}

async function rebuilt(report, kith) {
  const { differences, rootsBefore, rootsAfter } = await kith.rebuild({ switch: false });
  const different = differences.reduce((sum, { count }) => sum + count, 0);
  const same = rootsBefore.customers === rootsAfter.customers && rootsBefore.records === rootsAfter.records;
  report({
    row: 'clocks: documents of a rebuild that differ from the live ones',
    figure: different,
    bar: 0,
    reached: same && different === 0,
  });
}

async function streamOf(log, id) {
  const events = [];
  for (let from = 0n; ; ) {
    const page = await log.read(`record-${id}`, { from, limit: 1_000 });
    events.push(...page.events);
    if (page.end) return events;
    from += BigInt(page.events.length);
  }
}

async function* everything(log) {
  for (let after = 0n; ; ) {
    const page = await log.readAll(after, { limit: 10_000 });
    yield* page.events;
    after = page.next;
    if (page.end) return;
  }
}

async function allCustomers(views) {
  const ids = [];
  let after;
  do {
    const page = await views.scan('customers', after, 1_000);
    ids.push(...page.documents.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

function unlessUnknown(problem) {
  if (problem.code !== 'customer-unknown') throw problem;
  return undefined;
}
