/** The MongoDB engine passes the contract of the views, against the double of the wire protocol. */
import { Double } from '../doubles/mongo/double';
import { nobody, stringTo } from '../doubles/tls/guard';
import { viewsContract } from './views';
import { openedAt } from './views/mongo';

viewsContract('MongoDB, a double of the wire protocol', async () => {
  const double = new Double();
  return openedAt(`mongodb://${await double.listen()}`, { end: () => double.close() });
});

// The same bytes in another envelope: for `npm run contract`, which takes its time.
if (process.env['SERVERS'])
  viewsContract('MongoDB, a double of the wire protocol, by TLS and a password', async () => {
    const double = new Double(undefined, nobody);
    return openedAt(stringTo('mongodb', `${await double.listen()}/`, nobody), { end: () => double.close() });
  });
