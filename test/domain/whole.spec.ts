import fc from 'fast-check';
import { minus, plus, type Whole, wholeOf } from '../../src/domain/whole';
import { runs } from '../histories';

const LAST = Number.MAX_SAFE_INTEGER;

/** Around nothing, around the end of what a number holds, and anywhere else. */
const wholes: fc.Arbitrary<Whole> = fc
  .oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.tuple(fc.constantFrom(-1n, 1n), fc.bigInt({ min: -3n, max: 3n })).map(([sign, n]) => sign * BigInt(LAST) + n),
    fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  )
  .map(wholeOf);

test('a whole number is a number as long as that is exact, and a text of its digits beyond', () => {
  expect([plus(LAST, 0), plus(LAST, 1), plus(-LAST, -1)]).toEqual([LAST, '9007199254740992', '-9007199254740992']);
  expect([plus('9007199254740992', -1), minus('-9007199254740992', '-9007199254740991')]).toEqual([LAST, -1]);
});

test('sums and differences are those of exact arithmetic', () => {
  fc.assert(
    fc.property(wholes, wholes, (a, b) => {
      expect(plus(a, b)).toBe(wholeOf(BigInt(a) + BigInt(b)));
      expect(minus(a, b)).toBe(wholeOf(BigInt(a) - BigInt(b)));
      expect(JSON.parse(JSON.stringify(plus(a, b)))).toBe(plus(a, b));
    }),
    runs(2_000),
  );
});

test('order and grouping make no difference, and what was added can be taken away without a trace', () => {
  fc.assert(
    fc.property(wholes, wholes, wholes, (a, b, c) => {
      expect(plus(a, b)).toBe(plus(b, a));
      expect(plus(plus(a, b), c)).toBe(plus(a, plus(b, c)));
      expect(minus(plus(a, b), b)).toBe(a);
    }),
    runs(2_000),
  );
});

test('half a cent is refused, whatever it is added to', () => {
  for (const sum of [0, 0.5, LAST, '9007199254740992'] as const)
    expect(() => plus(sum, 0.5 + 0.25)).toThrow(RangeError);
});
