// Online Retail, line by line: 541,909 lines come in, each accounted for, from the log and from the views; again, undone,
// and killed ten times on the way.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringIn, importRetail, level, mappingFile, retailFile, temporary } from './retail-folder.mjs';

const require = createRequire(import.meta.url);
const dist = '../../dist/src';
const { openKith } = require(`${dist}/compose.js`);
const { decode } = require(`${dist}/domain/envelope.js`);
const { dryRun } = require(`${dist}/import/dry-run.js`);
const { undoImport } = require(`${dist}/import/undo.js`);
const { drawing } = require(`${dist}/domain/matching/hashing.js`);

const KILLS = 10;
const SEED = 19_680_401;
const CLOCK = '2026-01-01T00:00:00Z';
const clock = Date.parse(CLOCK);

export async function run(report) {
  if (!retailFile) return report.skip('retail', 'online_retail.csv.gz is not there; name its folder in DATASETS');
  const exactly = (row, figure, bar) => report({ row: `retail: ${row}`, figure, bar, reached: figure === bar });
  await looked(exactly);
  const { kith, folder, report: told, close } = await importRetail({ clock });
  try {
    counted(exactly, told.tally);
    await logged(exactly, kith);
    await seen(exactly, kith);
    await again(exactly, kith);
    await killed(exactly, kith, folder);
    await undone(exactly, kith, told.import, folder);
  } finally {
    await close();
  }
}

/** The dry run, into nothing. */
async function looked(exactly) {
  const kith = await openKith({ data: 'memory' });
  const { tally, copies } = await dryRun(kith, { file: retailFile, mapping: readFileSync(mappingFile, 'utf8') });
  exactly('identical copies that the dry run finds', copies, 5_268);
  exactly('rows that the dry run would refuse', sum(Object.values(tally.refused)), 0);
  exactly('events that the dry run has written', Number((await kith.log.head()).position), 0);
  await kith.close();
}

const rules = {
  'bought, with a customer id': 397_884,
  'bought, without a customer id': 132_220,
  'cancelled, with a customer id': 8_905,
  'cancelled, without a customer id': 383,
  'given free of charge, with a customer id': 40,
  'stock found': 1_139,
  'stock written off': 1_336,
  'bad debt adjusted': 2,
};

function counted(exactly, tally) {
  exactly('lines read', tally.rows, 541_909);
  exactly('lines refused', sum(Object.values(tally.refused)), 0);
  for (const [name, bar] of Object.entries(rules)) exactly(`lines ${name}`, tally.rules[name].rows, bar);
  const facts = Object.values(tally.rules).flatMap((rule) => Object.values(rule.facts));
  exactly('facts accepted', sum(facts.map((counts) => counts.accepted)), 541_909);
}

/** What the facts in the log say, read back one by one. */
async function logged(exactly, kith) {
  const found = { counting: 0, gross: 0, returned: 0, pennies: 0, adjusted: 0 };
  const [buyers, records, debts, times, split, ended] = [
    new Set(),
    new Set(),
    new Set(),
    new Map(),
    new Set(),
    new Set(),
  ];
  let last;
  for await (const fact of factsOf(kith)) {
    const { type, data, subject } = fact;
    const invoice = data.order ?? data.reference;
    if (invoice !== last) {
      if (ended.has(invoice)) split.add(invoice);
      if (last !== undefined) ended.add(last);
      last = invoice;
    }
    const at = times.get(invoice) ?? new Set();
    times.set(invoice, at.add(fact.occurredAt));
    if (invoice.startsWith('A') && data.amount.minor > 0) debts.add(invoice);
    if (type === 'kith.account-adjusted.v1' && data.amount.minor < 0) found.adjusted += 1;
    if (data.anonymous) continue;
    records.add(subject.key);
    if (type === 'kith.purchase-returned.v1') found.returned += data.total.minor;
    if (type !== 'kith.purchase-made.v1' || Number(data.unitPrice) === 0) continue;
    found.counting += 1;
    found.gross += data.total.minor;
    buyers.add(subject.key);
    if (data.unitPrice === '0.001') found.pennies += 1;
  }
  exactly('counting lines', found.counting, 397_884);
  exactly('customers with a counting line', buyers.size, 4_338);
  exactly('records with an id', records.size, 4_372);
  exactly('gross of the counting lines in pence', found.gross, 891_140_790);
  exactly('net after returns in pence', found.gross - found.returned, 830_006_581);
  exactly('counting lines at .001', found.pennies, 4);
  exactly('invoices that are not in one piece', split.size, 1);
  exactly('invoices with two times', [...times.values()].filter((all) => all.size === 2).length, 43);
  exactly('lines with a positive price on an invoice that begins with A', debts.size, 1);
  exactly('negative prices as account adjustments', found.adjusted, 2);
}

