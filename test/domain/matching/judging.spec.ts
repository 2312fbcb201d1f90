/** The look at names and births alone ends a comparison only where every other field would have come to the same. */
import { noBlanks } from '../../../src/domain/matching/comparing';
import { judge, judgeUnlessNone } from '../../../src/domain/matching/judging';
import { defaultModel, type Model } from '../../../src/domain/matching/model';
import { prepare } from '../../../src/domain/matching/prepared';
import { scorerOf } from '../../../src/domain/matching/scoring';
import { crowd, organisation } from './people';

const modelWith = (change: Partial<Model>): Model => ({ ...defaultModel, ...change });
const MODELS: readonly (readonly [string, Model])[] = [
  ['the default', defaultModel],
  ['one that shows unlikely pairs', modelWith({ thresholds: { ...defaultModel.thresholds, review: 0.01 } })],
  ['one that doubts dates of birth', modelWith({ trusts: { birth: false, given: true } })],
  ['one that doubts given names', modelWith({ trusts: { birth: true, given: false } })],
  [
    'one that was taught that a guard errs',
    modelWith({ calibration: { 'birth conflict 0': 0.9, 'another family name 4': 0.9 } }),
  ],
];

const RECORDS = [...crowd(80, 7), organisation('o1', 'Huber GmbH'), organisation('o2', 'Novak Hans')].map((one) =>
  prepare(one, defaultModel.settings),
);

it.each(MODELS)('by %s, a pair is left out exactly where nothing comes of it', (_name, model) => {
  const scorer = scorerOf(model);
  const seen = { none: 0, some: 0 };
  for (const [i, a] of RECORDS.entries()) {
    for (const b of RECORDS.slice(i + 1)) {
      const whole = judge(scorer, a, b, noBlanks);
      const expected = whole.outcome === 'none' ? undefined : whole;
      seen[expected ? 'some' : 'none']++;
      expect(judgeUnlessNone(scorer, a, b, noBlanks)).toEqual(expected);
      expect(judgeUnlessNone(scorer, b, a, noBlanks)).toEqual(expected);
    }
  }
  expect(seen.none).toBeGreaterThan(100);
  expect(seen.some).toBeGreaterThan(100);
});
