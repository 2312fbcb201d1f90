/** The MongoDB engine passes the contract of the views on the server that MONGODB_URL names, whichever that is. */
import { viewsContract } from './views';
import { openedAt } from './views/mongo';

const url = process.env['MONGODB_URL'];

if (url !== undefined && url !== '') viewsContract('MongoDB, the server of MONGODB_URL', () => openedAt(url));
else test.skip('all 40 cases of the views on a server of MongoDB: MONGODB_URL names none', () => undefined);
