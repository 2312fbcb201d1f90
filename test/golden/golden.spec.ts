/**
 * The golden log: written by the first version, read by every later one. What is stored never changes; what views show of
 * it may, and then `customers.ndjson` is made again on purpose.
 */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from '../../eventstore/canonical';
import { Frontier, leafHash } from '../../eventstore/tree';
import { openKith } from '../../src/compose';
import { admit } from '../../src/domain/admission';
import { decode, keyCheckOf, type LogKeys } from '../../src/domain/envelope';
import { identitySeal } from '../../src/domain/seal';
import { folder } from '../folder';

const read = (name: string) => readFileSync(join(__dirname, 'v1', name), 'utf8');
const lines = (name: string) => read(name).split('\n').slice(0, -1);
const expected: { keys: LogKeys; logId: string; size: string; root: string } = JSON.parse(read('expected.json'));
const stored = lines('stored.ndjson');

test('every stored event is read, and is its own canonical form', () => {
  for (const line of stored) {
    expect(canonical(JSON.parse(line))).toBe(line);
    expect(decode(Buffer.from(line), identitySeal).kith).toBe(1);
  }
});

test('the tree over the stored bytes has the root that was handed out then', () => {
  const tree = Frontier.empty();
  for (const line of stored) tree.add(leafHash(Buffer.from(line)));
  expect({ size: String(tree.size), root: Buffer.from(tree.root()).toString('hex') }).toEqual({ size: expected.size, root: expected.root });
});

test('what clients sent then becomes the same bytes today: ids, record ids, fingerprints, envelope', () => {
  const events: unknown[] = JSON.parse(read('events.json'));
  for (const [i, event] of events.entries()) {
    const line = stored[i] ?? '';
    const now = Date.parse(JSON.parse(line).recordedAt);
    const { append } = admit(event, { keys: expected.keys, seal: identitySeal, now, maxBytes: 262_144 });
    expect(Buffer.from(append.events[0]?.bytes ?? []).toString()).toBe(line);
  }
});

test('its data folder opens, verifies deeply, and shows the customers it showed', async () => {
  const { path, remove } = folder();
  cpSync(join(__dirname, 'v1', 'folder'), path, { recursive: true });
  const kith = await openKith({ data: path });
  try {
    expect(kith.log.id).toBe(expected.logId);
    expect(keyCheckOf(kith.keys)).toEqual(keyCheckOf(expected.keys));
    expect(await kith.log.verify({ deep: true })).toMatchObject({ ok: true, size: BigInt(expected.size) });
    expect(await kith.reached(BigInt(expected.size), 60_000)).toBe(true);
    const { documents } = await kith.views.scan('customers', undefined, 10_000);
    expect(documents.map(({ body }) => body)).toEqual(lines('customers.ndjson'));
  } finally {
    await kith.close();
    remove();
  }
});

test('the golden folder holds log and keys, and nothing that can be made again', () => {
  expect(readdirSync(join(__dirname, 'v1', 'folder')).sort()).toEqual(['keys.db', 'log.db']);
});
