/**
 * What does a record say of its party, as far as that tells whether two records are one? Former values count too: who
 * moved is still who lived there. What the view holds is handed over as it was written.
 */
import type { JsonObject, JsonValue } from '../domain/kernel';
import { membersOf, textOf } from '../domain/kernel';
import type {
  Described,
  DescribedAddress,
  DescribedIdentifier,
  DescribedName,
  PartyKind,
} from '../domain/matching/described';
import { natureOf } from '../domain/matching/natures';
import type { Candidate, RecordView } from './record';

export function describe(id: string, view: RecordView): Described {
  const [met] = Object.values(view.records);
  const said = (slot: string): readonly Candidate[] => Object.values(view.slots[slot] ?? {});
  const texts = (...slots: readonly string[]): readonly string[] =>
    slots.flatMap((slot) => said(slot).map(({ value }) => textOf(value)));
  const family = (name: string): readonly string[] =>
    Object.keys(view.slots).filter((slot) => slot.startsWith(`${name}/`));
  const addresses = family('address').flatMap((slot) => said(slot).map(({ value }) => addressOf(value)));
  const websites = texts('contact/web');
  const country = addresses.map((address) => address.country).find((code) => code !== undefined);
  return {
    id,
    recordedAt: met ? Date.parse(met.recordedAt) : 0,
    kind: kindOf(said('party')),
    names: said('name').map(({ value }) => nameOf(value)),
    births: texts('birthDate'),
    identifiers: family('identifier').flatMap((slot) =>
      said(slot).flatMap((candidate) => identifierOf(slot, candidate)),
    ),
    emails: texts('contact/email'),
    phones: texts('contact/phone', 'contact/mobile'),
    addresses,
    employers: said('position').map(({ value }) => textOf(membersOf(value)['company'])),
    ...(websites.length > 0 && { websites }),
    ...(country !== undefined && { country }),
  };
}

function kindOf(parties: readonly Candidate[]): PartyKind {
  const latest = [...parties].sort((x, y) => (x.last.occurredAt < y.last.occurredAt ? 1 : -1))[0];
  return latest?.value === 'person' || latest?.value === 'organisation' ? latest.value : 'unknown';
}

const nameOf = (value: JsonValue): DescribedName => textsIn(membersOf(value));

function addressOf(value: JsonValue): DescribedAddress {
  const { lines, ...parts } = membersOf(value);
  const told = textsIn(parts);
  return Array.isArray(lines) ? { ...told, lines: lines.map(textOf).join(', ') } : told;
}

/** The issuer is part of the scheme: number 1001 of the shop and 1001 of the bank are two identifiers. */
function identifierOf(slot: string, { value, last, verified }: Candidate): readonly DescribedIdentifier[] {
  const kind = slot.slice('identifier/'.length);
  const members = membersOf(value);
  const said = textOf(members['value']);
  const issuer = textOf(members['system']) || textOf(members['country']);
  const nature = natureOf(kind);
  const held = { value: said, ...nature, ...(verified && { verified: true }) };
  if (issuer !== '' || nature.exclusive) return [{ ...held, scheme: `${kind}@${issuer}` }];
  // The source may have issued it or only heard of it: what another source says of the same number is a question.
  const anywhere = { scheme: `${kind}@`, value: said, exclusive: false, unissued: true };
  return nature.owned
    ? [{ ...held, scheme: `${kind}@${last.source}` }, anywhere]
    : [{ ...held, scheme: `${kind}@${last.source}` }];
}

/** Its members that hold a text, under the names that the fact gave them. */
const textsIn = (members: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (textOf(value) === '' ? [] : [[name, textOf(value)]])),
  );
