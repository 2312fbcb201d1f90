/** How lives change: people move, marry, change their mailbox, leave a company. One source hears of it at once, the others late or never. */
import type { Address } from './addresses';
import type { Chance } from './chance';
import { DAY, END, HOUR } from './days';
import { mailbox, nameOf, type Person } from './people';
import type { Known } from './records';
import type { Teller } from './told';

/** True on one day, learned by the first source soon and by the others weeks later: back-dated there. */
function asLearned(
  known: readonly Known[],
  at: number,
  chance: Chance,
): readonly { readonly known: Known; readonly after: number }[] {
  return known
    .filter(({ opened }) => opened < at)
    .flatMap((known, i) => {
      if (i === 0) return [{ known, after: chance.whole(0, 5) * DAY }];
      return chance.happens(0.6) ? [{ known, after: chance.whole(6, 75) * DAY }] : [];
    });
}

export function move(
  { tell }: Teller,
  person: Person,
  records: readonly Known[],
  to: Address,
  at: number,
  chance: Chance,
): void {
  const { zone } = person.home.country;
  for (const { known, after } of asLearned(
    records.filter(({ address }) => address),
    at,
    chance,
  )) {
    const use = known.source === 'billing' ? 'billing' : 'home';
    const from = known.address;
    tell({
      record: known.subject,
      at,
      after,
      zone,
      type: 'moved',
      data: { use, to, ...(from && chance.happens(0.85) && { from }) },
    });
  }
}

/** Those with a name from before take the one of the family, and show the certificate. */
export function marry({ tell }: Teller, person: Person, known: readonly Known[], at: number, chance: Chance): void {
  const data = { party: 'person', name: nameOf(person, 'right', chance), verified: true };
  for (const { known: one, after } of asLearned(known, at, chance).slice(0, 2)) {
    tell({ record: one.subject, at, after, zone: person.home.country.zone, type: 'name-stated', data });
  }
}

export function changeMailbox(
  { tell }: Teller,
  person: Person,
  records: readonly Known[],
  at: number,
  chance: Chance,
): void {
  const value = mailbox(person.given, person.family, person.number + 11, chance);
  for (const { known, after } of asLearned(
    records.filter(({ email }) => email !== undefined),
    at,
    chance,
  )) {
    const about = { record: known.subject, after, zone: person.home.country.zone };
    tell({ ...about, at, type: 'contact-point-ended', data: { medium: 'email', value: known.email } });
    tell({ ...about, at: at + 1_000, type: 'contact-point-stated', data: { medium: 'email', value } });
  }
}

/** What happens in one life, with what probability; most lives are quiet. */
export function changes(teller: Teller, person: Person, known: readonly Known[], from: number, chance: Chance): void {
  const some = () => from + chance.unit() * (END - from - 10 * DAY);
  if (person.maiden) marry(teller, person, known, some(), chance);
  if (chance.happens(0.1)) changeMailbox(teller, person, known, some(), chance);
  const [first] = known;
  if (!first) return;
  const about = { record: first.subject, zone: person.home.country.zone };
  if (first.phone !== undefined && chance.happens(0.04)) {
    teller.tell({
      ...about,
      source: 'callcentre',
      at: some(),
      type: 'contact-point-ended',
      data: { medium: first.phone === person.home.landline ? 'phone' : 'mobile', value: first.phone },
    });
  }
  if (chance.happens(0.2)) {
    const [name, value] = chance.pick([
      ['household-size', chance.whole(1, 5)],
      ['interest-touring', true],
      ['interest-cargo', true],
      ['commutes-by-bicycle', chance.happens(0.6)],
      ['price-sensitivity', chance.pick(['low', 'high'])],
    ] as const);
    teller.tell({ ...about, at: some() + HOUR, type: 'attribute-stated', data: { name, value } });
  }
  if (chance.happens(0.05))
    teller.tell({ ...about, source: 'shop', at: some(), type: 'standing-stated', data: { standing: 'former' } });
}
