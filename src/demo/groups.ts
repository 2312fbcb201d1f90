/** Who belongs together: households that share a telephone and a name, companies with the people who buy for them. */
import { type Chance, chance as chanceOf } from './chance';
import { changes, move } from './changes';
import { BEGIN, DAY, END, HOUR } from './days';
import { company } from './companies';
import { live, type Span } from './lives';
import { home, person, someCulture } from './people';
import { address } from './addresses';
import { openAll } from './records';
import { send, type Sent, teller, type Teller } from './told';

/** What is settled of a group before its story is told. */
export interface Group extends Span {
  readonly kind: 'household' | 'company';
  /** Parties: people, and the company. */
  readonly size: number;
  /** Number of its first party. */
  readonly number: number;
  readonly seed: number;
}

/** Enough groups for so many parties. */
export function* groups(seed: number, parties: number): Generator<Group> {
  for (let number = 0; number < parties; ) {
    const chance = chanceOf(seed, number, 1);
    const kind = chance.happens(0.06) ? 'company' : 'household';
    const wanted =
      kind === 'company'
        ? 1 + chance.whole(1, 5)
        : chance.weighted([
            [1, 60],
            [2, 22],
            [3, 9],
            [4, 7],
            [5, 2],
          ]);
    const size = Math.min(wanted, parties - number);
    const from = chance.happens(0.4)
      ? BEGIN - chance.whole(20, 1_400) * DAY
      : BEGIN + chance.whole(0, 715) * DAY + chance.whole(8, 17) * HOUR;
    const until = Math.min(END, Math.max(from, BEGIN) + chance.wait(700 * DAY));
    yield { kind, size, number, seed, from, until };
    number += size;
  }
}

/** Everything that is ever told of a group, in the order of arrival. The same group, the same events. */
export function storyOf(group: Group): readonly Sent[] {
  const chance = chanceOf(group.seed, group.number, 2);
  const collected = teller();
  if (group.kind === 'company') company(collected, group, chance);
  else household(collected, group, chance);
  return send(collected.told);
}

function household(teller: Teller, { number, size, from, until }: Group, chance: Chance): void {
  const culture = someCulture(chance);
  const shared = home(number, culture, chance);
  const family = chance.pick(culture.family);
  const moves = chance.happens(0.13)
    ? { at: Math.max(from, BEGIN) + chance.unit() * (END - Math.max(from, BEGIN)), to: address(shared.country, chance) }
    : undefined;
  for (let i = 0; i < size; i++) {
    const age: readonly [number, number] = i < 2 ? [24, 78] : [14, 20];
    const one = person(number + i, culture, shared, age, chance, chance.happens(0.9) ? family : undefined);
    const met = from + (i === 0 ? 0 : chance.wait(40 * DAY));
    const known = openAll(teller, one, met, END, chance);
    live(teller, one, known, { from: met, until }, chance);
    changes(teller, one, known, Math.max(met, BEGIN), chance);
    if (moves) move(teller, one, known, moves.to, moves.at, chance);
  }
}
