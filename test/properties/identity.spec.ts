/**
 * Who is one customer, as laws: a merge and its undo leave nothing behind, people who are held apart never meet, nothing is
 * lost or counted twice, and every moment can be asked about. `npm run soak` plays 1,000 lives.
 */
import fc from 'fast-check';
import { compareViews } from '../../src/app/comparing';
import { Reading } from '../../src/app/reading';
import { identitySeal } from '../../src/domain/seal';
import { runs } from '../histories';
import { allEvents, clockAt, cut, cutLog } from './telling';
import {
  answers,
  calm,
  customers,
  documents,
  isOpinion,
  type Life,
  type Lived,
  live,
  lives,
  recorded,
  sought,
  standing,
  summed,
  without,
} from './stewarded';

const HISTORIES = Number(process.env['HISTORIES'] ?? 60);
// A thousand lives take longer than what hangs may; nothing is timed.
jest.setTimeout(60_000 + HISTORIES * 2_000);
const because = { reason: 'test', actor: 'steward:2' };

/** Plays each life and looks at what came of it. */
const always = (
  all: fc.Arbitrary<Life>,
  look: (lived: Lived, n: number, life: Life) => Promise<void>,
  { matching = false } = {},
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(all, fc.nat(1_000), async (life, n) => {
      const lived = await live(life, { matching });
      try {
        await look(lived, n, life);
      } finally {
        await lived.kith.close();
      }
    }),
    runs(HISTORIES),
  );

test('what was merged and undone is, byte for byte, what would be had it never been merged, whatever else was merged', () =>
  always(lives(), async (lived) => {
    const { log, views } = await cutLog(without(await allEvents(lived), lived.undone));
    expect(await documents(views, 'customers')).toEqual(await documents(lived.kith.views, 'customers'));
    expect(await views.roots()).toMatchObject(withoutLinks(await lived.kith.views.roots()));
    const reading = new Reading(log, views, identitySeal);
    expect(await answers(reading, lived.ids)).toEqual(await answers(lived.kith.reading, lived.ids));
    expect(await sought(reading)).toEqual(await sought(lived.kith.reading));
  }));

test('when every merge is undone, the last first or in any other order, nothing but the facts speaks', () =>
  always(lives({ links: false }), async (lived, n) => {
    const left = lived.merges.filter((merge) => !lived.undone.has(merge));
    const order = left.map((merge, i) => ({ merge, at: (i * 7 + n) % 11 })).sort((x, y) => x.at - y.at);
    for (const { merge } of order) {
      await undoIfHeld(lived, merge);
      await calm(lived, false);
    }
    const { log, views } = await cutLog((await allEvents(lived)).filter((event) => !isOpinion(event)));
    expect(await views.roots()).toMatchObject(withoutLinks(await lived.kith.views.roots()));
    const reading = new Reading(log, views, identitySeal);
    expect(await answers(reading, lived.ids)).toEqual(await answers(lived.kith.reading, lived.ids));
    expect(await sought(reading)).toEqual(await sought(lived.kith.reading));
  }));

/** Holding apart has taken some back already. */
async function undoIfHeld({ kith: { stewarding } }: Pick<Lived, 'kith'>, merge: string): Promise<void> {
  try {
    await stewarding.undo(merge, because);
  } catch (problem) {
    expect(problem).toMatchObject({ code: 'not-merged' });
  }
}

const withoutLinks = ({ records, customers: all }: Readonly<Record<string, string>>) => ({ records, customers: all });

for (const matching of [false, true]) {
  test(`records that are held apart are never one customer, not through a third either, matching ${matching ? 'on' : 'off'}`, () =>
    always(
      lives({ matching }),
      async (lived) => {
        const { links, apart } = standing(await allEvents(lived));
        const all = (await customers(lived.kith.views)).map((one) => one.records.map(({ record }) => String(record)));
        const of = (record: string) => all.find((records) => records.includes(record)) ?? [record];
        for (const [a, b] of apart) expect(of(a)).not.toContain(b);
        // What is linked is one customer, unless that would bring two together who are held apart. Of some nothing is left.
        const records = await documents(lived.kith.views, 'records');
        for (const [a, b] of links.filter((pair) => pair.every((record) => records.has(record)))) {
          const both = [...of(a), ...of(b)];
          const torn = apart.some(([x, y]) => both.includes(x) && both.includes(y));
          if (!torn) expect(of(a)).toEqual(of(b));
        }
      },
      { matching },
    ));
}

