/**
 * Several nodes on a log and views that misbehave, under writes all the time: whatever is killed, paused, cut or loses its
 * answers, no acknowledged fact is lost, none is doubled, and afterwards the views are those of a clean replay.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Kith } from '../../src/app/kith';
import { replay } from '../../src/app/replay';
import { openKith } from '../../src/compose';
import { keysIn } from '../../src/compose/keys';
import { decode } from '../../src/domain/envelope';
import { evolvePair, type Pair, pairTypes } from '../../src/domain/link';
import { drawing } from '../../src/domain/matching/hashing';
import { MemoryViewStore } from '../../src/views/memory';
import { EsdbDouble } from '../doubles/esdb/server';
import { Double, type Fault } from '../doubles/mongo/double';
import { folder } from '../folder';
import { SEED } from './killing';
import { endNode, type Node, startNode } from './nodes';

/** `npm run soak` asks for 200. */
const FAULTS = Number(process.env['FAULTS'] ?? 20);
const SECRET = 'swordfish';
/** Facts in one request, and milliseconds between two requests: as fast as this machine lets them. */
const BATCH = 20;
const EVERY = 50;

type Outcome = { readonly outcome: string };
const ACKNOWLEDGED: ReadonlySet<string> = new Set(['accepted', 'duplicate']);

class Cluster {
  private readonly own = folder();
  readonly nodes: Node[] = [];
  private begun = 0;
  readonly printed: string[] = [];
  private env: Readonly<Record<string, string>> = {};
  private readonly api: Node[] = [];

  private constructor(
    readonly esdb: EsdbDouble,
    readonly mongo: Double,
  ) {}

  static async start(): Promise<Cluster> {
    const cluster = new Cluster(await EsdbDouble.start(), new Double());
    const keys = join(cluster.own.path, 'keys.db');
    keysIn(keys, 'default');
    cluster.env = {
      KITH_LOG: cluster.esdb.connection,
      KITH_VIEWS: `mongodb://${await cluster.mongo.listen()}/?directConnection=true&appName=${SECRET}`,
      KITH_KEYS: keys,
    };
    try {
      cluster.api.push(await cluster.node('api'));
      for (let i = 0; i < 2; i++) cluster.nodes.push(await cluster.node('projector'));
      return cluster;
    } catch (problem) {
      await cluster.stop();
      throw problem;
    }
  }

  /** Absent while the node that answered is being replaced. */
  get door(): Node | undefined {
    return this.api[0];
  }

  /** A killed node is replaced by another, as whoever runs them would. */
  async replace(among: 'api' | 'projector', victim: number): Promise<void> {
    const nodes = among === 'api' ? this.api : this.nodes;
    const [gone] = nodes.splice(victim, 1);
    if (gone) await this.end(gone, 'SIGKILL');
    nodes.push(await this.node(among));
  }

  async open(): Promise<Kith> {
    const { KITH_LOG: log = '', KITH_VIEWS: views = '', KITH_KEYS: keys = '' } = this.env;
    return openKith({ data: join(this.own.path, 'judge'), log, views, keys, role: 'api', matching: false });
  }

  async stop(): Promise<void> {
    for (const node of [...this.nodes, ...this.api]) await this.end(node, 'SIGTERM');
    await this.mongo.close();
    await this.esdb.stop();
    this.own.remove();
  }

  private async end(node: Node, signal: NodeJS.Signals): Promise<void> {
    await endNode(node, signal);
    this.printed.push(...node.output);
  }

  private node(role: 'api' | 'projector'): Promise<Node> {
    this.begun += 1;
    return startNode(role, { ...this.env, KITH_DATA: join(this.own.path, `n${this.begun}`) });
  }
}

/** Sends until it is told to stop; what was not acknowledged is sent again, as a source must. */
async function write(cluster: Cluster, until: AbortSignal): Promise<ReadonlySet<string>> {
  const acknowledged = new Set<string>();
  let again: readonly number[] = [];
  for (let n = 0; !until.aborted || again.length > 0; ) {
    const fresh = until.aborted ? [] : Array.from({ length: BATCH - Math.min(BATCH, again.length) }, () => n++);
    const facts = [...again, ...fresh];
    const outcomes = await send(cluster.door, facts);
    again = facts.filter((_, i) => !ACKNOWLEDGED.has(outcomes[i]?.outcome ?? ''));
    for (const one of facts) if (!again.includes(one)) acknowledged.add(`f${one}`);
    await wait(EVERY);
  }
  return acknowledged;
}

