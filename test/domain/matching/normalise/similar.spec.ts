/** How alike texts are: against a plain table of distances, for random texts. */
import { drawing } from '../../../../src/domain/matching/hashing';
import { edits, jaroWinkler } from '../../../../src/domain/matching/normalise/similar';

/** Optimal string alignment, as it is written in books. */
function plain(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => d[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      const row = d[i];
      if (row) row[j] = cost;
    }
  }
  return at(a.length, b.length);
}

describe('edits', () => {
  it('are those of optimal string alignment, up to the limit (seed 21)', () => {
    const random = drawing(21);
    const word = (): string => Array.from({ length: random(8) }, () => 'abc'.charAt(random(3))).join('');
    for (let i = 0; i < 5000; i++) {
      const [a, b] = [word(), word()];
      for (const limit of [1, 2, 3])
        expect([a, b, edits(a, b, limit)]).toEqual([a, b, Math.min(plain(a, b), limit + 1)]);
    }
  });
});

describe('Jaro-Winkler', () => {
  it.each([
    ['martha', 'marhta', 0.961],
    ['dixon', 'dicksonx', 0.813],
    ['', 'a', 0],
    ['same', 'same', 1],
  ])('%s and %s', (a, b, alike) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(alike, 3);
    expect(jaroWinkler(b, a)).toBeCloseTo(alike, 3);
  });
});
