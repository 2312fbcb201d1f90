/** The register in MongoDB: what was not answered is not counted as written, and the checkpoint never covers a gap. */
import type { Checkpoint, Entry } from '../../eventstore/esdb/register';
import { MongoRegister } from '../../src/register/mongo';
import { Double, type Fault } from '../doubles/mongo/double';

let double: Double;
let register: MongoRegister;
beforeEach(async () => {
  double = new Double();
  const url = `mongodb://${await double.listen()}/?directConnection=true`;
  register = await MongoRegister.open({ url, database: 'kith_register' });
});
afterEach(async () => {
  await register.close();
  await double.close();
});

const entry = (ordinal: number, more: Partial<Entry> = {}): Entry => ({
  ordinal,
  position: BigInt(ordinal) * 1_000n,
  stream: `record-${ordinal % 3}`,
  revision: BigInt(ordinal),
  source: 'crm',
  clientId: `f${ordinal}`,
  fingerprint: new Uint8Array(16).fill(ordinal),
  recordedAt: 1_700_000_000_000 + Math.floor(ordinal / 2),
  lifted: false,
  leaf: new Uint8Array(32).fill(ordinal),
  ...more,
});
const upTo = (size: number): Checkpoint => ({
  size,
  position: BigInt(size) * 1_000n,
  recordedAt: 1_700_000_000_000 + Math.floor(size / 2),
  scanned: BigInt(size) * 1_000n,
  peaks: new Uint8Array(32).fill(size),
});
const entries = [1, 2, 3, 4].map((n) => entry(n));

test('what was added is found by id, by position, by time and in order; adding it again changes nothing', async () => {
  await register.add(entries, upTo(4));
  await register.add(entries.slice(1, 3), upTo(3));
  expect(await register.checkpoint()).toEqual(upTo(4));
  const [known, unknown] = await register.find([
    { source: 'crm', clientId: 'f3' },
    { source: 'shop', clientId: 'f3' },
  ]);
  expect(known).toMatchObject({ position: 3_000n, stream: 'record-0', fingerprint: new Uint8Array(16).fill(3) });
  expect(unknown).toBeUndefined();
  expect((await register.at([2_000n, 9_000n])).map(({ position }) => position)).toEqual([2_000n]);
  expect(await register.positionAt(1_700_000_000_001)).toBe(3_000n);
  expect(await register.positionAt(1_600_000_000_000)).toBe(0n);
  expect((await register.leaves(2, 2)).map(({ leaf }) => leaf[0])).toEqual([2, 3]);
});

test('of two events that bear one id the first in the log counts; lifted stamps are told', async () => {
  await register.add([entry(1), entry(2, { clientId: 'f1', lifted: true })], upTo(2));
  expect((await register.find([{ source: 'crm', clientId: 'f1' }]))[0]?.position).toBe(1_000n);
  expect(await register.lifted(0n, 5_000n)).toEqual(new Map([[2_000n, 1_700_000_000_001]]));
});

test.each(['cut', 'lose', 'elect', 'unreplicated'] as const)(
  'an insert of entries that meets "%s" fails, the checkpoint stays, and the same again succeeds',
  async (fault: Fault) => {
    let left = 1;
    double.gate = async ({ command, body }) =>
      command === 'insert' && body['insert'] === 'register_entries' && left-- > 0 ? fault : undefined;
    await expect(register.add(entries, upTo(4))).rejects.toThrow();
    expect((await register.checkpoint()).size).toBe(0);
    await register.add(entries, upTo(4));
    expect((await register.checkpoint()).size).toBe(4);
    expect(await register.leaves(1, 10)).toHaveLength(4);
  },
);
