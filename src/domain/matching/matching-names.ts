/** Whether two names could be of one party, names alone: what name checks ask. It links nothing. */
import { compareNames, FAMILY, GIVEN, noAgreement } from './comparing-names';
import { compareOrganisations, ORGANISATION } from './comparing-organisations';
import type { DescribedName } from './described';
import { organisationName } from './normalise/organisation';
import { personName } from './normalise/name';
import { edits } from './normalise/similar';
import { fold } from './normalise/text';

/** `schema` is Person for people; everything else is compared as an organisation. */
export function namesMatch(a: DescribedName, b: DescribedName, schema: string): boolean {
  if (schema !== 'Person') {
    const [[one], [other]] = [organisationName(a.full ?? ''), organisationName(b.full ?? '')];
    if (!one || !other) return false;
    const level = compareOrganisations([one], [other]);
    return level === ORGANISATION.same || level === ORGANISATION.close;
  }
  const [[one], [other]] = [personName(a), personName(b)];
  if (!one || !other) return false;
  if (sameWords(a, b)) return true;
  const agreement = noAgreement();
  compareNames([one], [other], agreement);
  const { family, given } = agreement;
  const families = family === FAMILY.same || family === FAMILY.close || (family === 0 && given === GIVEN.same);
  return families && given !== GIVEN.differs && given !== GIVEN.similar && !(given === 0 && family === 0);
}

/** The same words in whatever order and however split. */
function sameWords(a: DescribedName, b: DescribedName): boolean {
  const [one, other] = [lettersOf(a), lettersOf(b)];
  const limit = Math.min(one.length, other.length) >= 10 ? 1 : 0;
  return edits(one, other, limit) <= limit;
}

const lettersOf = (name: DescribedName): string =>
  [name.full, name.given, name.middle, name.family]
    .flatMap((part) => (part === undefined ? [] : fold(part).split(' ')))
    .filter((word) => word !== '')
    .sort()
    .join('');
