/** An outage is one, whoever asks and however often; the next one is another. */
import type { Outcome } from '../../eventstore/store';
import { patiently, tellingAway } from '../../src/app/away';
import { type Outage, Standing, StoreAway } from '../../src/app/standing';
import { Refusal } from '../../src/domain/refusals';

const server = { reachable: true };
afterEach(() => {
  server.reachable = true;
});

const AWAY: Outcome = { kind: 'failed', reason: 'nobody answered', away: true };
const APPENDED: Outcome = { kind: 'appended', position: 1n, revision: 0n, recordedAt: 1 };

const store = {
  read: async (): Promise<string> => {
    if (!server.reachable) throw new Error('no route');
    return 'found';
  },
  append: async (): Promise<Outcome> => (server.reachable ? APPENDED : AWAY),
  appendBatch: async (): Promise<readonly Outcome[]> => [APPENDED, server.reachable ? APPENDED : AWAY],
};
const on = (standing: Standing) =>
  tellingAway(store, { standing, away: (problem) => (problem instanceof Error ? problem : undefined) });

/** In which outage a read fails. */
async function outageOf(one: typeof store): Promise<Outage> {
  const problem: unknown = await one.read().catch((thrown: unknown) => thrown);
  if (!(problem instanceof StoreAway)) throw new Error('the store is not away');
  return problem.outage;
}

test('appends that are answered with the outage among the reads do not end it', async () => {
  const log = on(new Standing('log'));
  server.reachable = false;
  const first = await outageOf(log);
  expect(await log.append()).toEqual(AWAY);
  expect(await log.appendBatch()).toContain(AWAY);
  expect(await outageOf(log)).toBe(first);
  expect(first.over).toBe(false);
  server.reachable = true;
  await log.append();
  expect(first.over).toBe(true);
  server.reachable = false;
  expect(await outageOf(log)).not.toBe(first);
});

test('all who speak to one store share its outages, also who is rarely asked', async () => {
  const standing = new Standing('views');
  const [often, rarely] = [on(standing), on(standing)];
  server.reachable = false;
  const first = await outageOf(rarely);
  expect(await outageOf(often)).toBe(first);
  server.reachable = true;
  await often.read();
  expect(first.over).toBe(true);
  server.reachable = false;
  const second = await outageOf(often);
  expect(second).toMatchObject({ over: false });
  expect(await outageOf(rarely)).toBe(second);
});

test('what nobody waits for is done again while a store is away, and fails at once for any other reason', async () => {
  const problems = [
    new StoreAway('log', 'nobody answered', { over: false, cause: 'nobody answered', since: 0 }),
    new Refusal('store-failed', 'nobody answered; try again later'),
  ];
  const tried = jest.fn(async () => {
    const problem = problems.shift();
    if (problem) throw problem;
    return 'done';
  });
  expect(await patiently(tried)).toBe('done');
  expect(tried).toHaveBeenCalledTimes(3);
  const refused = jest.fn(async () => {
    throw new Refusal('held-apart', 'they are two');
  });
  await expect(patiently(refused)).rejects.toThrow('they are two');
  expect(refused).toHaveBeenCalledTimes(1);
});
