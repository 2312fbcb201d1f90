/** No connection string, user or password leaves the engine, in whatever error it comes. */
import { redacted, said, withoutIdleOptions } from '../../../eventstore/esdb/redacting';
import { logOn } from './opened';

test.each([
  ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false'],
  ['esdb://admin:s3cret@host:2113?tls=true', 'esdb://***@host:2113?tls=true'],
  ['kurrentdb+discover://admin:p@ss@a,b:2113', 'kurrentdb+discover://***@a,b:2113'],
  ['cannot reach esdb://u:p@h. Tried esdb://u:p@h', 'cannot reach esdb://***@h. Tried esdb://***@h'],
  ['esdb://h?userKeyFile=/home/me/key.pem&tls=true', 'esdb://h?userKeyFile=***&tls=true'],
  ['esdb://h?tlsCAFile=/ca.pem', 'esdb://h?tlsCAFile=***'],
])('%s', (text, shown) => {
  expect(redacted(text)).toBe(shown);
  expect(said(new Error(text))).toBe(shown);
});

test.each(['esdb://admin:s3cret@host:port?tls=true', 'esdb://admin:p@ss:s3cret@host', 'esdb://admin:s3cret'])(
  'of %s, which the client cannot read, nothing is told',
  async (text) => {
    const opening = logOn(text);
    await expect(opening).rejects.toThrow('connection string cannot be read');
    await expect(opening).rejects.not.toThrow(/s3cret|host/);
  },
);

test('an option of which the client would say, with the whole string, that it does nothing, does not reach it', async () => {
  const [warn, printed] = [
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {}),
    jest.spyOn(console, 'warn').mockImplementation(() => {}),
  ];
  const options = 'tls=true&tlsVerifyCert=false&password=s3cret&connectionName=kith';
  await expect(logOn(`esdb://admin:s3?cret@127.0.0.1:1?${options}`, { patience: 0, deadline: 50 })).rejects.toThrow();
  const told = [...warn.mock.calls, ...printed.mock.calls].flat().join('\n');
  warn.mockRestore();
  printed.mockRestore();
  expect(told).toContain('tlsVerifyCert, password');
  expect(told).not.toContain('cret');
});

test.each([
  ['esdb://a:2113,b:2113?tls=true&tlsVerifyCert=false', 'esdb://a:2113,b:2113?tls=true'],
  ['esdb://h?tlsVerifyCert=false', 'esdb://h'],
  [
    'esdb://u:p?q=r@h:1/?TLS=false&x=y&keepAliveInterval=10000',
    'esdb://u:p?q=r@h:1/?TLS=false&keepAliveInterval=10000',
  ],
  ['esdb://h', 'esdb://h'],
])('of %s the client hears what it knows', (whole, heard) => {
  expect(withoutIdleOptions(whole).text).toBe(heard);
});

test('credentials that the client would drop without a word are warned of, without being shown', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await expect(logOn('esdb://admin:s3cret@127.0.0.1:1?tls=false', { patience: 0, deadline: 50 })).rejects.toThrow(
    'away',
  );
  const [message] = warn.mock.calls.at(-1) ?? [];
  warn.mockRestore();
  expect(message).toContain('tls=false');
  expect(message).not.toContain('s3cret');
});
