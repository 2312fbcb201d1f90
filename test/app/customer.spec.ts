import { type JsonObject, textOf } from '../../src/domain/kernel';
import type { CustomerView } from '../../src/projections/customer';
import { type Given, given, level, recordIn, said } from '../given';

const linz = { street: 'Harbour Road', number: '7', locality: 'Linz', country: 'AT' };
const idOf = ({ id }: JsonObject): string => textOf(id);
const wien = { street: 'Mill Lane', number: '12', locality: 'Wien', country: 'AT' };

let g: Given;
beforeEach(async () => {
  g = await given();
});
afterEach(() => g.kith.close());

const view = async (id: string, clocks = {}): Promise<CustomerView> =>
  JSON.parse((await g.kith.reading.customer(id, clocks)).body);

test('a move joins the new address to the old one, and the old one becomes a former one', async () => {
  const [first] = await g.send(
    said('address-stated', 'ada', { use: 'home', address: linz }, { time: '2024-01-01T00:00:00Z' }),
    said('moved', 'ada', { use: 'home', from: linz, to: wien }, { time: '2025-03-01T00:00:00Z' }),
  );
  const { lists } = await view(recordIn(first));
  expect(lists['address/home']?.map(({ value, present }) => ({ value, present }))).toEqual([
    { value: wien, present: true },
    { value: linz, present: false },
  ]);
});

test('as of a day before the move, the old address is the present one, byte for byte as it was shown then', async () => {
  const [first] = await g.send(
    said('address-stated', 'ada', { use: 'home', address: linz }, { time: '2024-01-01T00:00:00Z' }),
  );
  const before = (await g.kith.reading.customer(recordIn(first))).body;
  g.at('2026-02-01T00:00:00Z');
  await g.send(said('moved', 'ada', { use: 'home', from: linz, to: wien }, { time: '2025-03-01T00:00:00Z' }));
  const asOf = Date.parse('2025-01-01T00:00:00Z');
  const knownAt = Date.parse('2026-01-15T00:00:00Z');
  expect((await g.kith.reading.customer(recordIn(first), { asOf })).body).toBe(before);
  expect((await g.kith.reading.customer(recordIn(first), { knownAt })).body).toBe(before);
  expect((await g.kith.reading.customer(recordIn(first))).body).not.toBe(before);
});

test('lifetime sums are exact and stand by currency', async () => {
  const line = { order: '1', product: { code: 'A' }, quantity: 1 };
  const [first] = await g.send(
    said('purchase-made', 'ada', { ...line, total: { minor: 1050, currency: 'EUR' } }),
    said('purchase-made', 'ada', { ...line, total: { minor: 1, currency: 'EUR' } }),
    said('purchase-returned', 'ada', { ...line, total: { minor: 50, currency: 'EUR' } }),
    said('purchase-made', 'ada', { ...line, total: { minor: 7, currency: 'JPY' } }),
  );
  const { lifetime } = await view(recordIn(first));
  expect(lifetime['EUR']).toEqual({ gross: 1051, returned: 50, adjusted: 0, net: 1001, purchases: 2, returns: 1 });
  expect(lifetime['JPY']?.net).toBe(7);
});

test('a retracted fact leaves the view as it was without it, and reinstating brings it back to the byte', async () => {
  const [first] = await g.send(said('name-stated', 'ada', { party: 'person', name: { full: 'Ada Lovelace' } }));
  const before = (await g.kith.reading.customer(recordIn(first))).body;
  const wrong = said('name-stated', 'ada', { party: 'person', name: { full: 'Ada Byron' } });
  await g.send(wrong);
  const both = (await g.kith.reading.customer(recordIn(first))).body;
  const fact = { source: 'crm', id: idOf(wrong) };
  await g.kith.revising.revise({ kind: 'retracted', fact, reason: 'wrong person' });
  await level(g.kith);
  expect((await g.kith.reading.customer(recordIn(first))).body).toBe(before);
  expect(await g.kith.intake.accept([wrong])).toMatchObject([{ outcome: 'retracted' }]);
  await g.kith.revising.revise({ kind: 'reinstated', fact, reason: 'right after all' });
  await level(g.kith);
  expect((await g.kith.reading.customer(recordIn(first))).body).toBe(both);
});

test('a correction holds instead of the fact, from the time of the fact, and its history shows both', async () => {
  const wrong = said('birth-date-stated', 'ada', { bornOn: '1985-12-11' }, { time: '2025-01-01T00:00:00Z' });
  const [first] = await g.send(wrong);
  g.at('2026-03-01T00:00:00Z');
  const fact = { source: 'crm', id: idOf(wrong) };
  await g.kith.revising.revise({
    kind: 'corrected',
    fact,
    data: { bornOn: '1985-12-10' },
    reason: 'typo',
    actor: 'steward:1',
  });
  await level(g.kith);
  const { fields } = await view(recordIn(first));
  expect(fields['birthDate']).toMatchObject({
    value: '1985-12-10',
    from: { occurredAt: '2025-01-01T00:00:00.000Z', actor: 'steward:1' },
  });
  expect(
    (await view(recordIn(first), { knownAt: Date.parse('2026-02-01T00:00:00Z') })).fields['birthDate']?.value,
  ).toBe('1985-12-11');
  const history = await g.kith.reading.history(recordIn(first), 'birthDate');
  expect(history.map(({ value, revised }) => ({ value, revised }))).toEqual([
    { value: '1985-12-11', revised: 'corrected' },
    { value: '1985-12-10', revised: undefined },
  ]);
});

test('a customer is found by a present and by a former e-mail', async () => {
  const [first] = await g.send(
    said('contact-point-stated', 'ada', { medium: 'email', value: 'Ada@Example.org' }),
    said('contact-point-ended', 'ada', { medium: 'email', value: 'Ada@Example.org' }),
  );
  expect(await g.kith.reading.find('email:ada@example.org')).toEqual([recordIn(first)]);
});

test('a fact shows on the timeline of each party', async () => {
  const [first] = await g.send(
    said('note-taken', 'acme', { text: 'key account' }, { time: '2025-01-01T00:00:00Z' }),
    said('purchase-made', 'bob', {
      order: '1',
      product: { code: 'A' },
      quantity: 1,
      total: { minor: 1, currency: 'EUR' },
      parties: [{ role: 'employer', subject: 'crm:acme' }],
    }),
  );
  const { entries } = await g.kith.reading.timeline(recordIn(first));
  expect(entries.map(({ kind, role }) => ({ kind, role }))).toEqual([
    { kind: 'purchase', role: 'employer' },
    { kind: 'note', role: undefined },
  ]);
});

test('a consent that was withdrawn in the minute it was given, and given twice, is withdrawn', async () => {
  const time = '2025-05-01T00:00:00Z';
  const data = { purpose: 'newsletter', medium: 'email' };
  const [first] = await g.send(
    said('consent-granted', 'ada', data, { time }),
    said('consent-granted', 'ada', data, { time }),
  );
  g.at('2026-01-01T12:00:01Z');
  await g.send(said('consent-withdrawn', 'ada', data, { time }));
  const { fields } = await view(recordIn(first));
  expect(fields['consent/newsletter/email']).toMatchObject({ value: { status: 'withdrawn' }, rule: 'recency' });
});
