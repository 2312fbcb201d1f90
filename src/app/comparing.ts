/** Do two generations of views say the same? Equal state roots mean equal bytes; otherwise each document that differs is found. */
import type { RecordId } from '../domain/kernel';
import type { RebuildReport } from './kith';
import { documentPages } from './pages';
import type { Collection, Parked, ViewReader } from './ports';

const collections: readonly Collection[] = ['records', 'customers', 'links'];
const NAMED = 20;

/** Both stand at the same position. */
export async function compareViews(
  blue: ViewReader,
  green: ViewReader,
): Promise<Omit<RebuildReport, 'events' | 'switched'>> {
  const [rootsBefore, rootsAfter, size] = [await blue.roots(), await green.roots(), await green.size()];
  const differences: { collection: string; count: number; ids: readonly string[] }[] = [];
  for (const collection of collections) {
    if (rootsBefore[collection] === rootsAfter[collection]) continue;
    const changed = await differing(collection, blue, green, (body, other) => body !== other);
    const added = await differing(collection, green, blue, (_, other) => other === undefined);
    const ids = [...changed, ...added];
    differences.push({ collection, count: ids.length, ids: ids.slice(0, NAMED) });
  }
  const before = await blue.size();
  const parked = [(await blue.parked(10_000)).map(place), (await green.parked(10_000)).map(place)];
  for (const kind of ['entries', 'keys'] as const) {
    const count = Math.abs(before[kind] - size[kind]);
    if (count > 0)
      differences.push({ collection: kind === 'entries' ? 'timeline entries' : 'look-up keys', count, ids: [] });
  }
  if (parked[0]?.join() !== parked[1]?.join()) differences.push({ collection: 'parked records', count: 1, ids: [] });
  const { records, customers } = size;
  return { name: green.name, records, customers, differences, rootsBefore, rootsAfter };
}

const place = ({ record, position }: Parked): string => `${record} ${position}`;

/** Documents of `a` for which `b` holds something that `differs`. */
async function differing(
  collection: Collection,
  a: ViewReader,
  b: ViewReader,
  differs: (body: string, other: string | undefined) => boolean,
): Promise<readonly RecordId[]> {
  const found: RecordId[] = [];
  for await (const documents of documentPages(a, collection)) {
    const others = await b.load(
      collection,
      documents.map(({ id }) => id),
    );
    for (const { id, body } of documents) if (differs(body, others.get(id))) found.push(id);
  }
  return found;
}
