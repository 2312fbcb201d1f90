/** Figures that were worked out by hand. */
import { blockingRecall, errorsOf, qualityOf } from '../../src/analytics/partition-quality';

// Two parties of three records each; one of the second was put to the first.
const truth = (id: string): string | undefined => (id === '?' ? undefined : id.charAt(0));
const groups = [['a1', 'a2', 'a3', 'b1'], ['b2', 'b3'], ['?']];

it('pairs: four of seven found are right, four of six are found', () => {
  const { pairs } = qualityOf(groups, truth);
  expect(pairs).toMatchObject({ precision: 4 / 7, recall: 4 / 6, all: 6, wrong: 3, missed: 2 });
  expect(pairs.f1).toBeCloseTo(8 / 13, 12);
});

it('B-cubed: the mean over records of how pure and how whole their group is', () => {
  const { bCubed } = qualityOf(groups, truth);
  expect(bCubed.precision).toBeCloseTo((3 * (3 / 4) + 1 / 4 + 2) / 6, 12);
  expect(bCubed.recall).toBeCloseTo((3 + 1 / 3 + 2 * (2 / 3)) / 6, 12);
});

it('impure customers and their records; whose truth nobody knows is left out', () => {
  expect(qualityOf(groups, truth)).toMatchObject({
    records: 6,
    customers: 2,
    parties: 2,
    impure: { count: 1, customers: 1 / 2, records: 4 / 6 },
    largest: 4,
  });
});

it('the errors, pair by pair', () => {
  expect(errorsOf(groups, truth)).toEqual({
    missed: [
      ['b1', 'b2'],
      ['b1', 'b3'],
    ],
    wrong: [
      ['a1', 'b1'],
      ['a2', 'b1'],
      ['a3', 'b1'],
    ],
  });
});

it('blocking recall: the share of true pairs that may be compared', () => {
  expect(blockingRecall(groups, truth, (a, b) => a !== 'a1' && b !== 'b3')).toBeCloseTo(2 / 6, 12);
});

it('where nothing is linked and nothing was to be, nothing is wrong', () => {
  expect(qualityOf([['a1'], ['b1']], truth).pairs).toMatchObject({ precision: 1, recall: 1, f1: 1 });
});
