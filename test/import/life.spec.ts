/** An import from the file to the views and back: what comes in, what does not and why, interrupted, again, undone, redone. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Append, Outcome } from '../../eventstore/store';
import type { Kith } from '../../src/app/kith';
import { importsOf } from '../../src/import/course';
import { dryRun } from '../../src/import/dry-run';
import { importFile } from '../../src/import/run';
import { redoImport, undoImport } from '../../src/import/undo';
import { level } from '../given';
import { bought, csv, factsOf, HEADER, orders, purchase, type Trial, trial } from './trial';

let t: Trial;
beforeEach(async () => {
  t = await trial();
});
afterEach(() => t.end());

const row = (order: string, customer = 'c1', quantity = '1', price = '2.55'): string =>
  `${order},${customer},2010-12-01 08:26,${quantity},${price}`;

const new1 = (accepted: number, more = {}) => ({ accepted, duplicate: 0, retracted: 0, conflict: 0, ...more });

describe('what comes in', () => {
  it('a row becomes a fact with the id, the record, the time and the money of the mapping', async () => {
    const report = await t.bring(t.file('a.csv', csv(row('o1', 'c:1', '3', '0.335'))), orders());
    const [fact] = await t.facts();
    expect(report).toMatchObject({ outcome: 'finished', tally: { rows: 1, refused: {} }, samples: [] });
    expect(fact).toMatchObject({
      clientId: 'o1-1',
      source: 'shop',
      subject: { source: 'shop', key: 'c:1' },
      occurredAt: '2010-12-01T08:26:00.000Z',
      offset: '+00:00',
      zone: 'Europe/London',
      import: report.import,
      data: { quantity: 3, total: { minor: 101, currency: 'GBP' } },
    });
  });

  it('identical rows are as many facts: the ordinal tells them apart, also where an order is not in one piece', async () => {
    const report = await t.bring(t.file('a.csv', csv(row('o1'), row('o2'), row('o1'))), orders());
    expect(bought(report)).toEqual(new1(3));
    expect((await t.facts()).map(({ clientId }) => clientId)).toEqual(['o1-1', 'o2-1', 'o1-2']);
  });

  it.each([
    ['a byte order mark', `\uFEFF${csv(row('o1'))}`],
    ['semicolons', csv(row('o1')).replaceAll(',', ';')],
    ['CRLF', csv(row('o1')).replaceAll('\n', '\r\n')],
    ['no line end at the end', csv(row('o1')).trimEnd()],
    ['white space around cells', csv(row('o1')).replaceAll(',', ' , ')],
    ['quotes around all cells', csv(row('o1')).replace(/[^,\n]+/g, '"$&"')],
    ['gzip', gzipSync(csv(row('o1')))],
  ])('%s makes no difference', async (_, text) => {
    await t.bring(t.file('a.csv', text), orders());
    expect(await t.facts()).toMatchObject([{ clientId: 'o1-1', data: { order: 'o1', total: { minor: 255 } } }]);
  });

  it('line breaks, quotes and delimiters within cells are text', async () => {
    const mapping = orders({ rules: [{ name: 'bought', facts: [purchase({ product: { name: '{name}' } })] }] });
    await t.bring(t.file('a.csv', `${HEADER},name\n${row('o1')},"a ""b"",\nc"\n`), mapping);
    expect(await t.facts()).toMatchObject([{ data: { product: { name: 'a "b",\nc' } } }]);
  });

  it('a row falls under the first rule that takes it, may become several facts, or is skipped and counted', async () => {
    const name = {
      type: 'kith.name-stated.v1',
      id: '{order}-n',
      data: { party: 'person', name: { full: '{customer}' } },
    };
    const rules = [
      { name: 'empty', when: { column: 'quantity', '=': 0 }, facts: [] },
      { name: 'bought', facts: [purchase(), { ...name, when: { column: 'customer', empty: false } }] },
    ];
    const report = await t.bring(t.file('a.csv', csv(row('o1'), row('o2', 'c1', '0'))), orders({ rules }));
    expect(report.tally.rules).toMatchObject({
      empty: { rows: 1, facts: {} },
      bought: { rows: 1, facts: { 'kith.purchase-made.v1': new1(1), 'kith.name-stated.v1': new1(1) } },
    });
  });

  it('NDJSON is read by paths, a line an object', async () => {
    const lines = [
      { order: 'o1', customer: 'c1', day: '2010-12-01 08:26', quantity: 2, price: { net: 0.5 } },
      'no object',
    ];
    const mapping = JSON.parse(
      JSON.stringify(orders({ format: { type: 'ndjson' } })).replaceAll('{price}', '{price.net}'),
    );
    const report = await t.bring(t.file('a.ndjson', lines.map((l) => JSON.stringify(l)).join('\n')), mapping);
    expect(await t.facts()).toMatchObject([{ data: { quantity: 2, total: { minor: 100 } } }]);
    expect(report.samples).toEqual([{ line: 2, code: 'row-malformed', reason: 'the line is no JSON object' }]);
  });
});

describe('what does not come in', () => {
  it('a mapping with a missing column writes nothing at all', async () => {
    const broken = t.bring(t.file('a.csv', 'order,customer\n1,2\n'), orders());
    await expect(broken).rejects.toMatchObject({ code: 'mapping-malformed' });
    expect((await t.kith.log.head()).position).toBe(0n);
  });

  it('a refused row goes to the error file as it stood; put right there, it comes in under its first id', async () => {
    const bad = t.file('a.csv', csv(row('o1'), row('o1', 'c1', 'two'), row('o1'), 'o1,c1', row('o2')));
    const report = await t.bring(bad, orders());
    expect(report.tally).toMatchObject({ rows: 5, refused: { 'row-malformed': 2 } });
    const errors = readFileSync(report.errorFile ?? '', 'utf8');
    expect(errors).toBe(
      `${HEADER},kith_ordinal of order,kith_line,kith_reason\n` +
        `o1,c1,2010-12-01 08:26,two,2.55,2,3,"quantity is ""two"", which is no number"\n` +
        `o1,c1,4,5,"the row has 2 cells, the header has 5"\n`,
    );
    const right = errors.replace(',two,', ',2,').replace('o1,c1,4,5', `${row('o1')},4,5`);
    const again = await t.bring(t.file('b.csv', right), orders());
    expect(bought(again)).toEqual(new1(2));
    expect((await t.facts()).map(({ clientId }) => clientId)).toEqual(['o1-1', 'o1-3', 'o2-1', 'o1-2', 'o1-4']);
  });

  it('an error file that nobody put right is refused once more, with the same columns', async () => {
    const first = await t.bring(t.file('a.csv', csv(row('o1', 'c1', 'two'), 'o1,c1')), orders());
    const errors = readFileSync(first.errorFile ?? '', 'utf8');
    const again = await t.bring(t.file('b.csv', errors), orders());
    expect(again.tally.refused).toEqual({ 'row-malformed': 2 });
    expect(
      readFileSync(again.errorFile ?? '', 'utf8')
        .split('\n')
        .slice(0, 2),
    ).toEqual(errors.split('\n').slice(0, 2));
  });

  it('facts that the catalogue refuses, ids with other content, and rows without a rule are told apart', async () => {
    await t.bring(t.file('a.csv', csv(row('o1'))), orders());
    const rules = [{ name: 'bought', when: { column: 'customer', begins: 'c' }, facts: [purchase()] }];
    const more = csv(row('o1', 'c1', '9'), row('o2', 'c1', '-1'), row('o3', 'x'));
    const report = await t.bring(t.file('b.csv', more), orders({ rules }));
    expect(bought(report)).toEqual(new1(0, { conflict: 1 }));
    expect(report.tally.refused).toEqual({ 'schema-mismatch': 1, 'row-malformed': 1 });
    expect(report.samples.map(({ line, code }) => [line, code])).toEqual([
      [3, 'schema-mismatch'],
      [4, 'row-malformed'],
      [2, 'id-conflict'],
    ]);
    expect(readFileSync(report.errorFile ?? '', 'utf8').split('\n')).toHaveLength(5);
  });

  it('a row is in as a whole or not at all', async () => {
    const name = { type: 'kith.name-stated.v1', id: 'n', data: { party: 'person', name: { full: '{price}' } } };
    const rules = [{ name: 'bought', facts: [purchase(), name] }];
    await t.bring(t.file('a.csv', csv(row('o1', 'c1', '1', ''))), orders({ rules }));
    expect(await t.facts()).toEqual([]);
  });

  it('broken quoting stops behind the rows before it; repaired, the rest comes in and nothing twice', async () => {
    const text = csv(row('o1'), row('o2', '"c"x'), row('o3'));
    const stopped = await t.bring(t.file('a.csv', text), orders());
    expect(stopped).toMatchObject({ outcome: 'stopped', problem: { line: 3 }, tally: { rows: 1 } });
    const repaired = await t.bring(t.file('a.csv', text.replace('"c"x', 'c')), orders());
    expect(bought(repaired)).toEqual(new1(2, { duplicate: 1 }));
  });

  it.each([
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(csv(row('o1'))), Buffer.from(row('o2', 'Jürgen'), 'latin1')]),
      'UTF-8',
    ],
    [
      'a packed file that is cut',
      gzipSync(csv(...Array.from({ length: 9_000 }, (_, i) => row(`o${i * 7919}`)))).subarray(0, 20_000),
      'damaged',
    ],
  ])('%s end the file with its line, behind the rows before it', async (_, bytes, detail) => {
    const report = await t.bring(t.file('a.csv', bytes), orders());
    expect(report).toMatchObject({ outcome: 'stopped', problem: { detail: expect.stringContaining(detail) } });
    expect(report.problem?.line).toBe(report.tally.rows + 2);
    expect(await t.facts()).toHaveLength(report.tally.rows);
  });

  it.each([
    ['', 'is empty'],
    ['PK\u0003\u0004xxxx', 'spreadsheet'],
    ['a,b\rc,d', 'CR alone'],
  ])('%j is no file to begin with', async (text, detail) => {
    await expect(t.bring(t.file('a.csv', text), orders())).rejects.toThrow(detail);
  });
});

describe('interrupted and again', () => {
  const many = csv(...Array.from({ length: 22_000 }, (_, i) => row(`o${i % 7_000}`, `c${i % 50}`)));

  /** A log that breaks off after so many batches, as a killed process does. */
  const breaking = (kith: Kith, after: number): Kith => {
    let batches = 0;
    const appendBatch = async (appends: readonly Append[]): Promise<readonly Outcome[]> => {
      batches += 1;
      if (batches > after) throw new Error('killed');
      return kith.log.appendBatch(appends);
    };
    const log: Kith['log'] = Object.assign(Object.create(kith.log), { appendBatch });
    return { ...kith, log };
  };

  it('the same command goes on from what was written down, and the log is that of an import left alone', async () => {
    const file = t.file('a.csv', many);
    const other = await trial();
    await other.bring(other.file('a.csv', many), orders());
    const options = { file, mapping: JSON.stringify(orders()), inThread: true, advanceRows: 10_000 };
    await expect(importFile(breaking(t.kith, 3), options)).rejects.toThrow('killed');
    const report = await t.bring(file, orders());
    expect(report).toMatchObject({ outcome: 'finished', resumedAt: 10_000, tally: { rows: 22_000 } });
    expect(bought(report)).toEqual(new1(17_000, { duplicate: 5_000 }));
    const told = async ({ facts }: Trial) =>
      (await facts()).map(({ clientId, occurredAt, data }) => [clientId, occurredAt, data]);
    expect(await told(t)).toEqual(await told(other));
    await other.end();
  });

  it('the same file again adds nothing, not even a word about it', async () => {
    const file = t.file('a.csv', csv(row('o1'), row('o2')));
    await t.bring(file, orders());
    const { position } = await t.kith.log.head();
    const again = await t.bring(file, orders());
    expect(again).toMatchObject({ again: true, outcome: 'finished' });
    expect(bought(again)).toEqual(new1(0, { duplicate: 2 }));
    expect((await t.kith.log.head()).position).toBe(position);
  });

  it('the thread does the same as the calling thread', async () => {
    const file = t.file('a.csv', csv(row('o1'), row('o2', 'c1', 'two')));
    const report = await t.bring(file, orders(), { inThread: false });
    expect([bought(report), report.tally.refused]).toEqual([new1(1), { 'row-malformed': 1 }]);
    await expect(t.bring(t.file('b.csv', 'a,b\n'), orders(), { inThread: false })).rejects.toMatchObject({
      code: 'mapping-malformed',
    });
  });
});

