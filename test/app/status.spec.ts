/** How far the views are behind, as whoever watches over them is told. */
import { lagOf } from '../../src/app/projector';
import { door } from '../api/door';

const now = Date.UTC(2026, 0, 1);
const head = { position: 9n, recordedAt: now };

test.each([
  ['the time between the last event of the log and the last one in the views', head, 7n, now - 1_500, 1_500],
  ['nothing, when level', head, 9n, now, 0],
  ['nothing, when the views are further than the log was when it was asked', head, 10n, now + 5, 0],
  ['nothing, of a log without events', { position: 0n, recordedAt: 0 }, 0n, 0, 0],
  ['not told, while no event is in the views', head, 0n, 0, undefined],
  ['never less than nothing', head, 8n, now + 3, 0],
])('the lag is %s', (_, log, position, recordedAt, lag) => {
  expect(lagOf(log, { position, recordedAt })).toBe(lag);
});

test('what is not known of the lag is left out of what is answered, and whoever builds is ready', async () => {
  const d = await door({
    seen: (kith) => ({
      ...kith,
      known: async () => {
        const { lagMs: _, ...rest } = await kith.known();
        return { ...rest, runner: { state: 'building' } };
      },
    }),
  });
  const { status, body } = await d.get('/health/ready');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ready', runner: { state: 'building' } });
  expect(Object.keys(body)).not.toContain('lagMs');
  await d.close();
});
