/** Who belongs together: households that share a telephone and a name, companies with the people who buy for them. */
import { type Chance, chance as chanceOf } from './chance';
import { changes, move } from './changes';
import { BEGIN, DAY, END, HOUR } from './days';
import { live, type Span, times } from './lives';
import { order } from './orders';
import { home, person, someCulture } from './people';
import { address, countries, type Country } from './places';
import { AGENTS, keyIn, open, openAll } from './records';
import { send, type Sent, teller, type Teller } from './told';

/** What is settled of a group before its story is told. */
export interface Group extends Span {
  readonly kind: 'household' | 'company';
  /** Parties: people, and the company. */
  readonly size: number;
  /** Number of its first party. */
  readonly number: number;
  readonly seed: number;
}

/** Enough groups for so many parties. */
export function* groups(seed: number, parties: number): Generator<Group> {
  for (let number = 0; number < parties; ) {
    const chance = chanceOf(seed, number, 1);
    const kind = chance.happens(0.06) ? 'company' : 'household';
    const wanted =
      kind === 'company'
        ? 1 + chance.whole(1, 5)
        : chance.weighted([
            [1, 60],
            [2, 22],
            [3, 9],
            [4, 7],
            [5, 2],
          ]);
    const size = Math.min(wanted, parties - number);
    const from = chance.happens(0.4)
      ? BEGIN - chance.whole(20, 1_400) * DAY
      : BEGIN + chance.whole(0, 715) * DAY + chance.whole(8, 17) * HOUR;
    const until = Math.min(END, Math.max(from, BEGIN) + chance.wait(700 * DAY));
    yield { kind, size, number, seed, from, until };
    number += size;
  }
}

/** Everything that is ever told of a group, in the order of arrival. The same group, the same events. */
export function storyOf(group: Group): readonly Sent[] {
  const chance = chanceOf(group.seed, group.number, 2);
  const collected = teller();
  if (group.kind === 'company') company(collected, group, chance);
  else household(collected, group, chance);
  return send(collected.told);
}

function household(teller: Teller, { number, size, from, until }: Group, chance: Chance): void {
  const culture = someCulture(chance);
  const shared = home(number, culture, chance);
  const family = chance.pick(culture.family);
  const moves = chance.happens(0.13)
    ? { at: Math.max(from, BEGIN) + chance.unit() * (END - Math.max(from, BEGIN)), to: address(shared.country, chance) }
    : undefined;
  for (let i = 0; i < size; i++) {
    const age: readonly [number, number] = i < 2 ? [24, 78] : [14, 20];
    const one = person(number + i, culture, shared, age, chance, chance.happens(0.9) ? family : undefined);
    const met = from + (i === 0 ? 0 : chance.wait(40 * DAY));
    const known = openAll(teller, one, met, END, chance);
    live(teller, one, known, { from: met, until }, chance);
    changes(teller, one, known, Math.max(met, BEGIN), chance);
    if (moves) move(teller, one, known, moves.to, moves.at, chance);
  }
}

const FIRST = [
  'Donau',
  'Nordwind',
  'Pennine',
  'Harbour',
  'Alpen',
  'Linden',
  'Sol',
  'Kranich',
  'Heron',
  'Rote Laterne',
  'Olive',
  'Mirai',
] as const;
const TRADES = [
  'Kurier',
  'Bakery',
  'Apotheke',
  'Hotel',
  'Architects',
  'Catering',
  'Pflegedienst',
  'Studio',
  'Logistics',
  'Weinhandel',
] as const;
const TITLES = ['Head of purchasing', 'Fleet manager', 'Owner', 'Office manager', 'Accountant'] as const;

