/**
 * What goes over the buses of @nestjs/cqrs: one envelope for commands, one for questions, each with a name and what it
 * is about. A new one is a line in a table here. Facts do not go this way: intake is no decision, and it is hot.
 */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Chose } from '../app/choosing';
import type { Doubles } from '../../eventstore/store';
import type { Trouble } from '../app/health';
import type { Kith, Status } from '../app/kith';
import type { Parked, Size } from '../app/ports';
import type { Clocks, FoundCustomer, HistoryEntry, TimelinePage } from '../app/reading';
import { type PublishedModel, publishedModels, republishModel } from '../app/models';
import {
  currentPolicy,
  type NamedPolicy,
  policyNamed,
  type PublishedPolicy,
  publishedPolicies,
  publishPolicy,
} from '../app/policies';
import type { Retried } from '../app/retrying';
import type { Revise, Revised } from '../app/revising';
import type {
  Because,
  Decided,
  MatchCandidate,
  Merged,
  ToldDecision,
  ToldExplanation,
  Wanted,
} from '../app/stewarding';
import type { MatchingState } from '../app/resolving';
import { type PolicyTrial, tryPolicy } from '../app/trying-policy';
import type { JsonValue } from '../domain/kernel';
import { Refusal } from '../domain/refusals';
import { type Policy, policyHash } from '../domain/survivorship';

/** Token under which the opened Kith is injected. */
export const THE_KITH = Symbol('the opened Kith');

interface Commands {
  revise: { about: Revise; answer: Revised };
  merge: { about: { customers: readonly string[]; because: Because; dryRun: boolean }; answer: Merged };
  undoMerge: { about: { merge: string; because: Because }; answer: Decided };
  say: { about: { records: readonly [string, string]; wants: Wanted; because: Because }; answer: Decided };
  publishModel: { about: { hash: string; because: Because }; answer: { hash: string; position?: bigint } };
  choose: { about: { customer: string; field: string; value: JsonValue; because: Because }; answer: Chose };
  undoChoice: { about: { override: string; because: Because }; answer: { position?: bigint } };
  retryParked: { about: { patienceMs: number }; answer: Retried | 'asked' };
  publishPolicy: { about: { named: NamedPolicy; because: Because }; answer: { hash: string; position?: bigint } };
}

interface Questions {
  customer: { about: Clocks & { id: string }; answer: FoundCustomer };
  customersWith: { about: { identifier: string }; answer: readonly FoundCustomer[] };
  timeline: { about: Clocks & { id: string; cursor?: string; limit: number }; answer: TimelinePage };
  history: { about: Clocks & { id: string; field: string }; answer: readonly HistoryEntry[] };
  candidates: { about: { limit: number }; answer: readonly MatchCandidate[] };
  explanation: { about: { a: string; b: string }; answer: ToldExplanation };
  decisions: { about: { id: string }; answer: readonly ToldDecision[] };
  related: { about: { id: string }; answer: readonly { customer: string; relation: string }[] };
  matching: { about: undefined; answer: MatchingState };
  models: { about: undefined; answer: readonly PublishedModel[] };
  policies: { about: undefined; answer: Policies };
  policyTrial: { about: NamedPolicy; answer: PolicyTrial };
  known: { about: undefined; answer: Known };
  projections: { about: undefined; answer: ProjectionState };
}

export interface Policies {
  readonly holds: { readonly hash: string; readonly policy: Policy };
  /** The oldest first. */
  readonly policies: readonly PublishedPolicy[];
}

interface Known {
  readonly status: Status;
  readonly troubles: readonly Trouble[];
}

export interface ProjectionState extends Known {
  readonly doubles: Doubles;
  readonly size: Size;
  readonly roots: Readonly<Record<string, string>>;
  /** The first of them. */
  readonly parked: readonly Parked[];
}

type Answering<Table extends Record<keyof Table, { about: unknown; answer: unknown }>> = {
  readonly [Name in keyof Table]: (kith: Kith, about: Table[Name]['about']) => Promise<Table[Name]['answer']>;
};

