/**
 * Several nodes on a log and views that misbehave, under writes all the time: whatever is killed, paused, cut or loses its
 * answers, no acknowledged fact is lost, none is doubled, and afterwards the views are those of a clean replay.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Kith } from '../../src/app/kith';
import { replay } from '../../src/app/replay';
import { decode } from '../../src/domain/envelope';
import { evolvePair, type Pair, pairTypes } from '../../src/domain/link';
import { drawing } from '../../src/domain/matching/hashing';
import { MemoryViewStore } from '../../src/views/memory';
import { Cluster, SECRET } from './cluster';
import { disturb } from './disturbing';
import { SEED } from './killing';
import { type Pace, Source } from './source';

/** `npm run soak` asks for 200. */
const FAULTS = Number(process.env['FAULTS'] ?? 20);
const PACE: Pace = { perSecond: 500, batch: 100, inFlight: 4, waiting: 15_000 };
/** Milliseconds before the first fault. */
const UNDISTURBED = 5_000;

test(
  `${FAULTS} faults under writes (SEED=${SEED})`,
  async () => {
    const draw = drawing(SEED);
    const chance = (): number => draw(2 ** 32) / 2 ** 32;
    const cluster = await Cluster.start();
    const source = new Source(() => cluster.door, PACE);
    const { acknowledged } = source;
    const [all, before] = [new Rate(acknowledged), new Rate(acknowledged)];
    const ending = new AbortController();
    const done: string[] = [];
    try {
      const writing = source.run(ending.signal);
      await all.over(async () => {
        await before.over(() => wait(UNDISTURBED));
        for (let i = 0; i < FAULTS; i++) {
          done.push(await disturb(cluster, chance));
          await wait(200 + chance() * 500);
        }
        ending.abort();
        await writing;
      });
      process.stdout.write(
        `${acknowledged.size} facts acknowledged under ${FAULTS} faults (SEED=${SEED}), of ${PACE.perSecond} a second that came: ${all.perSecond} a second in all, ${before.perSecond} before the first fault\n`,
      );
      const judge = await cluster.open();
      try {
        const { position } = await judge.log.head();
        expect(await judge.reached(position, 60_000)).toBe(true);
        const ids: string[] = [];
        for (let after = 0n, end = false; !end; ) {
          const page = await judge.log.readAll(after);
          for (const { stream, bytes } of page.events)
            if (stream.startsWith('record-')) ids.push(String(JSON.parse(Buffer.from(bytes).toString()).clientId));
          after = page.next;
          end = page.end;
        }
        const there = new Set(ids);
        expect(there.size).toBe(ids.length);
        expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
        expect(acknowledged.size).toBeGreaterThan(0);
        await settled(cluster, judge);
        await verified(judge);
        await replayed(judge);
        expect(await decidedOnce(judge)).toBeGreaterThan(0);
      } finally {
        await judge.close();
      }
    } catch (problem) {
      throw new Error(`after: ${done.join(', ')}`, { cause: problem });
    } finally {
      ending.abort();
      await cluster.stop();
    }
    expect(cluster.printed.join('\n')).not.toContain(SECRET);
  },
  60_000 + FAULTS * 30_000,
);

/** What was acknowledged a second, over the times in which it was counted. */
class Rate {
  private facts = 0;
  private ms = 0;

  constructor(private readonly acknowledged: ReadonlySet<string>) {}

  async over(work: () => Promise<unknown>): Promise<void> {
    const [before, since] = [this.acknowledged.size, performance.now()];
    await work();
    this.facts += this.acknowledged.size - before;
    this.ms += performance.now() - since;
  }

  get perSecond(): number {
    return Math.round((this.facts / this.ms) * 1_000);
  }
}

/** One of the nodes says that all is decided that follows. Who took over reads what many facts said before. */
async function settled({ nodes }: Cluster, judge: Kith): Promise<void> {
  for (const until = performance.now() + 60_000 + FAULTS * 1_500; performance.now() < until; await wait(200)) {
    const { position } = await judge.log.head();
    for (const { url } of nodes) {
      const { matching }: { matching?: { position: string } } = JSON.parse(
        await (await fetch(`${url}/v1/projections`)).text(),
      );
      if (matching && BigInt(matching.position) >= position) return;
    }
  }
  throw new Error('nobody got level with matching');
}

/** Whoever led when: each decision said something that did not hold yet. Answers how many there are. */
async function decidedOnce({ log, seal }: Kith): Promise<number> {
  const held = new Map<string, Pair>();
  let count = 0;
  for (let after = 0n, end = false; !end; ) {
    const page = await log.readAll(after, { filter: { types: pairTypes } });
    for (const { stream, bytes } of page.events) {
      const before = held.get(stream) ?? {};
      const event = decode(bytes, seal);
      const now = evolvePair(before, event);
      expect({ stream, type: event.type, holds: whatHolds(now) }).not.toMatchObject({ holds: whatHolds(before) });
      held.set(stream, now);
      count += 1;
    }
    after = page.next;
    end = page.end;
  }
  return count;
}

/** Whatever is still decided about pairs moves the log on: compared is a tree to which nothing came meanwhile. */
async function verified({ log }: Kith): Promise<void> {
  for (;;) {
    const tree = await log.tree();
    const verdict = await log.verify({ deep: true });
    // With everything that it says, where it is not.
    expect(verdict).toEqual({ ok: true, size: expect.any(BigInt), root: expect.any(Uint8Array) });
    if ((await log.tree()).size !== tree.size) continue;
    expect(verdict).toEqual({ ok: true, ...tree });
    return;
  }
}

/** Without who said it and when. */
const whatHolds = ({ linked, apart, proposed, rejected, related }: Pair) => ({
  ...{ linked: linked?.by, apart: apart?.reason, rejected: rejected?.reason, related: related?.relation },
  proposed: proposed && [proposed.precision, proposed.model],
});

/** Here too the log may move on: compared is where both stand. */
async function replayed(judge: Kith): Promise<void> {
  for (;;) {
    const { position } = await judge.log.head();
    expect(await judge.reached(position, 60_000)).toBe(true);
    const clean = await new MemoryViewStore().create('clean');
    await replay({ log: judge.log, seal: judge.seal }, clean, {});
    const roots = await judge.views.roots();
    if ((await judge.log.head()).position !== position) continue;
    expect(roots).toEqual(await clean.roots());
    return;
  }
}
