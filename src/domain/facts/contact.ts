/** Where a party can be reached, apart from postal addresses. Contact points stand side by side and end one by one. */
import { fact, ends, oneOf, optional, states, text } from '../kernel';
import { verified } from './words';

const point = {
  medium: oneOf(['email', 'phone', 'mobile', 'fax', 'web', 'social', 'messenger'], 'What reaches the party there'),
  value: text(
    320,
    'The address or number as written; for social media and messengers with the network, as in mastodon:@ada',
  ),
};

/** The slot holds the bare text, so that one address that serves home and work is one value; the use stays in the fact. */
const slot = (medium: string) => `contact/${medium}`;

export const ContactPointStated = fact({
  type: 'kith.contact-point-stated.v1',
  kind: 'profile',
  says: 'The source says that the party can be reached here.',
  fields: {
    ...point,
    use: optional(oneOf(['home', 'work', 'billing', 'support', 'other'], 'What the party uses it for')),
    verified,
  },
  example: { medium: 'email', value: 'ada@example.org', use: 'work', verified: true },
  tells: ({ medium, value, verified }) => [states(slot(medium), value, verified)],
});

export const ContactPointEnded = fact({
  type: 'kith.contact-point-ended.v1',
  kind: 'profile',
  says: 'The party can no longer be reached here: the mailbox is closed, the number was given up.',
  fields: point,
  example: { medium: 'phone', value: '+43 732 123456' },
  tells: ({ medium, value }) => [ends(slot(medium), value)],
});
