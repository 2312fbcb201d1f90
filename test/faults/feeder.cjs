/**
 * A process that tells facts to a whole Kith as fast as it can, projections running, and says which were acknowledged, one
 * id a line, until somebody kills it. `node feeder.cjs <folder> <run>`; uses the compiled product.
 */
const { writeSync } = require('node:fs');
const { openKith } = require('../../dist/src/compose.js');

const [, , folder, run] = process.argv;

/** Many facts of few records, so that each page of the runner finds documents to go on with. */
const factOf = (id, n) => ({
  specversion: '1.0',
  id,
  source: 'load',
  type: n % 5 === 0 ? 'kith.contact-point-stated.v1' : 'kith.purchase-made.v1',
  subject: `c-${n % 97}`,
  time: new Date(Date.UTC(2025, 0, 1) + (n % 300) * 86_400_000).toISOString(),
  data:
    n % 5 === 0
      ? { medium: 'email', value: `${n % 11}@example.org` }
      : { order: id, product: { code: 'A' }, quantity: 1, total: { minor: n % 1_000, currency: 'EUR' } },
});

async function feed(kith, writer) {
  for (let i = 0; ; i++) {
    const ids = Array.from({ length: writer === 0 ? 100 : 1 }, (_, n) => `${run}.${writer}.${i}.${n}`);
    const results = await kith.intake.accept(ids.map((id, n) => factOf(id, i * 31 + n * 7 + writer)));
    const done = ids.filter((_, n) => results[n].outcome === 'accepted');
    if (i % 10 === 9 && done.length > 0) {
      const fact = { source: 'load', id: done[0] };
      await kith.revising.revise({ kind: 'retracted', fact, reason: 'test' });
    }
    writeSync(1, done.map((id) => `${id}\n`).join(''));
  }
}

void openKith({ data: folder }).then((kith) => {
  writeSync(1, 'open\n');
  return Promise.all(Array.from({ length: 8 }, (_, writer) => feed(kith, writer)));
});
