/** The views in memory keep the contract. */
import { MemoryViewStore } from '../../src/views/memory';
import { viewsContract } from './views';

viewsContract('memory', async () => {
  const store = new MemoryViewStore();
  return { store, reader: () => store.reader(), close: () => store.close() };
});
