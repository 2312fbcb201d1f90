/** The cases of nodes.ts on an engine that has several nodes, while one more node follows. */
import { isDeepStrictEqual } from 'node:util';
import type { EventLog } from '../../../eventstore/store';
import type { OpenNodes } from '../log';
import { until } from '../../until';
import { everything, idsOf } from './events';
import { NODE_CASES, runRounds } from './nodes';

/** Of each case; a soak says more. */
const ROUNDS = Number(process.env['KITH_ROUNDS'] ?? 250);
const A_ROUND_MS = 500;

/** Notes every id that a follower is shown, until `over` aborts. */
async function follow(log: EventLog, shown: string[], over: AbortSignal): Promise<void> {
  for await (const { events } of log.follow(0n, { signal: over })) shown.push(...idsOf(events));
}

export function sharing(open: OpenNodes): void {
  test.each(NODE_CASES)(
    '$name',
    async (one) => {
      const { logs, end } = await open(one.nodes + 1);
      const over = new AbortController();
      const follower = logs.at(-1) as EventLog;
      try {
        const shown: string[] = [];
        const following = follow(follower, shown, over.signal);
        await runRounds(logs.slice(0, -1), one, ROUNDS);
        const all = idsOf(await everything(follower));
        await until(() => shown.length >= all.length);
        over.abort();
        await following;
        expect(shown).toHaveLength(new Set(shown).size);
        expect(isDeepStrictEqual(shown, all)).toBe(true);
        expect(await follower.verify({ deep: true })).toMatchObject({ ok: true });
      } finally {
        over.abort();
        await end();
      }
    },
    60_000 + ROUNDS * A_ROUND_MS,
  );
}
