/** An address is one object, in whatever columns it stood. */
import type { DescribedAddress } from '../../../../src/domain/matching/described';
import { place } from '../../../../src/domain/matching/normalise/address';

const door = (address: DescribedAddress) => place(address)[0]?.door;

it.each<[string, ...DescribedAddress[]]>([
  [
    '12|hafen',
    { lines: 'Hafenstraße 12, 4020 Linz' },
    { street: 'Hafenstr. 12', locality: 'Linz' },
    { street: 'HAFENSTRASSE', number: '12' },
    { street: 'Hafen Strasse', number: '12' },
  ],
  ['123|main', { lines: '123 E Main Street, Springfield IL 62701' }, { street: 'Main St', number: '123' }],
  ['1450|city', { lines: 'Suite 900, 1450 N City Rd, Las Vegas NV 89132' }, { lines: '1450 City Road, Suite 900' }],
  ['854|7th', { street: '854 Seventh Ave.' }, { street: '854 7th Ave between 54th and 55th Sts' }],
  ['12|hafen', { lines: 'Hafenstraße 12, Suite 900, Linz' }, { lines: 'Hafenstr. 12, #900, Linz' }],
  ['4|hillview', { lines: '#01-11, HillV2, 4 Hillview Road, 667979' }, { street: '4 Hillview Rd' }],
  ['77|pobox', { lines: 'P.O. Box 77, Springfield' }, { lines: 'Postfach 77, 4020 Linz' }],
])('%s', (expected, ...written) => {
  for (const one of written) expect(door(one)).toBe(expected);
});

it('the area is found in free text', () => {
  expect(place({ lines: 'Hafenstraße 12, 4020 Linz' })[0]).toMatchObject({ postal: '4020', locality: 'linz' });
  expect(place({ lines: 'Suite 900, 1450 N City Rd, Las Vegas NV 89132-1234' })[0]).toMatchObject({
    unit: '900',
    postal: '89132',
    locality: 'las vegas',
  });
  expect(place({ lines: '10 Downing Street, London SW1A 2AA' })[0]).toMatchObject({
    postal: 'sw1a2aa',
    locality: 'london',
  });
});

it('a unit behind the street is no town', () => {
  for (const lines of ['1450 City Rd, Suite 900, Las Vegas NV 89132', '1450 City Rd, #900, Las Vegas NV 89132']) {
    expect(place({ lines })[0]).toMatchObject({ unit: '900', locality: 'las vegas', postal: '89132' });
  }
});

it('postal codes have one spelling', () => {
  expect(place({ postcode: 'SW1A 2AA' })[0]?.postal).toBe('sw1a2aa');
  expect(place({ postcode: '89132-1234' })[0]?.postal).toBe('89132');
});

it('a street without a number is no door', () => expect(door({ street: 'Hafenstraße', locality: 'Linz' })).toBe(''));

it.each<DescribedAddress>([{ lines: 'n/a' }, {}, { number: '12' }, { locality: 'unknown', postcode: '0000' }])(
  '%j is nowhere',
  (address) => expect(place(address)).toEqual([]),
);
