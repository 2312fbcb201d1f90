/** Appends that come at any moment of each other's way through the engine: each is answered. */
import { event } from '../../contract/log/events';
import { double, logOn, soon } from './opened';

/** More turns of the queue than an append waits for before it is sent. */
const TURNS = 40;

test('an append that comes so many turns behind another one is answered', async () => {
  const { connection } = await double();
  const log = await logOn(connection, { followed: true });
  for (let turns = 0; turns < TURNS; turns++) {
    const first = log.append(`a-${turns}`, 'any', [event({ id: `a${turns}` })]);
    for (let i = 0; i < turns; i++) await Promise.resolve();
    const second = log.append(`b-${turns}`, 'any', [event({ id: `b${turns}` })]);
    expect(await soon(Promise.all([first, second]), 2_000)).toMatchObject([{ kind: 'appended' }, { kind: 'appended' }]);
  }
}, 120_000);
