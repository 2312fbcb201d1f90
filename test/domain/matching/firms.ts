/** A seeded register of firms as several sources write them: groups, chains, funds and namesakes among them. */
import type { Described } from '../../../src/domain/matching/described';
import { drawing } from '../../../src/domain/matching/hashing';
import { organisation } from './people';

const BRANDS = 'Zen Tri Nova Cor Lux Vex Ara Medi Opti Veri Tel Infra Geo Aero Omni Helio Kine Terra Umbra Orbi'.split(
  ' ',
);
const ENDS = 'tec tron lys gen dyne max era one ora flow path wave gate mark'.split(' ');
const TRADES = 'Logistics,Plastics,Services,Manufacturing,Foods,Engineering,Steel,Consulting,Technologies'.split(',');
const FORMS = [
  ['GmbH', 'G.m.b.H.'],
  ['AG', 'Aktiengesellschaft'],
  ['GmbH & Co. KG', 'GmbH und Co KG'],
  ['Ltd', 'Limited'],
];
const TOWNS = ['4020 Linz', '5020 Salzburg', '1070 Wien', '8010 Graz', '6020 Innsbruck', '9020 Klagenfurt'];
const STREETS = ['Hafenstraße', 'Bergweg', 'Am Kai', 'Marktplatz', 'Ringstraße', 'Mühlgasse', 'Lindenallee'];

interface Firm {
  readonly name: string;
  readonly form: readonly string[];
  readonly street: string;
  readonly town: string;
  readonly phone: string;
  readonly domain: string;
}

/** Two or three records of most firms, and whose each is: `{ firms, truth }`. */
export function register(
  count: number,
  seed: number,
): { readonly records: readonly Described[]; readonly truth: ReadonlyMap<string, string> } {
  const random = drawing(seed);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const firms: Firm[] = [];
  const address = (): Pick<Firm, 'street' | 'town'> => ({
    street: `${pick(STREETS)} ${1 + random(90)}`,
    town: pick(TOWNS),
  });
  const line = (): string => `+43732${200_000 + random(700_000)}`;
  while (firms.length < count) {
    const brand = pick(BRANDS) + pick(BRANDS).toLowerCase() + pick(ENDS);
    const trade = random(TRADES.length);
    const one: Firm = {
      name: `${brand} ${TRADES[trade]}`,
      form: pick(FORMS),
      ...address(),
      phone: line(),
      domain: `${brand.toLowerCase()}.example`,
    };
    firms.push(one);
    const kind = random(10);
    if (kind === 0) firms.push({ ...one, name: `${brand} ${TRADES[(trade + 1) % TRADES.length]}` });
    if (kind === 1) firms.push({ ...one, name: `${one.name} Holding` });
    if (kind === 2) firms.push({ ...one, name: `${one.name} II` }, { ...one, name: `${one.name} III` });
    if (kind === 3) {
      for (const town of TOWNS.filter((other) => other !== one.town).slice(0, 2 + random(3)))
        firms.push({ ...one, ...address(), town, phone: random(4) === 0 ? one.phone : line() });
    }
  }
  return recorded(firms, random);
}

function recorded(firms: readonly Firm[], random: (limit: number) => number): ReturnType<typeof register> {
  const truth = new Map<string, string>();
  const records = firms.flatMap((firm, party) =>
    Array.from({ length: 1 + random(3) }, (_, copy) => {
      const id = `f${party}-${copy}`;
      truth.set(id, String(party));
      return organisation(id, written(firm, random), {
        recordedAt: random(50),
        phones: random(3) > 0 ? [firm.phone] : [],
        websites: random(3) > 0 ? [`https://www.${firm.domain}/`] : [],
        addresses: [placed(firm, random)],
      });
    }),
  );
  return { records, truth };
}

function written({ name, form }: Firm, random: (limit: number) => number): string {
  const short = name
    .replace('Services', random(2) === 0 ? 'Svcs' : 'Services')
    .replace('Manufacturing', random(2) === 0 ? 'Mfg' : 'Manufacturing')
    .replace('Technologies', random(2) === 0 ? 'Technology' : 'Technologies');
  const at = 2 + random(5);
  const typed = random(6) === 0 ? short.slice(0, at) + short.slice(at + 1) : short;
  const full = `${random(8) === 0 ? 'The ' : ''}${typed}${random(4) === 0 ? '' : ` ${form[random(form.length)]}`}`;
  return random(4) === 0 ? full.toUpperCase() : full;
}

function placed({ street, town }: Firm, random: (limit: number) => number): Described['addresses'][number] {
  const [postcode = '', locality = ''] = town.split(' ');
  if (random(6) === 0) return { locality };
  const said = random(2) === 0 ? street.replace('straße', 'str.') : street;
  return random(2) === 0 ? { lines: `${said}, ${town}` } : { street: said, locality, postcode };
}
