/** A date of birth in the ways people write it, as far as it is known. */
import { BIRTH, compareBirths } from '../../../../src/domain/matching/comparing-values';
import { birth } from '../../../../src/domain/matching/normalise/birth';

const digits = (raw: string) => birth(raw)[0]?.digits;

it.each([
  '1975-03-14',
  '19750314',
  '1975-03-14T00:00:00Z',
  '14.3.1975',
  '14. 3. 1975',
  '14.03.75',
  '03/14/1975',
  '14/03/1975',
  '14 March 1975',
  'Mar 14, 1975',
])('%s is 14 March 1975', (raw) => expect(digits(raw)).toBe('19750314'));

it('may be known to the year or month only', () => {
  expect(birth('1975')[0]).toEqual({ year: 1975, month: 0, day: 0, digits: '19750000' });
  expect(birth('1975-03')[0]).toEqual({ year: 1975, month: 3, day: 0, digits: '19750300' });
});

it('two digits of a year are of this century up to 26', () => {
  expect(digits('31.12.26')).toBe('20261231');
  expect(digits('31.12.27')).toBe('19271231');
});

it('a day that the calendar does not have is a typing error, and kept', () =>
  expect(digits('1975-13-40')).toBe('19751340'));

it.each(['1900-01-01', '1970-01-01', '9999-12-31', '0000-00-00', 'unknown', '', '12', 'spring 1975'])(
  '%j says nothing',
  (raw) => expect(birth(raw)).toEqual([]),
);

it.each([
  ['1975-03-14', '1975-03-14', 'same'],
  ['1975-03-14', '1975', 'partial'],
  ['1975', '1975', 'partial'],
  ['1975-03-14', '1977', 'near'],
  ['1975', '1948', 'differs'],
  ['1975-03-14', '1975-04', 'differs'],
  ['1975-03-04', '1975-04-03', 'swapped'],
  ['1975-03-14', '1975-03-15', 'typo'],
  ['1975-03-14', '1975-03-28', 'two'],
  ['1975-03-14', '1948-11-02', 'differs'],
] as const)('%s and %s: %s', (a, b, level) => expect(compareBirths(birth(a), birth(b))).toBe(BIRTH[level]));
