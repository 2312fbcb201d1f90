/** Every way in which a party and we spoke: one fact a way, so that each has the channel that is implied. */
import { Type } from '@sinclair/typebox';
import { fact, optional, text } from '../kernel';
import { agent, campaign, direction, topic } from './words';

const conversation = {
  topic,
  summary: optional(text(20_000, 'What was said, in short')),
  outcome: optional(text(200, 'What came of it')),
  agent,
};

const durationSeconds = optional(
  Type.Integer({ minimum: 0, maximum: 1e6, description: 'How long it took, in seconds' }),
);

const message = {
  direction,
  ...conversation,
  messageId: optional(text(998, 'The id that the message carries in its own system')),
  thread: optional(text(998, 'The conversation that it belongs to')),
  campaign,
};

export const CallHeld = fact({
  type: 'kith.call-held.v1',
  kind: 'call',
  channel: 'phone',
  says: 'The party and we spoke by phone.',
  fields: { direction, durationSeconds, ...conversation },
  example: { direction: 'in', durationSeconds: 312, topic: 'delivery', outcome: 'new date agreed', agent: 'm.huber' },
  tells: () => [],
});

export const MeetingHeld = fact({
  type: 'kith.meeting-held.v1',
  kind: 'meeting',
  channel: 'face-to-face',
  says: 'The party and we met, in person or by video.',
  fields: { durationSeconds, place: optional(text(300, 'Where: a shop, a fair, their office')), ...conversation },
  example: { place: 'Spring fair, hall 3', topic: 'sample kit', agent: 'm.huber' },
  tells: () => [],
});

export const ChatHeld = fact({
  type: 'kith.chat-held.v1',
  kind: 'chat',
  channel: 'chat',
  says: 'The party and we chatted on a site or in an app.',
  fields: { durationSeconds, thread: message.thread, ...conversation },
  example: { topic: 'size advice', summary: 'Asked which frame fits; recommended 54 cm.' },
  tells: () => [],
});

export const EmailExchanged = fact({
  type: 'kith.email-exchanged.v1',
  kind: 'e-mail',
  channel: 'e-mail',
  says: 'An e-mail went from the party to us, or from us to them.',
  fields: message,
  example: { direction: 'out', topic: 'Your order A-1001', messageId: '<a1001@shop.example>' },
  tells: () => [],
});

export const LetterExchanged = fact({
  type: 'kith.letter-exchanged.v1',
  kind: 'letter',
  channel: 'letter',
  says: 'A letter or fax went from the party to us, or from us to them; a fax says so in its channel.',
  fields: message,
  example: { direction: 'in', topic: 'cancellation', channel: 'fax' },
  tells: () => [],
});

export const TextMessageExchanged = fact({
  type: 'kith.text-message-exchanged.v1',
  kind: 'text-message',
  channel: 'text-message',
  says: 'A text message, by SMS or a messenger, went from the party to us, or from us to them.',
  fields: { ...message, network: optional(text(64, 'sms, whatsapp, signal …')) },
  example: { direction: 'out', network: 'sms', topic: 'parcel is ready' },
  tells: () => [],
});

export const SocialMessageExchanged = fact({
  type: 'kith.social-message-exchanged.v1',
  kind: 'social-message',
  channel: 'social',
  says: 'The party wrote to or about us on a social network, or we wrote to them.',
  fields: {
    ...message,
    network: text(64, 'mastodon, instagram, linkedin …'),
    public: optional(Type.Boolean({ description: 'Everybody can read it' })),
  },
  example: { direction: 'in', network: 'mastodon', public: true, topic: 'praise' },
  tells: () => [],
});
