/**
 * How often pairs that agree in some way are really of one party, found without labels: the date of birth is left out of
 * the judgement, and then asked. Of pairs of one party a share m of dates agrees, of others a share u; what is observed
 * lies between the two and tells the share of true pairs. Bits alone are not monotone in precision, since guards and
 * shared households come in between.
 */
import { noBlanks } from './comparing';
import { AT } from './comparison';
import { guardOf, GUARDS, type GuardName } from './guards';
import type { Model } from './model';
import { candidatePairs } from './pairing';
import { keyOf, STEP, stepOf, uncalibrated } from './precision';
import type { Prepared } from './prepared';
import { bitsOf, score, scorerOf } from './scoring';

/** Pairs that the uncalibrated figure counts for. */
const WORTH = 10;
/** Share of true pairs from which a name alone is enough, and how many pairs must have told. */
const ENOUGH = 0.99;
const SEEN = 30;
/** Proposals that stewards can look at, per thousand records. */
const LOAD = 50;

interface Cell {
  readonly guard: GuardName | undefined;
  readonly step: number;
  /** Pairs that have this guard and these bits as they are. */
  all: number;
  /** Pairs that would have them without their dates of birth, and how many of those dates agree. */
  dated: number;
  agree: number;
}

/** The model with its table of precision, and with the thresholds that follow from it. */
export function calibrated(model: Model, records: readonly Prepared[]): Model {
  const cells = countCells(model, records);
  const { m = [], u = [] } = model.comparisons['birth'] ?? {};
  const speaks = m.map((one, level) => one > 2 * (u[level] ?? 1));
  const sum = (shares: readonly number[]): number =>
    shares.reduce((all, one, level) => all + (speaks[level] ? one : 0), 0);
  const [agreeing, chance] = [sum(m), sum(u)];
  const truly = ({ dated, agree }: Pick<Cell, 'dated' | 'agree'>): number =>
    Math.max(0, Math.min(1, (agree / Math.max(1, dated) - chance) / (agreeing - chance)));
  const precision = (cell: Cell): number =>
    (truly(cell) * cell.dated + uncalibrated(cell.guard, cell.step) * WORTH) / (cell.dated + WORTH);
  const calibration = Object.fromEntries(
    [...cells].filter(([, { dated }]) => dated > 0).map(([key, cell]) => [key, Number(precision(cell).toPrecision(4))]),
  );
  const nameAlone = enoughFrom([...cells.values()], truly);
  const asked = [...cells.values()].filter(({ guard, step }) =>
    guard === undefined ? step < model.thresholds.automatic : guard !== 'name alone' || step < nameAlone,
  );
  const review = reviewFrom(
    asked.map((cell) => ({ all: cell.all, precision: precision(cell) })),
    records.length,
  );
  return { ...model, calibration, thresholds: { ...model.thresholds, nameAlone, review } };
}

function countCells(model: Model, records: readonly Prepared[]): ReadonlyMap<string, Cell> {
  const scorer = scorerOf(model);
  const { agreement, weights } = scorer;
  const cells = new Map<string, Cell>();
  const cellOf = (a: Prepared, b: Prepared): Cell | undefined => {
    const guard = guardOf(a, b, scorer);
    if (guard !== undefined && GUARDS[guard].force !== 'ask') return undefined;
    const step = stepOf(bitsOf(scorer));
    const key = keyOf(guard, step);
    const cell = cells.get(key) ?? { guard, step, all: 0, dated: 0, agree: 0 };
    cells.set(key, cell);
    return cell;
  };
  candidatePairs(records, model.settings.blockLimit, (a, b) => {
    score(scorer, a, b, noBlanks);
    const here = cellOf(a, b);
    if (here) here.all++;
    const birth = agreement.levels[AT.birth] ?? 0;
    if (birth === 0) return;
    agreement.levels[AT.birth] = 0;
    agreement.sharedBirth = '';
    const undated = cellOf(a, b);
    if (!undated) return;
    undated.dated++;
    if ((weights[AT.birth]?.[birth] ?? 0) > 1) undated.agree++;
  });
  return new Map([...cells].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lowest bits from which pairs that agree in their name alone are of one party often enough; 99 where nobody can tell. */
function enoughFrom(cells: readonly Cell[], truly: (cell: Pick<Cell, 'dated' | 'agree'>) => number): number {
  let [dated, agree, from] = [0, 0, 99];
  for (const cell of cells.filter(({ guard }) => guard === 'name alone').sort((a, b) => b.step - a.step)) {
    dated += cell.dated;
    agree += cell.agree;
    if (dated < SEEN) continue;
    if (truly({ dated, agree }) < ENOUGH || truly(cell) < ENOUGH) break;
    // One step of safety: what is estimated from some dozens of dates errs by about as much.
    from = cell.step + STEP;
  }
  return from;
}

/** Lowest precision at which the most promising pairs are still no more than people can look at. */
function reviewFrom(cells: readonly { readonly all: number; readonly precision: number }[], records: number): number {
  let [taken, from] = [0, 0.9999];
  for (const { all, precision } of [...cells].sort((a, b) => b.precision - a.precision)) {
    taken += all;
    if (taken > (LOAD * records) / 1000) break;
    from = precision;
  }
  return Number(Math.max(0.2, from).toPrecision(4));
}
