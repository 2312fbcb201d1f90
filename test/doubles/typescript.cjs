/** Lets a process that is no test load the doubles, which are TypeScript: `node -r` this file. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const swcrc = { configFile: join(__dirname, '..', '..', '.swcrc') };

// oxlint-disable-next-line typescript/no-deprecated -- loads synchronously on every Node there is
require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swcrc, filename, sourceMaps: 'inline' });
  module._compile(code, filename);
};
