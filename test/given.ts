/** given/when/then for facts: a Kith in memory with a clock that stands where the test puts it, and facts in few words. */
import type { ItemResult } from '../src/app/intake';
import type { Kith } from '../src/app/kith';
import { openKith } from '../src/compose';
import type { RunnerOptions } from '../src/app/runner';
import type { JsonObject } from '../src/domain/kernel';

export interface Given {
  readonly kith: Kith;
  /** Moves the clock. */
  at(time: string): void;
  /** Sends facts and waits until the views hold them. */
  send(...facts: JsonObject[]): Promise<readonly ItemResult[]>;
}

/** The clock begins at noon of New Year's Day 2026. Nobody matches records unless told to. Close `kith` when done. */
export async function given(runner: RunnerOptions = {}, { matching = false } = {}): Promise<Given> {
  let clock = Date.UTC(2026, 0, 1, 12);
  const kith = await openKith({ data: 'memory', now: () => clock, runner, matching });
  return {
    kith,
    at: (time) => {
      clock = Date.parse(time);
    },
    send: async (...facts) => {
      const results = await kith.intake.accept(facts);
      await level(kith);
      return results;
    },
  };
}

export async function level(kith: Kith): Promise<void> {
  if (!(await kith.reached((await kith.log.head()).position, 10_000))) throw new Error('the views did not catch up');
}

let count = 0;

/** A CloudEvent of `type` (without prefix and version) about `key` in the source `crm`. */
export function said(type: string, key: string, data: JsonObject, more: JsonObject = {}): JsonObject {
  count += 1;
  return { specversion: '1.0', id: `e${count}`, source: 'crm', type: `kith.${type}.v1`, subject: key, data, ...more };
}

/** The record, which is today the customer, that an accepted item went to. */
export function recordIn(result: ItemResult | undefined): string {
  if (!result || !('record' in result)) throw new Error(`not accepted: ${JSON.stringify(result)}`);
  return result.record;
}
