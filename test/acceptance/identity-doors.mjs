// What a stranger gets from a fresh server: facts told to an empty folder, nothing trained or set by hand, read back when all
// is decided. Rows end in the door: `server, untrained`.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases, crmMess, demo, strangers, syntheticCrm } from './identity-told.mjs';

const require = createRequire(import.meta.url);
const { openKith } = require('../../dist/src/compose.js');
const { qualityOf } = require('../../dist/src/analytics/partition-quality.js');

const DOOR = 'server, untrained';
const BATCH = 500;
const SETTLE = 600_000;

export async function doors(report) {
  const pool = [];
  await casesAt(report);
  for (const [set, bars] of [
    [strangers(), { impure: 0 }],
    [syntheticCrm(), { impure: 0.008, recall: 0.55, answered: 0.68, asked: 0.7 }],
    [crmMess(), { impure: 0.01, recall: 0.55, answered: 0.68, asked: 0.5 }],
    [demo(), { impure: 0.005, recall: 0.75, asked: 0.5 }],
  ])
    pool.push(...(await setAt(report, set, bars)));
  calibration(report, pool);
}

/** Facts of records as CloudEvents, in the order of the records. */
const eventsOf = (records, source) =>
  records.flatMap(({ key, source: own, facts }) =>
    facts.map(([type, data], n) => ({
      specversion: '1.0',
      id: `${key}/${n}`,
      source: source ?? own,
      type: `kith.${type}.v1`,
      subject: String(key),
      data,
    })),
  );

