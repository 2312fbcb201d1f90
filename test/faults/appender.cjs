/**
 * A process that appends to the log in a folder as fast as it can and says what was acknowledged, one id a line, until
 * somebody kills it. `node appender.cjs <folder> <run>`; uses the compiled engine.
 */
const { createHash } = require('node:crypto');
const { writeSync } = require('node:fs');
const { join } = require('node:path');
// By a computed path: the compiler must not take what it wrote for a source.
const { EmbeddedLog } = require(join(__dirname, '../../dist/eventstore/embedded/log.js'));

const [, , folder, run] = process.argv;

/** The content follows from the id, so that a reader of the log can tell whether it is the right one. */
function eventOf(id) {
  const recordedAt = Date.now();
  const stamp = new Date(recordedAt).toISOString();
  const bytes = Buffer.from(
    `{"id":"${id}","recordedAt":"${stamp}","text":"${createHash('sha256').update(id).digest('hex')}"}`,
  );
  const fingerprint = createHash('sha256').update(id).digest().subarray(0, 16);
  const stampAt = bytes.indexOf(stamp);
  return {
    source: 'load',
    clientId: id,
    type: 'Tested',
    fingerprint,
    occurredAt: recordedAt,
    recordedAt,
    bytes,
    stampAt,
  };
}

/** One write to a pipe is in the kernel when it returns: it outlives this process. */
const acknowledge = (ids) => writeSync(1, ids.map((id) => `${id}\n`).join(''));

async function alone(log, writer) {
  for (let i = 0; ; i++) {
    const id = `${run}.${writer}.${i}`;
    const outcome = await log.append(`s-${writer}`, 'any', [eventOf(id)]);
    if (outcome.kind === 'appended' || outcome.kind === 'duplicate') acknowledge([id]);
  }
}

async function together(log) {
  for (let i = 0; ; i++) {
    const ids = Array.from({ length: 200 }, (_, n) => `${run}.b${i}.${n}`);
    const appends = ids.map((id, n) => ({ stream: `b-${n % 7}`, expected: 'any', events: [eventOf(id)] }));
    const several = [`${run}.m${i}.0`, `${run}.m${i}.1`];
    appends.push({ stream: 'm-1', expected: 'any', events: several.map(eventOf) });
    const outcomes = await log.appendBatch(appends);
    const done = [...ids.map((id) => [id]), several].filter((_, n) => outcomes[n].kind === 'appended');
    acknowledge(done.flat());
  }
}

void EmbeddedLog.open(folder).then((log) => {
  writeSync(1, 'open\n');
  return Promise.all([together(log), ...Array.from({ length: 8 }, (_, writer) => alone(log, writer))]);
});
