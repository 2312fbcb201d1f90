import { PassThrough } from 'node:stream';
import { takeStream } from '../../src/api/bulk';
import { said } from '../given';
import { type Door, door, expectProblem, lines } from './door';

let d: Door;
beforeEach(async () => {
  d = await door({ maxLineBytes: 2_000, maxBatch: 2_500 });
});
afterEach(() => d.close());

const name = { party: 'person', name: { full: 'Ada Lovelace' } };
const good = (id: string) => said('name-stated', 'ada', name, { id });
const NDJSON = { 'content-type': 'application/x-ndjson' };
const stream = (body: string | Buffer) => d.post('/v1/events', body, NDJSON);

describe('a batch', () => {
  test('answers each item in its order, and counts them', async () => {
    const conflict = { ...good('a'), data: { party: 'person', name: { full: 'Byron' } } };
    const answer = await d.post('/v1/events', [good('a'), good('a'), conflict, said('nothing', 'x', {}), 7, good('b')]);
    expect(answer.status).toBe(200);
    expect(answer.body.summary).toEqual({ accepted: 2, duplicate: 1, retracted: 0, conflict: 1, refused: 2 });
    expect(
      answer.body.results.map((r: { index: number; outcome: string; code?: string }) => [r.index, r.outcome, r.code]),
    ).toEqual([
      [0, 'accepted', undefined],
      [1, 'duplicate', undefined],
      [2, 'conflict', 'id-conflict'],
      [3, 'refused', 'unknown-type'],
      [4, 'refused', 'not-an-event'],
      [5, 'accepted', undefined],
    ]);
    expect(answer.headers['kith-position']).toBe(`${d.kith.log.id}.2`);
  });

  test('in its own content type is read the same, and an object there is none', async () => {
    const type = { 'content-type': 'application/cloudevents-batch+json' };
    expect((await d.post('/v1/events', [good('a')], type)).body.summary.accepted).toBe(1);
    expectProblem(await d.post('/v1/events', good('a'), type), 422, 'not-an-event');
    expectProblem(
      await d.post('/v1/events', [good('a')], { 'content-type': 'application/cloudevents+json' }),
      422,
      'not-an-event',
    );
  });

  test('that is empty stores nothing and says so', async () => {
    const answer = await d.post('/v1/events', []);
    expect(answer.body).toEqual({
      summary: { accepted: 0, duplicate: 0, retracted: 0, conflict: 0, refused: 0 },
      results: [],
    });
    expect(answer.headers['kith-position']).toBeUndefined();
  });

  test('of many items is stored whole, and one with too many not at all', async () => {
    const items = Array.from({ length: 2_500 }, (_, i) => good(`i${i}`));
    expect((await d.post('/v1/events', items)).body.summary.accepted).toBe(2_500);
    expectProblem(await d.post('/v1/events', [...items, good('more')]), 413, 'batch-too-long');
    expect((await d.kith.log.head()).position).toBe(2_500n);
  });
});

