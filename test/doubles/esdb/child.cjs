/**
 * The double in a process of its own: `fork` it, wait for `{ connection, direct }`, then send `{ fault }`, `{ wire }`,
 * `{ call }` or kill it. `ESDB_DOUBLE` holds its options as JSON: `port` and `file` make it come back where it was.
 */
require('../typescript.cjs');
const { EsdbDouble } = require('./server.ts');

const { firstPosition, ...options } = JSON.parse(process.env.ESDB_DOUBLE ?? '{}');

/** Each message is answered with its own number, so that a test knows when it holds. */
function obey(double, { number, appends, set, wire, call }) {
  if (appends) double.faults.appends.push(...appends);
  if (set) Object.assign(double.faults, set);
  if (wire) double.wire[wire]();
  if (call) double.faults[call]();
  process.send({ done: number });
}

async function start() {
  const first = firstPosition === undefined ? {} : { firstPosition: BigInt(firstPosition) };
  const double = await EsdbDouble.start({ ...options, ...first });
  process.on('message', (message) => obey(double, message));
  process.on('disconnect', () => process.exit());
  process.send({ connection: double.connection, direct: double.direct, port: double.port });
}

void start();
