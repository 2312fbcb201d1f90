/** The laws of the design as properties: each runs on random histories with late facts, corrections and retractions. */
import fc from 'fast-check';
import { canonical } from '../../eventstore/canonical';
import { recordId } from '../../src/domain/kernel';
import { customerOf } from '../../src/projections/customer';
import { defaultSurvivorship } from '../../src/projections/survivorship';
import { empty, foldRecord, isEmpty, merge } from '../../src/projections/record';
import { histories, runs } from '../histories';
import { allEvents, clockAt, cut, facts, tell } from './telling';

test('live views are what a rebuild gives, in pages or in parts of any size: equal state roots', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 1, max: 20 }), async (history, n) => {
      const g = await tell(history);
      const events = await allEvents(g);
      const live = await g.kith.views.roots();
      expect(await (await cut(events, { page: n })).roots()).toEqual(live);
      expect(await (await cut(events, { part: n })).roots()).toEqual(live);
      const [stepped, built] = [await cut(events, { page: n }), await cut(events, { part: n })];
      expect(await built.size()).toEqual(await stepped.size());
      await g.kith.close();
    }),
    runs(60),
  );
});

test("a record's facts folded in any order give the same bytes", async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.infiniteStream(fc.nat()), async (history, random) => {
      const g = await tell(history);
      const events = facts(await allEvents(g));
      const shuffled = events
        .map((event) => ({ event, at: random.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ event }) => event);
      for (const record of new Set(events.map((event) => event.record))) {
        const of = (list: typeof events) =>
          canonical(
            foldRecord(
              recordId(record ?? ''),
              list.filter((event) => event.record === record),
            ),
          );
        expect(of(shuffled)).toBe(of(events));
      }
      await g.kith.close();
    }),
    runs(60),
  );
});

test('record views are a commutative monoid: empty, order and grouping make no difference', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const g = await tell(history);
      const events = facts(await allEvents(g));
      const views = [...new Set(events.map((event) => event.record))].map((record) =>
        foldRecord(recordId(record ?? ''), events),
      );
      const [a = empty(), b = empty(), c = empty()] = views;
      const same = (x: typeof a, y: typeof a) => expect(canonical(x)).toBe(canonical(y));
      same(merge(a, b), merge(b, a));
      same(merge(merge(a, b), c), merge(a, merge(b, c)));
      same(merge(a, empty()), a);
      const known = views.filter((view) => !isEmpty(view));
      if (known.length > 0) {
        expect(canonical(customerOf(known, defaultSurvivorship))).toBe(
          canonical(customerOf([...known].reverse(), defaultSurvivorship)),
        );
      }
      await g.kith.close();
    }),
    runs(60),
  );
});

test('a customer as of (T, K) is, to the byte, what a log cut there shows', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 0, max: 800 }), fc.nat(60), async (history, day, step) => {
      const g = await tell(history);
      const [asOf, knownAt] = [Date.UTC(2024, 0, 1) + day * 86_400_000, clockAt(step)];
      const events = await allEvents(g);
      const views = await cut(events.filter((e) => e.occurredAt <= asOf && e.recordedAt <= knownAt));
      for (const { id } of (await g.kith.views.scan('customers', undefined, 100)).documents) {
        const past = await g.kith.reading.customer(id, { asOf, knownAt }).then(
          (c) => c.body,
          () => undefined,
        );
        expect(past).toBe((await views.load('customers', [id])).get(id));
      }
      await g.kith.close();
    }),
    runs(60),
  );
});

test('sending everything again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const g = await tell(history);
      const [before, roots] = [await g.kith.log.tree(), await g.kith.views.roots()];
      const results = await g.kith.intake.accept(history.flatMap((step) => (step.do === 'say' ? [step.event] : [])));
      expect(results.filter(({ outcome }) => outcome !== 'duplicate' && outcome !== 'retracted')).toEqual([]);
      expect(await g.kith.log.tree()).toEqual(before);
      expect(await g.kith.views.roots()).toEqual(roots);
      await g.kith.close();
    }),
    runs(30),
  );
});
