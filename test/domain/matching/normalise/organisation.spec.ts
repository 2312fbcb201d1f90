/** An organisation is its distinguishing words; legal forms and filling words are apart. */
import { looksLikeOrganisation, organisationName } from '../../../../src/domain/matching/normalise/organisation';

const joined = (name: string) => organisationName(name)[0]?.joined;
const form = (name: string) => organisationName(name)[0]?.form;

it.each([
  ['ABC Co., Limited', 'The A.B.C. Company Ltd.'],
  ['First National Bank', '1st Natl Bank'],
  ['Huber und Stern GmbH', 'Huber & Stern'],
  ['McDonald’s Corp', 'McDonald Corporation'],
  ['Газпром ПАО', 'Gazprom PAO'],
  ['Łódź Textile Sp. z o.o.', 'Lodz Textile'],
])('%s and %s are one name', (one, other) => {
  expect(joined(one)).toBeTruthy();
  expect(joined(one)).toBe(joined(other));
});

it.each([
  ['Stern GmbH', 'gmbh'],
  ['Stern Limited Liability Company', 'llc'],
  ['Stern L.L.C.', 'llc'],
  ['Sberbank OAO', 'jsc'],
  ['Stern Pty Ltd', 'ltd'],
  ['Stern Company', 'co'],
  ['Stern', ''],
])('the legal form of %s is %j', (name, said) => {
  expect(form(name)).toBe(said);
  expect(['stern', 'sberbank']).toContain(joined(name));
});

it('words are in alphabetical order, whatever their order in the name', () => {
  expect(organisationName('Linz Steel Works')[0]?.tokens).toEqual(['linz', 'steel', 'works']);
  expect(organisationName('Steel Works Linz')[0]?.tokens).toEqual(['linz', 'steel', 'works']);
});

it('a name of nothing but a legal form keeps it, and junk is no name', () => {
  expect(joined('GmbH')).toBe('gmbh');
  for (const junk of ['n/a', '', '---']) expect(organisationName(junk)).toEqual([]);
});

it('a legal form at the end tells a firm from a person', () => {
  expect(looksLikeOrganisation('Ada Stern GmbH')).toBe(true);
  expect(looksLikeOrganisation('Ada Stern')).toBe(false);
});
