/** Addresses as the demo makes them up, and as another clerk writes the same one. */
import type { Chance } from './chance';
import type { Country } from './places';

/** All parts apart, or as lines. */
export type Address = {
  readonly lines?: readonly string[];
  readonly street?: string;
  readonly number?: string;
  readonly unit?: string;
  readonly postcode?: string;
  readonly locality?: string;
  readonly region?: string;
  readonly country: string;
};

export const place = (
  country: string,
  street: string,
  number: string,
  postcode: string,
  locality: string,
): Address => ({
  street,
  number,
  postcode,
  locality,
  country,
});

/** Some address in the country, all parts apart. */
export function address({ code, towns, streets }: Country, chance: Chance): Address {
  const [locality, postcode, region] = chance.pick(towns);
  return {
    street: chance.pick(streets),
    number: `${chance.whole(1, 98)}${chance.happens(0.1) ? chance.pick(['a', 'b', '/3']) : ''}`,
    ...(chance.happens(0.25) && { unit: chance.pick(['Top 4', 'Flat 2', '3rd floor', 'Stiege 2']) }),
    postcode,
    locality,
    ...(region !== undefined && { region }),
    country: code,
  };
}

/** The same address as another clerk writes it: shorter, in lines, or without the flat and the region. */
export function rewritten(
  { street = '', number = '', postcode = '', locality = '', country, ...rest }: Address,
  chance: Chance,
): Address {
  const short = street.replace('straße', 'str.').replace('Street', 'St').replace('Road', 'Rd').replace('Avenue', 'Ave');
  if (chance.happens(0.4)) return { lines: [`${short} ${number}`, `${postcode} ${locality}`], country };
  return { street: short, number, postcode, locality, ...(chance.happens(0.5) && rest), country };
}
