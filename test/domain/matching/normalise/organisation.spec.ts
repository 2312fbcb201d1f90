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
  ['Stern Intl Mfg Co', 'Stern International Manufacturing'],
  ['Müller Bau', 'Mueller Bau AG'],
  ['Stern Technologies', 'Stern Technology Inc.'],
  ['Stern Ltd - Accounts Payable', 'Stern'],
  ['Stern Fund II LP', 'Stern Fund 2'],
  ['Stern #12', 'Stern'],
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
  ['Stern GmbH & Co. KG', 'kg'],
  ['Stern Incorporated', 'inc'],
  ['Stern Corporation', 'inc'],
  ['Stern AB (publ)', 'ab'],
  ['Stern S.A. de C.V.', 'sa'],
  ['UAB Stern', 'uab'],
  ['Stern, The (Limited)', 'ltd'],
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

it('what is a legal form behind a name is a word before it', () => {
  expect(joined('AB Electric Inc')).toBe('abelectric');
  expect(joined('Electric AB')).toBe('electric');
});

it('numbers are told apart from words, and the number of a store from both', () => {
  expect(organisationName('Stern Fund III')[0]).toMatchObject({ numbers: '3', store: '' });
  expect(organisationName('Stern Store #12')[0]).toMatchObject({ numbers: '', store: '12' });
  expect(organisationName('3M')[0]).toMatchObject({ numbers: '3m' });
});

it('two names in one text are two names', () => {
  const names = (text: string) => organisationName(text).map((one) => one.joined);
  expect(names('Huber Works LLC d/b/a Stern')).toEqual(['huberworks', 'stern']);
  expect(names('Stern AG (formerly Huber Works AG)')).toEqual(['stern', 'huberworks']);
});

it('a legal form at the end tells a firm from a person', () => {
  expect(looksLikeOrganisation('Ada Stern GmbH')).toBe(true);
  expect(looksLikeOrganisation('Stern Consulting')).toBe(true);
  for (const name of ['Ada Stern', 'Erling As', 'Charlotte Church']) expect(looksLikeOrganisation(name)).toBe(false);
});

it.each(['Dev Patel', 'Eng Wei Ling', 'Ins Comm', 'Tech Found', 'Inst Dist'])(
  'a short word that is a name too makes no organisation of %s',
  (name) => expect(looksLikeOrganisation(name)).toBe(false),
);

it.each(['Stern Services', 'Stern Mfg', 'Stern Technologies', 'Huber Solutions', 'Ristorante Stern'])(
  'other spellings that no person has tell: %s',
  (name) => expect(looksLikeOrganisation(name)).toBe(true),
);

it('blanks and line breaks, however many, are one blank', () => {
  const spaced = (text: string, blanks: string) => organisationName(text.replaceAll(' ', blanks));
  for (const text of [
    'Huber Works LLC doing business as Stern',
    'Stern Ltd - accounts payable Linz',
    'Stern (attn Ada Huber) Linz',
    'Stern - store no. 12',
  ]) {
    expect(spaced(text, '   ')).toEqual(organisationName(text));
    expect(spaced(text, '\n')).toEqual(organisationName(text));
    expect(spaced(text, '\u00a0'.repeat(3))).toEqual(organisationName(text));
  }
});