describe('a stream of lines', () => {
  test('with broken lines in the middle stores the others and names each broken one by its line', async () => {
    const answer = await stream(
      Buffer.concat([
        Buffer.from(lines(good('a'), '{"specversion":', '', '   ', good('b'))),
        Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
        Buffer.from(
          lines(
            `{"pad":"${'x'.repeat(5_000)}"}`,
            good('a'),
            { ...good('b'), data: { ...name, verified: true } },
            'null',
          ),
        ),
        Buffer.from(JSON.stringify(good('without a newline at the end'))),
      ]),
    );
    expect(answer.status).toBe(200);
    expect(answer.body.summary).toEqual({ accepted: 3, duplicate: 1, retracted: 0, conflict: 1, refused: 4 });
    expect(answer.body.results.map((r: { line: number; code: string }) => [r.line, r.code])).toEqual([
      [2, 'not-json'],
      [6, 'bad-text'],
      [7, 'line-too-long'],
      [9, 'id-conflict'],
      [10, 'not-an-event'],
    ]);
    expect(answer.headers['kith-position']).toBe(`${d.kith.log.id}.3`);
  });

  test('of nothing but garbage is counted line by line', async () => {
    const garbage = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7_919 + (i >> 3)) % 256));
    const answer = await stream(garbage);
    expect(answer.status).toBe(200);
    expect(answer.body.summary).toMatchObject({ accepted: 0, conflict: 0 });
    expect(answer.body.summary.refused).toBeGreaterThan(10);
    expect((await d.kith.log.head()).position).toBe(0n);
  });

  test('one line without an end is one refused line, whatever its length', async () => {
    const answer = await stream(`{"a":"${'x'.repeat(20 * 1024 * 1024)}`);
    expect(answer.body).toMatchObject({ summary: { refused: 1 }, results: [{ line: 1, code: 'line-too-long' }] });
  });

  test('names the first thousand that were not stored and counts the rest', async () => {
    const answer = await stream(
      lines(...Array.from({ length: 3_210 }, (_, i) => (i % 2 === 0 ? '{}' : good(`i${i}`)))),
    );
    expect(answer.body.summary).toMatchObject({ accepted: 1_605, refused: 1_605 });
    expect(answer.body.results).toHaveLength(1_000);
    expect(answer.body.results.at(-1).line).toBe(1_999);
    expect(answer.body.unnamed).toBe(605);
  });

  test('with carriage returns and a byte order mark is read as what it means', async () => {
    expect(
      (await stream(`\ufeff${JSON.stringify(good('a'))}\r\n\r\n${JSON.stringify(good('b'))}\r\n`)).body.summary,
    ).toMatchObject({
      accepted: 2,
      refused: 0,
    });
  });

  test('that trickles in is stored while it comes', async () => {
    const source = new PassThrough();
    const taken = takeStream(d.kith.intake, source, 1_000);
    source.write(lines(good('a')).slice(0, 40));
    source.write(lines(good('a')).slice(40));
    while ((await d.kith.log.head()).position < 1n) await new Promise((resolve) => setImmediate(resolve));
    source.end(lines(good('b')));
    expect((await taken).tally.summary.accepted).toBe(2);
  });

  test('that breaks off keeps the whole lines and never reads half a line as a fact', async () => {
    const source = new PassThrough();
    const taken = takeStream(d.kith.intake, source, 1_000);
    source.write(`${lines(good('a'))}${JSON.stringify(good('b'))}`);
    while ((await d.kith.log.head()).position < 1n) await new Promise((resolve) => setImmediate(resolve));
    source.destroy(new Error('connection reset'));
    await expect(taken).rejects.toThrow('connection reset');
    expect((await d.kith.log.head()).position).toBe(1n);
  });

  test('never has more than two batches of a thousand under way, and answers in the order of the lines', async () => {
    let underWay = 0;
    let most = 0;
    const sizes: number[] = [];
    const accept = async (items: readonly unknown[]) => {
      most = Math.max(most, ++underWay);
      sizes.push(items.length);
      // The first batch is the slowest, so that answers come back in the wrong order.
      await new Promise((resolve) => setTimeout(resolve, sizes.length === 1 ? 40 : 1));
      const results = await d.kith.intake.accept(items);
      underWay--;
      return results;
    };
    const source = new PassThrough();
    source.end(lines(...Array.from({ length: 6_000 }, (_, i) => (i % 1_000 === 500 ? '{}' : good(`i${i}`)))));
    const answer = await takeStream(Object.assign(Object.create(d.kith.intake), { accept }), source, 1_000);
    expect(most).toBe(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
    expect(answer.results.map(({ line }) => line)).toEqual([501, 1_501, 2_501, 3_501, 4_501, 5_501]);
  });

  test('whose batch fails, fails as a whole and says nothing was accepted', async () => {
    const accept = () => Promise.reject(new Error('the log is gone'));
    const source = new PassThrough();
    source.end(lines(...Array.from({ length: 5_000 }, (_, i) => good(`i${i}`))));
    await expect(takeStream(Object.assign(Object.create(d.kith.intake), { accept }), source, 1_000)).rejects.toThrow(
      'the log is gone',
    );
  });
});
