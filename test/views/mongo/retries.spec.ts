/** Wishes to fold parked records again count up, whoever writes at once, and what is done stays done. */
import { MongoRetryNotes } from '../../../src/views/mongo/retries';
import { Double } from '../../doubles/mongo/double';

test('each who asks has a number of his own, and an answer answers all before it', async () => {
  const double = new Double();
  const options = { url: `mongodb://${await double.listen()}/?directConnection=true`, database: 'kith_test' };
  const [one, other] = [await MongoRetryNotes.open(options), await MongoRetryNotes.open(options)];
  try {
    expect(await one.open()).toBeUndefined();
    const wishes = await Promise.all([one, other, one, other].map((notes) => notes.ask()));
    expect(wishes.sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(await other.open()).toBe(4);
    await other.done(3, { healed: 2, still: 1 });
    // Who led before and was paused says what he did once more.
    await one.done(1, { healed: 0, still: 9 });
    for (const wish of [1, 2, 3]) expect(await one.answer(wish)).toEqual({ healed: 2, still: 1 });
    expect(await one.answer(4)).toBeUndefined();
    expect(await one.open()).toBe(4);
  } finally {
    await one.close();
    await other.close();
    await double.close();
  }
});
