/** Two nodes that both believe they lead decide about the same pairs at once: one word after the other, none twice. */
import { Deciding, type Wish } from '../../src/app/deciding';
import { decode } from '../../src/domain/envelope';
import { recordId } from '../../src/domain/kernel';
import { decidePair, evolvePair, type Pair, type PairCommand, pairStream, two } from '../../src/domain/link';
import { identitySeal } from '../../src/domain/seal';
import { passingKeys } from '../../src/keys/embedded';
import { MemoryRegister } from '../../eventstore/esdb/register-memory';
import { double, logOn } from '../eventstore/esdb/opened';

const PAIRS = 12;
const pairs = Array.from({ length: PAIRS }, (_, i) =>
  two(recordId(`${i}`.padStart(32, 'a')), recordId('f'.repeat(32))),
);
const grounds = { weight: 30, model: 'm', evidence: {} };

const opinions: readonly PairCommand[] = [
  { wants: 'linked', by: 'rule', ...grounds },
  { wants: 'unlinked', by: 'rule', reason: 'grouped otherwise' },
  { wants: 'proposed', precision: 0.9, ...grounds },
  { wants: 'withdrawn' },
  { wants: 'related', relation: 'household' },
  { wants: 'unrelated' },
];
const wishes = (command: PairCommand | undefined): readonly Wish[] =>
  command ? pairs.map((pair) => ({ pair, command })) : [];

/** Whether what the event says was still to be said. */
function says(type: string, held: Pair): boolean {
  return opinions.some((command) => decidePair(command, held).some((decided) => decided.type === type));
}

test.each([
  ['registers of their own', () => [new MemoryRegister(), new MemoryRegister()]],
  [
    'a register that they share',
    () => {
      const shared = new MemoryRegister();
      return [shared, shared];
    },
  ],
])('with %s', async (_, registers) => {
  const { connection } = await double();
  const keys = passingKeys('acme');
  const logs = await Promise.all(registers().map((register) => logOn(connection, { register })));
  const nodes = logs.map((log) => new Deciding(log, keys, identitySeal, Date.now));
  let decided = 0;
  for (let round = 0; round < opinions.length; round++) {
    const said = await Promise.allSettled(
      nodes.map((node, n) => node.decide(wishes(opinions[(round + n) % opinions.length]))),
    );
    for (const one of said) {
      // Who meets others three times says so, and has it looked at again.
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'wrong-version' });
      else decided += one.value.filter(({ outcome }) => outcome === 'decided').length;
    }
  }
  const [log] = logs;
  let events = 0;
  for (const pair of pairs) {
    let held: Pair = {};
    for (const { type, bytes } of (await log?.read(pairStream(pair)))?.events ?? []) {
      expect({ type, says: says(type, held) }).toEqual({ type, says: true });
      held = evolvePair(held, decode(bytes, identitySeal));
      events += 1;
    }
  }
  expect(events).toBeGreaterThan(PAIRS);
  // Whatever a node was told is its own decision is an event of its own.
  expect(events).toBeGreaterThanOrEqual(decided);
});
