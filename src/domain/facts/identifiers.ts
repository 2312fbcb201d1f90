/** By which numbers and names the systems of the world know a party. */
import { type Static, Type } from '@sinclair/typebox';
import { ends, fact, only, optional, states, text } from '../kernel';
import { country, verified } from './words';

const Issuer = only(
  {
    system: optional(text(200, 'The system or company that gave it')),
    country,
  },
  'Who gave the identifier: two issuers may give the same value to two parties',
);

const identifier = {
  kind: Type.String({
    pattern: '^(customer-number|tax-id|login|loyalty-card|other:[a-z][a-z0-9]*(-[a-z0-9]+)*)$',
    maxLength: 64,
    description: 'customer-number, tax-id, login, loyalty-card, or other: and a word of your own, as in other:passport',
  }),
  value: text(300, 'The identifier as written'),
  issuer: optional(Issuer),
};

interface Given {
  readonly kind: string;
  readonly value: string;
  readonly issuer?: Static<typeof Issuer>;
}

const slot = ({ kind }: Given) => `identifier/${kind}`;

/** The issuer is part of the value: number 1001 of the shop and 1001 of the bank are two identifiers. */
const held = ({ value, issuer }: Given) => ({ value, ...issuer });

export const IdentifierStated = fact({
  type: 'kith.identifier-stated.v1',
  kind: 'profile',
  says: 'The source says that the party is known by this identifier.',
  fields: { ...identifier, verified },
  example: { kind: 'customer-number', value: 'K-20417', issuer: { system: 'billing' }, verified: true },
  tells: (data) => [states(slot(data), held(data), data.verified)],
});

export const IdentifierEnded = fact({
  type: 'kith.identifier-ended.v1',
  kind: 'profile',
  says: 'The identifier, named as it was stated, no longer belongs to the party.',
  fields: identifier,
  example: { kind: 'loyalty-card', value: '9003 0001 2345' },
  tells: (data) => [ends(slot(data), held(data))],
});