test('purchases, consents and interactions go with their record: no merge and no undo makes more or less of them', () =>
  always(lives(), async ({ kith: { views }, sums }) => {
    for (const [before, after] of sums) expect(after).toEqual(before);
    const all = await summed(views);
    for (const [path, amount] of Object.entries(await recorded(views)))
      expect([path, all[path]]).toEqual([path, amount]);
  }));

test('every id that a customer ever had leads to the customer who has its record now', () =>
  always(lives(), async ({ kith: { reading, views }, ids }) => {
    const records = await documents(views, 'records');
    const all = await customers(views);
    for (const id of ids) {
      if (!records.has(id)) continue; // Everything that was said of it was taken back.
      const { id: answered, body } = await reading.customer(id);
      expect(body).toContain(`"record":"${id}"`);
      expect(all.filter((one) => one.records.some(({ record }) => String(record) === id))).toMatchObject([
        { customer: answered },
      ]);
    }
  }));

test('after a split the old id comes back to its own records', () =>
  always(lives({ links: false }), async ({ kith, merges, undone, ids, ...g }) => {
    for (const merge of merges.filter((one) => !undone.has(one))) {
      await undoIfHeld({ kith, ...g }, merge);
      await calm({ kith, ...g }, false);
    }
    const records = await documents(kith.views, 'records');
    for (const id of ids) {
      if (!records.has(id)) continue;
      const { id: answered, body } = await kith.reading.customer(id);
      expect([String(answered), JSON.parse(body).records.length]).toEqual([id, 1]);
    }
  }));

test('live views are what a rebuild gives, in pages or in parts of any size: records, customers and links', () =>
  always(lives(), async (lived, n) => {
    const events = await allEvents(lived);
    for (const sizes of [{ page: 1 + (n % 20) }, { part: 1 + (n % 20) }, { page: 1, part: 3 }]) {
      const made = await cut(events, sizes);
      expect(await made.roots()).toEqual(await lived.kith.views.roots());
      expect((await compareViews(lived.kith.views, made)).differences).toEqual([]);
    }
  }));

test('live views are what a rebuild gives where rules link too', () =>
  always(
    lives({ matching: true }),
    async (lived, n) => {
      const events = await allEvents(lived);
      for (const sizes of [{ page: 1 + (n % 20) }, { part: 1 + (n % 20) }])
        expect((await compareViews(lived.kith.views, await cut(events, sizes))).differences).toEqual([]);
    },
    { matching: true },
  ));

test('customer, timeline and history as of any moment on two clocks are what a log that was really cut there shows', () =>
  always(lives(), async (lived, n) => {
    const events = await allEvents(lived);
    const [asOf, knownAt] = [Date.UTC(2024, 0, 1) + n * 86_400_000, clockAt(n % 32)];
    for (const clocks of [{ asOf, knownAt }, { knownAt }, { asOf }]) {
      const kept = events.filter(
        (e) =>
          e.recordedAt <= (clocks.knownAt ?? Infinity) && (isOpinion(e) || e.occurredAt <= (clocks.asOf ?? Infinity)),
      );
      const { log, views } = await cutLog(kept);
      const there = await answers(new Reading(log, views, identitySeal), lived.ids);
      expect(await answers(lived.kith.reading, lived.ids, clocks)).toEqual(there);
    }
  }));

test('no act of a steward touches what is stored: the log only grows, and by decisions alone', () =>
  always(lives(), async (lived) => {
    const now = await allEvents(lived);
    for (const events of lived.before) expect(now.slice(0, events.length)).toEqual(events);
  }));
