/**
 * Which fields of which facts are personal, and of which class: the one table by which data are sealed, erased, kept
 * for a time and masked. What the table does not name counts as personal, so that forgetting a line is safe.
 */
import type { JsonObject, JsonValue } from './kernel';

/** class → what belongs to it. Classes are sealed under keys of their own and may have different times to live. */
export const classes = {
  identity: 'Who the party is: names, date of birth, identifiers, and the other parties of a fact.',
  contact: 'Where the party is reached or found.',
  profile: 'What the party is like: attributes, needs, positions.',
  conduct: 'What the party did and with what result, as far as it says more than that it happened.',
  words: 'Free text, in which anything may stand.',
  proof: 'How a consent can be shown: kept as long as claims can be made.',
} as const;

export type PersonalClass = keyof typeof classes;
type Place = PersonalClass | 'open';
type Row = Readonly<Record<string, Place>>;

/** Fields that any fact may carry. */
const everywhere: Row = { parties: 'identity', anonymous: 'open', channel: 'open' };

const conversation: Row = { topic: 'conduct', summary: 'words', outcome: 'conduct', agent: 'open' };
const message: Row = { ...conversation, direction: 'open', messageId: 'conduct', thread: 'conduct', campaign: 'open' };
/** The books stay complete after an erasure: what was sold and for how much is open, to whom is not part of it. */
const line: Row = {
  order: 'open',
  line: 'open',
  product: 'open',
  quantity: 'open',
  unitPrice: 'open',
  total: 'open',
  market: 'open',
};
const identifier: Row = { kind: 'open', value: 'identity', issuer: 'identity' };
const consent: Row = { purpose: 'open', medium: 'open', scope: 'open', evidence: 'proof' };

const table: Readonly<Record<string, Row>> = {
  'kith.name-stated.v1': { party: 'open', name: 'identity', verified: 'open' },
  'kith.birth-date-stated.v1': { bornOn: 'identity', verified: 'open' },
  'kith.standing-stated.v1': { standing: 'open' },
  'kith.attribute-stated.v1': { name: 'profile', value: 'profile', verified: 'open' },
  'kith.attribute-ended.v1': { name: 'profile', value: 'profile' },
  'kith.identifier-stated.v1': { ...identifier, verified: 'open' },
  'kith.identifier-ended.v1': identifier,
  'kith.contact-point-stated.v1': { medium: 'open', value: 'contact', use: 'open', verified: 'open' },
  'kith.contact-point-ended.v1': { medium: 'open', value: 'contact' },
  'kith.address-stated.v1': { use: 'open', address: 'contact', verified: 'open' },
  'kith.address-left.v1': { use: 'open', address: 'contact' },
  'kith.moved.v1': { use: 'open', to: 'contact', from: 'contact' },
  'kith.position-held.v1': { position: 'profile', verified: 'open' },
  'kith.position-left.v1': { position: 'profile' },
  'kith.purchase-made.v1': line,
  'kith.purchase-returned.v1': line,
  'kith.stock-adjusted.v1': { reference: 'open', reason: 'open', market: 'open', product: 'open', quantity: 'open' },
  'kith.account-adjusted.v1': { reference: 'open', reason: 'words', market: 'open', amount: 'open' },
  'kith.call-held.v1': { ...conversation, direction: 'open', durationSeconds: 'open' },
  'kith.meeting-held.v1': { ...conversation, durationSeconds: 'open', place: 'conduct' },
  'kith.chat-held.v1': { ...conversation, durationSeconds: 'open', thread: 'conduct' },
  'kith.email-exchanged.v1': message,
  'kith.letter-exchanged.v1': message,
  'kith.text-message-exchanged.v1': { ...message, network: 'open' },
  'kith.social-message-exchanged.v1': { ...message, network: 'open', public: 'open' },
  'kith.page-viewed.v1': { page: 'conduct', visit: 'conduct', campaign: 'open' },
  'kith.form-submitted.v1': { form: 'open', topic: 'conduct', message: 'words', campaign: 'open' },
  'kith.complaint-raised.v1': { case: 'open', topic: 'conduct', severity: 'open', text: 'words', agent: 'open' },
  'kith.complaint-resolved.v1': { case: 'open', outcome: 'words', agent: 'open' },
  'kith.note-taken.v1': { text: 'words' },
  'kith.consent-granted.v1': { ...consent, basis: 'open', wording: 'open' },
  'kith.consent-withdrawn.v1': { ...consent, reason: 'words' },
};

/** Types with a row, for the test that nobody is forgotten. */
export const typesListed: readonly string[] = Object.keys(table);

/** Where a field of a fact belongs; undefined when nobody said, and then it is treated as free text. */
export function placeOf(type: string, field: string): Place | undefined {
  const row = Object.hasOwn(table, type) ? table[type] : undefined;
  if (row && Object.hasOwn(row, field)) return row[field];
  return Object.hasOwn(everywhere, field) ? everywhere[field] : undefined;
}

export interface Parts {
  readonly open: JsonObject;
  readonly personal: ReadonlyMap<PersonalClass, JsonObject>;
}

/** Data of a fact by who may read them. The parts share no field. */
export function split(type: string, data: JsonObject): Parts {
  const fields = new Map<Place, [string, JsonValue | undefined][]>();
  for (const entry of Object.entries(data)) {
    const place = placeOf(type, entry[0]) ?? 'words';
    const held = fields.get(place);
    if (held) held.push(entry);
    else fields.set(place, [entry]);
  }
  const open: JsonObject = Object.fromEntries(fields.get('open') ?? []);
  const personal = new Map<PersonalClass, JsonObject>();
  for (const [place, entries] of fields) if (place !== 'open') personal.set(place, Object.fromEntries(entries));
  return { open, personal };
}

/** The inverse of `split`, up to the order of the fields. */
export function join({ open, personal }: Parts): JsonObject {
  return Object.fromEntries([open, ...personal.values()].flatMap((part) => Object.entries(part)));
}
