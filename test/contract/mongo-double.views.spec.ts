/** The MongoDB engine passes the contract of the views, against the double of the wire protocol. */
import { Double } from '../doubles/mongo/double';
import { viewsContract } from './views';
import { openedAt } from './views/mongo';

viewsContract('MongoDB, a double of the wire protocol', async () => {
  const double = new Double();
  return openedAt(`mongodb://${await double.listen()}`, { end: () => double.close() });
});
