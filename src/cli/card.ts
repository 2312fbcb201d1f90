/** A customer's page as text for a person. Says only what the view says. */
import type { Whole } from '../domain/whole';
import type { Chosen, CustomerView, Lifetime } from '../projections/customer';
import type { Shown } from '../projections/survivorship';
import { money, said } from './wording';

/** Lines of the customer's page; with `why`, under each value its provenance and what lost. */
export function card(view: CustomerView, { why }: { why: boolean }): string[] {
  const name = view.fields['name'];
  const title = name ? said(name.value) : (view.records[0]?.subject?.key ?? view.customer);
  const lines = [
    title,
    '─'.repeat(Math.max(title.length, 24)),
    row('customer', view.customer + (view.anonymous ? '  (anonymous)' : '')),
  ];
  for (const { subject } of view.records) if (subject) lines.push(row('record', `${subject.key} in ${subject.source}`));
  for (const [slot, chosen] of Object.entries(view.fields))
    lines.push(row(slot, said(chosen.value)), ...(why ? reasons(chosen) : []));
  for (const [slot, values] of Object.entries(view.lists)) {
    for (const value of values)
      lines.push(row(slot, said(value.value) + (value.present ? '' : '  (former)')), ...(why ? [reason(value)] : []));
  }
  for (const [currency, lifetime] of Object.entries(view.lifetime))
    lines.push(row('lifetime', spent(currency, lifetime)));
  lines.push(row('facts', counts(view.sums)));
  if (view.first && view.last)
    lines.push(row('from – to', `${view.first.occurredAt.slice(0, 10)} – ${view.last.occurredAt.slice(0, 10)}`));
  return lines;
}

const row = (label: string, text: string): string => `  ${label.padEnd(24)} ${text}`;

const reasons = (chosen: Chosen): string[] => [
  reason(chosen),
  ...chosen.others.map((other) => `${' '.repeat(28)}not ${said(other.value)} (${whence(other)})`),
];

const reason = (shown: Shown): string => `${' '.repeat(28)}by ${shown.rule}; ${whence(shown)}`;

const whence = ({ from, times }: Shown): string =>
  `${from.source}${from.actor ? ` by ${from.actor}` : ''}, true ${from.occurredAt.slice(0, 10)}, known ${from.recordedAt.slice(0, 10)}, said ${times}×, event ${from.event}`;

const spent = (currency: string, { gross, returned, net, purchases, returns }: Lifetime): string =>
  `${money(net, currency)} net: ${money(gross, currency)} in ${purchases} purchases − ${money(returned, currency)} in ${returns} returns`;

const counts = (sums: Readonly<Record<string, Whole>>): string =>
  Object.entries(sums)
    .filter(([path]) => path.startsWith('facts/kind/'))
    .map(([path, n]) => `${n} ${path.slice('facts/kind/'.length)}`)
    .join(', ');
