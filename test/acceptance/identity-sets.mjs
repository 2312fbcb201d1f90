// Labelled sets of records: each as { name, described, truth(id) }, with one mapping of columns for each schema. The
// truth is never shown to training.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { parse } = createRequire(import.meta.url)('csv-parse/sync');

export const folder = process.env.KITH_DATA
  ? new URL(`file://${process.env.KITH_DATA}/identity/`)
  : new URL('../../../shared/data/identity/', import.meta.url);
export const isThere = existsSync(folder);

const rowsOf = (path) =>
  parse(readFileSync(new URL(path, folder), 'utf8'), {
    columns: (names) => names.map((name) => name.trim()),
    trim: true,
    bom: true,
  });

/** Only what is not empty, so that a column without a value is not said. */
const said = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== ''));
const list = (...values) => values.filter((value) => value !== undefined && value !== '');
const none = { births: [], identifiers: [], emails: [], phones: [], addresses: [] };

export const febrl = (number, { identifier = true } = {}) => {
  const rows = rowsOf(`febrl/dataset${number}.csv`);
  const described = rows.map((row, seq) => ({
    ...none,
    id: row.rec_id,
    recordedAt: seq,
    kind: 'person',
    names: [said({ given: row.given_name, family: row.surname })],
    births: list(row.date_of_birth),
    identifiers: identifier && row.soc_sec_id ? [{ scheme: 'ssn', value: row.soc_sec_id, exclusive: true }] : [],
    addresses: [
      said({
        number: row.street_number,
        street: row.address_1,
        lines: row.address_2,
        locality: row.suburb,
        postcode: row.postcode,
        region: row.state,
      }),
    ],
    country: 'AU',
  }));
  return {
    name: `febrl${number}${identifier ? '' : ' without soc_sec_id'}`,
    described,
    truth: (id) => id.split('-')[1],
  };
};

export const fake1000 = () => {
  const rows = rowsOf('fake_1000/fake_1000.csv');
  const truth = new Map(rows.map((row) => [row.unique_id, row.cluster]));
  const described = rows.map((row, seq) => ({
    ...none,
    id: row.unique_id,
    recordedAt: seq,
    kind: 'person',
    names: [said({ given: row.first_name, family: row.surname })],
    births: list(row.dob),
    emails: list(row.email),
    addresses: row.city ? [{ locality: row.city }] : [],
  }));
  return { name: 'fake_1000', described, truth: (id) => truth.get(id) };
};

export const syntheticCrm = () => {
  const rows = rowsOf('synthetic_crm/synthetic_crm_18k.csv');
  const truth = new Map(rows.map((row) => [row.seq, row.true_person]));
  const described = rows.map((row) => ({
    ...none,
    id: row.seq,
    recordedAt: Number(row.seq),
    kind: 'person',
    names: [said({ given: row.given, family: row.surname })],
    births: list(row.dob),
    emails: list(row.email),
    phones: list(row.phone),
    addresses:
      row.a1 || row.pc ? [said({ number: row.sn, street: row.a1, locality: row.suburb, postcode: row.pc })] : [],
    country: 'AU',
  }));
  return { name: 'synthetic_crm', described, truth: (id) => truth.get(id) };
};

const identifiersOf = (row) =>
  [
    ['passport', row.PASSPORT_NUMBER, row.PASSPORT_COUNTRY],
    ['drivers-license', row.DRIVERS_LICENSE_NUMBER, row.DRIVERS_LICENSE_STATE],
    ['ssn', row.SSN_NUMBER, ''],
    ['national-id', row.NATIONAL_ID_NUMBER, row.NATIONAL_ID_COUNTRY],
    ['tax-id', row.TAX_ID_NUMBER, row.TAX_ID_COUNTRY],
    ['lei', row.LEI_NUMBER, ''],
  ].flatMap(([scheme, value]) => (value ? [{ scheme, value, exclusive: true }] : []));

/** The three sources one after the other, as they would be loaded. */
export const senzing = () => {
  const keys = rowsOf('senzing_truthset/actual_truthset_key.csv');
  const truth = new Map(keys.map((row) => [`${row.DATA_SOURCE}:${row.RECORD_ID}`, row.CLUSTER_ID]));
  const rows = ['customers', 'reference', 'watchlist'].flatMap((source) => rowsOf(`senzing_truthset/${source}.csv`));
  const described = rows.map((row, seq) => {
    const organisation = row.RECORD_TYPE === 'ORGANIZATION';
    const names = organisation
      ? list(row.PRIMARY_NAME_ORG, row.SECONDARY_NAME_ORG, row.NATIVE_NAME_FULL).map((full) => ({ full }))
      : [
          said({
            full: row.PRIMARY_NAME_FULL,
            given: row.PRIMARY_NAME_FIRST,
            middle: row.PRIMARY_NAME_MIDDLE,
            family: row.PRIMARY_NAME_LAST,
          }),
          said({ full: row.NATIVE_NAME_FULL }),
        ].filter((name) => Object.keys(name).length > 0);
    const address = row.ADDR_LINE1
      ? said({
          lines: row.ADDR_LINE1,
          locality: row.ADDR_CITY,
          region: row.ADDR_STATE,
          postcode: row.ADDR_POSTAL_CODE,
          country: row.ADDR_COUNTRY,
        })
      : said({ lines: row.ADDR_FULL, country: row.ADDR_COUNTRY });
    return {
      id: `${row.DATA_SOURCE}:${row.RECORD_ID}`,
      recordedAt: seq,
      kind: organisation ? 'organisation' : 'person',
      names,
      births: list(row.DATE_OF_BIRTH),
      identifiers: identifiersOf(row),
      emails: list(row.EMAIL_ADDRESS),
      phones: list(row.PHONE_NUMBER),
      addresses: Object.keys(address).length > 0 ? [address] : [],
      employers: list(row.EMPLOYER),
      ...said({ gender: row.GENDER }),
    };
  });
  return { name: 'Senzing truth set', described, truth: (id) => truth.get(id) };
};

/** The pairs of names that people judged: { match, schema, query, candidate }, each name as parts of a described name. */
export function nameChecks() {
  const checks = [];
  let [check, side] = [undefined, ''];
  for (const line of readFileSync(new URL('names/entity_bench_checks.yml', folder), 'utf8').split('\n')) {
    const [, key, raw = ''] = /^\s*(?:- )?(\w+):\s*(.*)$/.exec(line) ?? [];
    const value = raw.replace(/^(['"])(.*)\1$/, '$2').replace(/\\"/g, '"');
    if (key === 'match') checks.push((check = { match: value === 'true', query: {}, candidate: {} }));
    else if (key === 'query' || key === 'candidate') side = key;
    else if (key === 'schema') check.schema = value;
    else if (key && check && side && value !== '') {
      const part = { name: 'full', firstName: 'given', middleName: 'middle', lastName: 'family', fatherName: 'middle' }[
        key
      ];
      if (part) check[side][part] = value;
    }
  }
  return checks;
}
