/**
 * The double as a process of its own, to be killed and started again with its data: `node main.cjs <port> <journal>
 * [<writes>]`. Says its host and port in one line. Where <writes> is said it kills itself before the next one.
 */
require('../typescript.cjs');
const { Double } = require('./double.ts');
const { Data } = require('./data.ts');

const [, , port, journal, writes = 'Infinity'] = process.argv;

const double = new Double(new Data(journal));
let left = Number(writes);
double.gate = async ({ command }) => {
  if (command !== 'insert' && command !== 'update') return undefined;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
  left -= 1;
  return undefined;
};
void double.listen('any', { port: Number(port) }).then((host) => console.log(host));
