/** One person from the day we met them to the day they stay away: what they buy, ask, read, and how often. */
import type { Chance } from './chance';
import { BEGIN, DAY, HOUR, MINUTE } from './days';
import { order } from './orders';
import type { Person } from './people';
import { AGENTS, CLERKS, type Known } from './records';
import { call, newsletters, note, visit } from './talk';
import type { Teller } from './told';

export interface Span {
  readonly from: number;
  readonly until: number;
}

/** The times of something that comes every `mean` on average, in office hours. */
export function* times({ from, until }: Span, mean: number, chance: Chance): Generator<number> {
  for (let at = from + chance.wait(mean); at < until; at += HOUR + chance.wait(mean)) {
    yield Math.floor(at / DAY) * DAY + chance.whole(8, 18) * HOUR + chance.whole(0, 59 * 60) * 1_000;
  }
}

export function live(teller: Teller, person: Person, known: readonly Known[], span: Span, chance: Chance): void {
  const { zone } = person.home.country;
  const begun = { ...span, from: Math.max(span.from, BEGIN) };
  const since = (one: Known): Span => ({ ...begun, from: Math.max(begun.from, one.opened + MINUTE) });
  for (const one of known) {
    if (one.newsletter) newsletters(teller, one, zone, chance);
    if (one.source === 'website')
      for (const at of times(since(one), (25 + chance.wait(60)) * DAY, chance)) visit(teller, one, zone, at, chance);
    else for (const at of times(since(one), 260 * DAY, chance)) call(teller, one, zone, at, chance);
    if (one.source === 'billing' && chance.happens(0.3))
      for (const at of times(since(one), 300 * DAY, chance)) letter(teller, one, zone, at, chance);
  }
  const [first] = known;
  if (!first) return;
  if (chance.happens(0.17)) prospect(teller, first, zone, begun, chance);
  else buy(teller, person, known, begun, chance);
  if (chance.happens(0.08)) note(teller, first, zone, first.opened + chance.whole(1, 100) * DAY, chance);
  if (chance.happens(0.02)) {
    const at = begun.from + chance.wait(100 * DAY);
    const data = {
      direction: 'in',
      network: chance.pick(['mastodon', 'instagram']),
      public: true,
      topic: chance.pick(['praise', 'photo of the tour', 'question']),
    };
    if (at < span.until)
      teller.tell({ record: first.subject, source: 'website', zone, at, type: 'social-message-exchanged', data });
  }
}

function buy(teller: Teller, person: Person, known: readonly Known[], span: Span, chance: Chance): void {
  const mean = (35 + chance.wait(170)) * DAY;
  let count = 0;
  for (const at of times({ ...span, from: span.from + HOUR }, mean, chance)) {
    const open = known.filter(({ opened }) => opened < at);
    if (open.length === 0) continue;
    const { subject: record, source } = chance.pick(open);
    const where = source === 'billing' ? 'callcentre' : source;
    order(
      teller,
      { record, source: where, country: person.home.country },
      `${person.number}${String((count += 1)).padStart(2, '0')}`,
      at,
      chance,
    );
  }
}

/** Looks, asks, perhaps rides one round the block, and has not bought. */
function prospect(
  { tell }: Teller,
  { subject: record, opened }: Known,
  zone: string,
  span: Span,
  chance: Chance,
): void {
  const from = Math.max(opened, span.from);
  tell({ record, zone, at: opened + MINUTE, type: 'standing-stated', data: { standing: 'prospect' } });
  if (chance.happens(0.5))
    tell({
      record,
      source: 'callcentre',
      zone,
      at: from + 3 * DAY,
      actor: chance.pick(AGENTS),
      type: 'call-held',
      data: {
        direction: 'out',
        topic: 'offer',
        outcome: chance.pick(['thinking about it', 'not now', 'call in spring']),
      },
    });
  if (chance.happens(0.3))
    tell({
      record,
      source: 'shop',
      zone,
      at: from + 9 * DAY,
      actor: chance.pick(CLERKS),
      type: 'meeting-held',
      data: { place: 'shop', topic: 'test ride', durationSeconds: chance.whole(900, 3_000) },
    });
}

function letter({ tell }: Teller, { subject: record }: Known, zone: string, at: number, chance: Chance): void {
  tell({
    record,
    zone,
    at,
    type: 'letter-exchanged',
    data: { direction: 'out', topic: chance.pick(['reminder', 'annual statement', 'direct debit mandate']) },
  });
}
