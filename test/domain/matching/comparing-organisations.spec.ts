/** Names of organisations agree by their words: rare ones, those of trades, and those that make another member of a group. */
import { compareOrganisations, ORGANISATION, sharedName } from '../../../src/domain/matching/comparing-organisations';
import { organisationName } from '../../../src/domain/matching/normalise/organisation';

const compared = (a: string, b: string): number => compareOrganisations(organisationName(a), organisationName(b));

it.each<[keyof typeof ORGANISATION, string, string]>([
  ['same', 'The Stern Company', 'Stern Ltd'],
  ['same', 'Stern & Huber Services', 'STERN AND HUBER SVCS'],
  ['same', 'Huber Works LLC dba Stern', 'Stern LLC'],
  ['form', 'Stern Logistik GmbH', 'Stern Logistik AG'],
  ['form', 'Stern Ltd', 'Stern Inc'],
  ['close', 'Hohenstern Plastics', 'Hohenstren Plastics'],
  ['same', 'BlueRidge Plastics', 'Blue Ridge Plastics'],
  ['close', 'GreenRidge Plastics', 'Green Ridge Platics'],
  ['close', 'Stern Chem', 'Stern Chemicals'],
  ['close', 'Univrsl Export Inc', 'Universal Exports'],
  ['part', 'Lind Bygg', 'Lund Bygg'],
  ['part', 'Stern', 'Stern Plumbing'],
  ['part', 'IBM', 'International Business Machines'],
  ['differs', 'Stern', 'Stern Holdings'],
  ['differs', 'Stern Logistics', 'Stern Plastics'],
  ['differs', 'Stern GmbH', 'Stern Bau AG'],
  ['differs', 'General Services', 'Services'],
  ['differs', 'Stern Fund II', 'Stern Fund III'],
  ['differs', 'Stern Fund', 'Stern Fund II'],
  ['differs', 'Stern #12', 'Stern #13'],
  ['differs', 'TOB Plastics', 'TOM Plastics'],
])('%s: %s, %s', (level, a, b) => {
  expect(compared(a, b)).toBe(ORGANISATION[level]);
  expect(compared(b, a)).toBe(ORGANISATION[level]);
});

it('the best of several names counts', () => {
  const a = ['Huber Works', 'Stern'].flatMap(organisationName);
  expect(compareOrganisations(a, organisationName('Stern'))).toBe(ORGANISATION.same);
  expect(compareOrganisations(a, [])).toBe(0);
});

describe('what two lists of names share', () => {
  const shared = (a: readonly string[], b: readonly string[]) =>
    sharedName(a.flatMap(organisationName), b.flatMap(organisationName));

  it('is counted by its words in any order, whichever record comes first', () => {
    expect(shared(['Linz Steel'], ['Steel Linz']).counted).toBe('linz steel');
    expect(shared(['Steel Linz'], ['Steel Linz']).counted).toBe('linz steel');
    const [a, b] = [
      ['Zeta Works', 'BlueRidge Plastics'],
      ['Blue Ridge Plastics', 'Works Zeta'],
    ];
    expect(shared(a, b)).toEqual(shared(b, a));
  });

  it('is no name of another store or of another legal form', () => {
    expect(shared(['Alpha Foods #12', 'Stern'], ['Alpha Foods #13', 'Stern']).counted).toBe('stern');
    expect(shared(['Alpha Foods AG', 'Stern'], ['Alpha Foods GmbH', 'Stern']).counted).toBe('stern');
  });
});
