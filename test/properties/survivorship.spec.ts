/** The laws with survivorship policies among the facts: live = rebuild, past = cut log, and a store that fails at any moment. */
import fc from 'fast-check';
import { publishPolicy } from '../../src/app/policies';
import type { ViewSet } from '../../src/app/ports';
import { Runner } from '../../src/app/runner';
import { identitySeal } from '../../src/domain/seal';
import { criteria, type Criterion, defaultPolicy, type Policy } from '../../src/domain/survivorship';
import { MemoryViewStore } from '../../src/views/memory';
import { Faults } from '../faulty';
import { type Given, given, level } from '../given';
import { histories, type History, runs } from '../histories';
import { allEvents, clockAt, cut, cutLog, revise } from './telling';

const order = fc.shuffledSubarray(Object.keys(criteria) as Criterion[], { minLength: 1 });
const policies: fc.Arbitrary<Policy> = fc.oneof(
  fc.constant(defaultPolicy),
  fc.record({
    version: fc.constant(1 as const),
    order,
    trust: fc.constantFrom<string[]>([], ['crm'], ['desk', 'crm']),
  }),
  fc.record({
    version: fc.constant(1 as const),
    order,
    trust: fc.constant<string[]>([]),
    fields: fc.dictionary(fc.constantFrom('name', 'contact', 'contact/email', 'address'), fc.record({ order })),
  }),
);

/** Before step i of a history this policy is published. */
const published = fc.array(fc.tuple(fc.nat(60), policies), { maxLength: 4 });

async function tell(history: History, changes: readonly (readonly [number, Policy])[]): Promise<Given> {
  const g = await given();
  for (const [i, step] of history.entries()) {
    g.at(new Date(clockAt(i)).toISOString());
    for (const [at, policy] of changes) if (at === i) await publishPolicy(g.kith, policy, 'test');
    if (step.do === 'say') await g.kith.intake.accept([step.event]);
    else await revise(g, history, i, step);
  }
  await level(g.kith);
  return g;
}

test('live views are what a rebuild gives, in pages or in parts of any size', async () => {
  await fc.assert(
    fc.asyncProperty(histories, published, fc.integer({ min: 1, max: 20 }), async (history, changes, n) => {
      const g = await tell(history, changes);
      const events = await allEvents(g);
      const live = await g.kith.views.roots();
      expect(await (await cut(events, { page: n })).roots()).toEqual(live);
      expect(await (await cut(events, { part: n })).roots()).toEqual(live);
      await g.kith.close();
    }),
    runs(60),
  );
});

test('a customer as known at K is, to the byte, what a log cut there shows; asOf leaves the policy alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      published,
      fc.integer({ min: 0, max: 800 }),
      fc.nat(60),
      async (history, changes, day, step) => {
        const g = await tell(history, changes);
        const [asOf, knownAt] = [Date.UTC(2024, 0, 1) + day * 86_400_000, clockAt(step)];
        const known = (await allEvents(g)).filter((e) => e.recordedAt <= knownAt);
        const views = await cut(known.filter((e) => e.occurredAt <= asOf || !e.stream.startsWith('record-')));
        for (const { id } of (await g.kith.views.scan('customers', undefined, 100)).documents) {
          const past = await g.kith.reading.customer(id, { asOf, knownAt }).then(
            (c) => c.body,
            () => undefined,
          );
          expect(past).toBe((await views.load('customers', [id])).get(id));
        }
        await g.kith.close();
      },
    ),
    runs(60),
  );
});

const told = async (views: ViewSet) => [await views.checkpoint(), await views.roots(), await views.size()];

test.each([
  ['before it does what was asked', false],
  ['after it has done what was asked', true],
])('a store that throws %s, at any moment, leaves nothing of a policy half done for good', async (_, late) => {
  await fc.assert(
    fc.asyncProperty(histories, published, fc.integer({ min: 1, max: 400 }), async (history, changes, due) => {
      const g = await tell(history, changes);
      const { log, views: expected } = await cutLog(await allEvents(g));
      const [views, faults] = [await new MemoryViewStore().create('x'), new Faults(due, late)];
      const { position: head } = await log.head();
      // Each few events are taken in by a process that began anew.
      for (let at = 0n; at < head; at = (await views.checkpoint()).position) {
        const runner = new Runner(faults.in(log), faults.in(views), identitySeal, { page: 3, flush: 3, cached: 3 });
        await runner.step(at + 4n < head ? at + 4n : head).catch(() => undefined);
      }
      expect(await told(views)).toEqual(await told(expected));
      await g.kith.close();
    }),
    runs(60),
  );
});
