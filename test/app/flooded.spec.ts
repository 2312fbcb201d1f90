/** Under a flood the views rest between two writes, and whoever waits for them ends the rest. */
import { MemoryLog } from '../../eventstore/memory';
import { Intake } from '../../src/app/intake';
import { Lifecycle } from '../../src/app/lifecycle';
import { pause, Waking } from '../../src/app/waking';
import { identitySeal } from '../../src/domain/seal';
import { passingKeys } from '../../src/keys/embedded';
import { MemoryViewStore } from '../../src/views/memory';
import { said } from '../given';
import { until } from '../until';

/** Views over an empty log, that note when they are told to rest, and rest until `hurrying` is rung. */
async function following() {
  const log = new MemoryLog();
  const intake = new Intake(log, { keys: passingKeys('t'), seal: identitySeal, maxBytes: 10_000 }, Date.now);
  const [waking, hurrying] = [new Waking(), new Waking()];
  const rests: number[] = [];
  let position = 0n;
  const lifecycle = new Lifecycle(log, new MemoryViewStore(), identitySeal, {
    fingerprint: 'x',
    pause,
    wake: (signal) => waking.wait(signal),
    rest: (ms, signal) => {
      rests.push(ms);
      return hurrying.wait(signal);
    },
    onProgress: (progress) => (position = progress.position),
  });
  await lifecycle.start();
  let n = 0;
  return {
    lifecycle,
    rests,
    hurry: () => hurrying.ring(),
    shown: () => position,
    tell: async (count: number) => {
      await intake.accept(Array.from({ length: count }, () => said('note-taken', `k${n % 7}`, { text: `${n++}` })));
      waking.ring();
      return (await log.head()).position;
    },
  };
}

test('facts that come now and then are shown at once', async () => {
  const { lifecycle, rests, shown, tell } = await following();
  for (let n = 0; n < 5; n++) {
    const position = await tell(10);
    await until(() => shown() === position);
  }
  expect(rests).toEqual([]);
  await lifecycle.stop();
});

test('behind a flood the views rest, and show what came meanwhile as soon as somebody waits for it', async () => {
  const { lifecycle, rests, hurry, shown, tell } = await following();
  const first = await tell(1);
  await until(() => shown() === first);
  const flooded = await tell(1_000);
  await until(() => shown() === flooded);
  const later = await tell(10);
  await until(() => rests.length === 1);
  expect(shown()).toBe(flooded);
  hurry();
  await until(() => shown() === later);
  await lifecycle.stop();
});
