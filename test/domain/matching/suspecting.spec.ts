/** Customers that somebody should look at: too many records, or records that hang together by few links. */
import type { Described } from '../../../src/domain/matching/described';
import { drawing } from '../../../src/domain/matching/hashing';
import { defaultModel, firstDefaultModel, type Model, modelHash } from '../../../src/domain/matching/model';
import { Resolver } from '../../../src/domain/matching/resolver';
import type { Settings } from '../../../src/domain/matching/settings';
import { person } from './people';

/** Each shares an e-mail with the one before and another one with the one after, and only the name with the rest. */
const chain = (length: number, family = 'Stern'): readonly Described[] =>
  Array.from({ length }, (_, i) =>
    person(`${family}${i}`, 'Ida', family, {
      recordedAt: i,
      emails: [i, i + 1].map((n) => `${family}${'abcdefghij'.charAt(n).repeat(6)}@post.example.net`),
    }),
  );
const crowdOf = (count: number): readonly Described[] =>
  Array.from({ length: count }, (_, i) => person(`c${i}`, 'Ida', 'Stern', { emails: ['ida@stern.example.net'] }));

const withSettings = (settings: Partial<Settings>): Model => ({
  ...defaultModel,
  settings: { ...defaultModel.settings, ...settings },
});

function resolved(records: readonly Described[], settings: Partial<Settings> = {}): Resolver {
  const resolver = new Resolver(withSettings(settings));
  for (const one of records) resolver.put(one);
  return resolver;
}
const suspects = (records: readonly Described[], settings: Partial<Settings> = {}) =>
  resolved(records, settings).statistics().suspects;

describe('a customer is to be looked at', () => {
  it('where its records are a chain: it is named, with the share of pairs that are linked', () => {
    expect(suspects(chain(5))).toEqual([{ customer: 'Stern0', records: 5, density: 0.4, alarms: ['density'] }]);
    expect(suspects(chain(8))).toEqual([{ customer: 'Stern0', records: 8, density: 0.25, alarms: ['density'] }]);
  });

  it('where it has more records than the model allows, however well they hang together', () => {
    expect(suspects(crowdOf(6), { sizeAlarm: 5 })).toEqual([
      { customer: 'c0', records: 6, density: 1, alarms: ['size'] },
    ]);
    expect(suspects(chain(6), { sizeAlarm: 5 })).toMatchObject([{ alarms: ['size', 'density'] }]);
  });

  it('and not where it is small, or its records are linked with one another', () => {
    expect(suspects([...chain(4), ...crowdOf(6).map((one) => ({ ...one, names: [{ full: 'Zoe Novak' }] }))])).toEqual(
      [],
    );
  });

  it('as thin as its model says', () => {
    expect(suspects(chain(3))).toEqual([]);
    expect(suspects(chain(3), { densityAlarm: 0.7 })).toMatchObject([{ records: 3, density: 2 / 3 }]);
    expect(suspects(chain(8), { densityAlarm: 0.2 })).toEqual([]);
  });

  it('until somebody says that two of its records are one party, or takes a record from it', () => {
    const resolver = resolved(chain(5));
    resolver.constrain('Stern0', 'Stern4', 'linked');
    expect(resolver.statistics().suspects).toEqual([]);
    resolver.constrain('Stern0', 'Stern4', undefined);
    expect(resolver.statistics().suspects).toHaveLength(1);
    resolver.remove('Stern4');
    expect(resolver.statistics().suspects).toEqual([]);
  });

  it('the largest first, and of many the first hundred are named', () => {
    const random = drawing(1);
    const word = () => Array.from({ length: 12 }, () => 'abcdefghiklmnoprstuvwz'.charAt(random(22))).join('');
    const families = Array.from({ length: 101 }, word);
    const all = families.flatMap((family, i) => chain(i === 50 ? 6 : 5, family));
    const { customers, suspected, suspects: named } = resolved(all).statistics();
    expect({ customers, suspected, named: named.length }).toEqual({ customers: 101, suspected: 101, named: 100 });
    expect(named[0]).toMatchObject({ customer: `${families[50]}0`, records: 6 });
  });
});

describe('the density alarm', () => {
  it('decides nothing', () => {
    const records = [...chain(8), ...crowdOf(4)];
    const parts = [0, 0.5, 1].map((densityAlarm) => resolved(records, { densityAlarm }).partition());
    expect(parts).toEqual([parts[0], parts[0], parts[0]]);
  });

  it('left the hashes of models as they were that are older than it', () => {
    expect(modelHash(firstDefaultModel)).toBe('56cf0cf0d917b516562224a36be63c005f2542afb8ac3dc1adae0e74d646e405');
    expect(suspects(chain(5), JSON.parse(JSON.stringify(defaultModel.settings)))).toHaveLength(1);
    expect(modelHash(withSettings({ densityAlarm: 0.5 }))).not.toBe(modelHash(defaultModel));
  });
});
