/** How the sources know a person: one record in each that met them, filled in by whoever sat there, and each a little different. */
import type { JsonObject, Subject } from '../domain/kernel';
import type { Chance } from './chance';
import { DAY, HOUR } from './days';
import { mailbox, nameOf, type Person, slip, type Style } from './people';
import { type Address, rewritten } from './addresses';
import type { Source, Teller } from './told';

export interface Known {
  readonly subject: Subject;
  readonly source: Source;
  readonly opened: number;
  /** The address, e-mail and number that this record was opened with. */
  readonly address?: Address;
  readonly email?: string;
  readonly phone?: string;
  readonly newsletter: boolean;
}

/** Keys as each system makes them. */
export function keyIn(source: Source, number: number): string {
  if (source === 'shop') return `K-${10_000 + number}`;
  if (source === 'website') return `u${(number * 40_503 + 0x3a91).toString(16)}`;
  return source === 'callcentre' ? `T${500_000 + number * 3}` : `D${70_000 + number}`;
}

const STYLES: Readonly<Record<Source, readonly (readonly [Style, number])[]>> = {
  shop: [
    ['right', 8],
    ['typo', 1],
    ['spelling', 2],
    ['maiden', 1],
  ],
  website: [
    ['right', 5],
    ['own', 5],
    ['spelling', 2],
    ['full', 1],
  ],
  callcentre: [
    ['spelling', 4],
    ['typo', 3],
    ['initial', 1],
    ['full', 2],
    ['maiden', 1],
  ],
  billing: [
    ['right', 6],
    ['full', 3],
    ['maiden', 1],
  ],
};

export const AGENTS = ['m.huber', 's.okafor', 'l.nguyen', 'j.pichler'] as const;
export const CLERKS = ['theresa', 'bruno', 'ilka'] as const;

/** Opens a record with everything that its source asks for. The first record of a person is the one without slips. */
export function open(
  teller: Teller,
  person: Person,
  source: Source,
  at: number,
  first: boolean,
  chance: Chance,
): Known {
  const { home } = person;
  const email = emailIn(source, person, first, chance);
  const phone = source === 'website' ? undefined : chance.happens(0.3) ? home.landline : person.mobile;
  const silent = source === 'callcentre' && chance.happens(0.6);
  const known: Known = {
    subject: { source, key: keyIn(source, person.number) },
    source,
    opened: at,
    newsletter: source === 'website' && chance.happens(0.5),
    ...(!silent && { address: first ? home.address : rewritten(home.address, chance) }),
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
  };
  const usual = person.maiden ? 'maiden' : 'right';
  const style = first && source !== 'website' ? usual : chance.weighted(STYLES[source]);
  const actor = source === 'shop' ? chance.pick(CLERKS) : source === 'callcentre' ? chance.pick(AGENTS) : undefined;
  let moment = at;
  for (const [type, data] of introduction(person, known, style, chance)) {
    teller.tell({ at: moment, record: known.subject, type, data, zone: home.country.zone, ...(actor && { actor }) });
    moment += chance.whole(1, 40) * 1_000;
  }
  return known;
}

type Statement = readonly [type: string, data: JsonObject];

/** What is written down on the first day, field by field. */
function* introduction(person: Person, known: Known, style: Style, chance: Chance): Generator<Statement> {
  const { source, email, phone, address } = known;
  yield ['name-stated', { party: 'person', name: nameOf(person, style, chance) }];
  if (email !== undefined)
    yield ['contact-point-stated', { medium: 'email', value: email, ...(source === 'website' && { verified: true }) }];
  if (phone !== undefined) {
    const medium = phone === person.home.landline ? 'phone' : 'mobile';
    yield ['contact-point-stated', { medium, value: spaced(phone, chance), use: 'home' }];
  }
  if (address) yield ['address-stated', { use: source === 'billing' ? 'billing' : 'home', address }];
  if (chance.happens(source === 'callcentre' ? 0.15 : 0.55)) {
    yield ['birth-date-stated', { bornOn: chance.happens(0.93) ? person.bornOn : person.bornOn.slice(0, 4) }];
  }
  yield* identifiers(person, known, chance);
  if (source === 'billing')
    yield ['attribute-stated', { name: 'credit-class', value: chance.pick(['A', 'A', 'A', 'B', 'B', 'C']) }];
  if (known.newsletter) {
    const wording = { reference: 'newsletter-opt-in', version: chance.pick(['2', '3']) };
    yield ['consent-granted', { purpose: 'newsletter', medium: 'email', wording, evidence: 'double opt-in' }];
  }
}

function* identifiers(person: Person, { source, subject, email }: Known, chance: Chance): Generator<Statement> {
  const issuer = { system: source };
  if (source === 'website') yield ['identifier-stated', { kind: 'login', value: email ?? subject.key, issuer }];
  else if (source !== 'callcentre')
    yield ['identifier-stated', { kind: 'customer-number', value: subject.key, issuer }];
  if (source === 'shop' && chance.happens(0.4)) {
    const card = String(1_000_000 + person.number * 13).replace(/^(\d{3})/, '$1 ');
    yield ['identifier-stated', { kind: 'loyalty-card', value: `9003 ${card}` }];
  }
}

/** Not everybody gives it away from home; at the call centre it is mistyped, and some use another one for shopping. */
function emailIn(source: Source, person: Person, first: boolean, chance: Chance): string | undefined {
  if (source === 'website')
    return first || chance.happens(0.6)
      ? person.email
      : mailbox(person.given, person.maiden ?? person.family, person.number + 7, chance);
  if (chance.happens(source === 'shop' ? 0.35 : 0.5)) return undefined;
  const [name = '', domain = ''] = person.email.split('@');
  return source === 'callcentre' && chance.happens(0.15) ? `${slip(name, chance)}@${domain}` : person.email;
}

/** As people say it: with spaces, without, with dashes, with two zeros instead of the plus. */
function spaced(phone: string, chance: Chance): string {
  return chance.pick([phone, phone, phone.replaceAll(' ', ''), phone.replace(/ (\d+)$/, '-$1')]);
}

const SECOND: Readonly<Record<Source, readonly (readonly [Source, number])[]>> = {
  shop: [
    ['website', 5],
    ['callcentre', 3],
    ['billing', 2],
  ],
  website: [
    ['shop', 3],
    ['callcentre', 4],
    ['billing', 2],
  ],
  callcentre: [
    ['website', 4],
    ['shop', 3],
    ['billing', 1],
  ],
  billing: [['callcentre', 1]],
};

/** All records of a person: one, and for every third or so more of them, opened later by sources that did not look. */
export function openAll(teller: Teller, person: Person, from: number, until: number, chance: Chance): readonly Known[] {
  const near = ['AT', 'GB'].includes(person.home.country.code);
  const first = chance.weighted<Source>(
    near
      ? [
          ['shop', 6],
          ['website', 4],
          ['callcentre', 1],
        ]
      : [
          ['website', 8],
          ['callcentre', 2],
        ],
  );
  const known = [open(teller, person, first, from, true, chance)];
  let at = from;
  while (known.length < 4 && chance.happens(known.length === 1 ? 0.5 : 0.4)) {
    at += DAY + chance.wait(90 * DAY);
    const source = chance.weighted(SECOND[first]);
    if (at > until || known.some((one) => one.source === source) || (source === 'shop' && !near)) break;
    known.push(open(teller, person, source, at + chance.whole(0, 5) * HOUR, false, chance));
  }
  return known;
}
