/** Where a party can be found or served, and how that changes. A new address never replaces an old one: it joins it. */
import { type Static, Type } from '@sinclair/typebox';
import { ends, fact, oneOf, only, optional, states, text } from '../kernel';
import { country, verified } from './words';

const Use = oneOf(['home', 'work', 'billing', 'delivery', 'registered', 'other'], 'What the address is used for');

const Address = only(
  {
    lines: optional(Type.Array(text(200, 'One line as written'), { minItems: 1, maxItems: 8 })),
    street: optional(text(200, 'Street without the number')),
    number: optional(text(40, 'House number with its suffix')),
    unit: optional(text(80, 'Flat, floor, building')),
    postcode: optional(text(20, 'As the country writes it')),
    locality: optional(text(120, 'Town or village')),
    region: optional(text(120, 'State, county, province')),
    country,
  },
  'A postal address, as far as it is known',
);
export type Address = Static<typeof Address>;

const slot = (use: Static<typeof Use>) => `address/${use}`;

export const AddressStated = fact({
  type: 'kith.address-stated.v1',
  kind: 'profile',
  says: 'The source says that the party has this address.',
  fields: { use: Use, address: Address, verified },
  example: {
    use: 'home',
    address: { street: 'Harbour Road', number: '7', postcode: '4020', locality: 'Linz', country: 'AT' },
  },
  tells: ({ use, address, verified }) => [states(slot(use), address, verified)],
});

export const AddressLeft = fact({
  type: 'kith.address-left.v1',
  kind: 'profile',
  says: 'The party can no longer be found at this address.',
  fields: { use: Use, address: Address },
  example: {
    use: 'home',
    address: { street: 'Harbour Road', number: '7', postcode: '4020', locality: 'Linz', country: 'AT' },
  },
  tells: ({ use, address }) => [ends(slot(use), address)],
});

export const Moved = fact({
  type: 'kith.moved.v1',
  kind: 'move',
  says: 'The party moved: the new address holds from now on, the old one, where it is given, no longer.',
  fields: { use: Use, to: Address, from: optional(Address) },
  example: {
    use: 'home',
    to: { street: 'Mill Lane', number: '12', postcode: '1010', locality: 'Wien', country: 'AT' },
    from: { street: 'Harbour Road', number: '7', postcode: '4020', locality: 'Linz', country: 'AT' },
  },
  tells: ({ use, to, from }) => [states(slot(use), to), ...(from ? [ends(slot(use), from)] : [])],
});
