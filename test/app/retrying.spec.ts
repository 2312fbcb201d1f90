/** Wishes to fold parked records again, while that fails. */
import { doRetries, type Retried, type RetryNotes } from '../../src/app/retrying';
import { Refusal } from '../../src/domain/refusals';

afterEach(() => jest.useRealTimers());

const DONE: Retried = { healed: 1, still: 0 };

/** Looks that end as told, the last one for ever; what was heard, and when each look was, in milliseconds. */
async function looks(ends: readonly (Error | Retried)[], ms: number) {
  jest.useFakeTimers();
  const over = new AbortController();
  const begun = Date.now();
  const at: number[] = [];
  const heard: (string | undefined)[] = [];
  const notes: RetryNotes = {
    ask: async () => 1,
    open: async () => 1,
    done: async () => {},
    answer: async () => undefined,
    close: async () => {},
  };
  const retry = async (): Promise<Retried> => {
    const end = ends[Math.min(at.push(Date.now() - begun), ends.length) - 1] ?? DONE;
    if (end instanceof Error) throw end;
    return end;
  };
  const doing = doRetries(notes, retry, (reason) => void heard.push(reason), over.signal);
  await jest.advanceTimersByTimeAsync(ms);
  over.abort();
  await doing;
  return { at, heard };
}

test('what fails is tried ever more rarely, and each reason told once', async () => {
  const { at, heard } = await looks([new Error('a'), new Error('b'), new Error('a')], 200_000);
  const pauses = at.slice(1).map((ms, i) => ms - (at[i] ?? 0));
  expect(pauses.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
  expect(new Set(pauses.slice(6))).toEqual(new Set([30_000]));
  expect(heard).toEqual(['a', 'b', undefined]);
});

test('that it works again is told, and a reason that comes back after it', async () => {
  const { heard } = await looks([new Error('a'), DONE, new Error('a'), DONE], 10_000);
  expect(heard).toEqual(['a', undefined, 'a', undefined]);
});

test('views that are not open yet are looked for as often as ever, and are no trouble', async () => {
  const { at, heard } = await looks([new Refusal('not-ready', 'soon')], 5_100);
  expect(at).toHaveLength(11);
  expect(heard).toEqual([]);
});

test('a trouble is over with the work of who had it', async () => {
  const { heard } = await looks([new Error('a')], 500);
  expect(heard).toEqual(['a', undefined]);
});
