// Records of persons in families who move, share contact points and are mistyped: as many as are wanted, the same for the
// same seed.
import { createRequire } from 'node:module';

const { drawing } = createRequire(import.meta.url)('../dist/src/domain/matching/hashing.js');

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