const commands: Answering<Commands> = {
  revise: (kith, about) => kith.revising.revise(about),
  merge: ({ stewarding }, { customers, because, dryRun }) => stewarding.merge(customers, because, dryRun),
  undoMerge: ({ stewarding }, { merge, because }) => stewarding.undo(merge, because),
  say: ({ stewarding }, { records: [a, b], wants, because }) => stewarding.say(a, b, wants, because),
  publishModel: (kith, { hash, because: { reason, actor } }) => republishModel(kith, hash, reason, actor),
  choose: ({ choosing }, { customer, field, value, because }) => choosing.choose(customer, field, value, because),
  undoChoice: ({ choosing }, { override, because }) => choosing.undo(override, because),
  retryParked: (kith, { patienceMs }) => kith.retryParked(patienceMs),
  publishPolicy: async (kith, { named, because: { reason, actor } }) =>
    publishPolicy(kith, await policyNamed(kith, named), reason, actor),
};

const questions: Answering<Questions> = {
  customer: ({ reading }, { id, ...clocks }) => reading.customer(id, clocks),
  customersWith: async ({ reading }, { identifier }) => {
    const ids = await reading.find(identifier);
    return (await Promise.all(ids.map((id) => reading.customer(id).catch(goneMeanwhile)))).flat();
  },
  timeline: ({ reading }, { id, ...page }) => reading.timeline(id, page),
  history: async ({ reading }, { id, field, ...clocks }) => {
    const entries = await reading.history(id, field, clocks);
    if (entries.length === 0) await reading.customer(id, clocks);
    return entries;
  },
  candidates: ({ stewarding }, { limit }) => stewarding.candidates(limit),
  explanation: ({ stewarding }, { a, b }) => stewarding.explain(a, b),
  decisions: ({ stewarding }, { id }) => stewarding.decisions(id),
  related: ({ stewarding }, { id }) => stewarding.related(id),
  matching: (kith) => kith.matchingState(),
  models: ({ log, seal }) => publishedModels(log, seal),
  policies: async ({ log, seal }) => {
    const policy = await currentPolicy(log, seal);
    return { holds: { hash: policyHash(policy), policy }, policies: await publishedPolicies(log, seal) };
  },
  policyTrial: async (kith, named) => tryPolicy(kith, await policyNamed(kith, named)),
  known: async (kith) => ({ status: await kith.known(), troubles: kith.troubles() }),
  projections: async (kith) => ({
    status: await kith.status(),
    troubles: kith.troubles(),
    doubles: await kith.log.doubles(),
    size: await kith.views.size(),
    roots: await kith.views.roots(),
    parked: await kith.views.parked(100),
  }),
};

/** A customer may go while a list of them is read. */
function goneMeanwhile(problem: unknown): readonly FoundCustomer[] {
  if (problem instanceof Refusal && problem.code === 'customer-unknown') return [];
  throw problem;
}

export class Execute<Name extends keyof Commands> extends Command<Commands[Name]['answer']> {
  constructor(
    readonly name: Name,
    readonly about: Commands[Name]['about'],
  ) {
    super();
  }
}

export class Ask<Name extends keyof Questions> extends Query<Questions[Name]['answer']> {
  constructor(
    readonly name: Name,
    readonly about: Questions[Name]['about'],
  ) {
    super();
  }
}

@CommandHandler(Execute)
export class Executing implements ICommandHandler<Execute<keyof Commands>> {
  constructor(@Inject(THE_KITH) private readonly kith: Kith) {}

  execute<Name extends keyof Commands>({ name, about }: Execute<Name>): Promise<Commands[Name]['answer']> {
    return commands[name](this.kith, about);
  }
}

@QueryHandler(Ask)
export class Asking implements IQueryHandler<Ask<keyof Questions>> {
  constructor(@Inject(THE_KITH) private readonly kith: Kith) {}

  execute<Name extends keyof Questions>({ name, about }: Ask<Name>): Promise<Questions[Name]['answer']> {
    return questions[name](this.kith, about);
  }
}
