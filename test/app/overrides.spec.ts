/** A steward's word about one value: shown before whatever the policy would choose, taken back to the byte, at home on its record. */
import { publishPolicy } from '../../src/app/policies';
import { type JsonValue, textOf } from '../../src/domain/kernel';
import { defaultPolicy } from '../../src/domain/survivorship';
import type { CustomerView } from '../../src/projections/customer';
import { allEvents, cut } from '../properties/telling';
import { type Given, given, level, recordIn, said } from '../given';

const because = { reason: 'she spelt it for me', actor: 'steward:1' };
const [ADA, AUGUSTA] = [{ full: 'Ada' }, { full: 'Augusta' }];

let g: Given;
let ada: string;
beforeEach(async () => {
  g = await given();
  const [first] = await g.send(name('ada', AUGUSTA, '2025-01-01T00:00:00Z'), name('ada', ADA, '2025-06-01T00:00:00Z'));
  ada = recordIn(first);
});
afterEach(() => g.kith.close());

const name = (key: string, value: typeof ADA, time: string) =>
  said('name-stated', key, { party: 'person', name: value }, { time });
const body = async (id: string, clocks = {}): Promise<string> => (await g.kith.reading.customer(id, clocks)).body;
const shown = async (id: string, clocks = {}) => {
  const { fields }: CustomerView = JSON.parse(await body(id, clocks));
  return { value: fields['name']?.value, rule: fields['name']?.rule };
};
async function choose(id: string, value: JsonValue, field = 'name'): Promise<string> {
  const { override = '' } = await g.kith.choosing.choose(id, field, value, because);
  await level(g.kith);
  return override;
}
async function undo(override: string) {
  const undone = await g.kith.choosing.undo(override, { reason: 'wrong' });
  await level(g.kith);
  return undone;
}

test('a chosen value is shown, with who chose it, whatever policy holds; choosing it again is nothing', async () => {
  expect(await shown(ada)).toEqual({ value: ADA, rule: 'recency' });
  await choose(ada, AUGUSTA);
  expect(await shown(ada)).toEqual({ value: AUGUSTA, rule: 'override' });
  const { fields, sums }: CustomerView = JSON.parse(await body(ada));
  expect(fields['name']?.chosen).toMatchObject({ actor: 'steward:1', source: 'kith' });
  expect(sums['facts/all']).toBe(2);
  await publishPolicy(g.kith, { ...defaultPolicy, order: ['recency', 'verified'] }, 'test');
  await level(g.kith);
  expect(await shown(ada)).toEqual({ value: AUGUSTA, rule: 'override' });
  expect(await choose(ada, AUGUSTA)).toBe('');
});

test('an undo gives the view its bytes back; the later of two choices holds, and under it the earlier one', async () => {
  const before = await body(ada);
  const first = await choose(ada, AUGUSTA);
  const between = await body(ada);
  g.at('2026-01-01T12:00:01Z');
  const second = await choose(ada, ADA);
  expect(await shown(ada)).toEqual({ value: ADA, rule: 'override' });
  await undo(second);
  expect(await body(ada)).toBe(between);
  await undo(first);
  expect(await body(ada)).toBe(before);
  expect(await undo(first)).toEqual({});
  await choose(ada, AUGUSTA);
  expect(await shown(ada)).toEqual({ value: AUGUSTA, rule: 'override' });
});

test('it is knowledge: known from when it was decided, and true of every day that has the value', async () => {
  g.at('2026-02-01T00:00:00Z');
  await choose(ada, AUGUSTA);
  expect(await shown(ada, { knownAt: Date.parse('2026-01-15') })).toEqual({ value: ADA, rule: 'recency' });
  expect(await shown(ada, { asOf: Date.parse('2025-07-01') })).toEqual({ value: AUGUSTA, rule: 'override' });
  expect(await shown(ada, { asOf: Date.parse('2025-03-01') })).toMatchObject({ value: AUGUSTA });
});

test('it goes where its record goes, through a merge and back', async () => {
  const [other] = await g.send(name('byron', { full: 'Byron' }, '2025-09-01T00:00:00Z'));
  const [byron, before] = [recordIn(other), await body(recordIn(other))];
  await choose(ada, AUGUSTA);
  const { merges } = await g.kith.stewarding.merge([ada, byron], because);
  await level(g.kith);
  expect(await shown(byron)).toEqual({ value: AUGUSTA, rule: 'override' });
  for (const merge of merges) await g.kith.stewarding.undo(merge, because);
  await level(g.kith);
  expect(await body(byron)).toBe(before);
  expect(await shown(ada)).toEqual({ value: AUGUSTA, rule: 'override' });
});

test('a statement that is taken back takes its choice along; live views are those of a rebuild', async () => {
  const wrong = name('ada', { full: 'Ida' }, '2025-02-01T00:00:00Z');
  await g.send(wrong);
  await choose(ada, { full: 'Ida' });
  const live = async () => {
    const [events, roots] = [await allEvents(g), await g.kith.views.roots()];
    for (const sizes of [{ page: 1 }, { page: 50 }, { part: 2 }])
      expect(await (await cut(events, sizes)).roots()).toEqual(roots);
  };
  await live();
  await g.kith.revising.revise({ kind: 'retracted', fact: { source: 'crm', id: textOf(wrong['id']) }, ...because });
  await level(g.kith);
  expect(await shown(ada)).toEqual({ value: ADA, rule: 'recency' });
  await live();
});

test('only a present value of the customer can be chosen, and no consent', async () => {
  const mail = { medium: 'email', value: 'ada@x.example' };
  await g.send(
    said('contact-point-stated', 'ada', mail),
    said('consent-granted', 'ada', { purpose: 'newsletter', medium: 'email', basis: 'consent' }),
  );
  g.at('2026-01-02T00:00:00Z');
  await g.send(said('contact-point-ended', 'ada', mail, { time: '2026-01-01T13:00:00Z' }));
  const refused = (code: string) => expect.objectContaining({ code });
  await expect(choose(ada, { full: 'Eve' })).rejects.toEqual(refused('value-unknown'));
  await expect(choose(ada, 'ada@x.example', 'contact/email')).rejects.toEqual(refused('value-unknown'));
  const consent = JSON.parse(await body(ada)).fields['consent/newsletter/email'].value;
  await expect(choose(ada, consent, 'consent/newsletter/email')).rejects.toThrow('the last word about a consent');
  await expect(choose('f'.repeat(32), ADA)).rejects.toEqual(refused('customer-unknown'));
  await expect(undo(`${ada}-7`)).rejects.toEqual(refused('override-unknown'));
  await expect(undo('nonsense')).rejects.toEqual(refused('override-unknown'));
});
