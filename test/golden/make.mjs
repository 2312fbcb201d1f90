// Makes the golden log of a format, once. It never overwrites: what was stored must stay readable as it was stored.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const dist = createRequire(new URL('../../dist/', import.meta.url));
const { catalogue } = dist('./src/domain/facts/catalogue.js');
const { openKith } = dist('./src/compose.js');
const { importFile } = dist('./src/import/run.js');
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

if (existsSync(here('v1'))) throw new Error('test/golden/v1 is there already and stays as it is; a new format is a new folder');

const subjects = ['ada', 'crm:bob', 'a:b%3Ac', 'a%3Ab:c', '王小明', '100%25', 'Ünïcödé \u0000 "quoted"', 'shop:ada@example.org'];
const day = 86_400_000;
const example = ({ type, example: data }, i) => ({
  specversion: '1.0',
  id: `g-${i}`,
  source: i % 3 === 0 ? 'crm' : 'shop/web',
  type,
  subject: subjects[i % subjects.length],
  time: new Date(Date.UTC(2025, 0, 1) + i * day).toISOString().replace('Z', '+00:00'),
  data,
});
const events = [
  ...catalogue.map(example),
  { ...example(catalogue[0], 90), time: '2025-03-30T02:30:00.123456+02:00', zone: 'Europe/Vienna', actor: 'agent:7', correlationid: 'story-1', causationid: 'g-1', learnedat: '2025-04-01T00:00:00Z' },
  { ...example(catalogue[1], 91), data: { ...catalogue[1].example, parties: [{ role: 'referrer', subject: 'crm:bob' }], anonymous: true, channel: 'shop' } },
];

let clock = Date.UTC(2026, 0, 1);
const folder = here('v1');
mkdirSync(folder);
const kith = await openKith({ data: `${folder}/folder`, tenant: 'golden', now: () => (clock += 1_000) });
const results = await kith.intake.accept(events);
const refused = results.filter(({ outcome }) => outcome !== 'accepted');
if (refused.length > 0) throw new Error(JSON.stringify(refused));
const fact = (i) => ({ source: events[i].source, id: events[i].id });
await kith.revising.revise({ kind: 'retracted', fact: fact(0), reason: 'golden' });
await kith.revising.revise({ kind: 'reinstated', fact: fact(0), reason: 'golden', actor: 'steward:1' });
await kith.revising.revise({ kind: 'corrected', fact: fact(2), data: events[2].data, reason: 'golden' });
await kith.revising.revise({ kind: 'retracted', fact: fact(4), reason: 'golden' });

const csv = `${folder}/import.csv`;
writeFileSync(csv, 'invoice,mail\n1,ada@example.org\n1,bob@example.org\n');
const rule = { name: 'mail', facts: [{ type: 'kith.contact-point-stated.v1', subject: '{mail}', data: { medium: 'email', value: '{mail}' } }] };
const mapping = { mapping: 1, zone: 'Europe/Vienna', every: { source: 'file', id: '{invoice}-{ordinal of invoice}' }, rules: [rule] };
await importFile(kith, { file: csv, mapping: JSON.stringify(mapping), inThread: true });
rmSync(csv);
await kith.reached((await kith.log.head()).position, 60_000);

const stored = (await kith.log.readAll(0n, { limit: 10_000 })).events;
const { size, root } = await kith.log.tree();
const documents = async (collection) => (await kith.views.scan(collection, undefined, 10_000)).documents.map(({ body }) => body);
writeFileSync(`${folder}/events.json`, `${JSON.stringify(events, null, 1)}\n`);
writeFileSync(`${folder}/stored.ndjson`, `${stored.map(({ bytes }) => Buffer.from(bytes).toString()).join('\n')}\n`);
writeFileSync(`${folder}/expected.json`, `${JSON.stringify({ keys: kith.keys, logId: kith.log.id, size: String(size), root: Buffer.from(root).toString('hex') }, null, 1)}\n`);
writeFileSync(`${folder}/customers.ndjson`, `${(await documents('customers')).join('\n')}\n`);
await kith.close();
for (const name of readdirSync(`${folder}/folder`)) if (!['log.db', 'keys.db'].includes(name)) rmSync(`${folder}/folder/${name}`);
console.log(`${size} events, root ${Buffer.from(root).toString('hex')}`);
