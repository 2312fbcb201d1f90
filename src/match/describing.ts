/** From the cells of a row to what the record says about its party; pure, and it leaves nothing out that was said. */
import type { Described, DescribedIdentifier, PartyKind } from '../domain/matching/described';
import type { Plan, Planned } from './plan';

const KINDS: readonly (readonly [RegExp, PartyKind])[] = [
  [/^(person|individual|natural|private|consumer|human)|^[pi]$/i, 'person'],
  [/^(org|compan|business|firm|corp|partnership|legal|entity)|^[ocb]$/i, 'organisation'],
];

interface Cell extends Planned {
  readonly value: string;
}

/** `order` is when the record was recorded, where no column says it: its place among all rows. */
export function describe(plan: Plan, cells: readonly string[], id: string, order: number): Described {
  const said = plan.columns
    .map((one): Cell => ({ ...one, value: (cells[one.at] ?? '').trim() }))
    .filter(({ value }) => value !== '');
  const list = (into: string, member: string): readonly string[] =>
    said.filter(({ meaning }) => meaning.into === into && meaning.member === member).map(({ value }) => value);
  const [gender] = list('value', 'gender');
  const [land = ''] = list('address', 'country');
  const recorded = Date.parse(list('recorded', 'recorded')[0] ?? '');
  const kind = kindOf(plan, said, list('kind', 'kind')[0]);
  const organisations = list('organisation', 'full');
  const employers = [...list('value', 'employer'), ...(kind === 'person' ? organisations : [])];
  const websites = list('value', 'website');
  const traits = said.flatMap(({ meaning, value }) =>
    meaning.into === 'trait' ? [[meaning.member, value] as const] : [],
  );
  return {
    id,
    recordedAt: Number.isNaN(recorded) ? order : recorded,
    kind,
    names: kind === 'organisation' ? organisationNames(said, organisations) : parts(said, 'name'),
    births: list('value', 'birth'),
    identifiers: identifiersOf(said),
    emails: list('value', 'email'),
    phones: list('value', 'phone'),
    addresses: parts(said, 'address').filter((one) => Object.keys(one).some((member) => member !== 'country')),
    ...(gender !== undefined && { gender }),
    ...(employers.length > 0 && { employers }),
    ...(websites.length > 0 && { websites }),
    ...(/^[a-z]{2}$/i.test(land) && { country: land.toUpperCase() }),
    ...(traits.length > 0 && { traits: Object.fromEntries(traits) }),
  };
}

/** Where no column says it: an organisation is named and no person, or the file is one of people. */
function kindOf(plan: Plan, said: readonly Cell[], word: string | undefined): PartyKind {
  const told = word === undefined ? undefined : KINDS.find(([pattern]) => pattern.test(word))?.[1];
  if (told) return told;
  const isPersonal = ({ meaning, word: means }: Planned): boolean =>
    (meaning.into === 'name' && meaning.member !== 'full') || means === 'birth' || means === 'gender';
  if (said.some(isPersonal)) return 'person';
  if (said.some(({ meaning }) => meaning.into === 'organisation')) {
    return said.some(({ meaning }) => meaning.into === 'name') ? 'person' : 'organisation';
  }
  const mixed = plan.columns.some(({ meaning }) => meaning.into === 'organisation' || meaning.into === 'kind');
  return !mixed && plan.columns.some(isPersonal) ? 'person' : 'unknown';
}

/** Names or addresses, each of the members that stand in the same place. */
function parts(said: readonly Cell[], into: 'name' | 'address'): readonly Readonly<Record<string, string>>[] {
  const places = new Map<number, Record<string, string>>();
  for (const { meaning, value } of said) {
    if (meaning.into !== into) continue;
    const one = places.get(meaning.place) ?? {};
    const before = one[meaning.member];
    one[meaning.member] = before === undefined ? value : `${before}, ${value}`;
    places.set(meaning.place, one);
  }
  return [...places].sort(([x], [y]) => x - y).map(([, one]) => one);
}

function organisationNames(said: readonly Cell[], organisations: readonly string[]): Described['names'] {
  const form = said.find(({ meaning }) => meaning.member === 'legalForm')?.value;
  const others = parts(said, 'name').flatMap(({ full, given, family }) => {
    const name = full ?? [given, family].filter((part) => part !== undefined).join(' ');
    return name === '' ? [] : [name];
  });
  return [...organisations, ...others].map((full) => ({ full, ...(form !== undefined && { legalForm: form }) }));
}

const identifiersOf = (said: readonly Cell[]): readonly DescribedIdentifier[] =>
  said.flatMap(({ meaning: { into, member, exclusive }, value }) =>
    into === 'identifier' ? [{ scheme: member, value, exclusive }] : [],
  );
