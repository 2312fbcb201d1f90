/** The memory engine passes the contract of the log. */
import { MemoryLog } from '../../eventstore/memory';
import { logContract } from './log';

logContract('memory', {
  open: async () => {
    const log = new MemoryLog();
    return { log, end: () => log.close() };
  },
  startsAnywhere: false,
  withoutGaps: true,
});