describe('undone and redone', () => {
  const file = csv(row('o1'), row('o2', 'c2'), row('o1'));

  it('undo takes every fact of the import back and no other; the views are what they were', async () => {
    await t.bring(t.file('first.csv', csv(row('o9', 'c1'))), orders());
    const before = await t.kith.views.roots();
    const { import: id } = await t.bring(t.file('a.csv', file), orders());
    expect(await undoImport(t.kith, id)).toMatchObject({ act: 'undone', facts: 3, already: 0 });
    await level(t.kith);
    expect(await t.kith.views.roots()).toEqual(before);
    expect(await undoImport(t.kith, id)).toMatchObject({ facts: 0, already: 3 });
    expect(await importsOf(t.kith)).toMatchObject([{ state: 'finished' }, { state: 'undone' }]);
  });

  it('after an undo the same rows answer that they are retracted, and redo puts them back', async () => {
    const path = t.file('a.csv', file);
    const { import: id } = await t.bring(path, orders());
    const brought = await t.kith.views.roots();
    await undoImport(t.kith, id);
    const again = await t.bring(path, orders());
    expect(bought(again)).toEqual(new1(0, { retracted: 3 }));
    expect(again.undone).toBe(true);
    expect(await redoImport(t.kith, id)).toMatchObject({ act: 'redone', facts: 3 });
    await level(t.kith);
    expect(await t.kith.views.roots()).toEqual(brought);
    expect(await importsOf(t.kith)).toMatchObject([{ id, state: 'finished' }]);
  });

  it('redo leaves what a steward has retracted', async () => {
    const { import: id } = await t.bring(t.file('a.csv', file), orders());
    await t.kith.revising.revise({ kind: 'retracted', fact: { source: 'shop', id: 'o1-1' }, reason: 'a test order' });
    expect(await undoImport(t.kith, id)).toMatchObject({ facts: 2, already: 1 });
    expect(await redoImport(t.kith, id)).toMatchObject({ facts: 2, already: 1 });
  });

  it('an import that nobody made is unknown', async () => {
    await expect(undoImport(t.kith, 'abcdefabcdef')).rejects.toMatchObject({ code: 'import-unknown' });
  });
});

