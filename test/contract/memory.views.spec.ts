/** The memory engine passes the contract of the views. */
import { MemoryViewStore } from '../../src/views/memory';
import { viewsContract } from './views';

viewsContract('memory', async () => {
  const store = new MemoryViewStore();
  return { store, reader: () => store.reader(), end: () => store.close() };
});
