/**
 * The double as a process of its own, to be killed and started again with its data: `node main.cjs <port> <journal>`.
 * Says its host and port in one line.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const configFile = join(__dirname, '../../../.swcrc');
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, configFile, sourceMaps: false });
  module._compile(code, filename);
};

const { Double } = require('./double.ts');
const { Data } = require('./data.ts');

const [, , port, journal] = process.argv;

new Double(new Data(journal)).listen('any', { port: Number(port) }).then((host) => console.log(host));
