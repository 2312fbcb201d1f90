import { request } from 'node:http';
import { serve } from '../../src/cli/serve';
import { type Given, given, said } from '../given';

let g: Given;
beforeEach(async () => {
  g = await given();
});
afterEach(() => g.kith.close());

const note = (text: string) => `${JSON.stringify(said('note-taken', 'ada', { text }))}\n`;

test('serving prints one line with the address, which answers there and only there', async () => {
  const printed: string[] = [];
  const serving = await serve(g.kith, { port: 0, print: (line) => void printed.push(line) });
  expect(printed).toEqual([`Kith listens on ${serving.url}`]);
  expect(serving.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${serving.url}/health/live`)).status).toBe(200);
  await serving.stop();
  await serving.stopped;
  await expect(fetch(`${serving.url}/health/live`)).rejects.toThrow();
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets the stream under way finish, takes no new connection, and leaves no listener',
  async (signal) => {
    const before = process.listenerCount(signal);
    const serving = await serve(g.kith, { port: 0, print: () => undefined });
    const sending = request(`${serving.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const answered = new Promise<string>((resolve, reject) => {
      sending.on('error', reject);
      sending.on('response', (response) => {
        let text = '';
        response.on('data', (piece) => (text += String(piece)));
        response.on('end', () => resolve(text));
      });
    });
    sending.write(note('before'));
    while ((await g.kith.log.head()).position < 1n) await new Promise((resolve) => setImmediate(resolve));
    process.emit(signal);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(fetch(`${serving.url}/health/live`)).rejects.toThrow();
    sending.end(note('after'));
    expect(JSON.parse(await answered).summary.accepted).toBe(2);
    await serving.stopped;
    expect(process.listenerCount(signal)).toBe(before);
  },
);

test('a request that never ends does not hold the process for ever', async () => {
  const serving = await serve(g.kith, { port: 0, patienceMs: 50, print: () => undefined, report: () => undefined });
  const sending = request(`${serving.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const failed = new Promise((resolve) => sending.on('error', resolve));
  sending.write(note('before'));
  while ((await g.kith.log.head()).position < 1n) await new Promise((resolve) => setImmediate(resolve));
  await serving.stop();
  await failed;
});

test('a port that is taken is an error, and nothing is left listening for signals', async () => {
  const before = process.listenerCount('SIGTERM');
  const serving = await serve(g.kith, { port: 0, print: () => undefined });
  await expect(serve(g.kith, { port: Number(new URL(serving.url).port), print: () => undefined })).rejects.toThrow(
    'EADDRINUSE',
  );
  await serving.stop();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
