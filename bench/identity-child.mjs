// The resolver under so many records, in a process of its own: its memory is then that of this load alone, and not what
// training or a load before it left behind. Gets { count, model } as a message, and answers with what it measured.
import { createRequire } from 'node:module';
import { quantile } from './measure.mjs';
import { population } from './persons.mjs';

const { Resolver } = createRequire(import.meta.url)('../dist/src/domain/matching/resolver.js');

/** Records that are made ahead, as a page of the log is read ahead: making them is not what is measured. */
const PAGE = 1_000;

function* pages(records) {
  let page = [];
  for (const record of records) {
    page.push(record);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function measure(count, model) {
  const resolver = new Resolver(model);
  const micros = new Float64Array(count);
  let [spent, i, changes, memory] = [0, 0, 0, 0];
  const cpu = { user: 0 };
  for (const page of pages(population(count, 42))) {
    const before = process.cpuUsage();
    for (const record of page) {
      const from = process.hrtime.bigint();
      resolver.put(record);
      changes += resolver.drain().length;
      micros[i] = Number(process.hrtime.bigint() - from) / 1000;
      spent += micros[i++];
    }
    cpu.user += process.cpuUsage(before).user;
    memory = Math.max(memory, process.memoryUsage.rss());
  }
  const { customers, compared, demoted } = resolver.statistics();
  return {
    rate: count / (spent / 1e6),
    perCpu: count / (cpu.user / 1e6),
    p99: quantile(micros, 0.99) / 1000,
    memory: memory / 2 ** 30,
    compared: compared / count,
    note: `${customers} customers, ${changes} changes told, ${demoted} values demoted`,
  };
}

process.once('message', ({ count, model }) => process.send(measure(count, model), () => process.disconnect()));
