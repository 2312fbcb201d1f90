/** Whether the names of a file are of people or of organisations, where only the names can tell. */
import { looksLikeOrganisation } from '../domain/matching/normalise/organisation';
import type { SourceRow } from '../import/rows';
import { meaningOf } from './meanings';
import type { Plan, Planned } from './plan';

/** Names that are looked at, and the share of them that must have a legal form or a trade. */
const LOOKED_AT = 1_000;
const SHARE = 0.25;

/**
 * Where a column was guessed to hold names, no other column speaks of people or of organisations, and many of the names
 * are such as only organisations have: then all are, and the column is taken for `organisation`.
 */
export function ofOrganisations(plan: Plan, rows: readonly Pick<SourceRow, 'cells'>[]): Plan {
  const names = plan.columns.filter(({ word, by }) => word === 'name' && by === 'guessed');
  const meaning = meaningOf('organisation');
  if (names.length === 0 || typeof meaning === 'string' || plan.columns.some(saysWho)) return plan;
  const said = rows.slice(0, LOOKED_AT).map(({ cells }) => (cells[names[0]?.at ?? 0] ?? '').trim());
  const given = said.filter((name) => name !== '');
  if (given.filter(looksLikeOrganisation).length < SHARE * given.length || given.length === 0) return plan;
  const columns = plan.columns.map(
    (one): Planned =>
      one.meaning.into === 'name' && one.by === 'guessed' ? { ...one, word: 'organisation', meaning } : one,
  );
  return { ...plan, columns };
}

const saysWho = ({ word, meaning, by }: Planned): boolean =>
  ['kind', 'organisation', 'birth', 'gender', 'employer', 'identifier:ssn'].includes(word) ||
  (meaning.into === 'name' && (meaning.member !== 'full' || by === 'said'));
