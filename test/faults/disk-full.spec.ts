/** The disk is full while an import writes, or while the views are written: it is said, nothing is lost, and all goes on once there is room. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { limitPages } from '../../eventstore/sqlite';
import { inlineProjector } from '../../src/app/inline';
import { Intake } from '../../src/app/intake';
import type { Progress } from '../../src/app/projector';
import type { Projector } from '../../src/app/projector';
import { columnsOf } from '../../src/domain/envelope';
import { identitySeal } from '../../src/domain/seal';
import { importsOf, type Store } from '../../src/import/course';
import { importFile } from '../../src/import/run';
import { undoImport } from '../../src/import/undo';
import { passingKeys } from '../../src/keys/embedded';
import { EmbeddedViewStore, openViewReader } from '../../src/views/embedded';
import type { EmbeddedViews } from '../../src/views/embedded/writer';
import { folder } from '../folder';
import { said } from '../given';
import { csv, factsOf, orders } from '../import/trial';

let path: string;
let remove: () => void;
beforeEach(() => {
  ({ path, remove } = folder());
});
afterEach(() => remove());

const ROOM = 1_000_000;

describe('while an import writes', () => {
  const ROWS = 12_000;
  /** Every thousandth row is refused. */
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `o${i % 5_000},c${i % 50},2010-12-01 08:26,${i % 1_000 === 7 ? 'two' : '1'},2.55`,
  );
  const mapping = JSON.stringify(orders());
  const storeOn = (log: EmbeddedLog): Store => ({
    log,
    keys: { tenant: 't', record: 'r', fingerprint: 'f' },
    seal: identitySeal,
    now: () => Date.UTC(2026, 0, 1),
  });

  async function bring(log: EmbeddedLog, into: string, inThread: boolean) {
    const file = join(path, 'a.csv');
    writeFileSync(file, csv(...rows));
    return importFile(storeOn(log), { file, mapping, errors: join(path, into), inThread, advanceRows: 5_000 });
  }

  const idsIn = async (log: EmbeddedLog) => (await factsOf(storeOn(log))).map(({ clientId }) => clientId).sort();

  test.each([
    ['the calling thread', true],
    ['a thread of its own', false],
  ])(
    'on %s, the same command goes on as often as there is a little more room, and all rows are in once',
    async (_, inThread) => {
      const whole = await EmbeddedLog.open(join(path, 'whole'), { columnsOf });
      await bring(whole, 'whole.csv', inThread);
      const log = await EmbeddedLog.open(join(path, 'log'), { columnsOf, maxPages: 40 });
      let stops = 0;
      for (let pages = 40; ; pages += 1_000) {
        log.limitPages(pages);
        try {
          const report = await bring(log, 'errors.csv', inThread);
          expect(report).toMatchObject({
            outcome: 'finished',
            tally: { rows: ROWS, refused: { 'row-malformed': ROWS / 1_000 } },
          });
          break;
        } catch (problem) {
          stops += 1;
          expect(problem).toMatchObject({
            code: 'store-failed',
            message: expect.stringMatching(/full.*run the same command again/) as string,
          });
        }
      }
      expect(stops).toBeGreaterThan(2);
      expect(await idsIn(log)).toEqual(await idsIn(whole));
      expect(readFileSync(join(path, 'errors.csv'), 'utf8')).toBe(readFileSync(join(path, 'whole.csv'), 'utf8'));
      expect(await log.verify({ deep: true })).toMatchObject({ ok: true });
      expect(await importsOf(storeOn(log))).toMatchObject([{ state: 'finished', tally: { rows: ROWS } }]);
      await whole.close();
      await log.close();
    },
  );

  test('an undo that finds no room goes on where it stopped, and takes every fact back once', async () => {
    const log = await EmbeddedLog.open(join(path, 'log'), { columnsOf });
    const { import: id } = await bring(log, 'errors.csv', true);
    log.limitPages(1);
    await expect(undoImport(storeOn(log), id)).rejects.toMatchObject({ code: 'store-failed' });
    log.limitPages(ROOM);
    await undoImport(storeOn(log), id);
    expect(await importsOf(storeOn(log))).toMatchObject([{ state: 'undone' }]);
    expect(await undoImport(storeOn(log), id)).toMatchObject({ facts: 0, already: ROWS - ROWS / 1_000 });
    await log.close();
  });
});

