/** The source `kith` is that of Kith's own decisions: no door lets a client write with it, and each says so. */
import { readFileSync } from 'node:fs';
import { importFile } from '../../src/import/run';
import type { JsonObject } from '../../src/domain/kernel';
import { said } from '../given';
import { csv, orders, trial } from '../import/trial';
import { type Door, door, expectProblem, lines } from './door';

let d: Door;
beforeEach(async () => {
  d = await door();
});
afterEach(() => d.close());

const note = (more: JsonObject = {}) => said('note-taken', 'ada', { text: 'x' }, more);
const ours = () => note({ source: 'kith' });
const sentence = /the source kith is that of decisions/;
const refusal = {
  outcome: 'refused',
  code: 'bad-parameter',
  detail: expect.stringMatching(sentence) as string,
};

const stored = async () => (await d.kith.log.head()).position;

test('one event is a problem that says why', async () => {
  const answer = await d.post('/v1/events', ours());
  expectProblem(answer, 400, 'bad-parameter');
  expect(answer.body.detail).toMatch(sentence);
  expect(await stored()).toBe(0n);
});

test('one event in headers too', async () => {
  const answer = await d.post(
    '/v1/events',
    { text: 'x' },
    {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': 'kith',
      'ce-type': 'kith.note-taken.v1',
      'ce-subject': 'ada',
    },
  );
  expectProblem(answer, 400, 'bad-parameter');
  expect(await stored()).toBe(0n);
});

test('in a batch it is refused, and its neighbours are stored', async () => {
  const answer = await d.post('/v1/events', [note(), ours(), note()], {
    'content-type': 'application/cloudevents-batch+json',
  });
  expect(answer.body).toMatchObject({ summary: { accepted: 2, refused: 1 } });
  expect(answer.body.results[1]).toMatchObject({ index: 1, ...refusal });
  expect(await stored()).toBe(2n);
});

test('in a stream of lines it is refused by its line, and its neighbours are stored', async () => {
  const answer = await d.post('/v1/events', lines(note(), ours(), note()), { 'content-type': 'application/x-ndjson' });
  expect(answer.body).toMatchObject({ summary: { accepted: 2, refused: 1 }, results: [{ line: 2, ...refusal }] });
  expect(await stored()).toBe(2n);
});

test('nobody takes the id of a decision away before Kith decides', async () => {
  const fact = note({ id: 'f' });
  const answer = await d.post('/v1/events', fact);
  const taken = await d.post('/v1/events', note({ source: 'kith', id: `revision:${answer.body.event}:1` }));
  expectProblem(taken, 400, 'bad-parameter');
  const retraction = await d.post('/v1/retractions', { fact: { source: 'crm', id: 'f' }, reason: 'test' });
  expect(retraction.status).toBe(201);
});

test('a decision cannot be retracted as if it were a fact', async () => {
  const { body } = await d.post('/v1/events', note({ id: 'f' }));
  await d.post('/v1/retractions', { fact: { source: 'crm', id: 'f' }, reason: 'test' });
  const again = await d.post('/v1/retractions', {
    fact: { source: 'kith', id: `revision:${body.event}:1` },
    reason: 'test',
  });
  expectProblem(again, 404, 'fact-unknown');
});

describe('an import', () => {
  const row = (source: string) => `o-${source},${source},2010-12-01 08:26,1,2.55`;

  test('whose mapping names it refuses every row, with the reason in the error file', async () => {
    const t = await trial();
    const mapping = orders({ every: { source: 'kith', id: '{order}', subject: '{customer}' } });
    const report = await t.bring(t.file('a.csv', csv(row('a'), row('b'))), mapping);
    expect(report).toMatchObject({ outcome: 'finished', tally: { rows: 2, refused: { 'bad-parameter': 2 } } });
    expect(report.samples[0]?.reason).toMatch(sentence);
    expect(readFileSync(report.errorFile ?? '', 'utf8').match(new RegExp(sentence, 'g'))).toHaveLength(2);
    expect(await t.facts()).toEqual([]);
    await t.end();
  });

  test('whose rows name it refuses these rows alone, on its own thread too', async () => {
    const t = await trial();
    const mapping = orders({ every: { source: '{customer}', id: '{order}', subject: 'shop:{order}' } });
    const file = t.file('a.csv', csv(row('shop'), row('kith'), row('till')));
    const options = { file, mapping: JSON.stringify(mapping), errors: `${t.path}/e.csv` };
    const report = await importFile(t.kith, options);
    expect(report.samples).toMatchObject([{ line: 3, code: 'bad-parameter' }]);
    expect((await t.facts()).map(({ source }) => source)).toEqual(['shop', 'till']);
    await t.end();
  });
});
