/** The MongoDB engine passes the contract of the views on FerretDB, a real server that is not MongoDB. */
import { type Ferret, startFerret, whyNoFerret } from '../servers/ferretdb';
import { viewsContract } from './views';
import { openedAt } from './views/mongo';

const why = whyNoFerret();
if (why === undefined) {
  let server: Ferret;
  beforeAll(async () => {
    server = await startFerret();
  }, 600_000);
  afterAll(() => server.stop());
  viewsContract('MongoDB, a FerretDB', () => openedAt(server.url));
} else {
  test.skip(`all 40 cases of the views on FerretDB: ${why}`, () => undefined);
}
