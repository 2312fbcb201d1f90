/**
 * The double in a process of its own: `fork` it, wait for `{ connection, direct }`, then send what `obey` knows
 * or kill it. `ESDB_DOUBLE` holds its options as JSON: `port` and `file` make it come back where it was.
 */
require('../typescript.cjs');
const { EsdbDouble } = require('./server.ts');

const { firstPosition, ...options } = JSON.parse(process.env.ESDB_DOUBLE ?? '{}');

/** Each message is answered with its own number, so that a test knows when it holds, and with the counters of then. */
function obey(double, { number, appends, set, settings, wire, call, records, foreign, reset }) {
  if (appends) double.faults.appends.push(...appends);
  if (set) Object.assign(double.faults, set);
  if (settings) Object.assign(double.settings, settings);
  if (wire) double.wire[wire]();
  if (call) double.faults[call]();
  if (records) double.records[records]();
  if (foreign) double.records.foreign(foreign);
  const counters = { ...double.counters };
  if (reset) double.counters.reset();
  process.send({ done: number, counters });
}

async function start() {
  const first = firstPosition === undefined ? {} : { firstPosition: BigInt(firstPosition) };
  const double = await EsdbDouble.start({ ...options, ...first });
  process.on('message', (message) => obey(double, message));
  process.on('disconnect', () => process.exit());
  process.send({ connection: double.connection, direct: double.direct, port: double.port });
}

void start();
