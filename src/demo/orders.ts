/** What a party buys, brings back and complains about, order by order. */
import type { JsonObject, Subject } from '../domain/kernel';
import type { Chance } from './chance';
import { DAY, HOUR, MINUTE } from './days';
import { type Country, minorUnits, priceIn } from './places';
import { basket, named, type Product } from './products';
import { AGENTS, CLERKS } from './records';
import type { Source, Teller } from './told';

export interface Buyer {
  readonly record: Subject;
  /** Where the order is taken, which may be another source than the record's. */
  readonly source: Source;
  readonly country: Country;
  /** What the order facts say beside: who bought for the company. */
  readonly parties?: JsonObject['parties'];
  /** More of everything: companies buy in fives. */
  readonly times?: number;
}

/** One order, and what comes of it. `number` makes the order's number. */
export function order(teller: Teller, buyer: Buyer, number: string, at: number, chance: Chance): void {
  const { record, source, country, parties, times = 1 } = buyer;
  const story = `${source === 'website' ? 'W' : source === 'shop' ? 'S' : 'P'}-${number}`;
  const about = { record, source, zone: country.zone, story, ...(source === 'shop' && { actor: chance.pick(CLERKS) }) };
  const channel = source === 'website' ? 'web' : source === 'shop' ? 'shop' : 'phone';
  const lines = basket(chance).map((product, i) =>
    line(product, country, chance.happens(0.12) ? 2 * times : times, { order: story, line: String(i + 1), channel }),
  );
  for (const data of lines)
    teller.tell({ ...about, at, type: 'purchase-made', data: { ...data, ...(parties !== undefined && { parties }) } });
  if (source === 'website') {
    teller.tell({
      ...about,
      at: at + 2 * MINUTE,
      type: 'email-exchanged',
      data: { direction: 'out', topic: `Your order ${story}`, messageId: `<${story.toLowerCase()}@velo.example>` },
    });
  } else if (lines.some(({ product }) => product['category'] === 'service')) {
    teller.tell({
      ...about,
      at: at + 26 * HOUR,
      type: 'text-message-exchanged',
      data: { direction: 'out', network: 'sms', topic: 'your bicycle is ready', agent: chance.pick(CLERKS) },
    });
  }
  const goods = lines.filter(({ product }) => product['category'] !== 'service');
  if (goods.length > 0 && chance.happens(0.07)) {
    teller.tell({ ...about, at: at + chance.whole(3, 20) * DAY, type: 'purchase-returned', data: chance.pick(goods) });
  }
  if (chance.happens(0.055)) complaint(teller, buyer, story, at + chance.whole(2, 12) * DAY, chance);
}

function line(
  product: Product,
  country: Country,
  quantity: number,
  where: { order: string; line: string; channel: string },
) {
  const { minor, currency } = priceIn(country, product.euroCents);
  const unit = minorUnits(currency);
  return {
    ...where,
    product: named(product),
    quantity,
    unitPrice: (minor / unit).toFixed(unit === 1 ? 0 : 2),
    total: { minor: minor * quantity, currency },
    market: country.code,
  };
}

const GRIEVANCES = [
  ['damaged on arrival', 'The box was open and the mudguard is bent.', 'replaced free of charge'],
  ['late delivery', 'Promised for Tuesday, it is Friday now.', 'delivered, shipping refunded'],
  ['wrong size', 'I ordered 54 and got 58.', 'exchanged'],
  ['brakes squeal', 'Since the inspection the brakes squeal.', 'adjusted while they waited'],
  ['invoice wrong', 'You charged me for two helmets.', 'invoice corrected'],
  ['light fails', 'The lamp goes out on cobbles.', 'cable replaced under warranty'],
] as const;

/** Raised, talked about, and mostly resolved. */
export function complaint(
  teller: Teller,
  { record, country }: Pick<Buyer, 'record' | 'country'>,
  story: string,
  at: number,
  chance: Chance,
): void {
  const [topic, text, outcome] = chance.pick(GRIEVANCES);
  const agent = chance.pick(AGENTS);
  const about = { record, source: 'callcentre', zone: country.zone, story, actor: agent } as const;
  const case_ = `C-${story.replace(/^\D+/, '')}`;
  teller.tell({
    ...about,
    at,
    type: 'call-held',
    data: { direction: 'in', durationSeconds: chance.whole(60, 900), topic, agent },
  });
  teller.tell({
    ...about,
    at: at + 6 * MINUTE,
    type: 'complaint-raised',
    data: {
      case: case_,
      topic,
      severity: chance.weighted([
        ['low', 3],
        ['medium', 5],
        ['high', 2],
      ]),
      text,
      channel: 'phone',
      agent,
    },
  });
  if (!chance.happens(0.86)) return;
  const settled = at + chance.whole(1, 14) * DAY;
  teller.tell({ ...about, at: settled, type: 'complaint-resolved', data: { case: case_, outcome, agent } });
  if (!chance.happens(0.25)) return;
  const { minor, currency } = priceIn(country, 1_000);
  teller.tell({
    ...about,
    source: 'billing',
    at: settled + DAY,
    type: 'account-adjusted',
    data: { reference: case_, reason: 'goodwill credit', amount: { minor: -minor, currency } },
  });
}