describe('while views are written', () => {
  let log: EmbeddedLog;
  let store: EmbeddedViewStore;
  let intake: Intake;
  let made: EmbeddedViews[];
  let pages: number;
  let projector: Projector;
  let seen: Progress[];

  const tell = (count: number) =>
    intake.accept(Array.from({ length: count }, (_, i) => said('note-taken', `k${i}`, { text: 'x' })));
  const limit = (most: number): void => {
    pages = most;
    for (const views of made) limitPages(views['db'], most);
  };
  const isSo = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const following = async (): Promise<void> => {
    projector.wake?.();
    const { position } = await log.head();
    await isSo(() => projector.progress().position === position && projector.progress().state === 'following');
  };
  const stopped = () => projector.progress().state === 'stopped';
  const rebuild = (switchOver: boolean) => projector.rebuild({ switchOver, onProgress: () => undefined });

  beforeEach(async () => {
    log = await EmbeddedLog.open(path, { columnsOf });
    intake = new Intake(log, { keys: passingKeys('t'), seal: identitySeal, maxBytes: 10_000 }, Date.now);
    store = EmbeddedViewStore.open(path);
    [made, seen, pages] = [[], [], ROOM];
    const create = store.create.bind(store);
    store.create = async (fingerprint) => {
      const views = await create(fingerprint);
      made.push(views);
      limitPages(views['db'], pages);
      return views;
    };
  });
  afterEach(async () => {
    await projector.stop();
    await store.close();
    await log.close();
  });

  const start = async (): Promise<void> => {
    const options = { flush: 100 };
    projector = inlineProjector(log, store, identitySeal, 'f', (p) => seen.push(p), options);
    await projector.started;
  };

  test('they stop and say so, readers see what was there, and with room they are what a rebuild gives', async () => {
    await tell(50);
    await start();
    await following();
    const reader = openViewReader(path);
    const before = [await reader.checkpoint(), await reader.roots(), await reader.size()];
    limit(1);
    await tell(2_000);
    projector.wake?.();
    await isSo(stopped);
    expect(projector.progress().reason).toMatch(/full/);
    expect([await reader.checkpoint(), await reader.roots(), await reader.size()]).toEqual(before);
    expect(await reader.parked(1)).toEqual([]);
    limit(ROOM);
    await following();
    expect((await reader.size()).records).toBe(2_000);
    expect(await reader.parked(1)).toEqual([]);
    expect((await rebuild(false)).differences).toEqual([]);
    await reader.close();
  });

  test('a first build stops at nothing, and begins again once there is room', async () => {
    await tell(3_000);
    limit(60);
    await start();
    await isSo(stopped);
    expect(await made[0]?.checkpoint()).toMatchObject({ position: 0n });
    limit(ROOM);
    await following();
    expect((await made[0]?.size())?.records).toBe(3_000);
    expect((await rebuild(false)).differences).toEqual([]);
  });

  test('a rebuild is given up and leaves nothing, the live views follow on, and the next one succeeds', async () => {
    await tell(3_000);
    await start();
    await following();
    pages = 60;
    await expect(rebuild(true)).rejects.toThrow(/full/);
    expect(await store.generations()).toMatchObject([{ live: true }]);
    pages = ROOM;
    await tell(10);
    await following();
    expect(await rebuild(true)).toMatchObject({ differences: [], switched: true });
    expect(await store.generations()).toMatchObject([{ live: true }]);
  });
});
