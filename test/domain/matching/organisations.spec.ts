/** A register of firms: those of one party are found, and members of a group, branches and funds stay apart. */
import { errorsOf, qualityOf } from '../../../src/analytics/partition-quality';
import { defaultModel, type Model } from '../../../src/domain/matching/model';
import { Resolver } from '../../../src/domain/matching/resolver';
import { defaultSettings } from '../../../src/domain/matching/settings';
import { train } from '../../../src/domain/matching/training';
import { register } from './firms';
import { organisation } from './people';

const { records, truth } = register(180, 1);
const trained = train(records, { settings: defaultSettings, seed: 1 });
const partyOf = (id: string) => truth.get(id);

function resolved(model: Model): Resolver {
  const resolver = new Resolver(model);
  for (const one of records) resolver.put(one);
  return resolver;
}

it.each([
  ['trained', trained],
  ['default', defaultModel],
])('firms are found by the %s model, and no two are taken for one', (_, model) => {
  const resolver = resolved(model);
  const groups = resolver.partition().map((group) => group.records);
  const words = errorsOf(groups, partyOf).wrong.map(([a, b]) => [a, b, ...resolver.explain(a, b).words]);
  expect(words).toEqual([]);
  expect(qualityOf(groups, partyOf).pairs.recall).toBeGreaterThan(0.85);
});

it('another order, and records told twice, give the same customers', () => {
  const again = new Resolver(trained);
  for (const [at, one] of [...records].reverse().entries()) {
    again.put(one);
    if (at % 3 === 0) again.put(one);
    if (at % 40 === 0) again.drain();
  }
  expect(again.partition()).toEqual(resolved(trained).partition());
});

it('a name weighs less the more towns it is found in, and not for being written often', () => {
  const { organisation } = trained.frequencies;
  expect(Math.max(...Object.values(organisation?.values ?? {}))).toBeGreaterThan(2 * (organisation?.rest ?? 1));
  expect(defaultModel.frequencies.organisation).toBeUndefined();
});

describe('the frequency of a name in another order of its words', () => {
  const names = ['Linz Steel Works', 'Steel Works Linz'];
  const bits = (model: Model, [one = '', other = '']: readonly string[]): number | undefined => {
    const resolver = new Resolver(model);
    resolver.put(organisation('a', one, { addresses: [{ locality: 'Linz' }] }));
    resolver.put(organisation('b', other, { addresses: [{ locality: 'Linz' }] }));
    return resolver.explain('a', 'b').evidence.parts.find(({ comparison }) => comparison === 'organisation')?.frequency;
  };

  it('is one, counted in training over both orders', () => {
    const chain = names.flatMap((name, at) =>
      ['Graz', 'Wien'].map((town) => organisation(`${at}${town}`, name, { addresses: [{ locality: `${town}${at}` }] })),
    );
    const model = train([...records, ...chain], { settings: defaultSettings, seed: 1 });
    expect(Object.keys(model.frequencies.organisation?.values ?? {})).toContain('linz steel works');
    const found = bits(model, names);
    expect(found).toBeLessThan(-1);
    for (const pair of [names.toReversed(), [names[0] ?? '', names[0] ?? ''], [names[1] ?? '', names[1] ?? '']])
      expect(bits(model, pair)).toBe(found);
  });

  it('is found in a model that counted names as they were written', () => {
    const organisation = { values: { linzsteelworks: 8e-5 }, rest: 2e-5 };
    const model: Model = { ...defaultModel, frequencies: { ...defaultModel.frequencies, organisation } };
    expect(bits(model, names)).toBeCloseTo(-2, 9);
    expect(bits(model, names.toReversed())).toBeCloseTo(-2, 9);
  });
});

it('the parts of an explanation add up, the frequency of a name among them', () => {
  const resolver = resolved(trained);
  let rare = 0;
  for (const { a, b } of resolver.links()) {
    const { score, evidence } = resolver.explain(a, b);
    const sum = evidence.parts.reduce((all, { weight, frequency }) => all + weight + frequency, evidence.prior);
    expect(Math.abs(sum - score)).toBeLessThan(1e-9);
    expect(resolver.explain(b, a).score).toBe(score);
    rare += evidence.parts.filter((part) => part.comparison === 'organisation' && part.frequency !== 0).length;
  }
  expect(rare).toBeGreaterThan(0);
});
