/** Files and mappings of a test's own, imported into a Kith in memory on the test's own thread. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kith } from '../../src/app/kith';
import { decode, type FactEvent } from '../../src/domain/envelope';
import type { JsonObject, JsonValue } from '../../src/domain/kernel';
import { type ImportOptions, type ImportReport, importFile } from '../../src/import/run';
import { folder } from '../folder';
import { type Given, given, level } from '../given';

export interface Trial extends Given {
  readonly path: string;
  file(name: string, text: string | Uint8Array): string;
  bring(file: string, mapping: JsonObject, more?: Partial<ImportOptions>): Promise<ImportReport>;
  /** Every fact of the log, in order. */
  facts(): Promise<readonly FactEvent[]>;
  end(): Promise<void>;
}

export async function trial(): Promise<Trial> {
  const [own, start] = [folder(), await given()];
  const { kith } = start;
  const errors = join(own.path, 'errors.csv');
  return {
    ...start,
    path: own.path,
    file: (name, text) => {
      writeFileSync(join(own.path, name), text);
      return join(own.path, name);
    },
    bring: async (file, mapping, more) => {
      const report = await importFile(kith, {
        file,
        mapping: JSON.stringify(mapping),
        errors,
        inThread: true,
        ...more,
      });
      await level(kith);
      return report;
    },
    facts: () => factsOf(kith),
    end: async () => {
      await kith.close();
      own.remove();
    },
  };
}

export async function factsOf({ log, seal }: Pick<Kith, 'log' | 'seal'>): Promise<readonly FactEvent[]> {
  const { events } = await log.readAll(0n, { limit: 100_000 });
  return events.map((event) => decode(event.bytes, seal)).filter(({ stream }) => stream.startsWith('record-'));
}

/** A mapping of orders with the columns order, customer, day, quantity, price. */
export const orders = (more: JsonObject = {}): JsonObject => ({
  mapping: 1,
  every: { source: 'shop', id: '{order}-{ordinal of order}', subject: '{customer}' },
  rules: [{ name: 'bought', facts: [purchase()] }],
  ...more,
});

export const purchase = (data: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  type: 'kith.purchase-made.v1',
  time: { $time: '{day}', format: 'YYYY-MM-DD HH:mm', zone: 'Europe/London' },
  data: {
    order: '{order}',
    product: { code: 'A' },
    quantity: { $number: '{quantity}' },
    total: { $money: ['{quantity}', '{price}'], currency: 'GBP' },
    ...data,
  },
  ...more,
});

export const HEADER = 'order,customer,day,quantity,price';

export const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

/** What the rule `bought` counted. */
export const bought = (report: ImportReport): JsonValue =>
  report.tally.rules['bought']?.facts['kith.purchase-made.v1'] ?? null;
