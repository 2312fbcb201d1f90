/** Two people who are in every demo, whatever the seed, so that the tour has somebody to show: written by hand. */
import type { JsonObject } from '../domain/kernel';
import { DAY, MINUTE, on } from './days';
import { place } from './addresses';
import { named, productOf } from './products';
import { send, type Sent, type Source, teller } from './told';

/** Katharina, who married, moved, changed her mailbox, complained and stayed. */
export const KATHARINA = {
  record: { source: 'shop', key: 'K-1001' },
  /** Closed in April 2025. */
  formerEmail: 'k.baumgartner@post.example',
  email: 'katharina.mueller@mail.example',
  /** One year before the story ends: still in the old flat. */
  yearBefore: '2025-01-01T00:00:00Z',
  /** She has moved, and nobody has told us. */
  betweenMoveAndCall: '2025-06-16T00:00:00Z',
} as const;

/** Wang Xiaoming, whom three sources wrote down three times; his telephone is the same in two. */
export const WANG = { phone: '+43 660 0998877', email: 'xm.wang@inbox.example' } as const;

const linz = place('AT', 'Hafenstraße', '7', '4020', 'Linz');
const wien = place('AT', 'Ziegelofengasse', '12', '1070', 'Wien');

/** One line: when, what, with which data; the source where it is not the record's own, and how much later it was heard. */
type Line = readonly [at: string, type: string, data: JsonObject, source?: Source, days?: number];

const bought = (order: string, code: string, minor: number, quantity = 1): JsonObject => ({
  order,
  line: code,
  product: named(productOf(code)),
  quantity,
  unitPrice: (minor / 100).toFixed(2),
  total: { minor: minor * quantity, currency: 'EUR' },
  market: 'AT',
  channel: 'shop',
});

const katharina: readonly Line[] = [
  ['2024-02-03 10:05', 'name-stated', { party: 'person', name: { given: 'Katharina', family: 'Baumgartner' } }],
  ['2024-02-03 10:05', 'birth-date-stated', { bornOn: '1987-04-12' }],
  ['2024-02-03 10:06', 'contact-point-stated', { medium: 'email', value: KATHARINA.formerEmail, verified: true }],
  ['2024-02-03 10:06', 'contact-point-stated', { medium: 'mobile', value: '+43 660 0123987' }],
  ['2024-02-03 10:07', 'address-stated', { use: 'home', address: linz }],
  ['2024-02-03 10:08', 'identifier-stated', { kind: 'loyalty-card', value: '9003 100 1001' }],
  ['2024-02-03 10:20', 'purchase-made', bought('S-100101', 'B-100', 64_900)],
  ['2024-02-03 10:20', 'purchase-made', bought('S-100101', 'H-20', 7_900, 2)],
  [
    '2024-02-10 18:30',
    'consent-granted',
    {
      purpose: 'newsletter',
      medium: 'email',
      wording: { reference: 'newsletter-opt-in', version: '3' },
      evidence: 'double opt-in',
    },
    'website',
  ],
  ['2024-03-02 11:00', 'purchase-returned', bought('S-100101', 'H-20', 7_900)],
  [
    '2024-06-15 09:40',
    'name-stated',
    { party: 'person', name: { given: 'Katharina', family: 'Müller' }, verified: true },
  ],
  ['2024-09-21 16:12', 'purchase-made', bought('S-100102', 'S-10', 6_900)],
  [
    '2024-09-28 09:15',
    'call-held',
    { direction: 'in', durationSeconds: 412, topic: 'brakes squeal', agent: 'm.huber' },
    'callcentre',
  ],
  [
    '2024-09-28 09:22',
    'complaint-raised',
    {
      case: 'C-100102',
      topic: 'brakes squeal',
      severity: 'medium',
      text: 'Since the inspection the brakes squeal.',
      channel: 'phone',
      agent: 'm.huber',
    },
    'callcentre',
  ],
  [
    '2024-10-01 15:00',
    'complaint-resolved',
    { case: 'C-100102', outcome: 'adjusted while she waited', agent: 'bruno' },
  ],
  [
    '2024-10-02 12:00',
    'account-adjusted',
    { reference: 'C-100102', reason: 'goodwill credit', amount: { minor: -1_000, currency: 'EUR' } },
    'billing',
  ],
  [
    '2024-12-02 19:00',
    'email-exchanged',
    { direction: 'out', topic: 'Velo letter', campaign: 'winter-2024' },
    'website',
  ],
  ['2025-04-07 08:00', 'contact-point-ended', { medium: 'email', value: KATHARINA.formerEmail }, 'website'],
  ['2025-04-07 08:00', 'contact-point-stated', { medium: 'email', value: KATHARINA.email, verified: true }, 'website'],
  ['2025-06-14 09:30', 'moved', { use: 'home', from: linz, to: wien }, 'callcentre', 3],
  ['2025-06-14 09:30', 'address-stated', { use: 'billing', address: wien, verified: true }, 'billing', 40],
  [
    '2025-06-17 17:45',
    'call-held',
    { direction: 'in', durationSeconds: 188, topic: 'new address', outcome: 'noted', agent: 's.okafor' },
    'callcentre',
  ],
  ['2025-08-23 11:30', 'purchase-made', bought('S-100103', 'B-400', 24_900)],
  ['2025-08-23 11:30', 'purchase-made', bought('S-100103', 'H-30', 4_500)],
  ['2025-08-23 11:30', 'purchase-made', bought('S-100103', 'G-10', 850, 2)],
  ['2025-08-23 11:50', 'note-taken', { text: 'The ladybird bell was for the boy next door.' }],
  [
    '2025-10-08 07:20',
    'consent-withdrawn',
    { purpose: 'newsletter', medium: 'email', evidence: 'unsubscribe link in lights-2025', channel: 'e-mail' },
    'website',
  ],
];

