/**
 * How two names agree, part by part. The parts are compared together: the pair of spellings and the order (given and
 * family name may be swapped) that agree best count, and only they.
 */
import { areNicknames } from './normalise/nicknames';
import type { PersonName } from './normalise/name';
import { edits, jaroWinkler } from './normalise/similar';

/** Levels of a part; 0 means that one side does not say. The numbers are the places in the tables of comparison.ts. */
export const FAMILY = { same: 1, close: 2, similar: 3, part: 4, initial: 5, differs: 6 } as const;
export const GIVEN = { same: 1, close: 2, nickname: 3, similar: 4, initial: 5, differs: 6 } as const;
export const MIDDLE = { same: 1, initial: 2, differs: 3 } as const;

export interface NameAgreement {
  family: number;
  given: number;
  middle: number;
  /** Whether given and family name agree only when one of them is turned round. */
  swapped: boolean;
  /** The parts that were found the same, for their frequency; '' otherwise. */
  sharedFamily: string;
  sharedGiven: string;
}

/** Of names that nobody compared yet. */
export const noAgreement = (): NameAgreement => ({
  family: 0,
  given: 0,
  middle: 0,
  swapped: false,
  sharedFamily: '',
  sharedGiven: '',
});

/** What a level costs when the best of several alignments is looked for. */
const FAMILY_COST = [3, 0, 1, 2, 2, 3, 6] as const;
const GIVEN_COST = [3, 0, 1, 1, 2, 2, 6] as const;

const typos = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2);

/** The same but for a typing error: one edit in four letters or more, two from eight on. */
export const isClose = (a: string, b: string): boolean => {
  const limit = typos(Math.min(a.length, b.length));
  return limit > 0 && edits(a, b, limit) <= limit;
};

const sounds = (a: string, b: string): boolean => a.length > 1 && a === b;

export function compareGiven(a: PersonName, b: PersonName): number {
  const one = a.given;
  const other = b.given;
  if (one === '' || other === '') return 0;
  if (one === other) return one.length === 1 ? GIVEN.initial : GIVEN.same;
  if (one.length === 1 || other.length === 1) return one[0] === other[0] ? GIVEN.initial : GIVEN.differs;
  if ((a.middle !== '' || b.middle !== '') && areSplit(a, b)) return GIVEN.same;
  if (isClose(one, other)) return areOtherNames(one, other) ? GIVEN.similar : GIVEN.close;
  if (areNicknames(one, other)) return GIVEN.nickname;
  const lengths = Math.abs(one.length - other.length);
  if (lengths <= 2 && jaroWinkler(one, other, 0.88) >= 0.88 && !isPrefix(one, other)) return GIVEN.similar;
  if (sounds(a.givenSound, b.givenSound) && jaroWinkler(one, other, 0.75) >= 0.75) return GIVEN.similar;
  return isPrefix(one, other) || isSecond(a, b) || isSecond(b, a) ? GIVEN.initial : GIVEN.differs;
}

/** Called by the second of the given names: no more than an initial, since children are named after their parents. */
const isSecond = (a: PersonName, b: PersonName): boolean =>
  b.middle !== '' && a.given.length > 2 && b.middle.split(' ').includes(a.given);

/** `anna` and `annabelle`: an abbreviation, or a sister; no more than an initial. */
const isPrefix = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

/** Given and middle names written together by one of the two: `xiu ying` and `xiuying`. */
const areSplit = (a: PersonName, b: PersonName): boolean =>
  a.given + a.middle === b.given + b.middle || joined(a) === joined(b);

const joined = ({ given, middle }: PersonName): string => given + middle.replaceAll(' ', '');

/** One letter apart and yet two names, which no typo explains: the last letter tells women from men. */
const areOtherNames = (a: string, b: string): boolean =>
  /[ao]$/.test(a) && /[ao]$/.test(b) && a.slice(0, -1) === b.slice(0, -1);

