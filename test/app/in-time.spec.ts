/** Whoever asks over HTTP for what another thread knows waits for it no longer than a request may, and hears why. */
import { setTimeout as wait } from 'node:timers/promises';
import { inTime } from '../../src/app/in-time';
import { withDeadline } from '../../src/app/request-deadline';
import { Standing } from '../../src/app/standing';

const never = () => new Promise<never>(() => undefined);
const LATE = 'it works on what came before';

test('an answer in time is the answer, and so is a failure while all stores are there', async () => {
  const log = new Standing('log');
  expect(await inTime(Promise.resolve(7), [log], LATE)).toBe(7);
  await withDeadline(async () => {
    expect(await inTime(wait(20, 7), [log], LATE)).toBe(7);
    await expect(inTime(Promise.reject(new RangeError('no such record')), [log], LATE)).rejects.toThrow(RangeError);
  }, 2_000);
});

test('who is late says that it is not ready, and blames no store', async () => {
  const log = new Standing('log');
  await withDeadline(
    () => expect(inTime(never(), [log], LATE)).rejects.toMatchObject({ code: 'not-ready', message: LATE }),
    50,
  );
  expect(log.now).toBeUndefined();
});

test('an outage that begins meanwhile is told at once, and so is what fails while one lasts', async () => {
  const [log, views] = [new Standing('log'), new Standing('views')];
  await withDeadline(async () => {
    const asked = inTime(never(), [log, views], LATE);
    views.away('the cable is cut');
    await expect(asked).rejects.toMatchObject({ name: 'StoreAway', store: 'views' });
    const failed = inTime(Promise.reject(new Error('nobody answered')), [log, views], LATE);
    await expect(failed).rejects.toMatchObject({ name: 'StoreAway', store: 'views' });
  }, 60_000);
});

test('nobody who has no request behind it is hurried', async () => {
  const log = new Standing('log');
  log.away('the cable is cut');
  expect(await inTime(wait(30, 'late'), [log], LATE)).toBe('late');
});
