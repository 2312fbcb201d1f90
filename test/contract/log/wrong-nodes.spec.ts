/** A case that no wrong engine fails is worth nothing: each case of several nodes rejects the engine that it names. */
import { NODE_CASES, runRounds } from './nodes';
import { wrongNodes } from './wrong-nodes';

const ROUNDS = 30;

describe.each(NODE_CASES)('$name', (one) => {
  test('is passed by nodes that break no rule', async () => {
    await runRounds(wrongNodes(one.nodes, undefined), one, ROUNDS);
  });

  test(`rejects an engine that ${one.rejects}`, async () => {
    await expect(runRounds(wrongNodes(one.nodes, one.rejects), one, ROUNDS)).rejects.toThrow();
  });
});
