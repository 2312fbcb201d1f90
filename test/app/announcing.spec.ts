/** Consumers hear of every customer that was merged or split once, in log order, wherever telling them broke off. */
import { MemoryLog } from '../../eventstore/memory';
import { Announcing } from '../../src/app/announcing';
import { Deciding, type Wish } from '../../src/app/deciding';
import { type Announcement, CUSTOMERS_FEED } from '../../src/domain/announcement';
import { decode } from '../../src/domain/envelope';
import { type RecordId, recordId } from '../../src/domain/kernel';
import { evolvePair, type LinkBook, pairOf, pairTypes, two, withPair } from '../../src/domain/link';
import { identitySeal } from '../../src/domain/seal';
import { passingKeys } from '../../src/keys/embedded';
import { writeLinks } from '../../src/projections/documents';

const record = (n: number): RecordId => recordId(n.toString(16).padStart(32, '0'));
const wish = (a: number, b: number, command: Wish['command']): Wish => ({ pair: two(record(a), record(b)), command });
const linked = { wants: 'linked', by: 'rule', weight: 9, model: 'm', evidence: { parts: [] } } as const;

/** Of three records each: two links, a relation that moves nobody, and of every other one the first link taken back. */
function* wishes(customers: number): Generator<Wish> {
  for (let one = 0; one < 3 * customers; one += 3) {
    yield wish(one, one + 1, linked);
    yield wish(one + 1, one + 2, linked);
    yield wish(one, one + 2, { wants: 'related', relation: 'household' });
    if (one % 2 === 0) yield wish(one, one + 1, { wants: 'unlinked', by: 'rule', reason: 'no more' });
  }
}

async function decided(customers: number) {
  const log = new MemoryLog();
  const deciding = new Deciding(log, passingKeys('t'), identitySeal, Date.now);
  const all = [...wishes(customers)];
  for (let at = 0; at < all.length; at += 400) {
    // Of one pair never two in one go: what ends comes behind what begins it.
    const some = all.slice(at, at + 400);
    await deciding.decide(some.filter(({ command }) => command.wants !== 'unlinked'));
    await deciding.decide(some.filter(({ command }) => command.wants === 'unlinked'));
  }
  return { log, deciding };
}

/** Link books as the views show them at a position, the head when absent; no record says when it was recorded. */
async function viewsOf(log: MemoryLog, shown?: bigint) {
  const books = new Map<RecordId, LinkBook>();
  for (let at = 0n, end = false; !end; ) {
    const page = await log.readAll(at, { filter: { types: pairTypes } });
    for (const { stream, bytes, position } of page.events) {
      const pair = pairOf(stream);
      if (!pair || (shown !== undefined && position > shown)) continue;
      const now = evolvePair(books.get(pair.a)?.[pair.b] ?? {}, decode(bytes, identitySeal));
      books.set(pair.a, withPair(books.get(pair.a) ?? {}, pair.b, now));
      books.set(pair.b, withPair(books.get(pair.b) ?? {}, pair.a, now));
    }
    ({ next: at, end } = page);
  }
  return {
    load: async () => new Map<RecordId, string>(),
    scan: async () => ({ documents: [...books].map(([id, book]) => ({ id, body: writeLinks(book) })) }),
  };
}

async function turned(announcing: Announcing, shown: bigint): Promise<void> {
  while (!(await announcing.turn(shown)));
}

async function told(log: MemoryLog): Promise<readonly string[]> {
  const { events } = await log.read(CUSTOMERS_FEED, { limit: 100_000 });
  return events.map(({ bytes }) => JSON.stringify(decode(bytes, identitySeal).data));
}

test.each([
  ['few decisions behind the last announcement', 20, 1],
  ['more decisions than are kept from the look at the start', 3_000, 700],
])('telling goes on where it broke off, with %s', async (_case, customers, before) => {
  const [whole, broken] = [await decided(customers), await decided(customers)];
  const { position: head } = await whole.log.head();
  const views = await viewsOf(whole.log);
  const sources = ({ log }: typeof whole) => ({ log, views, seal: identitySeal });
  await turned(new Announcing(sources(whole), (some) => whole.deciding.announce(some)), head);

  let left = before;
  const breaking = async (some: readonly Announcement[]): Promise<void> => {
    await broken.deciding.announce(some.slice(0, left));
    left -= some.length;
    if (left < 0) throw new Error('broken off');
  };
  await expect(turned(new Announcing(sources(broken), breaking), head)).rejects.toThrow('broken off');
  expect(await told(broken.log)).toHaveLength(before);
  await turned(new Announcing(sources(broken), (some) => broken.deciding.announce(some)), head);

  expect(await told(broken.log)).toEqual(await told(whole.log));
  expect(await told(whole.log)).toHaveLength(2 * customers + Math.ceil(customers / 2));
});

test('what the views do not show yet is told when they do, after a restart too', async () => {
  const [whole, slow] = [await decided(10), await decided(10)];
  const { position: head } = await whole.log.head();
  const announce = (some: readonly Announcement[]) => slow.deciding.announce(some);
  const all = { log: whole.log, views: await viewsOf(whole.log), seal: identitySeal };
  await turned(new Announcing(all, (some) => whole.deciding.announce(some)), head);

  const lagging = { log: slow.log, views: await viewsOf(slow.log, 5n), seal: identitySeal };
  await turned(new Announcing(lagging, announce), 0n);
  expect(await told(slow.log)).toEqual([]);
  const first = new Announcing(lagging, announce);
  await turned(first, 12n);
  const soFar = await told(slow.log);
  expect(soFar).toEqual((await told(whole.log)).slice(0, soFar.length));
  // A restart before views that lost what they had shown: they come back to it first.
  await turned(new Announcing(lagging, announce), 5n);
  expect(await told(slow.log)).toEqual(soFar);
  await turned(new Announcing({ ...lagging, views: await viewsOf(slow.log, 20n) }, announce), 20n);
  await turned(new Announcing({ ...lagging, views: all.views }, announce), (await slow.log.head()).position);
  expect(await told(slow.log)).toEqual(await told(whole.log));
});
