/** The embedded engine passes the contract of the views. */
import { EmbeddedViewStore, openViewReader } from '../../src/views/embedded';
import { folder } from '../folder';
import { viewsContract } from './views';

viewsContract('embedded', async () => {
  const { path, remove } = folder();
  const store = EmbeddedViewStore.open(path);
  return { store, reader: () => openViewReader(path), end: () => store.close().finally(remove) };
});
