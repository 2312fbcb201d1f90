/** Which survivorship policy holds, then and now, and how another one comes to hold. */
import type { LogReader, Position } from '../../eventstore/store';
import { SURVIVORSHIP_POLICY, SURVIVORSHIP_PUBLISHED, policyOf } from '../domain/policy';
import { Refusal } from '../domain/refusals';
import type { Seal } from '../domain/seal';
import { defaultPolicy, parsePolicy, type Policy, policyHash } from '../domain/survivorship';
import { defaultSurvivorship, type Survivorship, survivorship } from '../projections/survivorship';
import { heldAt, type Kind, publish, type Published, published, type Publisher, withHash } from './publishing';

const policies: Kind<Policy> = {
  name: 'policy',
  stream: SURVIVORSHIP_POLICY,
  type: SURVIVORSHIP_PUBLISHED,
  fallback: defaultPolicy,
  hash: policyHash,
  of: policyOf,
};

/** The policy that holds in the log up to and including a position, ready to rank by. A policy is knowledge: asOf does not touch it. */
export async function survivorshipAt(
  log: Pick<LogReader, 'read'>,
  seal: Seal,
  position: Position,
): Promise<Survivorship> {
  const policy = await heldAt(policies, log, seal, position);
  return policy === defaultPolicy ? defaultSurvivorship : survivorship(policy);
}

export interface PublishedPolicy extends Published {
  readonly policy: Policy;
}

/** All that were ever published, the oldest first. */
export async function publishedPolicies(log: Pick<LogReader, 'read'>, seal: Seal): Promise<readonly PublishedPolicy[]> {
  return (await published(policies, log, seal)).map(({ rules, ...told }) => ({ ...told, policy: rules }));
}

/** The one that holds in the whole log. */
export async function currentPolicy(log: Pick<LogReader, 'read'>, seal: Seal): Promise<Policy> {
  return (await published(policies, log, seal)).at(-1)?.rules ?? defaultPolicy;
}

/** One of those that held before, or the default. Throws `policy-unknown`. */
export const policyWithHash = (log: Pick<LogReader, 'read'>, seal: Seal, hash: string): Promise<Policy> =>
  withHash(policies, log, seal, hash);

/** As a client names it: written out, or by the hash of one that held. */
export interface NamedPolicy {
  readonly policy?: unknown;
  readonly hash?: string;
}

/** Throws `policy-unknown`, `policy-malformed`, and `bad-parameter` where not just one of the two is there. */
export async function policyNamed(
  { log, seal }: { log: Pick<LogReader, 'read'>; seal: Seal },
  { policy, hash }: NamedPolicy,
): Promise<Policy> {
  if ((policy === undefined) === (hash === undefined))
    throw new Refusal('bad-parameter', 'send either policy, written out, or the hash of one that held before');
  return hash === undefined ? parsePolicy(policy, '/policy') : policyWithHash(log, seal, hash);
}

/** Makes a policy hold from now on. Answers its hash, and where the log stands with it; nothing is written where it holds already. */
export const publishPolicy = (
  kith: Publisher,
  policy: Policy,
  reason: string,
  actor?: string,
): ReturnType<typeof publish> => publish(policies, kith, policy, reason, actor);
