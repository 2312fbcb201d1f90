// Labelled sets as facts, the way a source would tell them to a server: each as { name, records, truth(key) }, where a record
// is { key, source, facts: [[type, data], …] } and `truth` names its party. Nothing is mapped by hand beyond what a column says.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { folder } from './identity-sets.mjs';

const { parse } = createRequire(import.meta.url)('csv-parse/sync');

const rowsOf = (path) =>
  parse(readFileSync(new URL(path, folder), 'utf8'), {
    columns: (names) => names.map((name) => name.trim()),
    trim: true,
    bom: true,
  });

export const hasSet = (path) => existsSync(new URL(path, folder));

/** Only what is not empty, so that a column without a value is not said. */
const said = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== ''));
const some = (object) => Object.keys(object).length > 0;

const named = (name) => (some(said(name)) ? [['name-stated', { party: 'person', name: said(name) }]] : []);
const firm = (full) => (full ? [['name-stated', { party: 'organisation', name: { full } }]] : []);
/** A date that does not exist, or not in a life, is refused by the server, as a source that sends it would find. */
const isDate = (text) => {
  const [year, month, day] = text.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const isLife = date.getTime() < Date.now() && year >= 1850;
  return isLife && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};
const born = (bornOn) => (bornOn && isDate(bornOn) ? [['birth-date-stated', { bornOn }]] : []);
const email = (value) => (value ? [['contact-point-stated', { medium: 'email', value }]] : []);
const phone = (value) => (value ? [['contact-point-stated', { medium: 'phone', value }]] : []);
const lives = (address, country) =>
  some(said(address)) ? [['address-stated', { use: 'home', address: { ...said(address), country } }]] : [];
const works = (company) => (company ? [['position-held', { position: { company } }]] : []);
const device = (value) =>
  value ? [['identifier-stated', { kind: 'other:device', value, issuer: { system: 'web' } }]] : [];

const dateOf = (text) => {
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? '');
  if (compact) return `${compact[1]}-${compact[2]}-${compact[3]}`;
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text ?? '');
  return dotted ? `${dotted[3]}-${dotted[2].padStart(2, '0')}-${dotted[1].padStart(2, '0')}` : text;
};

export const strangers = () => ({
  name: 'strangers',
  records: rowsOf('strangers/strangers_3000.csv').map((row) => ({
    key: row.id,
    source: 'shop',
    facts: [
      ...named({ given: row.first_name, family: row.last_name }),
      ...email(row.email),
      ...lives({ postcode: row.postcode, locality: row.city }, row.country),
    ],
  })),
  truth: (key) => key,
});

export const syntheticCrm = () => {
  const rows = rowsOf('synthetic_crm/synthetic_crm_18k.csv');
  const truth = new Map(rows.map((row) => [row.seq, row.true_person]));
  return {
    name: 'synthetic_crm',
    records: rows.map((row) => ({
      key: row.seq,
      source: 'crm',
      facts: [
        ...named({ given: row.given, family: row.surname }),
        ...born(dateOf(row.dob)),
        ...email(row.email),
        ...phone(row.phone),
        ...lives({ number: row.sn, street: row.a1, locality: row.suburb, postcode: row.pc }, 'AU'),
      ],
    })),
    truth: (key) => truth.get(key),
  };
};

const mess = {
  shop: (row) => [
    ...named({ given: row.first_name, family: row.last_name }),
    ...born(dateOf(row.date_of_birth)),
    ...email(row.email),
    ...phone(row.phone),
    ...lives({ street: row.street, postcode: row.zip, locality: row.city }, 'AT'),
    ...device(row.device_id),
  ],
  crm: (row) => [
    ...named({ full: row.name }),
    ...works(row.company),
    ...born(dateOf(row.born)),
    ...email(row.e_mail),
    ...phone(row.tel),
    ...(row.address ? [['address-stated', { use: 'home', address: { lines: [row.address], country: 'AT' } }]] : []),
  ],
  callcentre: (row) => [
    ...named({ given: row.first_name, family: row.last_name }),
    ...born(dateOf(row.birthdate)),
    ...email(row.email),
    ...phone(row.phone),
    ...lives({ street: row.street, number: row.house_number, postcode: row.postcode, locality: row.town }, 'AT'),
  ],
  billing: (row) => [
    ...(row.first_name || row.last_name
      ? [
          ...named({ prefix: row.title || row.salutation, given: row.first_name, family: row.last_name }),
          ...works(row.company),
        ]
      : firm(row.company)),
    ...born(dateOf(row.date_of_birth)),
    ...email(row.email),
    ...phone(row.phone),
    ...lives({ street: row.street, postcode: row.zip, locality: row.city }, 'AT'),
  ],
};

/** Four exports of one town, in the order of their ids. */
export const crmMess = () => {
  const truth = new Map();
  const records = Object.entries(mess).flatMap(([source, factsOf]) =>
    rowsOf(`crm_mess/${source}.csv`).map((row) => {
      truth.set(row.id, row.who);
      return { key: row.id, source, facts: factsOf(row) };
    }),
  );
  return { name: 'crm_mess', records: records.sort((a, b) => a.key - b.key), truth: (key) => truth.get(key) };
};

/** Small labelled cases: { case, says, records: { key: facts }, expect }. */
export const cases = () =>
  JSON.parse(readFileSync(new URL('cases/cases.json', folder), 'utf8')).cases.map((one) => ({
    ...one,
    records: Object.fromEntries(
      Object.entries(one.records).map(([key, facts]) => [
        key,
        facts.map(([type, data]) => [type.replace(/^kith\.|\.v1$/g, ''), data]),
      ]),
    ),
  }));

/** The demo's own history: its events as they come, and the truth that its generator knows by the keys it makes. */
export const demo = () => {
  const require = createRequire(import.meta.url);
  const { demoFacts, usualStory } = require('../../dist/src/demo/story.js');
  const { keyIn } = require('../../dist/src/demo/records.js');
  const truth = new Map();
  for (let number = 0; number < usualStory.parties; number++)
    for (const source of ['shop', 'website', 'callcentre', 'billing'])
      truth.set(`${source}:${keyIn(source, number)}`, `P${number}`);
  // Of a company billing has a number of its own.
  for (let number = 0; number < usualStory.parties; number++) truth.set(`billing:F${20_000 + number}`, `P${number}`);
  return { name: 'demo', events: [...demoFacts(usualStory)], truth: (_key, id) => truth.get(id) };
};
