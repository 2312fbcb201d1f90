import { said } from '../given';
import { type Door, door, expectProblem } from './door';

let d: Door;
beforeEach(async () => {
  d = await door();
});
afterEach(() => d.close());

const note = (text: string) => said('note-taken', 'ada', { text });
const name = () => said('name-stated', 'ada', { party: 'person', name: { full: 'Ada' } });

test('the feed tells everything from the beginning, once and in order, and goes on where it ended', async () => {
  await d.post('/v1/events', [note('1'), name(), note('2'), note('3'), name()]);
  const positions: string[] = [];
  let url = '/v1/changes?limit=2';
  for (let end = false; !end; ) {
    const answer = await d.get(url);
    positions.push(...answer.body.events.map(({ position }: { position: string }) => position));
    end = answer.body.end;
    url = String(answer.headers['link']).slice(1, -'>; rel="next"'.length);
    expect(url).toContain(encodeURIComponent(answer.body.cursor));
  }
  expect(positions).toEqual(['1', '2', '3', '4', '5']);
  expect((await d.get(url)).body.events).toEqual([]);
  await d.post('/v1/events', note('4'));
  expect((await d.get(url)).body.events).toMatchObject([
    { position: '6', data: { text: '4' }, type: 'kith.note-taken.v1' },
  ]);
});

test('the cursor of a filtered feed moves over what the filter left out', async () => {
  await d.post('/v1/events', [note('1'), ...Array.from({ length: 30 }, name)]);
  const type = 'type=kith.note-taken.v1';
  const { body } = await d.get(`/v1/changes?${type}`);
  expect(body.events).toHaveLength(1);
  await d.post('/v1/events', note('2'));
  const next = await d.get(`/v1/changes?${type}&type=kith.moved.v1&after=${body.cursor}`);
  expect(next.body).toMatchObject({ events: [{ position: '32' }], end: true });
});

test('decisions are in the feed as well', async () => {
  const fact = note('1');
  await d.post('/v1/events', fact);
  await d.post('/v1/retractions', { fact: { source: 'crm', id: fact['id'] }, reason: 'wrong' });
  const { body } = await d.get('/v1/changes?type=kith.fact-retracted.v1');
  expect(body.events).toMatchObject([{ source: 'kith', data: { reason: 'wrong' } }]);
});

test('a cursor beyond the end is refused, also of a log in memory', async () => {
  await d.post('/v1/events', note('1'));
  const beyond = Buffer.from(`${d.kith.log.id}.2`).toString('base64url');
  expectProblem(await d.get(`/v1/changes?after=${beyond}`), 400, 'bad-cursor');
});

test.each(['0', 'abc', '%20', Buffer.from('another-log.1').toString('base64url')])(
  'the cursor %s is not of this log and is refused',
  async (cursor) => expectProblem(await d.get(`/v1/changes?after=${cursor}`), 400, 'bad-cursor'),
);

test.each(['limit=0', 'limit=1001', 'type=note', 'type=', 'before=1', 'after='])(
  '%s is a bad parameter',
  async (query) => {
    expectProblem(await d.get(`/v1/changes?${query}`), 400, 'bad-parameter');
  },
);
