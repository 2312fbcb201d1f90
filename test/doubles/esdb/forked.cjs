/** Starts child.cjs and speaks with it: for what is no test, and for tests that kill their server. */
const { fork } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');

/** `options` as EsdbDouble.start takes them, positions as texts. */
async function forkDouble(options = {}) {
  const env = { ...process.env, ESDB_DOUBLE: JSON.stringify(options) };
  const child = fork(join(__dirname, 'child.cjs'), { env, execArgv: ['--max-old-space-size=8192'] });
  const [{ connection, direct, port }] = await once(child, 'message');
  let asked = 0;
  return {
    connection,
    direct,
    port,
    pid: child.pid,
    /**
     * See child.cjs; resolves with the double's counters when it has done it: `tell({})` only asks for them, `tell({ foreign: n })`
     * adds records of others, and `tell({ reset: true })` sets the counters back.
     */
    tell: (message) =>
      new Promise((resolve) => {
        const number = ++asked;
        const heard = ({ done, counters }) => {
          if (done !== number) return;
          child.off('message', heard);
          resolve(counters);
        };
        child.on('message', heard);
        child.send({ ...message, number });
      }),
    /** As a crash would. */
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

module.exports = { forkDouble };
