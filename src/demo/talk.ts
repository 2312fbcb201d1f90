/** How people and the shop talk, and what they look at: visits to the site, calls, letters, newsletters, notes. */
import type { Chance } from './chance';
import { BEGIN, DAY, HOUR, MINUTE, on } from './days';
import { products } from './products';
import { AGENTS, CLERKS, type Known } from './records';
import type { Teller } from './told';

export const CAMPAIGNS: readonly (readonly [name: string, sent: number])[] = [
  ['spring-2024', on('2024-03-12')],
  ['summer-2024', on('2024-06-11')],
  ['lights-2024', on('2024-10-08')],
  ['winter-2024', on('2024-12-03')],
  ['spring-2025', on('2025-03-11')],
  ['summer-2025', on('2025-06-10')],
  ['lights-2025', on('2025-10-07')],
  ['winter-2025', on('2025-12-02')],
];

/** Somebody looks around; now and then they ask something. */
export function visit({ tell }: Teller, { subject }: Known, zone: string, at: number, chance: Chance): void {
  const visit = `v${at.toString(36)}`;
  const campaign = CAMPAIGNS.find(([, sent]) => at > sent && at < sent + 6 * DAY)?.[0];
  const about = { record: subject, source: 'website', zone } as const;
  let moment = at;
  for (let views = chance.whole(1, 4); views > 0; views--) {
    const { code, name, category } = chance.pick(products);
    const page = { url: `https://velo.example/${category}/${code.toLowerCase()}`, title: name };
    tell({
      ...about,
      at: moment,
      type: 'page-viewed',
      data: { page, visit, ...(campaign !== undefined && { campaign }) },
    });
    moment += chance.whole(8, 240) * 1_000;
  }
  if (chance.happens(0.06)) {
    tell({
      ...about,
      at: moment,
      type: 'chat-held',
      data: {
        topic: chance.pick(['size advice', 'delivery time', 'spare part']),
        durationSeconds: chance.whole(90, 800),
        agent: chance.pick(AGENTS),
      },
    });
  } else if (chance.happens(0.05)) {
    const [topic, message] = chance.pick([
      ['spare parts', 'Do you still have the left pedal?'],
      ['test ride', 'May I try the Rückenwind on Saturday?'],
      ['trade-in', 'Do you take old bicycles?'],
    ] as const);
    tell({ ...about, at: moment, type: 'form-submitted', data: { form: 'contact', topic, message } });
    tell({
      ...about,
      at: moment + 5 * HOUR,
      type: 'email-exchanged',
      data: { direction: 'out', topic: `Re: ${topic}`, thread: visit },
    });
  }
}

/** A call at the centre, which found the caller's record, or the note of a clerk. */
export function call({ tell }: Teller, { subject }: Known, zone: string, at: number, chance: Chance): void {
  const agent = chance.pick(AGENTS);
  const [topic, outcome] = chance.pick([
    ['opening hours', 'told'],
    ['delivery', 'new date agreed'],
    ['appointment', 'workshop booked'],
    ['warranty', 'sent the form'],
    ['invoice', 'sent again'],
  ] as const);
  const data = {
    direction: chance.happens(0.8) ? 'in' : 'out',
    durationSeconds: chance.whole(30, 700),
    topic,
    outcome,
    agent,
  };
  tell({ record: subject, source: 'callcentre', zone, at, actor: agent, type: 'call-held', data });
}

const NOTES = [
  'Prefers to be called in the evening.',
  'Rides to work all year round.',
  'Asked twice about cargo bicycles.',
  'Has a dog, wants a trailer.',
  'Knows the owner from school.',
  'Speaks little German, English is fine.',
];

export function note({ tell }: Teller, { subject }: Known, zone: string, at: number, chance: Chance): void {
  tell({
    record: subject,
    source: 'shop',
    zone,
    at,
    actor: chance.pick(CLERKS),
    type: 'note-taken',
    data: { text: chance.pick(NOTES) },
  });
}

/** The newsletter, for as long as it is wanted; some take their consent back by the link in it. */
export function newsletters({ tell }: Teller, { subject, opened }: Known, zone: string, chance: Chance): void {
  const about = { record: subject, source: 'website', zone } as const;
  for (const [campaign, sent] of CAMPAIGNS) {
    if (sent < Math.max(opened, BEGIN)) continue;
    const at = sent + chance.whole(0, 90) * MINUTE;
    tell({ ...about, at, type: 'email-exchanged', data: { direction: 'out', topic: 'Velo letter', campaign } });
    if (!chance.happens(0.06)) continue;
    tell({
      ...about,
      at: at + chance.whole(1, 30) * HOUR,
      type: 'consent-withdrawn',
      data: { purpose: 'newsletter', medium: 'email', evidence: `unsubscribe link in ${campaign}`, channel: 'e-mail' },
    });
    return;
  }
}
