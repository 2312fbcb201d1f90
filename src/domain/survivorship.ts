/**
 * The policy of the golden record: for each field, which criteria choose among the values that are known, and in which
 * order. It is data that people write, publish and roll back. Ranking by it is done where customers are computed.
 */
import { hash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { canonical } from '../../eventstore/canonical';
import { type Check, compile } from './facts/checking';
import { dataError, isSaid } from './facts/sentences';
import { type JsonValue, oneOf, only, optional, text } from './kernel';
import { type FieldError, Refusal } from './refusals';
import { familyOf, fieldFamilies } from './slots';

/** criterion → which of two values stands first by it. */
export const criteria = {
  verified: 'A value that a source vouches for stands before one that nobody vouches for.',
  'source-trust': 'The value whose last statement comes from the more trusted source, in the order of `trust`.',
  recency: 'The value that was true last (occurredAt); of the same moment, the one learned last.',
  frequency: 'The value that was stated more often.',
  completeness: 'The value that says more: the longer one in canonical JSON.',
} as const;

export type Criterion = keyof typeof criteria;

const CRITERIA: readonly Criterion[] = ['verified', 'source-trust', 'recency', 'frequency', 'completeness'];

const order = Type.Array(oneOf(CRITERIA, 'A criterion'), {
  minItems: 1,
  uniqueItems: true,
  description: 'Criteria, the strongest first; those left out decide nothing, ties go by record id',
});
const trust = Type.Array(text(256, 'A source, as it stands in the facts'), {
  maxItems: 1_000,
  uniqueItems: true,
  description: 'Sources from most to least trusted; those not named come after them, all alike',
});

const Shape = only({
  version: Type.Literal(1, { description: 'Of the shape: 1' }),
  order,
  trust,
  fields: optional(
    Type.Record(Type.String(), only({ order: optional(order), trust: optional(trust) }), {
      description: 'Fields, or families of fields, with an order or a trust of their own',
    }),
  ),
});

export interface Policy {
  /** Of the shape. */
  readonly version: 1;
  /** The strongest first. */
  readonly order: readonly Criterion[];
  /** Sources from most to least trusted; those not named come after them, all alike. */
  readonly trust: readonly string[];
  /** By field (`address/home`) or family of fields (`address`); what is absent there is as in the family, then as above. */
  readonly fields?: Readonly<
    Record<string, { readonly order?: readonly Criterion[]; readonly trust?: readonly string[] }>
  >;
}

export const defaultPolicy: Policy = { version: 1, order: [...CRITERIA], trust: [] };

/** SHA-256 of the canonical JSON, in hex. */
export const policyHash = (policy: Policy): string => hash('sha256', canonical(policy), 'hex');

let check: Check | undefined;

/** Everything that is wrong with what shall be a policy, with JSON pointers into it; empty when nothing is. */
function faultsOf(value: unknown): readonly FieldError[] {
  check ??= compile(Shape);
  const faults: FieldError[] = check(value, 0).filter(isSaid).map(dataError);
  if (faults.length > 0 || !isShaped(value)) return faults;
  return Object.keys(value.fields ?? {}).flatMap((field) => {
    const said = faultOfField(field);
    return said ? [{ pointer: `/fields/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: said }] : [];
  });
}

function faultOfField(field: string): string | undefined {
  if (familyOf(field) === 'consent') return 'the last word about a consent always holds; leave consent out';
  if (fieldFamilies.includes(familyOf(field))) return undefined;
  const known = fieldFamilies.filter((family) => family !== 'consent').join(', ');
  return `${JSON.stringify(field.slice(0, 64))} is no field; there are ${known}, and below them slots such as address/home`;
}

/** What the schema lets through. */
const isShaped = (value: unknown): value is Policy => typeof value === 'object' && value !== null && 'order' in value;

/** What was stored as a policy; whoever changes what a policy is counts its version up. */
export const isPolicy = (value: unknown): value is JsonValue & Policy => faultsOf(value).length === 0;

/** What a person wrote, as a policy. Throws `policy-malformed`, each fault with its place; `above` is where the policy itself stands. */
export function parsePolicy(value: unknown, above = ''): Policy {
  const faults = faultsOf(value).map(({ pointer, detail }) => ({ pointer: above + pointer, detail }));
  const [first] = faults;
  if (!first && isPolicy(value)) return value;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  throw new Refusal(
    'policy-malformed',
    `the policy does not hold together: ${first?.pointer || 'as a whole'}: ${first?.detail}${more}`,
    faults,
  );
}
