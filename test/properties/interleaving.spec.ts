import { play, type WriteRule } from './interleaving';

/** `npm run acceptance` asks for 100,000. */
const RUNS = Number(process.env['INTERLEAVINGS'] ?? 3_000);
const losses = (rule: WriteRule, runs = RUNS) =>
  Array.from({ length: runs }, (_, seed) => seed).filter((seed) => play(seed, rule).length > 0);

test('two projectors, crashes and an erasure lose nothing under compare-and-set on the loaded position', () => {
  expect(losses('compare-and-set on the loaded position')).toEqual([]);
});

test('the model can fail: an upsert where the position is lower loses writes', () => {
  expect(losses('upsert where the position is lower', 3_000).length).toBeGreaterThan(0);
});
