// The resolver alone, on one core: records of persons in families who move, share contact points and are mistyped, put one
// by one and drained after each. No log, no disk; the model is trained on a sample before the clock starts.
import { createRequire } from 'node:module';
import { quantile } from './measure.mjs';

const require = createRequire(import.meta.url);
const dist = '../dist/src/domain/matching';
const { drawing } = require(`${dist}/hashing.js`);
const { Resolver } = require(`${dist}/resolver.js`);
const { defaultSettings } = require(`${dist}/settings.js`);
const { train } = require(`${dist}/training.js`);

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

export async function run({ short }) {
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