async function* factsOf({ log, seal }) {
  for (let after = 0n, end = false; !end; ) {
    const page = await log.readAll(after, { limit: 5_000 });
    for (const { stream, bytes } of page.events) if (stream.startsWith('record-')) yield decode(bytes, seal);
    after = page.next;
    end = page.end;
  }
}

/** The same sums from the views of the records. */
async function seen(exactly, kith) {
  const found = { gross: 0, returned: 0, named: 0, facts: 0 };
  for (let after, more = true; more; ) {
    const page = await kith.views.scan('records', after, 1_000);
    for (const { body } of page.documents) {
      const { sums } = JSON.parse(body);
      found.facts += sums['facts/all'];
      if (sums['facts/anonymous'] > 0) continue;
      found.named += 1;
      found.gross += sums['money/GBP/gross'] ?? 0;
      found.returned += sums['money/GBP/returned'] ?? 0;
    }
    after = page.next;
    more = after !== undefined;
  }
  exactly('facts in the views', found.facts, 541_909);
  exactly('views of records with an id', found.named, 4_372);
  exactly('gross in the views in pence', found.gross, 891_140_790);
  exactly('net in the views in pence', found.gross - found.returned, 830_006_581);
}

async function again(exactly, kith) {
  const before = (await kith.log.head()).position;
  await bringIn(kith);
  exactly('events that the same file adds when it comes again', Number((await kith.log.head()).position - before), 0);
}

/** The same keys and the same standing clock, so that only the kills differ. */
async function killed(exactly, kith, folder) {
  const wanted = await kith.views.roots();
  const other = temporary();
  try {
    mkdirSync(other.folder, { recursive: true });
    copyFileSync(join(folder, 'keys.db'), join(other.folder, 'keys.db'));
    const random = drawing(SEED);
    let kills = 0;
    for (let alive = true; alive; ) {
      const ended = await command(other.folder, kills < KILLS ? 1_000 + random(2_500) : undefined);
      if (ended === 'killed') kills += 1;
      else alive = false;
      if (ended !== 'killed' && ended !== 0) throw new Error(`kith import ended with ${ended}`);
    }
    const resumed = await openKith({ data: other.folder, clock });
    await level(resumed);
    exactly('kills -9 on the way', kills, KILLS);
    exactly(
      'state roots after the kills are those of an import left alone',
      same(await resumed.views.roots(), wanted),
      true,
    );
    await resumed.close();
  } finally {
    other.remove();
  }
}

/** `kith import` in a process of its own, killed after `ms`. */
function command(folder, ms) {
  const main = fileURLToPath(new URL(`${dist}/main.js`, import.meta.url));
  const args = [
    main,
    'import',
    retailFile,
    '--mapping',
    mappingFile,
    '--data',
    folder,
    '--errors',
    join(folder, 'errors.csv'),
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, KITH_CLOCK: CLOCK },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const timer = ms === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), ms);
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL' ? 'killed' : code);
    });
  });
}

async function undone(exactly, kith, id) {
  const { position } = await kith.log.head();
  const { facts } = await undoImport(kith, id);
  await level(kith);
  exactly('facts that the undo takes back', facts, 541_909);
  exactly('events that the undo appends', Number((await kith.log.head()).position - position), 541_910);
  const empty = await openKith({ data: 'memory' });
  exactly(
    'state roots after the undo are those before the import',
    same(await kith.views.roots(), await empty.views.roots()),
    true,
  );
  await empty.close();
}

const same = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);
