// One measurement in a process of its own: `rebuild` or `start`, the folder, and when the process was begun (ms).
import { dist, statusMiB } from './measure.mjs';

const [what, folder, begun] = process.argv.slice(2);
const { openKith } = dist('./src/compose.js');
// `kith rebuild` decides nothing meanwhile, and neither does this.
const kith = await openKith({ data: folder, matching: what !== 'rebuild' });
if (what === 'start') {
  const { documents } = await kith.views.scan('customers', undefined, 1);
  await kith.reading.customer(documents[0].id);
  process.stdout.write(JSON.stringify({ ms: Date.now() - Number(begun) }));
} else {
  await kith.reached((await kith.log.head()).position, 600_000);
  await kith.settled(600_000);
  const from = process.hrtime.bigint();
  const { events } = await kith.rebuild({ switch: false });
  const rate = Number(events) / (Number(process.hrtime.bigint() - from) / 1e9);
  process.stdout.write(JSON.stringify({ rate, peak: peakMiB() }));
}
await kith.close();

/** Of this program alone, where the system tells it: what `resourceUsage` says begins with the memory of whoever started it. */
function peakMiB() {
  return statusMiB('VmHWM') ?? process.resourceUsage().maxRSS / 1024;
}
