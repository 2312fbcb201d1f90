/** From header names and cells to what a record says. */
import { describe as described } from '../../src/match/describing';
import { guessOf, meaningOf } from '../../src/match/meanings';
import { choiceOf, planOf } from '../../src/match/plan';

const record = (header: readonly string[], cells: readonly string[], ...pairs: readonly string[]) =>
  described(planOf('a.csv', header, choiceOf({ pairs })), cells, 'r', 0);

describe('a header name is guessed', () => {
  it.each([
    ['rec_id', 'id'],
    ['CustomerNumber', 'id'],
    ['First Name', 'given'],
    ['PRIMARY_NAME_LAST', 'family'],
    ['Straße', 'street'],
    ['Hausnummer', 'number'],
    ['ZIP Code', 'postcode'],
    ['e-mail', 'email'],
    ['phone_2', 'phone'],
    ['DateOfBirth', 'birth'],
    ['soc_sec_id', 'identifier:ssn'],
    ['company_name', 'organisation'],
    ['Vendor Name', 'organisation'],
    ['trading_as', 'organisation'],
    ['DBA', 'organisation'],
    ['previous_name', 'organisation'],
    ['name_org_2', 'organisation'],
    ['Website', 'website'],
    ['registered_address', 'address'],
    ['company_number', 'identifier:company-number'],
    ['VAT number', 'identifier:vat'],
    ['D-U-N-S Number', 'evidence:site-number'],
  ])('%s means %s', (header, word) => {
    expect(guessOf(header)).toBe(word);
    expect(typeof meaningOf(word)).toBe('object');
  });

  it.each(['amount', 'status', 'PASSPORT_COUNTRY', 'cluster', 'date'])('%s means nothing', (header) => {
    expect(guessOf(header)).toBeUndefined();
  });
});

describe('a row says', () => {
  it('a person with everything in its place', () => {
    const header = [
      'given',
      'surname',
      'email',
      'email2',
      'street_number',
      'address_1',
      'address_2',
      'city',
      'country',
    ];
    expect(
      record(header, [' Ada ', 'Byron', 'a@b.org', 'ada@c.org', '12', 'Mill Lane', 'Top House', 'Linz', 'at']),
    ).toEqual({
      id: 'r',
      recordedAt: 0,
      kind: 'person',
      names: [{ given: 'Ada', family: 'Byron' }],
      births: [],
      identifiers: [],
      emails: ['a@b.org', 'ada@c.org'],
      phones: [],
      addresses: [{ number: '12', street: 'Mill Lane', lines: 'Top House', locality: 'Linz', country: 'at' }],
      country: 'AT',
    });
  });

  it('nothing of an empty cell, and no address that is only a country', () => {
    expect(record(['name', 'email', 'country'], ['Ada', ' ', 'AT'])).toMatchObject({ emails: [], addresses: [] });
  });

  it('an organisation, or a person who works for one', () => {
    const header = ['name', 'company'];
    expect(record(header, ['', 'Acme'])).toMatchObject({ kind: 'organisation', names: [{ full: 'Acme' }] });
    expect(record(header, ['Ada Byron', 'Acme'])).toMatchObject({
      kind: 'person',
      names: [{ full: 'Ada Byron' }],
      employers: ['Acme'],
    });
  });

  it('its kind, where a column says so', () => {
    const header = ['record_type', 'last_name'];
    expect(record(header, ['ORGANIZATION', 'Acme'])).toMatchObject({ kind: 'organisation', names: [{ full: 'Acme' }] });
    expect(record(header, ['PERSON', 'Byron'])).toMatchObject({ kind: 'person', names: [{ family: 'Byron' }] });
  });

  it('a second address, identifiers of both sorts and traits where somebody says so', () => {
    const pairs = ['street#2=b', 'identifier:vat=c', 'evidence:card=d', 'trait:job=e'];
    expect(
      record(['street', 'b', 'c', 'd', 'e'], ['Mill Lane 1', 'Quay 2', 'AT1', '99', 'painter'], ...pairs),
    ).toMatchObject({
      addresses: [{ street: 'Mill Lane 1' }, { street: 'Quay 2' }],
      identifiers: [
        { scheme: 'vat', value: 'AT1', exclusive: true },
        { scheme: 'card', value: '99', exclusive: false },
      ],
      traits: { job: 'painter' },
    });
  });
});
