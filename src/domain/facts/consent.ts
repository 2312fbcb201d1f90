/** What a party allowed us, and what they took back. A ledger: a withdrawal never replaces the grant, it follows it. */
import { fact, type JsonObject, oneOf, only, optional, states, text } from '../kernel';
import { kebab } from './words';

const asked = {
  purpose: kebab('What the data may be used for: newsletter, profiling, sharing-with-partners …'),
  medium: optional(
    kebab('By which medium alone we may use it: email, phone, letter …; any medium where it is left out'),
  ),
  scope: optional(text(300, 'What else limits it: one brand, one list, one contract')),
  evidence: optional(text(2000, 'How it can be shown: form, recording, double opt-in with its address and time')),
};

/** Granted and withdrawn stand side by side in the slot as two values, so that neither overwrites the other. */
const settled = ({ purpose, medium }: { purpose: string; medium?: string }, value: JsonObject) =>
  states(`consent/${purpose}/${medium ?? 'any'}`, value);

export const ConsentGranted = fact({
  type: 'kith.consent-granted.v1',
  kind: 'consent',
  says: 'The party allowed us to use their data for a purpose.',
  fields: {
    ...asked,
    basis: optional(
      oneOf(
        ['consent', 'contract', 'legal-obligation', 'vital-interests', 'public-task', 'legitimate-interests'],
        'Lawful basis as in article 6 (1) GDPR; consent where it is left out',
      ),
    ),
    wording: optional(
      only(
        { reference: text(300, 'Name or address of the text'), version: optional(text(60, 'Its version')) },
        'The text that the party agreed to',
      ),
    ),
  },
  example: {
    purpose: 'newsletter',
    medium: 'email',
    basis: 'consent',
    wording: { reference: 'newsletter-opt-in', version: '3' },
    channel: 'web',
  },
  tells: (data) => {
    const { scope, basis = 'consent', wording } = data;
    return [
      settled(data, { status: 'granted', basis, ...(wording && { wording }), ...(scope !== undefined && { scope }) }),
    ];
  },
});

export const ConsentWithdrawn = fact({
  type: 'kith.consent-withdrawn.v1',
  kind: 'consent',
  says: 'The party took back what they had allowed, or objected before they were asked.',
  fields: { ...asked, reason: optional(text(2000, 'Why, if the party said so')) },
  example: { purpose: 'newsletter', medium: 'email', evidence: 'unsubscribe link in message 2041', channel: 'e-mail' },
  tells: (data) => [settled(data, { status: 'withdrawn', ...(data.scope !== undefined && { scope: data.scope }) })],
});
