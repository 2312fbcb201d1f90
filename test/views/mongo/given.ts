/** Views on a double of the wire protocol, and what they tell. */
import type { ViewReader, ViewSet } from '../../../src/app/ports';
import { Runner, type RunnerOptions } from '../../../src/app/runner';
import { identitySeal } from '../../../src/domain/seal';
import { MemoryViewStore } from '../../../src/views/memory';
import { type MongoStoreOptions, MongoViewStore } from '../../../src/views/mongo';
import { Double, type Fault, type Gate } from '../../doubles/mongo/double';
import type { Given } from '../../given';

export interface OnDouble {
  readonly double: Double;
  readonly url: string;
  open(options?: Partial<MongoStoreOptions>): Promise<MongoViewStore>;
  end(): Promise<void>;
}

/** Servers are looked at again at once, so that a test does not wait for a connection that it cut. */
export async function onDouble(): Promise<OnDouble> {
  const double = new Double();
  const url = `mongodb://${await double.listen()}/?minHeartbeatFrequencyMS=1`;
  const stores: MongoViewStore[] = [];
  return {
    double,
    url,
    open: async (options) => {
      const store = await MongoViewStore.open({ url, database: 'tenant', ...options });
      stores.push(store);
      return store;
    },
    end: async () => {
      double.gate = async () => undefined;
      for (const store of stores) await store.close();
      await double.close();
    },
  };
}

/** This fault at the n-th time (from 1) that the command, or the given operation of its bulk, comes. */
export function once(
  fault: Fault,
  command: string,
  { nth = 1, operation }: { nth?: number; operation?: number } = {},
): Gate {
  let count = 0;
  return async (point) => {
    if (point.command !== command || point.operation !== operation) return undefined;
    count += 1;
    return count === nth ? fault : undefined;
  };
}

export const told = async (views: ViewReader) => {
  const { position } = await views.checkpoint();
  return { position, roots: await views.roots(), size: await views.size(), parked: await views.parked(100) };
};

export async function catchUp({ kith }: Given, views: ViewSet, options: RunnerOptions = {}) {
  const runner = new Runner(kith.log, views, identitySeal, options);
  while (!(await runner.step()).level);
  return told(views);
}

/** What views of this log hold that nothing disturbed. */
export const undisturbed = async (g: Given, options?: RunnerOptions) =>
  catchUp(g, await new MemoryViewStore().create('folds'), options);
