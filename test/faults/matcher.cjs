/**
 * A process that tells a whole Kith of people whom several sources know, matching on, as fast as it can, and says which facts
 * were acknowledged, one id a line, until somebody kills it. `node matcher.cjs <folder> <run>`; uses the compiled product.
 */
const { writeSync } = require('node:fs');
const { openKith } = require('../../dist/src/compose.js');

const [, , folder, run] = process.argv;

const FAMILIES = ['Stern', 'Moser', 'Huber', 'Rossi', 'Novak', 'Okafor', 'Steiner', 'Wolf'];
const GIVEN = ['Ada', 'Bruno', 'Carla', 'Dario', 'Emil', 'Frida', 'Greta', 'Hugo', 'Ines', 'Jorge'];

/** What a record says of person `n % 80`; every ninth shares an e-mail with all others of its kind. */
function factsOf(id, n) {
  const [given, family] = [GIVEN[n % 10], FAMILIES[(n >> 1) % 8]];
  const person = n % 80;
  const event = (type, data) => ({
    specversion: '1.0',
    id: `${id}.${type}`,
    source: `s${n % 4}`,
    type: `kith.${type}.v1`,
    subject: `${run}-${n}`,
    data,
  });
  const value = n % 9 === 0 ? 'kiosk@shop.example.net' : `${given}.${family}.${person}@mail.example.net`.toLowerCase();
  return [
    event('name-stated', { party: 'person', name: { given, family } }),
    event('contact-point-stated', { medium: 'email', value }),
    event('birth-date-stated', { bornOn: `19${50 + (person % 45)}-0${1 + (person % 9)}-1${person % 10}` }),
  ];
}

void openKith({ data: folder }).then(async (kith) => {
  writeSync(1, 'open\n');
  for (let n = 0; ; n += 5) {
    const facts = Array.from({ length: 5 }, (_, i) => factsOf(`${run}.${n + i}`, n + i)).flat();
    await kith.intake.accept(facts);
    writeSync(1, facts.map(({ source, id }) => `${source} ${id}\n`).join(''));
    // Some are corrected after they may have linked.
    if (n % 20 === 0) {
      const { source, id } = facts[1];
      const data = { medium: 'email', value: `put.right.${run}.${n}@mail.example.net` };
      await kith.revising.revise({ kind: 'corrected', fact: { source, id }, data, reason: 'test' });
    }
    // Time for the thread that matches: what it decides stands between these facts in the log.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
