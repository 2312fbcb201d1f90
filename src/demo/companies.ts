/** Companies: a seat, a number for the tax office, people who buy for them and change, and orders by the half dozen. */
import type { JsonObject, Subject } from '../domain/kernel';
import type { Chance } from './chance';
import { BEGIN, DAY, HOUR } from './days';
import { type Span, times } from './lives';
import { order } from './orders';
import { type Home, person, someCulture } from './people';
import { address } from './addresses';
import { countries, type Country } from './places';
import { AGENTS, keyIn, open } from './records';
import type { Source, Teller } from './told';

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

interface Company {
  readonly number: number;
  readonly record: { readonly source: Source; readonly key: string };
  readonly name: string;
  readonly seat: Home;
}

/** `size` counts the company and its people; `number` is that of the company. */
export function company(
  teller: Teller,
  group: Span & { readonly number: number; readonly size: number },
  chance: Chance,
): void {
  const { number, size, from, until } = group;
  const country = chance.weighted(
    countries.map((one) => [one, ['AT', 'DE', 'GB'].includes(one.code) ? 5 : 1] as const),
  );
  const seat = { country, address: address(country, chance), landline: country.landline(String(7_000_000 + number)) };
  const name = `${chance.pick(FIRST)} ${chance.pick(TRADES)}`;
  const one: Company = { number, seat, name, record: { source: 'billing', key: `F${20_000 + number}` } };
  found(teller, one, from, chance);
  if (chance.happens(0.35)) again(teller, one, from + chance.wait(120 * DAY), chance);
  const buyers: Subject[] = [];
  for (let i = 1; i < size; i++) buyers.push(hire(teller, one, number + i, from + chance.wait(60 * DAY), chance));
  trade(teller, one, buyers, { from: Math.max(from, BEGIN) + 5 * DAY, until }, chance);
}

function found({ tell }: Teller, { number, record, name, seat }: Company, at: number, chance: Chance): void {
  const { country, address, landline } = seat;
  const legalForm = chance.pick(country.legalForms);
  const facts: readonly (readonly [string, JsonObject])[] = [
    ['name-stated', { party: 'organisation', name: { full: `${name} ${legalForm}`, legalForm } }],
    ['address-stated', { use: 'registered', address }],
    ['contact-point-stated', { medium: 'phone', value: landline, use: 'work' }],
    [
      'identifier-stated',
      { kind: 'tax-id', value: taxId(country, number), issuer: { country: country.code }, verified: true },
    ],
  ];
  facts.forEach(([type, data], i) => tell({ record, zone: country.zone, at: at + i * 1_000, type, data }));
}

/** Somebody who buys for the company; some leave, and stay customers. */
function hire(teller: Teller, { record, name, seat }: Company, number: number, at: number, chance: Chance): Subject {
  const one = person(number, someCulture(chance), seat, [24, 62], chance);
  const { subject, opened } = open(teller, one, chance.pick(['shop', 'callcentre', 'website']), at, true, chance);
  const about = { record: subject, zone: seat.country.zone };
  const parties = [{ role: 'employer', subject: `${record.source}:${record.key}` }];
  const data = { position: { company: name, title: chance.pick(TITLES) }, parties };
  teller.tell({ ...about, at: opened + HOUR, type: 'position-held', data });
  if (chance.happens(0.12)) {
    teller.tell({
      ...about,
      source: 'callcentre',
      at: Math.max(opened, BEGIN) + chance.wait(300 * DAY),
      type: 'position-left',
      data,
    });
  }
  return subject;
}

function trade(
  teller: Teller,
  { number, record, seat }: Company,
  buyers: readonly Subject[],
  span: Span,
  chance: Chance,
): void {
  const { country } = seat;
  let count = 0;
  for (const at of times(span, (30 + chance.wait(60)) * DAY, chance)) {
    const buyer = chance.pick(buyers.length > 0 ? buyers : [record]);
    const subject = `${buyer.source}:${buyer.key}`;
    const source: Source = chance.pick(['shop', 'callcentre']);
    const by = { record, source, country, parties: [{ role: 'buyer', subject }], times: chance.whole(1, 5) };
    order(teller, by, `${number}${String((count += 1)).padStart(2, '0')}`, at, chance);
    if (!chance.happens(0.1)) continue;
    const data = { place: 'their office', topic: 'company bicycles', parties: [{ role: 'attendee', subject }] };
    teller.tell({
      record,
      source: 'shop',
      zone: country.zone,
      at: at - 3 * DAY,
      actor: chance.pick(AGENTS),
      type: 'meeting-held',
      data,
    });
  }
}

/** The call centre did not find the company, and wrote it down once more, its own way. */
function again({ tell }: Teller, { number, name, seat }: Company, at: number, chance: Chance): void {
  const agent = chance.pick(AGENTS);
  const about = {
    record: { source: 'callcentre', key: keyIn('callcentre', number) },
    zone: seat.country.zone,
    actor: agent,
  };
  const full = chance.pick([name.toUpperCase(), name, `Fa. ${name}`]);
  tell({ ...about, at, type: 'name-stated', data: { party: 'organisation', name: { full } } });
  tell({
    ...about,
    at: at + 1_000,
    type: 'contact-point-stated',
    data: { medium: 'phone', value: seat.landline.replaceAll(' ', '') },
  });
  tell({ ...about, at: at + 2_000, type: 'call-held', data: { direction: 'in', topic: 'offer for a fleet', agent } });
}

const taxId = ({ code }: Country, number: number): string =>
  code === 'AT' ? `ATU${60_000_000 + number * 17}` : `${code}${800_000_000 + number * 31}`;
