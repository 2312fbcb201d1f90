// A steward makes two large customers one, and undoes it: how long until the view shows it, beside writing the two
// documents that change and nothing else.
import { join } from 'node:path';
import { dist, factAt, inFolder, median } from './measure.mjs';

const { openKith } = dist('./src/compose.js');
const { openDatabase } = dist('./eventstore/sqlite.js');

/** Fact `i` of two records. What they state repeats, as it does in life: a document grows with what is distinct in it. */
const factOf = (i) => ({ ...factAt(i, 2), data: factAt(i % 200, 2).data });

const because = { reason: 'bench', actor: 'steward:1' };
const BAR = 50;

export async function run({ short }) {
  const facts = short ? 1_000 : 10_000;
  return inFolder(async (folder) => {
    const kith = await openKith({ data: join(folder, 'kith') });
    try {
      const [a, b] = await fill(kith, facts);
      const [merges, undos, raws] = [[], [], []];
      for (let i = 0; i < (short ? 5 : 15); i++) {
        const { merges: made, ms } = await shown(kith, () => kith.stewarding.merge([a, b], because), b, a);
        merges.push(ms);
        raws.push(await rawWrite(folder, kith, [a, b]));
        undos.push((await shown(kith, () => kith.stewarding.undo(made[0], because), b, b)).ms);
      }
      const of = `two customers with ${facts.toLocaleString('en')} facts each`;
      const row = (what, all) => {
        const figure = median(all);
        const [raw, most] = [median(raws), Math.max(...all)];
        return {
          row: `${of}: ${what}`,
          figure,
          unit: 'ms',
          raw,
          reached: figure <= BAR,
          note: `at most ${most.toFixed(0)} ms`,
        };
      };
      return [row('merged, until the view shows it', merges), row('undone, until the view shows it', undos)];
    } finally {
      await kith.close();
    }
  });
}

async function fill(kith, facts) {
  const records = new Set();
  for (let from = 0; from < 2 * facts; from += 5_000) {
    const count = Math.min(5_000, 2 * facts - from);
    const results = await kith.intake.accept(Array.from({ length: count }, (_, i) => factOf(from + i)));
    for (const { record } of results) records.add(record);
  }
  if (!(await kith.settled(600_000))) throw new Error('the views did not settle');
  // Whoever was recorded first gives a customer its id; where both were, the smaller id does.
  return [...records].sort();
}

/** Milliseconds until the customer with this record is `expected`. */
async function shown(kith, act, record, expected) {
  const from = performance.now();
  const done = await act();
  if (!(await kith.reached(done.position, 60_000))) throw new Error('the views did not follow');
  const { id } = await kith.reading.customer(record);
  const ms = performance.now() - from;
  if (id !== expected) throw new Error(`${record} is of ${id}, and should be of ${expected}`);
  await kith.settled(60_000);
  return { ...done, ms };
}

/** Milliseconds to write, in one commit, the documents that a merge changes. */
async function rawWrite(folder, kith, [a, b]) {
  const { body } = await kith.reading.customer(a);
  const db = openDatabase(join(folder, 'raw.db'));
  db.exec('CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, body TEXT)');
  const write = db.prepare('INSERT OR REPLACE INTO documents VALUES (?, ?)');
  const from = performance.now();
  db.exec('BEGIN');
  write.run(a, body);
  write.run(b, '');
  db.exec('COMMIT');
  const ms = performance.now() - from;
  db.close();
  return ms;
}
