/**
 * A process that publishes one survivorship policy after another over customers of whom two sources tell different names,
 * while facts come in, until somebody kills it. `node publisher.cjs <folder> <run>`; uses the compiled product.
 */
const { writeSync } = require('node:fs');
const { openKith } = require('../../dist/src/compose.js');
const { publishPolicy } = require('../../dist/src/app/policies.js');

const [, , folder, run] = process.argv;
const CUSTOMERS = 4_000;

const factOf = (id, n) => ({
  specversion: '1.0',
  id,
  source: n % 2 ? 'shop' : 'desk',
  type: 'kith.name-stated.v1',
  subject: `crm:c-${n >> 1}`,
  time: new Date(Date.UTC(2025, 0, 1) + n * 1_000).toISOString(),
  data: { party: 'person', name: { full: `${n % 2 ? 'Shop' : 'Desk'} ${n}` } },
});

const policyOf = (n) => ({ version: 1, order: ['source-trust', 'recency'], trust: n % 2 ? ['shop'] : ['desk'] });

void openKith({ data: folder, matching: false }).then(async (kith) => {
  // The same facts in every run: those that a run before this one told are known.
  for (let n = 0; n < 2 * CUSTOMERS; n += 1_000)
    await kith.intake.accept(Array.from({ length: 1_000 }, (_, i) => factOf(`f${n + i}`, n + i)));
  await kith.reached((await kith.log.head()).position, 60_000);
  writeSync(1, 'open\n');
  for (let n = 0; ; n++) {
    const { hash, position } = await publishPolicy(kith, policyOf(n), `run ${run}`);
    await kith.intake.accept([factOf(`${run}.${n}`, n % CUSTOMERS)]);
    if (position === undefined) continue;
    writeSync(1, `${hash}\n`);
    // Half of the policies are met one by one, half in a heap.
    if (n % 2) await kith.reached(position, 60_000);
  }
});
