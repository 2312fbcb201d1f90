// The raw loop that the log is measured against: bare SQLite with the same settings and unique indexes, on the calling
// thread, without hash, tree, look-up or answer.
import { createHash, hash } from 'node:crypto';
import { join } from 'node:path';
import { dist, inFolder } from './measure.mjs';

const { canonical } = dist('./eventstore/canonical.js');
const { openDatabase } = dist('./eventstore/sqlite.js');

const CUSTOMERS = 10_000;

const customerOf = (n) => (Math.imul(n, 2_654_435_761) >>> 0) % CUSTOMERS;
const streamOf = (n) =>
  `record-${createHash('sha256')
    .update(String(customerOf(n)))
    .digest('hex')
    .slice(0, 32)}`;

/** A purchase as a shop would send it: about 430 bytes. */
function eventOf(n) {
  const recordedAt = Date.now();
  const stamp = new Date(recordedAt).toISOString();
  const clientId = `order-${n}`;
  const body = {
    actor: 'webshop',
    data: {
      channel: 'online',
      currency: 'EUR',
      lines: [
        { minor: 1999, quantity: 1, sku: `SKU-${n % 997}` },
        { minor: 450, quantity: 3, sku: `SKU-${n % 89}` },
      ],
      orderNumber: clientId,
      total: { currency: 'EUR', minor: 3349 },
    },
    id: clientId,
    occurredAt: stamp,
    recordedAt: stamp,
    schema: 1,
    source: 'webshop',
    subject: `webshop:customer-${customerOf(n)}`,
    type: 'PurchaseMade',
  };
  const bytes = Buffer.from(canonical(body));
  const fingerprint = hash('sha256', bytes, 'buffer').subarray(0, 16);
  const stampAt = bytes.indexOf('"recordedAt":"') + 14;
  return {
    source: 'webshop',
    clientId,
    type: 'PurchaseMade',
    fingerprint,
    occurredAt: recordedAt,
    recordedAt,
    bytes,
    stampAt,
  };
}

/** Made before the clock starts, for both sides. */
export const appendsOf = (count, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    stream: streamOf(from + i),
    expected: 'any',
    events: [eventOf(from + i)],
  }));

const RAW_TABLES = `
  CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER, revision INTEGER, type INTEGER, source INTEGER, client_id TEXT,
    fingerprint BLOB, occurred_at INTEGER, recorded_at INTEGER, leaf BLOB, bytes BLOB);
  CREATE UNIQUE INDEX once ON events (source, client_id);
  CREATE UNIQUE INDEX stream ON events (stream, revision)`;

/** Events a second of a loop that only inserts, `perCommit` in a transaction. */
export function rawInserts(folder, appends, perCommit) {
  const db = openDatabase(join(folder, 'raw.db'));
  db.exec(RAW_TABLES);
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  const streams = new Map();
  const rows = appends.map(({ stream, events: [e] }, n) => {
    const at = streams.get(stream) ?? { id: streams.size, next: 0 };
    streams.set(stream, at);
    return [
      n + 1,
      at.id,
      at.next++,
      1,
      1,
      e.clientId,
      e.fingerprint,
      e.occurredAt,
      e.recordedAt,
      Buffer.alloc(32, n),
      e.bytes,
    ];
  });
  const started = performance.now();
  for (let n = 0; n < rows.length; n += perCommit) {
    begin.run();
    for (const row of rows.slice(n, n + perCommit)) insert.run(...row);
    commit.run();
  }
  const rate = perSecond(rows.length, started);
  db.close();
  return { rate };
}

export const perSecond = (count, started) => (count / (performance.now() - started)) * 1000;

/** Events a second of raw inserts, `perCommit` a commit, in a folder of their own. */
export const rawBatches = (count, perCommit) =>
  inFolder(async (folder) => rawInserts(folder, appendsOf(count), perCommit).rate);
