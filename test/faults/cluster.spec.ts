/**
 * Several nodes on a log and views that misbehave, told the same facts all the time: whatever is killed, paused, cut, slow,
 * refused or loses its answers, no acknowledged fact is lost, none is doubled, and afterwards the views are those of a clean replay.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Kith } from '../../src/app/kith';
import { replay } from '../../src/app/replay';
import { decode } from '../../src/domain/envelope';
import { evolvePair, type Pair, pairTypes } from '../../src/domain/link';
import { drawing } from '../../src/domain/matching/hashing';
import { MemoryViewStore } from '../../src/views/memory';
import { dataOf } from '../doubles/esdb/messages';
import { Cluster, SECRET } from './cluster';
import { type Chance, disturbances } from './disturbing';
import { SEED } from './killing';
import { type Pace, Source } from './source';

/** `npm run soak` asks for 500. */
const FAULTS = Number(process.env['KITH_FAULTS'] ?? 20);
const PACE: Pace = { perSecond: 500, batch: 100, inFlight: 4, waiting: 3_000 };
/** Milliseconds before the first fault. */
const UNDISTURBED = 5_000;
/** Share of the faults during which the next one may begin. */
const OVERLAPPING = 0.3;
/** What a node may say of a fact that it did not take. */
const REFUSALS: ReadonlySet<string> = new Set(['store-failed', 'log-denied']);

test(
  `${FAULTS} faults under writes (KITH_SEED=${SEED})`,
  async () => {
    const chance = chanceOf(SEED);
    const cluster = await Cluster.start();
    const source = new Source(() => cluster.writers, chanceOf(SEED + 1), PACE);
    const { acknowledged } = source;
    const [all, before] = [new Rate(acknowledged), new Rate(acknowledged)];
    const ending = new AbortController();
    const done: string[] = [];
    try {
      const writing = source.run(ending.signal);
      await all.over(async () => {
        await before.over(() => wait(UNDISTURBED));
        await disturb(cluster, chance, done);
        ending.abort();
        await writing;
      });
      process.stdout.write(
        `${acknowledged.size} facts acknowledged under ${FAULTS} faults (KITH_SEED=${SEED}), of ${PACE.perSecond} a second that came: ${all.perSecond} a second in all, ${before.perSecond} before the first fault\n`,
      );
      await judge(cluster, source);
    } catch (problem) {
      throw new Error(`after: ${done.join(', ')}`, { cause: problem });
    } finally {
      ending.abort();
      await cluster.stop();
    }
    expect(cluster.printed.join('\n')).not.toContain(SECRET);
  },
  120_000 + FAULTS * 30_000,
);

function chanceOf(seed: number): Chance {
  const draw = drawing(seed);
  return () => draw(2 ** 32) / 2 ** 32;
}

/** One fault after the other, some of them two at a time; `done` gets their names as they begin. */
async function disturb(cluster: Cluster, chance: Chance, done: string[]): Promise<void> {
  const faults = disturbances(cluster, chance);
  let last: Promise<void> = Promise.resolve();
  while (done.length < FAULTS) {
    const { name, act } = faults.next().value;
    done.push(name);
    const acting = act();
    // Whoever waits for it hears of a failure; one that fails meanwhile must not end the process.
    acting.catch(() => undefined);
    await last;
    last = acting;
    if (chance() >= OVERLAPPING) await last;
    await wait(200 + chance() * 500);
  }
  await last;
}

/** What came of it, in one line that the acceptance reads, and then in detail. */
async function judge(cluster: Cluster, { acknowledged, otherwise }: Source): Promise<void> {
  const kith = await cluster.open();
  try {
    const ids = storedIn(cluster);
    const there = new Set(ids);
    const lost = [...acknowledged].filter((id) => !there.has(id));
    const seen = new Set<string>();
    const doubled = ids.filter((id) => seen.size === seen.add(id).size);
    await settled(cluster, kith);
    const { found, clean } = await replayed(kith);
    const differing = Object.keys(clean).filter((name) => found[name] !== clean[name]);
    const figures = { lost: lost.length, doubled: doubled.length, differing: differing.length };
    process.stdout.write(`figures: ${JSON.stringify(figures)}\n`);
    expect({ lost, doubled, differing }).toEqual({ lost: [], doubled: [], differing: [] });
    expect([...otherwise].filter((code) => !REFUSALS.has(code))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(0);
    await verified(kith);
    expect(await decidedOnce(kith)).toBeGreaterThan(0);
    await shownByAll(cluster, kith);
  } finally {
    await kith.close();
  }
}

/** Client ids of the facts on the server itself, as often as they stand there. */
function storedIn({ esdb }: Cluster): readonly string[] {
  return esdb.records.all
    .filter(({ stream }) => stream.startsWith('default.record-'))
    .map(({ wire }) => String(JSON.parse(dataOf(wire).toString()).clientId));
}

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

type Roots = Readonly<Record<string, string>>;

/** Roots of the views that the nodes made and of a clean replay. The log may move on: compared is where both stand. */
async function replayed(kith: Kith): Promise<{ readonly found: Roots; readonly clean: Roots }> {
  for (;;) {
    const { position } = await kith.log.head();
    expect(await kith.reached(position, 60_000)).toBe(true);
    const clean = await new MemoryViewStore().create('clean');
    await replay({ log: kith.log, seal: kith.seal }, clean, {});
    const found = await kith.views.roots();
    if ((await kith.log.head()).position === position) return { found, clean: await clean.roots() };
  }
}

/** Every node shows of some customers what the others show. */
async function shownByAll({ nodes }: Cluster, kith: Kith): Promise<void> {
  for (let i = 0; i < 200; i += 20) {
    const [customer = ''] = await kith.reading.find(`email:ada${i}@post.example`);
    const shown = await Promise.all(
      nodes.map(async ({ url }) => {
        const answer = await fetch(`${url}/v1/customers/${customer}`);
        return { status: answer.status, body: await answer.text() };
      }),
    );
    const { body } = await kith.reading.customer(customer);
    expect(shown.map(({ status }) => status)).toEqual(nodes.map(() => 200));
    expect(shown.map((one) => JSON.parse(one.body))).toEqual(nodes.map(() => JSON.parse(body)));
  }
}
