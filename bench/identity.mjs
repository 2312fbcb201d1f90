// Records of persons in families who move, share contact points and are mistyped. The resolver alone, on one core: they
// are put one by one and drained after each, no log, no disk; the model is trained on a sample before the clock starts.
// End to end: the same records as facts, until they are in the durable log, matched, linked and shown.
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { inFolder } from './measure.mjs';
import { population } from './persons.mjs';

const require = createRequire(import.meta.url);
const dist = '../dist/src/domain/matching';
const { defaultSettings } = require(`${dist}/settings.js`);
const { train } = require(`${dist}/training.js`);
const { openKith } = require('../dist/src/compose.js');

const SAMPLE = 10_000;

function measure(count, model) {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./identity-child.mjs', import.meta.url));
    child.on('message', resolve);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the resolver ended with ${code} and no figures`)));
    child.send({ count, model });
  });
}

/** What a record says, as a source would tell it: a fact for each thing. */
function factsOf({ id, names: [name], births: [birth], emails: [email], phones: [phone], addresses: [address] }) {
  const told = [
    ['name-stated', { party: 'person', name }],
    birth && ['birth-date-stated', { bornOn: birth }],
    email && ['contact-point-stated', { medium: 'email', value: email }],
    phone && ['contact-point-stated', { medium: 'phone', value: phone }],
    address && ['address-stated', { use: 'home', address: { ...address, country: 'AT' } }],
  ];
  return told
    .filter((one) => one)
    .map(([type, data], n) => ({
      specversion: '1.0',
      id: `${id}-${n}`,
      source: 'bench',
      subject: id,
      type: `kith.${type}.v1`,
      data,
    }));
}

const A_BATCH = 2_000;

/** From the first fact sent to the last link shown. */
async function endToEnd(count) {
  return inFolder(async (folder) => {
    const kith = await openKith({ data: folder });
    const begun = performance.now();
    let [facts, batch] = [0, []];
    const send = async () => {
      const results = await kith.intake.accept(batch);
      const refused = results.find(({ outcome }) => outcome !== 'accepted');
      if (refused) throw new Error(`a fact of the bench was not taken: ${JSON.stringify(refused)}`);
      facts += batch.length;
      batch = [];
    };
    for (const record of population(count, 42)) {
      batch.push(...factsOf(record));
      if (batch.length >= A_BATCH) await send();
    }
    if (batch.length > 0) await send();
    if (!(await kith.settled(1_200_000))) throw new Error('the bench was not matched in twenty minutes');
    const rate = count / ((performance.now() - begun) / 1_000);
    const { customers } = (await kith.matchingState()).statistics;
    await kith.close();
    return { rate, note: `${facts.toLocaleString('en')} facts, ${customers.toLocaleString('en')} customers` };
  });
}

async function endToEndRow(count) {
  const { rate, note } = await endToEnd(count);
  const row = `${count.toLocaleString('en')} records end to end: in the durable log, matched and shown`;
  return { row, figure: rate, unit: 'records/s', reached: rate >= 5_000, note: `bar 5,000; ${note}` };
}

export async function run({ short }) {
  return [...(await resolverRows(short)), await endToEndRow(short ? 5_000 : 180_000)];
}

async function resolverRows(short) {
  const model = train([...population(SAMPLE, 42)], { settings: defaultSettings, seed: 1 });
  const loads = short
    ? [[20_000, 20_000, 1]]
    : [
        [180_000, 20_000, 1],
        [500_000, 10_000, 2],
      ];
  const rows = [];
  for (const [count, bar, slowest] of loads) {
    const { rate, perCpu, p99, memory, compared, note } = await measure(count, model);
    const of = `resolver, ${count.toLocaleString('en')} records`;
    rows.push(
      { row: `${of}: put and drained one by one`, figure: rate, unit: 'records/s', reached: rate >= bar, note },
      { row: `${of}: the same by time of the processor, collector threads too`, figure: perCpu, unit: 'records/s' },
      { row: `${of}: p99`, figure: p99, unit: 'ms', reached: p99 < slowest },
      { row: `${of}: pairs compared`, figure: compared, unit: 'per record' },
      {
        row: `${of}: memory of the process at most`,
        figure: memory,
        unit: 'GiB',
        ...(count >= 500_000 ? { reached: memory <= 1 } : {}),
      },
    );
  }
  return rows;
}
