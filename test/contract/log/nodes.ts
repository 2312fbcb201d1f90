/**
 * Cases of several nodes on one log: a fact that more than one of them is told counts once, whatever else is on its way. Each
 * names the wrong engine that it rejects; wrong-nodes.ts has those engines, and wrong-nodes.spec.ts shows that it does.
 */
import type { EventLog, Outcome } from '../../../eventstore/store';
import { event, everything, idsOf, singly } from './events';

/** What a case asks of a node. */
export type NodeLog = Pick<EventLog, 'append' | 'appendBatch' | 'readAll' | 'find' | 'doubles'>;

export interface NodeCase {
  readonly name: string;
  /** The rule by which an engine fails here, in words. */
  readonly rejects: WrongRule;
  readonly nodes: number;
  /** Throws where a rule of the log is broken. `round` tells the facts of one from those of another. */
  readonly run: (nodes: readonly NodeLog[], round: number) => Promise<void>;
}

export type WrongRule =
  | 'sends on a revision that is not known to be its own'
  | 'looks ids up once, before it is refused'
  | 'takes what stands there for what it sent'
  | 'knows only the ids of the stream';

const kinds = (outcomes: readonly Outcome[]): readonly string[] => outcomes.map(({ kind }) => kind);

function mustBe(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

/** How often the facts of this round are shown, by each node that reads. */
async function shownOnce(nodes: readonly NodeLog[], ids: readonly string[]): Promise<void> {
  for (const [n, node] of nodes.entries()) {
    const all = idsOf(await everything(node));
    for (const id of ids) {
      const count = all.filter((one) => one === id).length;
      mustBe(count === 1, `node ${n} shows ${id} ${count} times`);
    }
  }
}

export const NODE_CASES: readonly NodeCase[] = [
  {
    name: 'of two nodes that are told a fact at once one appends it and the other hears that it is known',
    rejects: 'takes what stands there for what it sent',
    nodes: 2,
    run: async ([one, other], round) => {
      if (!one || !other) return;
      const fact = event({ id: `alone-${round}` });
      const outcomes = await Promise.all([one, other].map((node) => node.append(`a-${round}`, 'any', [fact])));
      mustBe(kinds(outcomes).toSorted().join() === 'appended,duplicate', `they were told ${kinds(outcomes).join()}`);
      await shownOnce([one, other], [fact.clientId]);
    },
  },
  {
    name: 'a fact behind another one of its stream counts once, though another node is told it alone',
    rejects: 'sends on a revision that is not known to be its own',
    nodes: 2,
    run: async ([one, other], round) => {
      if (!one || !other) return;
      const [before, fact] = [event({ id: `before-${round}` }), event({ id: `behind-${round}` })];
      const stream = `b-${round % 7}`;
      const outcomes = await Promise.all([
        one.append(stream, 'any', [fact]),
        other.append(stream, 'any', [before]),
        other.append(stream, 'any', [fact]),
      ]);
      mustBe(outcomes[1]?.kind === 'appended', `what came before was told ${outcomes[1]?.kind}`);
      const told = kinds([outcomes[0], outcomes[2]] as Outcome[])
        .toSorted()
        .join();
      mustBe(told === 'appended,duplicate', `they were told ${told}`);
      await shownOnce([one, other], [before.clientId, fact.clientId]);
    },
  },
  {
    name: 'a fact in the middle of a batch counts once, though two other nodes are told it alone',
    rejects: 'looks ids up once, before it is refused',
    nodes: 3,
    run: async ([one, two, three], round) => {
      if (!one || !two || !three) return;
      const ids = ['x', 'y', 'z'].map((name) => `${name}-${round}`);
      const facts = ids.map((id) => event({ id }));
      const stream = `c-${round % 5}`;
      const [batch, ...alone] = await Promise.all([
        one.appendBatch(singly(stream, facts)),
        two.append(stream, 'any', [facts[1] as (typeof facts)[0]]),
        three.append(stream, 'any', [facts[1] as (typeof facts)[0]]),
      ]);
      const told = [batch[1] as Outcome, ...alone];
      mustBe(kinds(told).filter((kind) => kind === 'appended').length === 1, `they were told ${kinds(told).join()}`);
      await shownOnce([one, two, three], ids);
    },
  },
  {
    name: 'a fact that two nodes are told of two records is shown once, by every node the same, and said to be doubled if it is',
    rejects: 'knows only the ids of the stream',
    nodes: 3,
    run: async (nodes, round) => {
      const [one, two] = nodes;
      if (!one || !two) return;
      const fact = event({ id: `both-${round}` });
      const before = await doubledIn(nodes);
      const outcomes = await Promise.all([
        one.append(`d-${round}`, 'any', [fact]),
        two.append(`e-${round}`, 'any', [fact]),
      ]);
      await shownOnce(nodes, [fact.clientId]);
      const counts = await Promise.all(nodes.map((node) => node.find(fact.source, fact.clientId)));
      mustBe(new Set(counts.map((known) => known?.stream)).size === 1, 'nodes count different ones');
      const appended = kinds(outcomes).filter((kind) => kind === 'appended').length;
      const after = await doubledIn(nodes);
      for (const [n, count] of after.entries())
        mustBe(count - (before[n] ?? 0) === appended - 1, `node ${n} says ${count} are doubled`);
      const third = await one.append(`f-${round}`, 'any', [fact]);
      mustBe(third.kind === 'duplicate', `later it was told ${third.kind}`);
    },
  },
];

const doubledIn = (nodes: readonly NodeLog[]): Promise<readonly number[]> =>
  Promise.all(nodes.map(async (node) => (await node.doubles()).count));

/** Runs the rounds of a case that one engine passes. */
export async function runRounds(nodes: readonly NodeLog[], one: NodeCase, rounds: number, from = 0): Promise<void> {
  for (let round = from; round < from + rounds; round++) await one.run(nodes.slice(0, one.nodes), round);
}
