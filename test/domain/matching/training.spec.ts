/** That a model depends on the set of records alone, and learns what the records tell. */
import { canonical } from '../../../eventstore/canonical';
import { modelHash } from '../../../src/domain/matching/model';
import { firstSettings } from '../../../src/domain/matching/settings';
import { train } from '../../../src/domain/matching/training';
import { crowd } from './people';

const training = { settings: firstSettings, seed: 7 };

describe('training', () => {
  it('gives the same bytes for the same records in any order', () => {
    const records = crowd(400, 11);
    const model = train(records, training);
    expect(canonical(train([...records].reverse(), training))).toBe(canonical(model));
    expect(modelHash(model)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('survives as JSON', () => {
    const model = train(crowd(400, 12), training);
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });

  it('finds that an identifier is typed by people, and scores it instead of trusting it', () => {
    const records = crowd(600, 13).map((one, i) => ({
      ...one,
      names: [{ given: `Given${i >> 1}x`, family: `Family${i >> 1}` }],
      births: [`1970-01-${10 + ((i >> 1) % 18)}`],
      identifiers: [{ scheme: 'ssn', value: `77${(i >> 1) + 100_000}${i % 10 === 1 ? 8 : 9}`, exclusive: true }],
    }));
    expect(train(records, training).settings.evidence).toEqual(['ssn']);
  });

  it('few records teach nothing but how often values occur', () => {
    expect(train(crowd(50, 14), training).trainedOn).toBe(50);
  });
});
