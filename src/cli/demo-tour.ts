/** Shows a stranger what the demo's log and views can answer, by asking them. It invents nothing: every line is an answer. */
import { performance } from 'node:perf_hooks';
import type { Kith } from '../app/kith';
import type { Clocks, Reading } from '../app/reading';
import { KATHARINA, WANG } from '../demo/cast';
import type { CustomerView } from '../projections/customer';
import type { Shown } from '../projections/survivorship';
import { card } from './card';
import type { Imported } from './demo-import';
import { happened, said } from './wording';
import { columns, fit, heading, indent, wrap } from './demo-page';
import { group, print } from './running';

export function tellImport(
  { accepted, kinds, duplicates, refused, revised }: Imported,
  sources: readonly string[],
): void {
  heading('What came in');
  print(`  ${group(accepted)} facts from ${sources.length} sources (${sources.join(', ')}), by kind:`);
  print();
  const rows = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${kind.padEnd(19)} ${group(n).padStart(7)}`);
  columns(rows, 3);
  print();
  print(`  ${group(duplicates)} were delivered twice: each counts once, whenever it is sent again.`);
  print(`  ${group(revised)} were taken back or put right later, by facts about facts.`);
  print(`  ${group(refused.length)} were refused, each with its reason:`);
  print();
  for (const { code, detail } of refused) print(fit(`    ${code.padEnd(18)} ${shortly(detail)}`));
}

export interface File {
  readonly name: string;
  readonly bytes: number;
  /** Bytes of the write-ahead log beside it, which goes away when it is closed. */
  readonly waiting: number;
  readonly holds: string;
}

export async function tellSize(kith: Kith, files: readonly File[]): Promise<void> {
  heading('What it takes');
  const [{ position }, size] = [await kith.log.head(), await kith.views.size()];
  print(
    `  ${group(position)} events · ${group(size.customers)} customers · ${group(size.entries)} timeline entries · ${group(size.keys)} look-up keys`,
  );
  for (const { name, bytes, waiting, holds } of files)
    print(
      `  ${name.padEnd(6)} ${megabytes(bytes).padStart(8)}   ${holds} (${megabytes(waiting)} more in its write-ahead log)`,
    );
}

/** Katharina today, a year ago, and as we knew her while the news was still on its way. Answers her id. */
export async function tellKatharina({ reading }: Kith): Promise<string> {
  heading('One customer, from facts of four sources');
  const [id = ''] = await reading.find(`email:${KATHARINA.email}`);
  for (const text of card(await viewOf(reading, id), { why: false }))
    for (const part of wrap(indent(text), 29)) print(part);
  print();
  print('  Where her address comes from, and what became of the one before:');
  for (const shown of addressesOf(await viewOf(reading, id))) print(fit(`    ${provenance(shown)}`));
  print();
  print('  The last of what happened with her:');
  const { entries } = await reading.timeline(id, { limit: 8 });
  for (const entry of entries) print(fit(`    ${happened(entry)}`));

  heading('The same customer on two clocks: what was true, and what we knew');
  await tellMoment(reading, id, 'today', {});
  await tellMoment(reading, id, 'true on 1 January 2025', { asOf: Date.parse(KATHARINA.yearBefore) });
  const between = Date.parse(KATHARINA.betweenMoveAndCall);
  await tellMoment(reading, id, 'true on 16 June 2025', { asOf: between });
  await tellMoment(reading, id, 'known on 16 June 2025', { asOf: between, knownAt: between });
  print('  She moved on the 14th and called on the 17th: what we believed in between can still be shown.');
  return id;
}

async function tellMoment(reading: Reading, id: string, when: string, clocks: Clocks): Promise<void> {
  const view = await viewOf(reading, id, clocks);
  const emails = (view.lists['contact/email'] ?? []).filter(({ present }) => present).map(({ value }) => said(value));
  const [home] = addressesOf(view);
  print(fit(`  ${when.padEnd(23)} ${said(home?.value)} · ${emails.join(', ')}`));
}

export async function tellFinding({ reading }: Kith): Promise<void> {
  heading('Found by what they no longer have, and by what they share');
  const former = await reading.find(`email:${KATHARINA.formerEmail}`);
  const names = await Promise.all(former.map(async (id) => said((await viewOf(reading, id)).fields['name']?.value)));
  print(`  email:${KATHARINA.formerEmail}, closed in April 2025, finds ${names.join(', ')}.`);
  print(`  phone:${WANG.phone} and email:${WANG.email} find:`);
  const found = new Set([
    ...(await reading.find(`phone:${WANG.phone}`)),
    ...(await reading.find(`email:${WANG.email}`)),
  ]);
  for (const id of found) print(`    ${await inOneLine(reading, id)}`);
}

/** `王小明: K-1002 in shop, u77 in website`. */
async function inOneLine(reading: Reading, id: string): Promise<string> {
  const { fields, records } = await viewOf(reading, id);
  const where = records.map(({ subject }) => `${subject?.key} in ${subject?.source}`).join(', ');
  return `${said(fields['name']?.value)}: ${where}`;
}

/** How many records are how many customers, why two of them are one, and what waits for a person. */
export async function tellMatching({ reading, stewarding, views }: Kith): Promise<void> {
  heading('Who is one customer');
  const { records, customers } = await views.size();
  const waiting = await stewarding.candidates(10_000);
  print(
    `  ${group(records)} records are ${group(customers)} customers; ${group(waiting.length)} pairs wait for a person to look.`,
  );
  for (const { a, b, precision } of waiting.slice(0, 3)) {
    const [left, right] = [await inOneLine(reading, a), await inOneLine(reading, b)];
    print(fit(`    ${Math.round(100 * precision)} %  ${left} ≟ ${right}`));
  }
  const [id = ''] = await reading.find(`email:${WANG.email}`);
  const [first, second] = (await viewOf(reading, id)).records;
  if (!first || !second) return;
  print(`  ${await inOneLine(reading, id)}. Why:`);
  for (const line of (await stewarding.explain(first.record, second.record)).words) print(fit(`    ${line}`));
}

export async function tellVerify(kith: Kith): Promise<void> {
  heading('Is the log what was written?');
  const verdict = await kith.log.verify({ deep: true });
  if (verdict.ok)
    print(
      `  Every hash recomputed from ${group(verdict.size)} stored events; root ${Buffer.from(verdict.root).toString('hex').slice(0, 32)}…`,
    );
  else print(`  It is broken at position ${verdict.broken.position}: ${verdict.broken.what}`);
}

export async function tellSpeed(
  { reading }: Kith,
  { accepted, seconds }: Imported,
  viewSeconds: number,
  id: string,
): Promise<void> {
  heading('How fast, in this very run');
  const read = await median(200, () => reading.customer(id));
  const past = await median(50, () => reading.customer(id, { asOf: Date.parse(KATHARINA.yearBefore) }));
  print(
    `  ${group(Math.round(accepted / seconds))} facts a second checked, hashed and durable on disk, in batches of a day`,
  );
  print(`  ${viewSeconds.toFixed(2)} s later every view was level with the log`);
  print(`  ${read.toFixed(2)} ms to read a customer, ${past.toFixed(2)} ms to fold one as of a year ago (medians)`);
}

async function median(times: number, act: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await act();
    taken.push(performance.now() - started);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

async function viewOf(reading: Reading, id: string, clocks: Clocks = {}): Promise<CustomerView> {
  const view: unknown = JSON.parse((await reading.customer(id, clocks)).body);
  if (!isView(view)) throw new Error(`the view of ${id} is none of a customer`);
  return view;
}

const isView = (value: unknown): value is CustomerView =>
  typeof value === 'object' && value !== null && 'customer' in value;

const addressesOf = ({ lists }: CustomerView): readonly (Shown & { present: boolean })[] => lists['address/home'] ?? [];

function provenance({ value, from, since, ended, present }: Shown & { present: boolean }): string {
  const span = present
    ? `now, since ${day(since.occurredAt)}`
    : `former, ${day(since.occurredAt)} to ${day(ended?.occurredAt)}`;
  return `${said(value)} — ${span}; told by ${from.source}${from.actor ? ` (${from.actor})` : ''}, known ${day(from.recordedAt)}`;
}

/** `data of kith.purchase-made.v1: /quantity quantity must …` → `purchase-made: quantity must …`. */
const shortly = (detail: string): string => detail.replace(/^data of kith\.([a-z-]+)\.v\d+: \/\S* /u, '$1: ');

const day = (at: string | undefined): string => (at ?? '').slice(0, 10);

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
