/** The views in SQLite keep the contract, and what was written survives. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedViewStore, openViewReader } from '../../src/views/embedded';
import { viewsContract } from './views';

viewsContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-views-'));
  const store = EmbeddedViewStore.open(folder);
  return { store, reader: () => openViewReader(folder), close: () => store.close().finally(() => rmSync(folder, { recursive: true })) };
});
