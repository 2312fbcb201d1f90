/** Documents that many nodes write, each of them the same ones. */
import { type Collection, MongoBulkWriteError } from 'mongodb';
import { DUPLICATE } from '../views/mongo/generations';

/** How many of them were new; the others are there already. Throws what else went wrong. */
export async function insertNew<Row extends object>(
  to: Collection<Row>,
  rows: readonly Parameters<Collection<Row>['insertOne']>[0][],
): Promise<number> {
  if (rows.length === 0) return 0;
  try {
    return (await to.insertMany([...rows], { ordered: false })).insertedCount;
  } catch (problem) {
    if (!(problem instanceof MongoBulkWriteError)) throw problem;
    // The driver wraps whatever went wrong, a cut connection too: only where every operation was answered is it known.
    const errors = [problem.writeErrors].flat();
    const unanswered = errors.length === 0 || problem.result.getWriteConcernError() !== undefined;
    if (unanswered || errors.some(({ code }) => code !== DUPLICATE)) throw problem;
    return problem.insertedCount;
  }
}
