/** One of several does the work: who has the lease begins, who loses it ends, and whoever cannot begin tries again. */
import { type Lease, Leading } from '../../src/app/leading';
import { until } from '../until';

class Beats implements Lease {
  /** What the next beats answer; the last one goes on. */
  answers: (boolean | Error)[] = [false];
  held = false;
  released = 0;

  async beat(): Promise<boolean> {
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer instanceof Error) throw answer;
    this.held = answer ?? false;
    return this.held;
  }

  epoch(): number {
    if (!this.held) throw new Error('the lease may have gone over');
    return 1;
  }

  async release(): Promise<void> {
    this.released += 1;
  }
}

function leadingBy(lease: Lease | undefined, failing = 0) {
  const seen = { begun: 0, stopped: 0, troubles: [] as string[], beats: [] as boolean[] };
  const begin = async () => {
    seen.begun += 1;
    if (seen.begun <= failing) throw new Error('the views are away');
    return { stop: async () => void (seen.stopped += 1) };
  };
  const leading = new Leading(lease, begin, {
    everyMs: 1,
    onTrouble: (reason) => reason !== undefined && seen.troubles.push(reason),
    onBeat: (held) => seen.beats.push(held),
  });
  return { leading, seen };
}

test('without a lease the one process does the work, and says why it cannot', async () => {
  const { leading, seen } = leadingBy(undefined);
  await leading.start();
  expect(leading.leads).toBe(true);
  await leading.stop();
  expect(seen).toMatchObject({ begun: 1, stopped: 1 });
  await expect(leadingBy(undefined, 1).leading.start()).rejects.toThrow('away');
});

test('who stands by refuses what only the leader can do, and begins once the lease is his', async () => {
  const lease = new Beats();
  const { leading, seen } = leadingBy(lease);
  await leading.start();
  expect(leading.leads).toBe(false);
  expect(() => leading.current()).toThrow('another node does this');
  expect(seen.begun).toBe(0);
  lease.answers = [true];
  await until(() => leading.leads);
  await until(() => seen.beats.length > 10);
  expect(seen).toMatchObject({ begun: 1, stopped: 0 });
  await leading.stop();
  expect(seen.stopped).toBe(1);
  expect(lease.released).toBe(1);
});

test('who loses the lease ends his work, and begins anew when it is his again', async () => {
  const lease = new Beats();
  const { leading, seen } = leadingBy(lease);
  lease.answers = [true, true, false];
  await leading.start();
  await until(() => seen.stopped === 1);
  expect(leading.leads).toBe(false);
  lease.answers = [true];
  await until(() => seen.begun === 2);
  await leading.stop();
  expect(seen.stopped).toBe(2);
});

test('a lost answer is no lost lease: work goes on while the lease is trusted, and ends when it is not', async () => {
  const lease = new Beats();
  const { leading, seen } = leadingBy(lease);
  lease.answers = [true, new Error('no answer')];
  await leading.start();
  await until(() => seen.troubles.length > 3);
  expect(leading.leads).toBe(true);
  lease.held = false;
  await until(() => seen.stopped === 1);
  expect(leading.leads).toBe(false);
  expect(new Set(seen.troubles)).toEqual(new Set(['no answer']));
  await leading.stop();
});

test('what cannot begin says why and is begun again', async () => {
  const lease = new Beats();
  lease.answers = [true];
  const { leading, seen } = leadingBy(lease, 2);
  await leading.start();
  await until(() => leading.leads);
  expect(seen).toMatchObject({ begun: 3, stopped: 0, troubles: ['the views are away', 'the views are away'] });
  await leading.stop();
});

test('work that began while the lease went over is ended as soon as it has begun', async () => {
  const lease = new Beats();
  lease.answers = [true];
  let beginning = (): void => undefined;
  const began = new Promise<void>((resolve) => (beginning = resolve));
  let [aborted, stopped] = [false, false];
  const leading = new Leading(
    lease,
    async (over) => {
      beginning();
      await new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
      aborted = true;
      return { stop: async () => void (stopped = true) };
    },
    { everyMs: 1, onTrouble: () => undefined },
  );
  const started = leading.start();
  await began;
  lease.answers = [false];
  await started;
  await until(() => stopped);
  expect(aborted).toBe(true);
  expect(leading.leads).toBe(false);
  await leading.stop();
});
