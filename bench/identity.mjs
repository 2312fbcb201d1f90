// Records of persons in families who move, share contact points and are mistyped. The resolver alone, on one core: they
// are put one by one and drained after each, no log, no disk; the model is trained on a sample before the clock starts.
// End to end: the same records as facts, until they are in the durable log, matched, linked and shown.
import { createRequire } from 'node:module';
import { inFolder, quantile } from './measure.mjs';

const require = createRequire(import.meta.url);
const dist = '../dist/src/domain/matching';
const { drawing } = require(`${dist}/hashing.js`);
const { Resolver } = require(`${dist}/resolver.js`);
const { defaultSettings } = require(`${dist}/settings.js`);
const { train } = require(`${dist}/training.js`);
const { openKith } = require('../dist/src/compose.js');

const SAMPLE = 10_000;
const SYLLABLES =
  'ba be bri ca co da del do el fa fer ga gre ha hol in jo ka ker la lin ma mon na nor o pa per ra ro sa sen ta tor u va ven wal zi'.split(
    ' ',
  );

/** `count` records of half as many persons, three to a household; the same for the same seed. */
export function* population(count, seed) {
  const random = drawing(seed);
  // Frequencies as names have them: the square of a uniform number favours the first of the list.
  const pick = (list) => list[Math.floor((random(1_000_000) / 1_000_000) ** 2 * list.length)];
  const word = () =>
    SYLLABLES[random(SYLLABLES.length)] + SYLLABLES[random(SYLLABLES.length)] + SYLLABLES[random(SYLLABLES.length)];
  const names = (n) => [...new Set(Array.from({ length: n }, word))];
  const [families, givens, streets, towns] = [names(12_000), names(1200), names(9000), names(600)];
  const mistype = (text) => {
    const at = random(text.length - 1);
    return random(12) === 0 ? text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2) : text;
  };
  const persons = Math.ceil(count / 2);
  const own = (person) => {
    const chance = drawing(seed * 7919 + person);
    const house = drawing(seed * 104_729 + Math.floor(person / 3));
    const at = (list, from) => list[Math.floor((from(1_000_000) / 1_000_000) ** 2 * list.length)];
    const home = () => ({
      family: at(families, house),
      street: at(streets, house),
      number: String(1 + house(150)),
      town: house(towns.length),
    });
    const { family, street, number, town } = home();
    const given = at(givens, chance);
    const birth = `${1935 + chance(75)}-${String(1 + chance(12)).padStart(2, '0')}-${String(1 + chance(28)).padStart(2, '0')}`;
    return {
      given,
      family,
      street,
      number,
      town,
      birth,
      phone: `+4366${40_000_000 + person}`,
      email: `${given}.${family}${person % 997}@mail.example.net`,
    };
  };
  for (let i = 0; i < count; i++) {
    const person = random(persons);
    const { given, family, street, number, town, birth, phone, email } = own(person);
    const moved = random(8) === 0;
    const has = (percent) => random(100) < percent;
    yield parsed({
      id: `r${String(i).padStart(7, '0')}`,
      recordedAt: i,
      kind: 'person',
      names: [{ given: mistype(given), family: mistype(family) }],
      births: has(60) ? [birth] : [],
      identifiers: [],
      emails: has(55)
        ? [
            has(1)
              ? 'kiosk@shop.example.net'
              : has(15)
                ? `${family}${Math.floor(person / 3)}@family.example.net`
                : email,
          ]
        : [],
      phones: has(50) ? [has(2) ? '+43732700100' : phone] : [],
      addresses: has(65)
        ? [
            {
              street: moved ? pick(streets) : street,
              number: moved ? String(1 + random(150)) : number,
              postcode: String(1000 + (moved ? random(600) : town)),
              locality: towns[town % towns.length],
            },
          ]
        : [],
      country: 'AT',
    });
  }
}

/** As records come out of a log or a file: their texts are not pieced together any more. */
const parsed = (record) => JSON.parse(JSON.stringify(record));

function measure(count, model) {
  globalThis.gc?.();
  const resolver = new Resolver(model);
  const micros = new Float64Array(count);
  let [spent, i, changes, memory] = [0, 0, 0, 0];
  for (const record of population(count, 42)) {
    const from = process.hrtime.bigint();
    resolver.put(record);
    changes += resolver.drain().length;
    micros[i] = Number(process.hrtime.bigint() - from) / 1000;
    spent += micros[i++];
    if (i % 20_000 === 0) memory = Math.max(memory, process.memoryUsage().rss);
  }
  const { customers, compared, demoted } = resolver.statistics();
  return {
    rate: count / (spent / 1e6),
    p99: quantile(micros, 0.99) / 1000,
    memory: memory / 2 ** 30,
    compared: compared / count,
    note: `${customers} customers, ${changes} changes told, ${demoted} values demoted`,
  };
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
  return [...resolverRows(short), await endToEndRow(short ? 5_000 : 180_000)];
}

function resolverRows(short) {
  const model = train([...population(SAMPLE, 42)], { settings: defaultSettings, seed: 1 });
  const loads = short
    ? [[20_000, 20_000, 1]]
    : [
        [180_000, 20_000, 1],
        [500_000, 10_000, 2],
      ];
  return loads.flatMap(([count, bar, slowest]) => {
    const { rate, p99, memory, compared, note } = measure(count, model);
    const of = `resolver, ${count.toLocaleString('en')} records`;
    return [
      { row: `${of}: put and drained one by one`, figure: rate, unit: 'records/s', reached: rate >= bar, note },
      { row: `${of}: p99`, figure: p99, unit: 'ms', reached: p99 < slowest },
      { row: `${of}: pairs compared`, figure: compared, unit: 'per record' },
      {
        row: `${of}: memory of the process at most`,
        figure: memory,
        unit: 'GiB',
        ...(count >= 500_000 ? { reached: memory <= 1 } : {}),
      },
    ];
  });
}
