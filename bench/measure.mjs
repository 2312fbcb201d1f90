// What all benches share: medians, temporary folders, and facts to load a log with.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const dist = createRequire(new URL('../dist/', import.meta.url));

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** The value below which a share `p` of the sorted numbers lies. */
export const quantile = (numbers, p) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(p * numbers.length))];

export const seconds = async (work) => {
  const from = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - from) / 1e9;
};

const STATUS = '/proc/self/status';

/** What the system says of this process under `field` (RssAnon, VmHWM), in MiB; `undefined` where it says nothing. */
export function statusMiB(field) {
  if (!existsSync(STATUS)) return undefined;
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(STATUS, 'utf8'));
  return found ? Number(found[1]) / 1024 : undefined;
}

/** Runs `work(folder)` in a temporary folder that is gone afterwards. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'kith-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Fact `i` of a history over `records` records: purchases for the most part, and what a shop and a call centre say. About
 * 420 bytes stored. Who somebody is follows from the record, as in life: one name however often it is said, two addresses.
 */
export function factAt(i, records) {
  const who = (i * 7919) % records;
  const key = `c${who}`;
  const at = new Date(Date.UTC(2024, 0, 1) + i * 47_000).toISOString();
  const event = (type, data) => ({
    specversion: '1.0',
    id: `f${i}`,
    source: 'shop',
    type: `kith.${type}.v1`,
    subject: key,
    time: at,
    data,
  });
  switch (i % 20) {
    case 3:
      return event('name-stated', {
        party: 'person',
        name: { given: `Given${who % 997}`, family: `Family${(who * 31) % 7_919}` },
      });
    case 7:
      return event('contact-point-stated', { medium: 'email', value: `${key}.${i % 3}@example.org` });
    case 11:
      return event('address-stated', {
        use: 'home',
        address: {
          street: `Street ${(who + (i % 2)) % 2_111}`,
          number: String(who % 90),
          locality: 'Linz',
          country: 'AT',
        },
      });
    case 13:
      return event('call-held', { direction: 'in', durationSeconds: i % 900, topic: 'delivery' });
    default:
      return event('purchase-made', {
        order: `o${i >> 2}`,
        product: { code: `P${i % 3791}`, name: 'White hanging heart t-light holder' },
        quantity: 1 + (i % 12),
        unitPrice: '2.55',
        total: { minor: 255 * (1 + (i % 12)), currency: 'GBP' },
        channel: 'web',
      });
  }
}
