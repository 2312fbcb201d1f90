/** Who a party is: what they are called, when they were born, what they are to us, and whatever else describes them. */
import { Type } from '@sinclair/typebox';
import { ends, fact, oneOf, optional, states, text } from '../kernel';
import { kebab, verified } from './words';

const Name = Type.Object(
  {
    full: optional(text(300, 'The whole name as written')),
    given: optional(text(120, 'Given name')),
    middle: optional(text(120, 'Further given names')),
    family: optional(text(120, 'Family name with its particles')),
    secondFamily: optional(text(120, 'Second family name, as in Spain and Portugal')),
    prefix: optional(text(60, 'What stands before: Dr, Mag., Mrs')),
    suffix: optional(text(60, 'What stands behind: Jr, III, MBA')),
    nickname: optional(text(120, 'How the party wants to be called')),
    legalForm: optional(text(60, 'Of an organisation: GmbH, Ltd, S.A.')),
  },
  {
    additionalProperties: false,
    anyOf: [{ required: ['full'] }, { required: ['given'] }, { required: ['family'] }],
    description: 'A name as far as it is known: at least full, given or family; an organisation has a full one',
  },
);

export const NameStated = fact({
  type: 'kith.name-stated.v1',
  kind: 'profile',
  says: 'The source says that the party has this name.',
  fields: { party: oneOf(['person', 'organisation'], 'What the party is; the two never merge'), name: Name, verified },
  example: { party: 'person', name: { given: 'Ada', family: 'Lovelace', prefix: 'Lady' } },
  tells: ({ party, name, verified }) => [states('name', name, verified), states('party', party)],
});

export const BirthDateStated = fact({
  type: 'kith.birth-date-stated.v1',
  kind: 'profile',
  says: 'The source says when the person was born, as exactly as it knows.',
  fields: {
    bornOn: Type.String({
      format: 'partial-date',
      within: ['1850', 'now'],
      description: 'YYYY-MM-DD, YYYY-MM or YYYY',
    }),
    verified,
  },
  example: { bornOn: '1985-12-10' },
  tells: ({ bornOn, verified }) => [states('birthDate', bornOn, verified)],
});

export const StandingStated = fact({
  type: 'kith.standing-stated.v1',
  kind: 'profile',
  says: 'The source says what the party is to us: somebody who may buy, who buys, or who no longer does.',
  fields: { standing: oneOf(['prospect', 'customer', 'former'], 'prospect: a lead; former: the relation was ended') },
  example: { standing: 'prospect' },
  tells: ({ standing }) => [states('standing', standing)],
});

const attribute = {
  name: kebab('What is described: household-size, interest-sailing, price-sensitivity, credit-class …'),
  value: Type.Unsafe<string | number | boolean>({
    type: ['string', 'number', 'boolean'],
    minLength: 1,
    maxLength: 2000,
    description: 'A text, a number, or true or false',
  }),
};

export const AttributeStated = fact({
  type: 'kith.attribute-stated.v1',
  kind: 'profile',
  says: 'The source describes the party: demographics, attitudes, needs, credit. One value a name holds at a time.',
  fields: { ...attribute, verified },
  example: { name: 'household-size', value: 3 },
  tells: ({ name, value, verified }) => [states(`attribute/${name}`, value, verified)],
});

export const AttributeEnded = fact({
  type: 'kith.attribute-ended.v1',
  kind: 'profile',
  says: 'This description of the party holds no longer, and no other one is known.',
  fields: attribute,
  example: { name: 'household-size', value: 3 },
  tells: ({ name, value }) => [ends(`attribute/${name}`, value)],
});
