/** Two projectors that both believe they may write, dying at any moment: nothing is lost and nothing is counted twice. */
import fc from 'fast-check';
import { drawing } from '../../../src/domain/matching/hashing';
import { evolve } from '../../../src/projections/record';
import { runs } from '../../histories';
import { lives, live } from '../../properties/stewarded';
import { catchUp, onDouble, told, undisturbed } from './given';
import { Race } from './racing';

/** More of them where a soak asks. */
const RUNS = Number(process.env['RACES'] ?? 40);

/** Refuses purchases of some amounts. */
const picky: typeof evolve = (view, event, record) => {
  if (Number(Object(event.data['total']).minor) % 3 === 0) throw new Error('this fold cannot take it');
  return evolve(view, event, record);
};

test(
  'whatever two projectors do to each other, the views are what one undisturbed runner makes',
  async () => {
    let [overtaken, deaths] = [0, 0];
    await fc.assert(
      fc.asyncProperty(lives(), fc.integer(), fc.boolean(), async (life, seed, refuses) => {
        const g = await live(life);
        const { double, open, end } = await onDouble();
        const store = await open();
        try {
          const options = refuses ? { evolve: picky } : {};
          const { name } = await store.create('folds');
          const raced = await new Race(double, 'tenant', name, g.kith.log, drawing(seed), options).run();
          overtaken += raced.overtaken;
          deaths += raced.deaths;
          const whole = await undisturbed(g, options);
          const views = await store.open(name);
          expect(await told(views)).toEqual(whole);
          expect(await catchUp(g, views, options)).toEqual(whole);
        } finally {
          await end();
          await g.kith.close();
        }
      }),
      runs(RUNS),
    );
    // A race in which nobody met anybody shows nothing.
    expect(Math.min(overtaken, deaths)).toBeGreaterThan(RUNS / 4);
  },
  60_000 + RUNS * 1_500,
);
