/** What may be said of two records, in every state that they can be in. */
import type { FactEvent } from '../../src/domain/envelope';
import { instant, type JsonObject, recordId } from '../../src/domain/kernel';
import {
  APART_RELEASED,
  decidePair,
  evolvePair,
  isEmptyPair,
  LINK_RETRACTED,
  MATCH_PROPOSED,
  MATCH_RECONSIDERED,
  MATCH_REJECTED,
  MATCH_WITHDRAWN,
  movesAnybody,
  movingTypes,
  type Pair,
  type PairCommand,
  pairOf,
  pairStream,
  pairTypes,
  RECORDS_HELD_APART,
  RECORDS_LINKED,
  RELATION_FOUND,
  RELATION_LOST,
  two,
} from '../../src/domain/link';
import { Refusal } from '../../src/domain/refusals';

const grounds = { weight: 9.5, model: 'm1', evidence: { parts: [] } };
const reason = 'because';

const commands = {
  'rule links': { wants: 'linked', by: 'rule', ...grounds },
  'steward links': { wants: 'linked', by: 'steward', reason },
  'rule unlinks': { wants: 'unlinked', by: 'rule', reason },
  'steward unlinks': { wants: 'unlinked', by: 'steward', reason },
  'holds apart': { wants: 'apart', reason },
  releases: { wants: 'released', reason },
  proposes: { wants: 'proposed', precision: 0.8, ...grounds },
  withdraws: { wants: 'withdrawn' },
  rejects: { wants: 'rejected', reason },
  reconsiders: { wants: 'reconsidered', reason },
  'finds a household': { wants: 'related', relation: 'household' },
  'loses the relation': { wants: 'unrelated' },
} satisfies Record<string, PairCommand>;
type Name = keyof typeof commands;
const names = Object.keys(commands).filter((name): name is Name => name in commands);

let n = 0;
const event = (type: string, data: JsonObject): FactEvent => {
  n += 1;
  const [id, at] = [`${n}`.padStart(32, '0'), instant(Date.UTC(2026, 0, 1) + n)];
  const envelope = { kith: 1, id, source: 'kith', clientId: id, fingerprint: '', stream: 'pair', sealed: [] };
  return JSON.parse(JSON.stringify({ ...envelope, type, data, occurredAt: at, recordedAt: at, actor: 'steward:1' }));
};

/** The pair after these commands, each decided on what the ones before it left. */
const after = (...done: readonly Name[]): Pair =>
  done.reduce<Pair>(
    (pair, name) =>
      decidePair(commands[name], pair).reduce((held, { type, data }) => evolvePair(held, event(type, data)), pair),
    {},
  );
const holds = (pair: Pair): string => {
  const { linked, apart, proposed, rejected, related } = pair;
  const parts = [
    linked && `linked by ${linked.by}`,
    apart && 'apart',
    proposed && 'proposed',
    rejected && 'rejected',
    related && related.relation,
  ];
  return parts.filter((part) => part !== undefined).join(', ') || 'nothing';
};
const says = (name: Name, pair: Pair): string => {
  try {
    return (
      decidePair(commands[name], pair)
        .map(({ type }) => type)
        .join() || '-'
    );
  } catch (problem) {
    if (problem instanceof Refusal) return problem.code;
    throw problem;
  }
};

/** Every state that commands can bring about, by what holds in it. */
function everyState(): ReadonlyMap<string, Pair> {
  const found = new Map<string, Pair>([['nothing', {}]]);
  for (const [, pair] of found) {
    for (const name of names) {
      if (says(name, pair) === 'held-apart') continue;
      const next = decidePair(commands[name], pair).reduce(
        (held, { type, data }) => evolvePair(held, event(type, data)),
        pair,
      );
      if (!found.has(holds(next))) found.set(holds(next), next);
    }
  }
  return found;
}

const free = {
  'rule links': RECORDS_LINKED,
  'steward links': RECORDS_LINKED,
  'rule unlinks': '-',
  'steward unlinks': '-',
  'holds apart': RECORDS_HELD_APART,
  releases: '-',
  proposes: MATCH_PROPOSED,
  withdraws: '-',
  rejects: MATCH_REJECTED,
  reconsiders: '-',
  'finds a household': RELATION_FOUND,
  'loses the relation': '-',
};

/** What each command says where only this holds; a relation stands beside all of it and changes none of it. */
const table: Readonly<Record<string, Readonly<Record<Name, string>>>> = {
  nothing: free,
  'linked by rule': {
    ...free,
    'rule links': '-',
    'rule unlinks': LINK_RETRACTED,
    'steward unlinks': LINK_RETRACTED,
    proposes: '-',
  },
  'linked by steward': {
    ...free,
    'rule links': '-',
    'steward links': '-',
    'steward unlinks': LINK_RETRACTED,
    proposes: '-',
  },
  'linked by steward, rejected': {
    ...free,
    'rule links': '-',
    'steward links': '-',
    'steward unlinks': LINK_RETRACTED,
    proposes: '-',
    reconsiders: MATCH_RECONSIDERED,
  },
  apart: {
    ...free,
    'rule links': '-',
    'steward links': 'held-apart',
    'holds apart': '-',
    releases: APART_RELEASED,
    proposes: '-',
  },
  'apart, rejected': {
    ...free,
    'rule links': '-',
    'steward links': 'held-apart',
    'holds apart': '-',
    releases: APART_RELEASED,
    proposes: '-',
    rejects: '-',
    reconsiders: MATCH_RECONSIDERED,
  },
  proposed: { ...free, proposes: '-', withdraws: MATCH_WITHDRAWN },
  rejected: { ...free, 'rule links': '-', proposes: '-', rejects: '-', reconsiders: MATCH_RECONSIDERED },
};

