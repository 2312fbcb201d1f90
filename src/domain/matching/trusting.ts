/**
 * Whether dates of birth and given names of these records may be trusted to tell people apart. In good data a conflict at
 * one address is a parent and a child, or twins; in bad data it is an error. How conflicts are spread tells which.
 */
import { noBlanks } from './comparing';
import { AT } from './comparison';
import { eachContact } from './blocking';
import { BIRTH, EMAIL, PHONE, STREET } from './comparing-values';
import { GIVEN } from './comparing-names';
import type { Model } from './model';
import { pairsBy } from './pairing';
import type { Prepared } from './prepared';
import { score, scorerOf } from './scoring';

/** Years between the births of parent and child, at the least and (of one name, in one house) at the most. */
const GENERATION = [14, 45] as const;
/** Share of pairs of random dates over ninety years that are outside of this: 1 − (1 − 14/90)² + (1 − 45/90)². */
const OUTSIDE = 0.54;
/** Share of errors from which a field is not trusted, and how many pairs must say so. */
const ERRORS = { birth: 0.02, given: 0.04 } as const;
const SEEN = 20;
const LIMIT = 40;

export function trustsOf(model: Model, records: readonly Prepared[]): Model['trusts'] {
  const scorer = scorerOf(model);
  const { levels } = scorer.agreement;
  const at = (index: number): number => levels[index] ?? 0;
  const named = { agree: 0, odd: 0 };
  // Whether those with a conflict share e-mail or telephone as often as those without: one person would.
  const personal = { agree: { all: 0, shared: 0 }, differs: { all: 0, shared: 0 } };
  const keyed = (one: Prepared): readonly string[] => {
    const found: string[] = [];
    for (const { given, family } of one.names) {
      if (given.length < 2 || family === '') continue;
      eachContact(one, (_, value) => found.push(`${given} ${family} ${value}`));
    }
    return found;
  };
  pairsBy(records, present(keyed), LIMIT, (a, b) => {
    score(scorer, a, b, noBlanks);
    const birth = at(AT.birth);
    if (birth === 0) return;
    if (birth !== BIRTH.differs) named.agree++;
    else if (isOdd(Math.abs((a.births[0]?.year ?? 0) - (b.births[0]?.year ?? 0)))) named.odd++;
    const [email, phone] = [at(AT.email), at(AT.phone)];
    if (email === 0 && phone === 0) return;
    const one = birth === BIRTH.differs ? personal.differs : personal.agree;
    one.all++;
    if ((email > 0 && email < EMAIL.differs) || (phone > 0 && phone < PHONE.differs)) one.shared++;
  });
  const born = { agree: 0, differs: 0 };
  const housed = (one: Prepared): readonly string[] =>
    one.births.flatMap(({ digits, day }) =>
      day === 0 ? [] : one.names.map(({ family }) => (family === '' ? '' : `${family} ${digits}`)),
    );
  pairsBy(records, present(housed), LIMIT, (a, b) => {
    score(scorer, a, b, noBlanks);
    const street = Math.ceil(at(AT.address) / 4);
    if (street === 0 || street > STREET.close || at(AT.given) === 0) return;
    if (at(AT.given) === GIVEN.differs) born.differs++;
    else born.agree++;
  });
  const errors = named.odd / OUTSIDE;
  const share = ({ all, shared }: { all: number; shared: number }): number => shared / Math.max(1, all);
  const strangers = personal.differs.all >= SEEN / 2 && share(personal.differs) < 0.6 * share(personal.agree);
  return {
    birth: strangers || !(named.agree >= SEEN && errors > ERRORS.birth * (named.agree + errors)),
    given: !(born.agree >= SEEN && born.differs > ERRORS.given * (born.agree + born.differs)),
  };
}

const isOdd = (years: number): boolean => years < GENERATION[0] || years > GENERATION[1];

const present =
  (keys: (one: Prepared) => readonly string[]) =>
  (one: Prepared): readonly string[] =>
    keys(one).filter((key) => key !== '');
