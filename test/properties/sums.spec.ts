/** Sums beyond what a number of JSON holds exactly: no cent is lost, no record is parked, and order makes no difference. */
import fc from 'fast-check';
import { canonical } from '../../eventstore/canonical';
import { type JsonObject, recordId, textOf } from '../../src/domain/kernel';
import type { CustomerView } from '../../src/projections/customer';
import { customerOf } from '../../src/projections/customer';
import { defaultSurvivorship } from '../../src/projections/survivorship';
import { foldRecord, merge } from '../../src/projections/record';
import { money } from '../../src/cli/wording';
import { type Given, given, level, recordIn, said } from '../given';
import { runs } from '../histories';
import { allEvents, cut, facts } from './telling';

const MOST = 1e12;
const line = { order: '1', product: { code: 'A' }, quantity: 1 };
const euros = (minor: number) => ({ minor, currency: 'EUR' });
const bought = (minor: number): JsonObject => said('purchase-made', 'ada', { ...line, total: euros(minor) });
const returned = (minor: number): JsonObject => said('purchase-returned', 'ada', { ...line, total: euros(minor) });

let g: Given;
beforeEach(async () => {
  g = await given();
});
afterEach(() => g.kith.close());

const lifetime = async (id: string) => {
  const view: CustomerView = JSON.parse((await g.kith.reading.customer(id)).body);
  return view.lifetime['EUR'];
};

test('a customer who spends more than 2^53 cents is not parked, and their sum is exact to the cent', async () => {
  const many = Array.from({ length: 9_008 }, (_, i) => bought(MOST - (i % 3)));
  const exact = many.reduce((sum, _, i) => sum + BigInt(MOST) - BigInt(i % 3), 0n);
  const [ada] = (await g.send(...many, returned(MOST))).map(recordIn);
  expect(await lifetime(String(ada))).toEqual({
    gross: String(exact),
    returned: MOST,
    adjusted: 0,
    net: Number(exact - BigInt(MOST)),
    purchases: 9_008,
    returns: 1,
  });
  expect((await g.kith.status()).parked).toBe(0);
  expect(await g.kith.rebuild()).toMatchObject({ differences: [] });
});

test('taking the last purchase back brings the bytes back that were there before it, as a number again', async () => {
  const many = Array.from({ length: 9_007 }, () => bought(MOST));
  const [ada] = (await g.send(...many)).map(recordIn);
  const before = (await g.kith.reading.customer(String(ada))).body;
  const last = bought(MOST);
  await g.send(last);
  expect(await lifetime(String(ada))).toMatchObject({ gross: '9008000000000000' });
  await g.kith.revising.revise({ kind: 'retracted', fact: { source: 'crm', id: textOf(last['id']) }, reason: 'typo' });
  await level(g.kith);
  expect((await g.kith.reading.customer(String(ada))).body).toBe(before);
});

/** Amounts that no door lets in, so that few facts leave the range, to and fro. */
const amounts = fc.array(
  fc.record({ back: fc.boolean(), minor: fc.constantFrom(0, 1, 2 ** 52, 2 ** 53 - 2, 2 ** 53 - 1), at: fc.nat() }),
  { minLength: 2, maxLength: 12 },
);

test('facts in any order, in pages or parts of any size, merged in any way, give the same bytes and the exact sum', async () => {
  await fc.assert(
    fc.asyncProperty(amounts, fc.integer({ min: 1, max: 5 }), async (told, n) => {
      const own = await given();
      await own.kith.intake.accept(told.map(({ back }) => (back ? returned(1) : bought(1))));
      const large = (await allEvents(own)).map((event, i) => ({
        ...event,
        bytes: Buffer.from(Buffer.from(event.bytes).toString().replace('"minor":1}', `"minor":${told[i]?.minor}}`)),
      }));
      await own.kith.close();
      const shuffled = large
        .map((event, i) => ({ event, at: told[i]?.at ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ event }) => event);
      const record = recordId(facts(large)[0]?.record ?? '');
      const whole = foldRecord(record, facts(large));
      expect(canonical(foldRecord(record, facts(shuffled)))).toBe(canonical(whole));
      const [some, rest] = [facts(large.slice(0, n)), facts(large.slice(n))].map((part) => foldRecord(record, part));
      if (some && rest) expect(canonical(merge(rest, some))).toBe(canonical(whole));
      const of = (back: boolean) => told.reduce((sum, one) => sum + (one.back === back ? BigInt(one.minor) : 0n), 0n);
      expect(BigInt(customerOf([whole], defaultSurvivorship).lifetime['EUR']?.net ?? 0)).toBe(of(false) - of(true));
      const roots = await (await cut(large, { page: 100 })).roots();
      expect(await (await cut(shuffled, { page: n })).roots()).toEqual(roots);
      const built = await cut(shuffled, { part: n });
      expect(await built.roots()).toEqual(roots);
      expect(await built.parked(1)).toEqual([]);
    }),
    runs(100),
  );
});

test('an amount of any size is shown to the last cent', () => {
  expect([money(1_051, 'EUR'), money(7, 'JPY'), money(-5, 'EUR'), money('900719925474099312', 'EUR')]).toEqual([
    '€10.51',
    '¥7',
    '-€0.05',
    '€9,007,199,254,740,993.12',
  ]);
});
