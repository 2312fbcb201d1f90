/** Whatever is sent, the answer says what, where and what to do, and the rest of the batch is stored. */
import fc from 'fast-check';
import type { JsonObject } from '../../src/domain/kernel';
import { openKith } from '../../src/compose';
import { writeSubject } from '../../src/domain/subject';
import { type Given, given, recordIn, said } from '../given';
import { runs } from '../histories';

let g: Given;
beforeEach(async () => {
  g = await given();
});
afterEach(() => g.kith.close());

const note = (more: JsonObject = {}) => said('note-taken', 'ada', { text: 'x' }, more);
const purchase = (total: unknown) =>
  said('purchase-made', 'ada', { order: '1', product: { code: 'A' }, quantity: 1, total: Object(total) });

const refused: readonly [string, unknown, string, RegExp][] = [
  ['an unknown type', { ...note(), type: 'kith.note-token.v1' }, 'unknown-type', /kith\.note-token\.v1/],
  ['a missing field', said('note-taken', 'ada', {}), 'schema-mismatch', /\/text .*missing/],
  ['an extra field', said('note-taken', 'ada', { text: 'x', txet: 'y' }), 'schema-mismatch', /"txet" is no field here/],
  ['an unknown attribute', { ...note(), colour: 'red' }, 'unknown-attribute', /"colour"/],
  ['money as a fraction', purchase({ minor: 10.5, currency: 'EUR' }), 'bad-money', /whole number of minor units/],
  ['a currency that is none', purchase({ minor: 1050, currency: 'EURO' }), 'bad-money', /currency/],
  ['a birth date in the future', said('birth-date-stated', 'ada', { bornOn: '2031-01-01' }), 'absurd-time', /bornOn/],
  ['a day that does not exist', note({ time: '2025-02-30T00:00:00Z' }), 'bad-time', /no such day/],
  ['a time without an offset', note({ time: '2025-02-01T00:00:00' }), 'bad-time', /RFC 3339/],
  ['a time before 1900', note({ time: '1899-12-31T23:59:59Z' }), 'absurd-time', /before 1900/],
  ['a time an hour ahead', note({ time: '2026-01-01T13:00:00Z' }), 'time-in-future', /clock of the source/],
  ['no subject', { ...note(), subject: undefined }, 'bad-subject', /name the record/],
  ['a subject with an unescaped colon', { ...note(), subject: 'a:b:c' }, 'bad-subject', /%3A/],
  ['a lone surrogate', said('note-taken', 'ada', { text: 'x\ud800' }), 'bad-text', /surrogate/],
  ['a text where an event should be', 'hello', 'not-an-event', /CloudEvent/],
  [
    'a decision through the door for facts',
    said('fact-retracted', 'ada', { fact: 'x' }),
    'not-a-door-for-decisions',
    /\/v1\/retractions/,
  ],
];

test.each(refused)('%s is refused, and what came with it is stored', async (_, item, code, sentence) => {
  const results = await g.kith.intake.accept([note(), item, note()]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused', 'accepted']);
  const refusal = results[1];
  expect(refusal).toMatchObject({ code });
  expect(refusal && 'detail' in refusal ? refusal.detail : '').toMatch(sentence);
  expect((await g.kith.log.head()).position).toBe(2n);
});

test('an event over the limit says how large it is and how large it may be', async () => {
  const kith = await openKith({ data: 'memory', maxEventBytes: 2_000 });
  const results = await kith.intake.accept([
    said('note-taken', 'ada', { text: 'x'.repeat(2_000) }),
    note({ time: '2025-01-01T00:00:00Z' }),
  ]);
  expect(results).toMatchObject([
    {
      outcome: 'refused',
      code: 'data-too-large',
      detail: expect.stringMatching(/has 2\d{3} bytes stored, the limit is 2000/),
    },
    { outcome: 'accepted' },
  ]);
  await kith.close();
});

test('the same id with other content is a conflict that shows both hashes, and the first one stays', async () => {
  const first = said('note-taken', 'ada', { text: 'one' });
  const results = await g.kith.intake.accept([first, { ...first, data: { text: 'two' } }, first]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'conflict', 'duplicate']);
  const conflict = results[1];
  expect(conflict).toMatchObject({
    known: expect.stringMatching(/^[0-9a-f]{32}$/),
    sent: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('the same content in other member order, or sent again without a time, is the same fact', async () => {
  const { id, source, type, subject, data, specversion } = note();
  const results = [...(await g.kith.intake.accept([{ id, source, type, subject, data, specversion }]))];
  g.at('2026-06-01T00:00:00Z');
  results.push(...(await g.kith.intake.accept([{ specversion, data, subject, type, source, id }])));
  expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate']);
});

test('a clock up to five minutes ahead is clamped, and what it claimed is kept', async () => {
  await g.kith.intake.accept([note({ time: '2026-01-01T12:03:00Z' })]);
  const [event] = (await g.kith.log.readAll(0n)).events;
  expect(JSON.parse(Buffer.from(event?.bytes ?? []).toString())).toMatchObject({
    occurredAt: '2026-01-01T12:00:00.000Z',
    claimedAt: '2026-01-01T12:03:00.000Z',
  });
});

test('("a","b:c") is not ("a:b","c"), and any two different records have different ids', async () => {
  const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(part, part, part, part, async (a, b, c, d) => {
      const one = { source: a, key: b };
      const other = { source: c, key: d };
      const sent = [one, other].map((subject) => note({ subject: writeSubject(subject) }));
      const [x, y] = (await g.kith.intake.accept(sent)).map(recordIn);
      expect(x === y).toBe(a === c && b === d);
      const { records } = JSON.parse((await g.send(), await g.kith.reading.customer(String(x))).body);
      expect(records[0].subject).toEqual(one);
    }),
    runs(50),
  );
  const [x, y] = (await g.kith.intake.accept([note({ subject: 'a:b%3Ac' }), note({ subject: 'a%3Ab:c' })])).map(
    recordIn,
  );
  expect(x).not.toBe(y);
});

test('garbage of any shape is refused and never throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), async (items) => {
      const results = await g.kith.intake.accept(items);
      expect(results.every(({ outcome }) => outcome === 'refused')).toBe(true);
    }),
    runs(200),
  );
});
