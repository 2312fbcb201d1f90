/** Waiting until everything is decided ends, whether it comes to that or not. */
import { given, said } from '../given';

test('who waits for a moment too short is told so, and a longer wait is answered', async () => {
  const g = await given({}, { matching: true });
  try {
    for (let n = 0; n < 20; n++) {
      await g.kith.intake.accept([said('name-stated', `k${n}`, { party: 'person', name: { full: `Ada ${n}` } })]);
      // 0 and 1 ms are over before anything could be decided; what matters is that the answer comes.
      expect(typeof (await g.kith.settled(n % 2))).toBe('boolean');
    }
    expect(await g.kith.settled(10_000)).toBe(true);
  } finally {
    await g.kith.close();
  }
});
