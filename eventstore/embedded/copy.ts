/** A thread that copies log.db, so that a copy of gigabytes does not stop whoever asked for it. */
import { workerData } from 'node:worker_threads';
import { openPlain } from '../sqlite';

export interface CopyStart {
  readonly from: string;
  readonly to: string;
}

const { from, to } = workerData as CopyStart;
const db = openPlain(from, { readOnly: true, patience: 5_000 });
try {
  db.prepare('VACUUM INTO ?').run(to);
} finally {
  db.close();
}
