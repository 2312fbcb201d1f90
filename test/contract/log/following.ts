/** Cases of following live: the signal at the head, nothing lost between reading and waiting, how it ends. */
import type { EventLog, LoggedEvent, Position } from '../../../eventstore/store';
import type { Current } from '../log';
import { event, idsOf, many, placed, positionsOf, singly } from './events';

/** Follows until `count` events came; says which, and how often the head was signalled. */
async function take(log: EventLog, count: number, after: Position, options: Parameters<EventLog['follow']>[1] = {}) {
  const events: LoggedEvent[] = [];
  let caughtUp = 0;
  for await (const page of log.follow(after, options)) {
    events.push(...page.events);
    if (page.caughtUp) caughtUp += 1;
    if (events.length >= count) break;
  }
  return { events, caughtUp };
}

export function following(current: Current): void {
  test('a follower gets what is there, then what comes, and is told each time it is at the head', async () => {
    const { log } = current();
    await log.appendBatch(singly('a-1', many('old', 5)));
    const pages = log.follow(0n, { limit: 2 })[Symbol.asyncIterator]();
    const next = async () => (await pages.next()).value;
    expect(await placed(log, await next())).toMatchObject({ next: 2n, caughtUp: false });
    expect(await placed(log, await next())).toMatchObject({ next: 4n, caughtUp: false });
    expect(await placed(log, await next())).toMatchObject({ next: 5n, caughtUp: true });
    const waiting = next();
    await log.append('a-1', 'any', [event({ id: 'new' })]);
    expect(idsOf((await waiting).events)).toEqual(['new']);
    await pages.return?.();
  });

  test('an empty log signals its head at once', async () => {
    const { log } = current();
    for await (const page of log.follow(0n)) {
      expect(page).toEqual({ events: [], next: 0n, end: true, caughtUp: true });
      break;
    }
  });

  test('nothing is lost or doubled while writers and followers race', async () => {
    const { log } = current();
    await log.append('a-0', 'none', many('before', 10));
    const [tenth] = (await positionsOf(log)).slice(-1);
    const followers = [take(log, 310, 0n, { limit: 7 }), take(log, 310, 0n), take(log, 300, tenth ?? 0n, { limit: 1 })];
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        log.appendBatch(singly('a-1', many(`b${round}-`, 20))),
        ...many(`s${round}-`, 10).map((e) => log.append('a-2', 'any', [e])),
      ]);
    }
    const [one, two, three] = await Promise.all(followers);
    const positions = await positionsOf(log);
    expect(positions).toHaveLength(310);
    expect(one?.events.map((e) => e.position)).toEqual(positions);
    expect(two?.events.map((e) => e.position)).toEqual(positions);
    expect(three?.events.map((e) => e.position)).toEqual(positions.slice(10));
  });

  test('a filtered follower moves on over what it leaves out', async () => {
    const { log } = current();
    const wanted = take(log, 1, 0n, { filter: { types: ['CallMade'] } });
    await log.appendBatch(singly('a-1', many('e', 50)));
    await log.append('a-1', 'any', [event({ id: 'call', type: 'CallMade' })]);
    expect(idsOf((await wanted).events)).toEqual(['call']);
  });

  test('aborting ends a follower that waits, and one that has not begun', async () => {
    const { log } = current();
    const abort = new AbortController();
    const ended = (async () => {
      for await (const page of log.follow(0n, { signal: abort.signal }))
        if (page.caughtUp) setImmediate(() => abort.abort());
      return 'ended';
    })();
    expect(await ended).toBe('ended');
    expect(await log.follow(0n, { signal: abort.signal })[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });

  test('closing the log ends its followers', async () => {
    const { log } = current();
    const ended = (async () => {
      for await (const page of log.follow(0n)) if (page.caughtUp) setImmediate(() => void log.close());
      return 'ended';
    })();
    expect(await ended).toBe('ended');
  });
}
