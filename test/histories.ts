/** Random histories for property tests: facts, corrections and retractions of a few records, from a seed that is printed. */
import fc from 'fast-check';
import type { JsonObject } from '../src/domain/kernel';

const keys = ['ada', 'bob', 'acme', 'x:y%z', '王小明'];
const day = 86_400_000;
const epoch = Date.UTC(2024, 0, 1);

const time = fc.integer({ min: 0, max: 700 }).map((d) => new Date(epoch + d * day).toISOString());
const key = fc.constantFrom(...keys);
const euros = fc.integer({ min: 0, max: 5_000 }).map((minor) => ({ minor, currency: 'EUR' }));
const city = fc.constantFrom('Linz', 'Wien', 'Graz').map((locality) => ({ locality, country: 'AT' }));
const verified = fc.option(fc.constant(true), { nil: undefined });

/** type and data of one fact */
const content = fc.oneof(
  fc.record({
    type: fc.constant('name-stated'),
    data: fc.record(
      { party: fc.constant('person'), name: fc.record({ full: fc.constantFrom('Ada', 'Ada L.', 'Bob') }), verified },
      { requiredKeys: ['party', 'name'] },
    ),
  }),
  fc.record({
    type: fc.constant('contact-point-stated'),
    data: fc.record({ medium: fc.constant('email'), value: fc.constantFrom('a@x.org', 'b@x.org') }),
  }),
  fc.record({
    type: fc.constant('contact-point-ended'),
    data: fc.record({ medium: fc.constant('email'), value: fc.constantFrom('a@x.org', 'b@x.org') }),
  }),
  fc.record({ type: fc.constant('moved'), data: fc.record({ use: fc.constant('home'), to: city, from: city }) }),
  fc.record({
    type: fc.constant('purchase-made'),
    data: fc.record({
      order: fc.constant('o'),
      product: fc.constant({ code: 'p' }),
      quantity: fc.constant(1),
      total: euros,
    }),
  }),
  fc.record({
    type: fc.constant('purchase-made'),
    data: fc.record({
      order: fc.constant('o'),
      product: fc.constant({ code: 'p' }),
      quantity: fc.constant(1),
      total: euros,
      parties: fc.constant([{ role: 'employer', subject: 'crm:acme' }]),
    }),
  }),
  fc.record({
    type: fc.constant('complaint-raised'),
    data: fc.record({ case: fc.constantFrom('c1', 'c2'), topic: fc.constant('late') }),
  }),
);

export type Step =
  | { readonly do: 'say'; readonly event: JsonObject }
  /** About the fact said `back` steps ago, if there is one. */
  | { readonly do: 'retracted' | 'reinstated' | 'corrected'; readonly back: number };

export type History = readonly Step[];

export const say = fc.record({ content, key, time }).map(({ content: { type, data }, key, time }) => ({
  do: 'say' as const,
  event: {
    specversion: '1.0',
    source: 'crm',
    type: `kith.${type}.v1`,
    subject: key.replace(/%/g, '%25').replace(/:/g, '%3A'),
    time,
    data,
  },
}));

export const revise = fc.record({
  do: fc.constantFrom('retracted' as const, 'reinstated' as const, 'corrected' as const),
  back: fc.nat(12),
});

export const histories: fc.Arbitrary<History> = fc
  .array(fc.oneof({ weight: 5, arbitrary: say }, { weight: 1, arbitrary: revise }), { minLength: 1, maxLength: 60 })
  .map((steps) =>
    steps.map((step, i) => (step.do === 'say' ? { ...step, event: { ...step.event, id: `e${i}` } } : step)),
  );

/** fast-check prints seed and path of what fails; `KITH`-free, so that a run is repeated by pasting them here. */
export const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, endOnFailure: true });
