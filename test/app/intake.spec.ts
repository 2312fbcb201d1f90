/** Facts that are sent again, as a source does that got no answer. */
import type { ItemResult } from '../../src/app/intake';
import { given, type Given, said } from '../given';

let g: Given;
beforeEach(async () => {
  g = await given();
});
afterEach(() => g.kith.close());

const eventIn = (result: ItemResult | undefined) => {
  if (!result || !('event' in result)) throw new Error('not accepted');
  return result.event;
};

test('a batch that is sent again answers item by item, in its order, what became of each', async () => {
  const facts = Array.from({ length: 100 }, (_, i) =>
    said('note-taken', `k${i % 7}`, { text: `note ${i}` }, { id: `n${i}` }),
  );
  const first = await g.send(...facts.slice(0, 90));
  const fact = { source: 'crm', id: 'n50' };
  await g.kith.revising.revise({ kind: 'retracted', fact, reason: 'wrong person' });
  const other = { ...facts[60], data: { text: 'something else' } };
  const again = await g.kith.intake.accept([...facts.slice(0, 60), other, { id: 'nothing' }, ...facts.slice(61)]);
  expect(again.map(({ outcome }) => outcome)).toEqual([
    ...Array.from({ length: 50 }, () => 'duplicate'),
    'retracted',
    ...Array.from({ length: 9 }, () => 'duplicate'),
    'conflict',
    'refused',
    ...Array.from({ length: 29 }, () => 'duplicate'),
    ...Array.from({ length: 10 }, () => 'accepted'),
  ]);
  expect(eventIn(again[89])).toBe(eventIn(first[88]));
});