function compareFamily(a: PersonName, b: PersonName): number {
  const one = a.family;
  const other = b.family;
  if (one === '' || other === '') return 0;
  if (one === other) return one.length === 1 ? FAMILY.initial : FAMILY.same;
  if (one.length === 1 || other.length === 1) return one[0] === other[0] ? FAMILY.initial : FAMILY.differs;
  if (isClose(one, other)) return FAMILY.close;
  if (sharesPart(a, b)) return FAMILY.part;
  const least = sounds(a.familySound, b.familySound) ? 0.75 : 0.9;
  return jaroWinkler(one, other, least) >= least ? FAMILY.similar : FAMILY.differs;
}

/** One of two family names is left out or was made the middle name: García Márquez and García, Meyer and Meyer Thomas. */
function sharesPart(a: PersonName, b: PersonName): boolean {
  if (a.families.length > 1 || b.families.length > 1) {
    for (const one of a.families) if (one.length > 2 && b.families.includes(one)) return true;
  }
  return isMiddle(a, b) || isMiddle(b, a);
}

const isMiddle = (a: PersonName, b: PersonName): boolean =>
  b.middle !== '' && b.middle.length > 2 && a.families.some((one) => b.middle.split(' ').includes(one));

function compareMiddle(a: PersonName, b: PersonName): number {
  if (a.middle === '' || b.middle === '') return 0;
  if (a.middle === b.middle) return MIDDLE.same;
  const [one, other] = [a.middle.split(' '), b.middle.split(' ')];
  for (const word of one) {
    for (const second of other) {
      if (word === second || isClose(word, second)) return word.length === 1 ? MIDDLE.initial : MIDDLE.same;
      if ((word.length === 1 || second.length === 1) && word[0] === second[0]) return MIDDLE.initial;
    }
  }
  return MIDDLE.differs;
}

/** Fills `best` with how the two agree; all zero where neither name can be compared. */
export function compareNames(a: readonly PersonName[], b: readonly PersonName[], best: NameAgreement): void {
  best.family = 0;
  best.given = 0;
  best.middle = 0;
  best.swapped = false;
  best.sharedFamily = '';
  best.sharedGiven = '';
  let least = Infinity;
  for (const one of a) {
    for (const other of b) {
      const family = compareFamily(one, other);
      const given = compareGiven(one, other);
      const cost = (FAMILY_COST[family] ?? 6) + (GIVEN_COST[given] ?? 6);
      if (cost < least) {
        least = cost;
        best.family = family;
        best.given = given;
        best.middle = compareMiddle(one, other);
        best.swapped = false;
        best.sharedFamily = family === FAMILY.same ? one.family : '';
        best.sharedGiven = given === GIVEN.same ? one.given : '';
      }
      if (cost > 4) least = swappedNames(one, other, least, best);
    }
  }
}

/** What it costs where both parts differ. */
const NOTHING = 12;

function swappedNames(one: PersonName, other: PersonName, least: number, best: NameAgreement): number {
  const first = crossed(one.family, other.given);
  const second = crossed(one.given, other.family);
  // Both ways round must agree, or one where nothing agrees straight; and it must be clearly better.
  const half = first === GIVEN.differs || second === GIVEN.differs;
  if ((half && least < NOTHING) || (first === second && (half || first === 0))) return least;
  const cost = (GIVEN_COST[first] ?? 6) + (GIVEN_COST[second] ?? 6) + 1;
  if (cost >= least) return least;
  // Where one part agrees crosswise and the other not at all, nobody knows which: the worse reading counts, a family.
  best.family = half && second !== GIVEN.differs ? second : first;
  best.given = half ? GIVEN.differs : second;
  best.middle = 0;
  best.swapped = true;
  best.sharedFamily = first === GIVEN.same ? one.family : half && second === GIVEN.same ? one.given : '';
  best.sharedGiven = second === GIVEN.same && !half ? one.given : '';
  return cost;
}

/** A family name against a given name: only same, close and missing count. */
function crossed(one: string, other: string): number {
  if (one === '' || other === '') return 0;
  if (one === other) return one.length === 1 ? GIVEN.differs : GIVEN.same;
  return isClose(one, other) ? GIVEN.close : GIVEN.differs;
}
