/** The embedded engine passes the contract of the log. */
import { EmbeddedLog } from '../../eventstore/embedded/log';
import { folder } from '../folder';
import { logContract } from './log';
import { columnsOf } from './log/events';

logContract('embedded', {
  open: async (options) => {
    const { path, remove } = folder();
    let log = await EmbeddedLog.open(path, { ...options, columnsOf });
    return {
      log,
      reopen: async () => {
        await log.close();
        log = await EmbeddedLog.open(path, { create: false, columnsOf });
        return log;
      },
      end: async () => {
        await log.close();
        remove();
      },
    };
  },
  startsAnywhere: true,
  withoutGaps: true,
});
