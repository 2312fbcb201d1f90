/** Rows that came in through an error file are an import of their own: it and the first one are undone and redone apart, exactly. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { JsonObject } from '../../src/domain/kernel';
import { redoImport, undoImport } from '../../src/import/undo';
import { level } from '../given';
import { runs } from '../histories';
import { bought, csv, HEADER, orders, purchase, type Trial, trial } from './trial';

const row = (order: string, customer = 'c1', quantity = '1', price = '2.55'): string =>
  `${order},${customer},2010-12-01 08:26,${quantity},${price}`;

/** Every row says two facts, so that a row may be in by half of them when its ids meet others. */
const both = orders({
  rules: [
    {
      name: 'bought',
      facts: [
        purchase(),
        {
          type: 'kith.contact-point-stated.v1',
          id: '{order}-{ordinal of order}-mail',
          time: '2010-01-01T00:00:00Z',
          data: { medium: 'email', value: '{customer}@example.org' },
        },
      ],
    },
  ],
});

interface Case {
  readonly rows: readonly string[];
  readonly mapping: JsonObject;
}

/** What stood before, the first import with rows that are refused, and the one of its error file, put right. */
async function bringBoth(t: Trial, { rows, mapping }: Case) {
  await t.bring(t.file('before.csv', csv(row('o0', 'c1'), row('o0', 'c9'))), orders());
  const before = await t.kith.views.roots();
  const first = await t.bring(t.file('a.csv', csv(...rows)), mapping);
  const onlyFirst = await t.kith.views.roots();
  const errors = readFileSync(first.errorFile ?? '', 'utf8');
  const second = await t.bring(t.file('b.csv', errors.replaceAll(',two,', ',2,').replaceAll(',x,', ',3,')), mapping);
  return { before, first, second, onlyFirst, whole: await t.kith.views.roots() };
}

const orderIds = fc.constantFrom('o0', 'o1', 'o2', 'o3');
const rowsOf = fc
  .array(fc.tuple(orderIds, fc.constantFrom('c1', 'c2'), fc.constantFrom('1', '1', 'two', 'x')), { maxLength: 12 })
  .map((told) => [row('o1', 'c1', 'two'), row('o1'), ...told.map(([order, who, n]) => row(order, who, n))]);

test('undone in any order both give the roots before; each alone takes its own rows and no other; redone they are whole', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf, fc.boolean(), fc.constantFrom(orders(), both), async (rows, swapped, mapping) => {
      const t = await trial();
      const { before, first, second, onlyFirst, whole } = await bringBoth(t, { rows, mapping });
      const roots = async () => {
        await level(t.kith);
        return t.kith.views.roots();
      };
      expect(second.import).not.toBe(first.import);

      await undoImport(t.kith, second.import);
      expect(await roots()).toEqual(onlyFirst);
      await redoImport(t.kith, second.import);
      expect(await roots()).toEqual(whole);

      const order = swapped ? [second, first] : [first, second];
      for (const { import: id } of order) await undoImport(t.kith, id);
      expect(await roots()).toEqual(before);
      for (const { import: id } of order) await redoImport(t.kith, id);
      expect(await roots()).toEqual(whole);
      expect((await t.kith.rebuild()).differences).toEqual([]);
      await t.end();
    }),
    runs(40),
  );
});

test('undoing the first leaves the rows of its error file, and undoing it again changes nothing', async () => {
  const t = await trial();
  const { first, second } = await bringBoth(t, { rows: [row('o1'), row('o1', 'c1', 'two')], mapping: orders() });
  expect(bought(second)).toMatchObject({ accepted: 1 });
  expect(await undoImport(t.kith, first.import)).toMatchObject({ facts: 1, already: 0 });
  expect(await undoImport(t.kith, first.import)).toMatchObject({ facts: 0, already: 1 });
  expect(await undoImport(t.kith, second.import)).toMatchObject({ facts: 1, already: 0 });
  expect(await redoImport(t.kith, first.import)).toMatchObject({ facts: 1, already: 0 });
  expect(
    (await t.facts()).filter(({ type }) => type === 'kith.purchase-made.v1').map(({ clientId }) => clientId),
  ).toEqual(['o0-1', 'o0-2', 'o1-1', 'o1-2']);
  await t.end();
});

test('a row that both files hold belongs to the one that brought it first, whichever is undone', async () => {
  const t = await trial();
  const { first } = await bringBoth(t, { rows: [row('o1'), row('o1', 'c1', 'two')], mapping: orders() });
  const all = await t.kith.views.roots();
  const third = await t.bring(t.file('c.csv', `${HEADER}\n${row('o1')}\n`), orders());
  expect(bought(third)).toMatchObject({ accepted: 0, duplicate: 1 });
  expect(await undoImport(t.kith, third.import)).toMatchObject({ facts: 0, already: 0 });
  await level(t.kith);
  expect(await t.kith.views.roots()).toEqual(all);
  expect(await undoImport(t.kith, first.import)).toMatchObject({ facts: 1 });
  await t.end();
});
