/** Whether the names of a file are of people or of organisations, where only the names can tell. */
import { looksLikeOrganisation } from '../domain/matching/normalise/organisation';
import { fold, words } from '../domain/matching/normalise/text';
import { TRADES } from '../domain/matching/normalise/trades';
import type { SourceRow } from '../import/rows';
import { meaningOf } from './meanings';
import type { Plan, Planned } from './plan';

/** Names that are looked at, the share of them that must have a legal form or a trade, and that which may be of people. */
const LOOKED_AT = 1_000;
const SHARE = 0.25;
const PEOPLE = 0.2;

/**
 * Where a column was guessed to hold names, no other column speaks of people or of organisations, and many of the names
 * are such as only organisations have and few such as people have: then all are, and the column is taken for
 * `organisation`. A mixed column stays, and each of its names speaks for itself.
 */
export function ofOrganisations(plan: Plan, rows: readonly Pick<SourceRow, 'cells'>[]): Plan {
  const names = plan.columns.filter(({ word, by }) => word === 'name' && by === 'guessed');
  const meaning = meaningOf('organisation');
  if (names.length === 0 || typeof meaning === 'string' || plan.columns.some(saysWho)) return plan;
  const said = rows.slice(0, LOOKED_AT).map(({ cells }) => (cells[names[0]?.at ?? 0] ?? '').trim());
  const given = said.filter((name) => name !== '');
  const others = given.filter((name) => !looksLikeOrganisation(name));
  const isMixed = others.filter(looksLikePerson).length > PEOPLE * given.length;
  if (given.length - others.length < SHARE * given.length || isMixed || given.length === 0) return plan;
  const columns = plan.columns.map(
    (one): Planned =>
      one.meaning.into === 'name' && one.by === 'guessed' ? { ...one, word: 'organisation', meaning } : one,
  );
  return { ...plan, columns };
}

/** Two to five words of letters, none of them a trade: `Deutsche Bank`, `3M`, `Stern & Huber` and `Fenix` are no people. */
const looksLikePerson = (name: string): boolean =>
  /^\p{L}[\p{L}\p{M}'’.-]*(?:[ ,]+\p{L}[\p{L}\p{M}'’.-]*){1,4}$/u.test(name) &&
  !words(fold(name)).some((word) => TRADES.has(word));

const saysWho = ({ word, meaning, by }: Planned): boolean =>
  ['kind', 'organisation', 'birth', 'gender', 'employer', 'identifier:ssn'].includes(word) ||
  (meaning.into === 'name' && (meaning.member !== 'full' || by === 'said'));