/** No outcomes where nobody answered: what became of them is unknown. */
async function send(door: Node | undefined, facts: readonly number[]): Promise<readonly Outcome[]> {
  if (!door) return [];
  const events = facts.map((n) => ({
    ...{ specversion: '1.0', id: `f${n}`, source: 'crm', subject: `k${n % 40}` },
    ...contentOf(n),
  }));
  try {
    const answer = await fetch(`${door.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(30_000),
    });
    const { results = [] }: { results?: readonly Outcome[] } = JSON.parse(await answer.text());
    return results;
  } catch {
    return [];
  }
}

/** Of forty records two at a time are of one person, which becomes clear bit by bit. */
function contentOf(n: number) {
  const who = `ada${n % 20}`;
  if (n % 7 === 0)
    return { type: 'kith.name-stated.v1', data: { party: 'person', name: { given: who, family: `Stern${n % 20}` } } };
  if (n % 11 === 0)
    return { type: 'kith.contact-point-stated.v1', data: { medium: 'email', value: `${who}@post.example` } };
  return { type: 'kith.note-taken.v1', data: { text: `note ${n}` } };
}

type Chance = () => number;

/** One fault, chosen by chance; it resolves when what it did is over. */
async function disturb(cluster: Cluster, chance: Chance): Promise<string> {
  const { esdb, mongo, nodes } = cluster;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] ?? (list[0] as T);
  const disturbMongo = async (fault: Fault): Promise<void> => {
    let left = 1 + Math.floor(chance() * 6);
    mongo.gate = async () => (left > 0 && chance() < 0.3 ? (left--, fault) : undefined);
    await wait(1_000);
    mongo.gate = async () => undefined;
  };
  const acts: Readonly<Record<string, () => Promise<void>>> = {
    'kill a projector': () => cluster.replace('projector', Math.floor(chance() * nodes.length)),
    'kill the node that answers': () => cluster.replace('api', 0),
    'pause a projector past its lease': async () => {
      const { child } = pick(nodes);
      child.kill('SIGSTOP');
      await wait(7_000);
      child.kill('SIGCONT');
    },
    'cut the wire of the log': async () => esdb.wire.cut(),
    'unplug the log': async () => {
      esdb.wire.unplug();
      await wait(500 + chance() * 1_500);
      esdb.wire.mend();
    },
    'lose answers to appends': async () => void esdb.faults.appends.push('lose-answer', 'lose-answer'),
    'fail appends': async () => void esdb.faults.appends.push('fail', 'time-out', 'fail'),
    'end subscriptions': async () => esdb.faults.endSubscriptions(),
    'cut commands to the views': () => disturbMongo('cut'),
    'lose answers of the views': () => disturbMongo('lose'),
    'elect another primary': () => disturbMongo('elect'),
    'writes that no majority has': () => disturbMongo('unreplicated'),
  };
  const name = pick(Object.keys(acts));
  await acts[name]?.();
  return name;
}

test(
  `${FAULTS} faults under writes (SEED=${SEED})`,
  async () => {
    const draw = drawing(SEED);
    const chance = (): number => draw(2 ** 32) / 2 ** 32;
    const cluster = await Cluster.start();
    const ending = new AbortController();
    const done: string[] = [];
    try {
      const writing = write(cluster, ending.signal);
      for (let i = 0; i < FAULTS; i++) {
        done.push(await disturb(cluster, chance));
        await wait(200 + chance() * 500);
      }
      ending.abort();
      const acknowledged = await writing;
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
        expect(await judge.log.verify({ deep: true })).toEqual({ ok: true, ...(await judge.log.tree()) });
        await settled(cluster, judge);
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

/** One of the nodes says that all is decided that follows. */
async function settled({ nodes }: Cluster, judge: Kith): Promise<void> {
  for (const until = performance.now() + 60_000; performance.now() < until; await wait(200)) {
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

/** Without who said it and when. */
const whatHolds = ({ linked, apart, proposed, rejected, related }: Pair) => ({
  ...{ linked: linked?.by, apart: apart?.reason, rejected: rejected?.reason, related: related?.relation },
  proposed: proposed && [proposed.precision, proposed.model],
});

/** Whatever is still decided about pairs moves the log on: compared is where both stand. */
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