describe('the dry run', () => {
  const contact = {
    type: 'kith.contact-point-stated.v1',
    id: 'e-{customer}',
    time: '2020-01-01T00:00:00Z',
    data: { medium: 'email', value: '{price}' },
  };

  it('writes nothing, counts everything, and shows what looks like the same party', async () => {
    const rules = [{ name: 'contact', facts: [contact] }];
    const path = t.file(
      'a.csv',
      csv(
        row('o1', 'c1', '1', 'a@b.c'),
        row('o2', 'c2', '1', 'a@b.c'),
        row('o3', 'c3', '1', ''),
        row('o1', 'c1', '1', 'a@b.c'),
      ),
    );
    const report = await dryRun(t.kith, { file: path, mapping: JSON.stringify(orders({ rules })), inThread: true });
    expect(report.tally).toMatchObject({
      rows: 4,
      refused: { 'schema-mismatch': 1 },
      rules: { contact: { rows: 3, facts: { 'kith.contact-point-stated.v1': new1(2, { duplicate: 1 }) } } },
    });
    expect(report.copies).toBe(1);
    expect(report.alike).toEqual({
      count: 1,
      first: [{ line: 3, type: contact.type, subject: 'shop:c2', as: 'shop:c1' }],
    });
    expect(report.facts).toMatchObject([{ rule: 'contact', subject: 'shop:c1', data: { value: 'a@b.c' } }]);
    expect((await t.kith.log.head()).position).toBe(0n);
  });

  it('knows what the log knows', async () => {
    const path = t.file('a.csv', csv(row('o1')));
    const { import: id } = await t.bring(path, orders());
    const options = { file: path, mapping: JSON.stringify(orders()), inThread: true };
    expect((await dryRun(t.kith, options)).tally.rules['bought']?.facts['kith.purchase-made.v1']).toEqual(
      new1(0, { duplicate: 1 }),
    );
    await undoImport(t.kith, id);
    expect((await dryRun(t.kith, options)).tally.rules['bought']?.facts['kith.purchase-made.v1']).toEqual(
      new1(0, { retracted: 1 }),
    );
    expect(await factsOf(t.kith)).toHaveLength(2);
  });
});
