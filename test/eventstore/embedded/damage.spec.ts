/** A disk that rots: bytes of log.db change or its end is lost. Verify never breaks off; it names the first place, and what it calls whole is. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedLog } from '../../../eventstore/embedded/log';
import { EmbeddedReader } from '../../../eventstore/embedded/reader';
import { type LoggedEvent, LogError, type Verdict } from '../../../eventstore/store';
import { openKith } from '../../../src/compose';
import { drawing } from '../../../src/domain/matching/hashing';
import { columnsOf, event, NOON, singly } from '../../contract/log/events';
import { folder } from '../../folder';
import { said } from '../../given';

const SEED = Number(process.env['KITH_SEED'] ?? 7);
const EVENTS = 300;
const { path, remove } = folder();
const file = join(path, 'log.db');
let good: Buffer;

/** Some events are larger than a page, and lie on several. */
const textOf = (n: number): string => `<${n}>${'x'.repeat(n % 50 === 0 ? 9_000 : 30)}`;

beforeAll(async () => {
  const log = await EmbeddedLog.open(path);
  const events = Array.from({ length: EVENTS }, (_, i) =>
    event({ id: `e${i + 1}`, text: textOf(i + 1), recordedAt: NOON + i }),
  );
  await log.appendBatch(singly('a-1', events));
  await log.close();
  good = readFileSync(file);
});
afterAll(remove);

/** What verify says of these bytes in the place of the log; a LogError where they are not taken for a log at all. */
async function verdictOn(bytes: Buffer, deep: boolean): Promise<Verdict | LogError> {
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  writeFileSync(file, bytes);
  try {
    const reader = new EmbeddedReader(path, { columnsOf });
    try {
      return await reader.verify({ deep });
    } finally {
      await reader.close();
    }
  } catch (problem) {
    if (problem instanceof LogError) return problem;
    throw problem;
  }
}

const flipped = (at: number, bit: number): Buffer => {
  const bytes = Buffer.from(good);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return bytes;
};

/** Every event is found by its position and by its id, read in its place, and as it was written. */
async function expectWhole(byId: boolean): Promise<void> {
  const reader = new EmbeddedReader(path);
  const all = Array.from({ length: EVENTS }, (_, i) => i + 1);
  const textsIn = (events: readonly LoggedEvent[]) =>
    events.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()).text);
  expect(textsIn((await reader.readAll(0n, { limit: EVENTS })).events)).toEqual(all.map(textOf));
  expect(textsIn(await reader.readAt(all.map(BigInt)))).toEqual(all.map(textOf));
  if (byId) for (const n of all) expect(await reader.find('shop', `e${n}`)).toMatchObject({ position: BigInt(n) });
  await reader.close();
}

test(`one bit anywhere in the file is found, or leaves every event as it was written (seed ${SEED})`, async () => {
  const chance = drawing(SEED);
  let found = 0;
  for (let n = 0; n < 400; n++) {
    const at = chance(good.length);
    const verdict = await verdictOn(flipped(at, n % 8), n % 2 === 0);
    if (verdict instanceof LogError) {
      expect(verdict.code).toBe('not-a-log');
      continue;
    }
    if (!verdict.ok) found += 1;
    else await expectWhole(n % 2 === 0);
  }
  expect(found).toBeGreaterThan(100);
});

test.each([1, 50, 51, 299, 300])('a bit of event %i is found at this event', async (n) => {
  const at = good.indexOf(textOf(n).slice(0, 30)) + 7;
  for (const deep of [true, false])
    expect(await verdictOn(flipped(at, 3), deep)).toMatchObject({ ok: false, broken: { position: BigInt(n) } });
});

test('a file that lost its end is broken at an event, behind which nothing is called whole, or no log at all', async () => {
  const lost: bigint[] = [];
  for (let kept = Math.floor(good.length / 4096) - 1; kept >= 0; kept--) {
    const verdict = await verdictOn(good.subarray(0, kept * 4096), true);
    if (verdict instanceof LogError) continue;
    if (verdict.ok) throw new Error(`a log of ${kept} pages is called whole`);
    expect(verdict.broken.what).not.toBe('');
    lost.push(verdict.broken.position);
  }
  expect(lost.length).toBeGreaterThan(3);
  expect(lost[0]).toBeGreaterThan(lost.at(-1) ?? 0n);
});

test('kith verify says where, without a stack, and ends with the exit code of broken evidence', async () => {
  const own = folder();
  const kith = await openKith({ data: own.path });
  await kith.intake.accept(Array.from({ length: 500 }, (_, i) => said('note-taken', 'ada', { text: textOf(i) })));
  await kith.close();
  const bytes = readFileSync(join(own.path, 'log.db'));
  const verify = (damaged: Buffer) => {
    writeFileSync(join(own.path, 'log.db'), damaged);
    const words = [join(__dirname, '../../../dist/src/main.js'), 'verify', '--data', own.path];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  expect(verify(bytes)).toMatchObject({ status: 0, stderr: '' });
  expect(verify(bytes.subarray(0, bytes.length - 40 * 4096))).toEqual({
    status: 4,
    stdout: expect.stringMatching(/^the log is broken at position \d+: the file /) as string,
    stderr: '',
  });
  const one = Buffer.from(bytes);
  one.write('<X', bytes.indexOf('<123>'));
  expect(verify(one)).toMatchObject({ status: 4, stdout: expect.stringContaining('at position 124: ') as string });
  own.remove();
});
