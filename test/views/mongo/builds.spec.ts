/** Two who build the same views at once: one of them shows what it built, and the other begins again from that. */
import { Runner } from '../../../src/app/runner';
import { identitySeal } from '../../../src/domain/seal';
import type { ViewSet } from '../../../src/app/ports';
import { type Given, given, said } from '../../given';
import { onDouble, type OnDouble, told, undisturbed } from './given';

let there: OnDouble;
let g: Given;
let one: ViewSet;
let other: ViewSet;
beforeEach(async () => {
  [there, g] = [await onDouble(), await given()];
  const { name } = await (await there.open()).create('folds');
  [one, other] = [await (await there.open()).open(name), await (await there.open()).open(name)];
  await g.send(...['ada', 'bob', 'ada'].map((who, n) => said('note-taken', who, { text: `${n}` })));
});
afterEach(async () => {
  await there.end();
  await g.kith.close();
});

const runner = (views: ViewSet) => new Runner(g.kith.log, views, identitySeal);

test('a build that somebody left behind leaves nothing to whoever goes on: no fact counts twice', async () => {
  const write = one.write.bind(one);
  // The other one goes further in the views that are shown, before this build can be shown in their place.
  one.write = async (batch) => {
    if (batch.checkpoint.position > 0n) {
      await g.send(said('note-taken', 'bob', { text: 'later' }));
      await runner(other).step();
    }
    return write(batch);
  };
  await expect(runner(one).build()).rejects.toThrow('cannot fall');
  one.write = write;
  expect((await one.checkpoint()).position).toBe(4n);
  while (!(await runner(one).step()).level);
  expect(await told(one)).toEqual(await undisturbed(g));
});

test('who is overtaken between clearing and beginning hears of it, and does not fold into the views of the other', async () => {
  await one.clear();
  await runner(other).build();
  await expect(one.checkpoint()).rejects.toThrow('somebody else built them anew');
  expect((await one.checkpoint()).position).toBe(3n);
  expect(await told(one)).toEqual(await undisturbed(g));
});
