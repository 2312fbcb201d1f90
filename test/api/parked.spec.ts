/** Records that are parked are folded again on request, here or by another node. */
import { evolve } from '../../src/projections/record';
import { said } from '../given';
import { door } from './door';

const RETRIES = '/v1/parked-records/retries';

test('once the fold is mended, a request has the records folded again, and says how many', async () => {
  let mended = false;
  const fold: typeof evolve = (view, event, record) => {
    if (!mended) throw new Error('this fold takes nothing');
    return evolve(view, event, record);
  };
  const d = await door({ runner: { evolve: fold } });
  try {
    await d.post('/v1/events', said('note-taken', 'ada', { text: 'hello' }));
    await d.level();
    expect(await d.send('POST', RETRIES)).toMatchObject({ status: 200, body: { healed: 0, still: 1 } });
    mended = true;
    expect(await d.send('POST', RETRIES)).toMatchObject({ status: 200, body: { healed: 1, still: 0 } });
    expect((await d.get('/v1/projections')).body).toMatchObject({ parked: 0, parkedRecords: [] });
  } finally {
    await d.close();
  }
});

test('what another node is to do and has not done yet is answered with 202', async () => {
  const d = await door({ seen: (kith) => ({ ...kith, retryParked: async () => 'asked' }) });
  try {
    expect(await d.send('POST', RETRIES)).toMatchObject({ status: 202, body: {} });
  } finally {
    await d.close();
  }
});