/** The clerk rang up two bells, one was sold: said by the id of the fact. */
export const MISCOUNTED = { order: 'S-100103', line: 'G-10', data: bought('S-100103', 'G-10', 850) } as const;

const wangs: Readonly<Record<'website:u77' | 'shop:K-1002' | 'callcentre:T1002', readonly Line[]>> = {
  'website:u77': [
    ['2024-04-19 21:10', 'name-stated', { party: 'person', name: { full: '王小明', given: '小明', family: '王' } }],
    ['2024-04-19 21:11', 'contact-point-stated', { medium: 'email', value: WANG.email, verified: true }],
    ['2024-04-19 21:30', 'purchase-made', bought('W-100201', 'L-10', 3_900)],
  ],
  'shop:K-1002': [
    ['2024-07-05 14:00', 'name-stated', { party: 'person', name: { given: 'Xiaoming', family: 'Wang' } }],
    ['2024-07-05 14:01', 'contact-point-stated', { medium: 'mobile', value: WANG.phone }],
    ['2024-07-05 14:01', 'contact-point-stated', { medium: 'email', value: WANG.email }],
    ['2024-07-05 14:20', 'purchase-made', bought('S-100201', 'R-11', 3_800, 2)],
  ],
  'callcentre:T1002': [
    ['2025-02-11 10:00', 'name-stated', { party: 'person', name: { full: 'Wang Xiao Ming' } }],
    ['2025-02-11 10:01', 'contact-point-stated', { medium: 'phone', value: WANG.phone.replaceAll(' ', '') }],
    [
      '2025-02-11 10:02',
      'call-held',
      { direction: 'in', durationSeconds: 240, topic: 'tyre wears fast', agent: 'j.pichler' },
    ],
  ],
};

/** What is told of the two, in the order of arrival. */
export function cast(): readonly Sent[] {
  return [
    ...play(KATHARINA.record, katharina),
    ...Object.entries(wangs).flatMap(([record, lines]) => {
      const [source = '', key = ''] = record.split(':');
      return play({ source, key }, lines);
    }),
  ].sort((a, b) => a.at - b.at);
}

function play(record: { readonly source: string; readonly key: string }, lines: readonly Line[]): readonly Sent[] {
  const { told, tell } = teller();
  lines.forEach(([at, type, data, source, days = 0], i) => {
    const actor = typeof data['agent'] === 'string' ? data['agent'] : type === 'note-taken' ? 'ilka' : undefined;
    const about = {
      record,
      type,
      data,
      zone: 'Europe/Vienna',
      ...(source && { source }),
      ...(actor !== undefined && { actor }),
    };
    tell({ ...about, at: on(at) + i * 1_000, after: days * DAY + MINUTE });
  });
  return send(told);
}