test('every command in every state that can be says what the table says', () => {
  const states = everyState();
  const related = { 'finds a household': '-', 'loses the relation': RELATION_LOST };
  const expected = Object.entries(table).flatMap(([state, row]) => [
    [state, row],
    [state === 'nothing' ? 'household' : `${state}, household`, { ...row, ...related }],
  ]);
  const found = [...states].map(([state, pair]) => [
    state,
    Object.fromEntries(names.map((name) => [name, says(name, pair)])),
  ]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

test('what was decided holds afterwards, and saying it again says nothing', () => {
  for (const [, pair] of everyState()) {
    for (const name of names) {
      if (says(name, pair) === 'held-apart') continue;
      const next = decidePair(commands[name], pair).reduce(
        (held, { type, data }) => evolvePair(held, event(type, data)),
        pair,
      );
      expect([name, holds(next), says(name, next)]).toEqual([name, holds(next), '-']);
    }
  }
});

test('whoever follows only what moves records misses no link and nobody held apart', () => {
  const moved = new Set<string>();
  for (const [, pair] of everyState()) {
    for (const name of names) {
      if (says(name, pair) === 'held-apart') continue;
      for (const { type, data } of decidePair(commands[name], pair))
        if (movesAnybody(pair, evolvePair(pair, event(type, data)))) moved.add(type);
    }
  }
  expect([...moved].sort()).toEqual([...movingTypes].sort());
});

test('a rule never overrules a person: neither their link, nor their holding apart, nor their rejection', () => {
  const byRule = ['rule links', 'rule unlinks', 'proposes', 'withdraws'] as const;
  for (const decided of [['steward links'], ['holds apart'], ['rejects'], ['rejects', 'steward links']] as const) {
    const pair = after(...decided);
    for (const name of byRule) expect([decided, name, says(name, pair)]).toEqual([decided, name, '-']);
  }
});

test('a person overrules a rule, and the link is theirs from then on', () => {
  expect(holds(after('rule links', 'steward links'))).toBe('linked by steward');
  expect(holds(after('rule links', 'steward links', 'rule links'))).toBe('linked by steward');
  expect(holds(after('rule links', 'rejects'))).toBe('rejected');
  expect(holds(after('steward links', 'holds apart'))).toBe('apart');
});

test('records held apart refuse the link of a steward, and say why they were', () => {
  const pair = after('holds apart');
  expect(() => decidePair(commands['steward links'], pair)).toThrow(Refusal);
  expect(() => decidePair(commands['steward links'], pair)).toThrow(/because.*release/);
  expect(holds(after('holds apart', 'releases', 'steward links'))).toBe('linked by steward');
});

test('a rejection outlives a link that was made over it and taken back, and rejecting again takes the link back', () => {
  expect(holds(after('rejects', 'steward links', 'steward unlinks'))).toBe('rejected');
  expect(holds(after('rejects', 'steward links', 'rejects'))).toBe('rejected');
  expect(holds(after('rejects', 'rule links'))).toBe('rejected');
});

test('a link that ended because a value fell silent names the value by its hash', () => {
  const silent = [{ kind: 'email', hash: 'a'.repeat(32) }];
  const [ended] = decidePair({ ...commands['rule unlinks'], silent }, after('rule links'));
  expect(ended).toEqual({ type: LINK_RETRACTED, data: { reason, silent } });
});

test('a proposal is made again where the model or its certainty is another one, and not otherwise', () => {
  const pair = after('proposes');
  expect(decidePair({ ...commands.proposes, model: 'm2' }, pair)).toHaveLength(1);
  expect(decidePair({ ...commands.proposes, precision: 0.9 }, pair)).toHaveLength(1);
  expect(decidePair({ ...commands.proposes, weight: 9 }, pair)).toHaveLength(0);
});

test('a pair of which everything was taken back is as one about which nothing was ever said', () => {
  for (const [, pair] of everyState()) {
    const undo: readonly Name[] = ['steward unlinks', 'releases', 'withdraws', 'reconsiders', 'loses the relation'];
    const bare = undo.reduce<Pair>(
      (held, name) =>
        decidePair(commands[name], held).reduce((one, { type, data }) => evolvePair(one, event(type, data)), held),
      pair,
    );
    expect(bare).toEqual({});
    expect(isEmptyPair(bare)).toBe(true);
  }
});

test('what a decision says of who made it, when and why is kept', () => {
  const { linked } = after('steward links');
  expect(linked).toMatchObject({ by: 'steward', reason, actor: 'steward:1' });
  expect(after('rule links').linked).toMatchObject({ by: 'rule', ...grounds });
  expect(after('proposes').proposed).toMatchObject({ precision: 0.8, ...grounds });
});

test('a decision that nobody knows throws, and every one that is listed is known', () => {
  expect(() => evolvePair({}, event('kith.records-married.v1', {}))).toThrow('kith.records-married.v1');
  for (const type of pairTypes) expect(() => evolvePair({}, event(type, {}))).not.toThrow();
});

test('two records are one pair whichever is named first, and a record is no pair with itself', () => {
  const [x, y] = [recordId('b'.repeat(32)), recordId('a'.repeat(32))];
  expect(two(x, y)).toEqual(two(y, x));
  expect(pairOf(pairStream(two(x, y)))).toEqual({ a: y, b: x });
  expect(pairOf(`record-${x}`)).toBeUndefined();
  expect(() => two(x, x)).toThrow(Refusal);
});
