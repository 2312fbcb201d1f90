/**
 * A process that rebuilds its views again and again while facts come in, until somebody kills it, and says which facts were
 * acknowledged, one id a line. `node rebuilder.cjs <folder> <run>`; uses the compiled product.
 */
const { writeSync } = require('node:fs');
const { openKith } = require('../../dist/src/compose.js');

const [, , folder, run] = process.argv;

const factOf = (id, n) => ({
  specversion: '1.0',
  id,
  source: 'load',
  type: 'kith.purchase-made.v1',
  subject: `c-${n % 97}`,
  data: { order: id, product: { code: 'A' }, quantity: 1, total: { minor: n % 1_000, currency: 'EUR' } },
});

async function feed(kith) {
  for (let i = 0; ; i++) {
    const ids = Array.from({ length: 50 }, (_, n) => `${run}.${i}.${n}`);
    await kith.intake.accept(ids.map((id, n) => factOf(id, i * 31 + n)));
    writeSync(1, ids.map((id) => `${id}\n`).join(''));
  }
}

async function rebuild(kith) {
  for (;;) await kith.rebuild();
}

void openKith({ data: folder }).then((kith) => {
  writeSync(1, 'open\n');
  return Promise.all([feed(kith), rebuild(kith)]);
});
