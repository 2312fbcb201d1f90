/**
 * Which identifiers are written with typing errors. An identifier that is copied by machines links at once and vetoes; one
 * that people type would veto its own party, so it is scored as evidence instead. The records themselves tell which.
 */
import { noBlanks } from './comparing';
import { edits } from './normalise/similar';
import { modelWith } from './model';
import { candidatePairs } from './pairing';
import type { Prepared } from './prepared';
import { score, scorerOf } from './scoring';
import type { Settings } from './settings';

/** Bits, the identifier left aside, from which a pair is taken to be one party. */
const SURE = 6;
/** Share of typing errors among such pairs from which a scheme is typed by people, and how many must be seen. */
const TYPED = 0.01;
const SEEN = 5;

/** Schemes that are declared unique and yet differ by one or two edits between records of one party. Sorted. */
export function typedSchemes(records: readonly Prepared[], settings: Settings): readonly string[] {
  if (!records.some(({ identifiers }) => identifiers.some(({ unique }) => unique))) return [];
  const scorer = scorerOf({ ...modelWith(settings, []), prior: -Math.log2(Math.max(2, records.length)) });
  const seen = new Map<string, { same: number; typos: number }>();
  candidatePairs(records, settings.blockLimit, (a, b) => {
    if (a.identifiers.length === 0 || b.identifiers.length === 0) return;
    if (score(scorer, a, b, noBlanks) < SURE) return;
    for (const { scheme, value } of a.identifiers) {
      const other = b.identifiers.find((one) => one.scheme === scheme);
      if (!other) continue;
      const counts = seen.get(scheme) ?? { same: 0, typos: 0 };
      seen.set(scheme, counts);
      if (other.value === value) counts.same++;
      else if (edits(other.value, value, 2) <= 2) counts.typos++;
    }
  });
  return [...seen]
    .filter(([, { same, typos }]) => typos >= SEEN && typos > TYPED * (same + typos))
    .map(([scheme]) => scheme)
    .sort();
}