/** Tells all to a fresh folder, and gives what `look` sees once all is decided. */
async function told(events, look) {
  const data = mkdtempSync(join(tmpdir(), 'kith-door-'));
  const kith = await openKith({ data });
  try {
    for (let from = 0; from < events.length; from += BATCH) {
      const results = await kith.intake.accept(events.slice(from, from + BATCH));
      const refused = results.find(({ outcome }) => outcome === 'refused' || outcome === 'conflict');
      if (refused) throw new Error(`not taken: ${refused.detail}`);
    }
    if (!(await kith.settled(SETTLE))) throw new Error('it did not settle');
    return await look(kith);
  } finally {
    await kith.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** Records of each customer by `source:key`, and the proposals between them. */
async function read(kith) {
  const groups = [];
  const nameOf = new Map();
  for (let after; ; ) {
    const { documents, next } = await kith.views.scan('customers', after, 1000);
    for (const { body } of documents) {
      const { records } = JSON.parse(body);
      const names = records.map(({ id, record, subject }) => {
        const name = `${subject.source}:${subject.key}`;
        nameOf.set(id ?? record, name);
        return name;
      });
      groups.push(names);
    }
    if (next === undefined) break;
    after = next;
  }
  const candidates = (await kith.stewarding.candidates(100_000)).map(({ a, b, precision }) => ({
    a: nameOf.get(a),
    b: nameOf.get(b),
    precision,
  }));
  return { groups, candidates };
}

async function setAt(report, { name, records, events, truth }, bars) {
  const row = (what, figure, bar, reached) =>
    report({ row: `identity: ${name}: ${what}, ${DOOR}`, figure, bar, reached });
  const { groups, candidates } = await told(events ?? eventsOf(records), read);
  const whose = (id) => truth(id.slice(id.indexOf(':') + 1), id);
  const { impure, pairs, records: all, customers } = qualityOf(groups, whose);
  const { impure: most, recall = 0, answered, asked } = bars;
  row(
    `records in impure customers, at recall ≥ ${recall}`,
    impure.records,
    most,
    impure.records <= most && pairs.recall >= recall,
  );
  row('recall of automatic links', pairs.recall, recall || '–', pairs.recall >= recall);
  row('customers', customers, '–', true);
  const judged = judge(groups, candidates, whose);
  if (asked !== undefined) {
    const right = judged.filter(({ one }) => one).length / Math.max(1, judged.length);
    row('queue: share of true pairs', right, asked, right >= asked);
    const load = (candidates.length * 1000) / all;
    row('queue: size per 1,000 records', load, 60, load <= 60);
  }
  if (answered !== undefined) {
    const recalled = qualityOf(joined(groups, judged), whose).pairs.recall;
    row('recall with the queue answered truthfully', recalled, answered, recalled >= answered);
  }
  return judged;
}

/** Whether each proposal, if it is accepted, gives a customer that is one person; those whose truth is not known are left out. */
function judge(groups, candidates, whose) {
  const groupOf = new Map(groups.flatMap((ids) => ids.map((id) => [id, ids])));
  return candidates.flatMap(({ a, b, precision }) => {
    const parties = new Set([...groupOf.get(a), ...groupOf.get(b)].map(whose));
    return parties.has(undefined) ? [] : [{ a, b, precision, one: parties.size === 1 }];
  });
}

function joined(groups, judged) {
  const parent = groups.map((_, at) => at);
  const root = (at) => (parent[at] === at ? at : (parent[at] = root(parent[at])));
  const at = new Map(groups.flatMap((ids, number) => ids.map((id) => [id, number])));
  for (const { a, b, one } of judged) if (one) parent[root(at.get(a))] = root(at.get(b));
  const sum = new Map();
  for (const [number, ids] of groups.entries()) sum.set(root(number), [...(sum.get(root(number)) ?? []), ...ids]);
  return [...sum.values()];
}

/** Of the proposals shown at a tenth, about that share is true: within .10 and twice the standard error. */
function calibration(report, pool) {
  for (let tenth = 0; tenth < 10; tenth++) {
    const shown = pool.filter(({ precision }) => Math.min(9, Math.floor(precision * 10)) === tenth);
    if (shown.length < 30) continue;
    const p = shown.reduce((sum, { precision }) => sum + precision, 0) / shown.length;
    const found = shown.filter(({ one }) => one).length / shown.length;
    const off = Math.abs(found - p);
    const most = 0.1 + 2 * Math.sqrt((p * (1 - p)) / shown.length);
    report({
      row: `identity: calibration: shown at ${tenth * 10} to ${tenth * 10 + 10} %, off by, ${DOOR}`,
      figure: off,
      bar: Number(most.toFixed(3)),
      reached: off <= most,
    });
  }
}

async function casesAt(report) {
  let [right, all] = [0, 0];
  for (const one of cases()) {
    for (const own of [true, false]) {
      const records = Object.entries(one.records).map(([key, facts]) => ({ key, source: `crm-${key}`, facts }));
      const answers = await told(eventsOf(records, own ? undefined : 'crm'), async (kith) => {
        const found = await read(kith);
        return { ...found, related: await relatedOf(kith) };
      });
      for (const expected of one.expect) {
        all++;
        if (isMet(expected, answers)) right++;
        else console.error(`  case ${one.case}, ${own ? 'a source a record' : 'one source'}: ${expected.join(' ')}`);
      }
    }
  }
  report({ row: `identity: cases answered as expected, ${DOOR}`, figure: right, bar: all, reached: right === all });
}

async function relatedOf(kith) {
  const found = new Set();
  const customers = new Map();
  for (let after; ; ) {
    const { documents, next } = await kith.views.scan('customers', after, 1000);
    for (const { id, body } of documents)
      customers.set(
        id,
        JSON.parse(body).records.map(({ subject }) => `${subject.source}:${subject.key}`),
      );
    if (next === undefined) break;
    after = next;
  }
  for (const [id, own] of customers) {
    for (const { customer } of await kith.stewarding.related(id))
      for (const a of own) for (const b of customers.get(customer) ?? []) found.add(pairOf(a, b));
  }
  return found;
}

const pairOf = (a, b) =>
  [a, b]
    .map((id) => id.slice(id.indexOf(':') + 1))
    .sort()
    .join(' ');

function isMet(expected, { groups, candidates, related }) {
  const asked = new Set(candidates.map(({ a, b }) => pairOf(a, b)));
  if (expected.length === 4) {
    const [a, b, c] = expected;
    return [pairOf(`:${a}`, `:${b}`), pairOf(`:${b}`, `:${c}`), pairOf(`:${a}`, `:${c}`)].some((pair) =>
      asked.has(pair),
    );
  }
  const [a, b, allowed] = expected;
  const holds = (ids, key) => ids.some((id) => id.endsWith(`:${key}`));
  const pair = pairOf(`:${a}`, `:${b}`);
  const one = groups.some((ids) => holds(ids, a) && holds(ids, b));
  return allowed.includes(one ? 'one' : asked.has(pair) ? 'ask' : related.has(pair) ? 'related' : 'two');
}
