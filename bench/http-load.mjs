// The load generator: closed loops on keep-alive connections, or one stream of lines. Talks to the loopback only.
import { Agent, request } from 'node:http';
import { factAt, quantile } from './measure.mjs';

const [what, url, amount] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const stamp = Date.now();

function post(agent, type, write) {
  return new Promise((resolve, reject) => {
    const req = request(
      { hostname, port, path: '/v1/events', method: 'POST', agent, headers: { 'content-type': type } },
      (res) => {
        let text = '';
        res.on('data', (chunk) => (text += chunk));
        res.on('end', () => resolve({ status: res.statusCode, text }));
      },
    );
    req.on('error', reject);
    write(req);
  });
}

async function singles(ms) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const waits = [];
  let n = 0;
  const begun = performance.now();
  const connection = async () => {
    while (performance.now() - begun < ms) {
      const i = n++;
      const body = JSON.stringify({ ...factAt(i, 2_000), id: `${stamp}-${i}` });
      const from = performance.now();
      const { status, text } = await post(agent, 'application/cloudevents+json', (req) => req.end(body));
      if (status !== 201) throw new Error(`${status} ${text}`);
      waits.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: 64 }, connection));
  agent.destroy();
  return {
    rate: waits.length / ((performance.now() - begun) / 1_000),
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
  };
}

async function bulk(facts) {
  const begun = performance.now();
  const { status, text } = await post(undefined, 'application/x-ndjson', async (req) => {
    for (let i = 0; i < facts; i += 1_000) {
      const lines = Array.from({ length: Math.min(1_000, facts - i) }, (_, n) =>
        JSON.stringify(factAt(i + n, facts / 50)),
      ).join('\n');
      if (!req.write(`${lines}\n`)) await new Promise((resolve) => req.once('drain', resolve));
    }
    req.end();
  });
  const { summary } = JSON.parse(text);
  if (status !== 200 || summary.accepted !== facts) throw new Error(`${status} ${text.slice(0, 500)}`);
  return { rate: facts / ((performance.now() - begun) / 1_000) };
}

process.stdout.write(JSON.stringify(await (what === 'singles' ? singles : bulk)(Number(amount))));