function company(teller: Teller, { number, size, from, until }: Group, chance: Chance): void {
  const country = chance.weighted(
    countries.map((one) => [one, ['AT', 'DE', 'GB'].includes(one.code) ? 5 : 1] as const),
  );
  const seat = { country, address: address(country, chance), landline: country.landline(String(900_000 - number)) };
  const name = `${chance.pick(FIRST)} ${chance.pick(TRADES)}`;
  const legalForm = chance.pick(country.legalForms);
  const record = { source: 'billing', key: `F${20_000 + number}` } as const;
  const about = { record, zone: country.zone };
  teller.tell({
    ...about,
    at: from,
    type: 'name-stated',
    data: { party: 'organisation', name: { full: `${name} ${legalForm}`, legalForm } },
  });
  teller.tell({
    ...about,
    at: from + 1_000,
    type: 'address-stated',
    data: { use: 'registered', address: seat.address },
  });
  teller.tell({
    ...about,
    at: from + 2_000,
    type: 'contact-point-stated',
    data: { medium: 'phone', value: seat.landline, use: 'work' },
  });
  teller.tell({
    ...about,
    at: from + 3_000,
    type: 'identifier-stated',
    data: { kind: 'tax-id', value: taxId(country, number), issuer: { country: country.code }, verified: true },
  });
  if (chance.happens(0.35)) again(teller, number, name, seat.landline, country, from + chance.wait(120 * DAY), chance);
  const buyers = [];
  for (let i = 1; i < size; i++) {
    const one = person(number + i, someCulture(chance), seat, [24, 62], chance);
    const source = chance.pick(['shop', 'callcentre', 'website'] as const);
    const known = open(teller, one, source, from + chance.wait(60 * DAY), true, chance);
    const position = { company: name, title: chance.pick(TITLES) };
    const data = { position, parties: [{ role: 'employer', subject: `${record.source}:${record.key}` }] };
    teller.tell({ record: known.subject, zone: country.zone, at: known.opened + HOUR, type: 'position-held', data });
    if (chance.happens(0.12))
      teller.tell({
        record: known.subject,
        source: 'callcentre',
        zone: country.zone,
        at: Math.max(known.opened, BEGIN) + chance.wait(300 * DAY),
        type: 'position-left',
        data,
      });
    buyers.push(known.subject);
  }
  let count = 0;
  for (const at of times({ from: Math.max(from, BEGIN) + 5 * DAY, until }, (30 + chance.wait(60)) * DAY, chance)) {
    const buyer = chance.pick(buyers.length > 0 ? buyers : [record]);
    const parties = [{ role: 'buyer', subject: `${buyer.source}:${buyer.key}` }];
    order(
      teller,
      { record, source: chance.pick(['shop', 'callcentre']), country, parties, times: chance.whole(1, 5) },
      `${number}${String((count += 1)).padStart(2, '0')}`,
      at,
      chance,
    );
    if (chance.happens(0.1))
      teller.tell({
        ...about,
        source: 'shop',
        at: at - 3 * DAY,
        actor: chance.pick(AGENTS),
        type: 'meeting-held',
        data: {
          place: 'their office',
          topic: 'company bicycles',
          parties: [{ role: 'attendee', subject: `${buyer.source}:${buyer.key}` }],
        },
      });
  }
}

/** The call centre did not find the company, and wrote it down once more, its own way. */
function again(
  { tell }: Teller,
  number: number,
  name: string,
  phone: string,
  country: Country,
  at: number,
  chance: Chance,
): void {
  const about = {
    record: { source: 'callcentre', key: keyIn('callcentre', number) } as const,
    zone: country.zone,
    actor: chance.pick(AGENTS),
  };
  tell({
    ...about,
    at,
    type: 'name-stated',
    data: { party: 'organisation', name: { full: chance.pick([name.toUpperCase(), name, `Fa. ${name}`]) } },
  });
  tell({
    ...about,
    at: at + 1_000,
    type: 'contact-point-stated',
    data: { medium: 'phone', value: phone.replaceAll(' ', '') },
  });
  tell({
    ...about,
    at: at + 2_000,
    type: 'call-held',
    data: { direction: 'in', topic: 'offer for a fleet', agent: about.actor },
  });
}

const taxId = ({ code }: Country, number: number): string =>
  code === 'AT' ? `ATU${60_000_000 + number * 17}` : `${code}${800_000_000 + number * 31}`;
