/** What went wrong for a party and what came of it, and what our people noted about them. */
import { adds, fact, oneOf, optional, text } from '../kernel';
import { agent, topic } from './words';

const complaint = { case: text(200, 'Number of the case in the source') };

export const ComplaintRaised = fact({
  type: 'kith.complaint-raised.v1',
  kind: 'complaint',
  says: 'The party complained.',
  fields: {
    ...complaint,
    topic,
    severity: optional(oneOf(['low', 'medium', 'high'], 'How bad it is for the party')),
    text: optional(text(20_000, 'The complaint in the words of the party')),
    agent,
  },
  example: {
    case: 'C-881',
    topic: 'damaged on arrival',
    severity: 'high',
    text: 'The box was open.',
    channel: 'phone',
  },
  tells: () => [adds('complaints/raised', 1)],
});

export const ComplaintResolved = fact({
  type: 'kith.complaint-resolved.v1',
  kind: 'resolution',
  says: 'The case is settled for the party.',
  fields: { ...complaint, outcome: optional(text(2000, 'What was done about it')), agent },
  example: { case: 'C-881', outcome: 'replaced free of charge' },
  tells: () => [adds('complaints/resolved', 1)],
});

export const NoteTaken = fact({
  type: 'kith.note-taken.v1',
  kind: 'note',
  says: 'One of our people wrote down something about the party; who, says the actor of the event.',
  fields: { text: text(20_000, 'The note') },
  example: { text: 'Prefers to be called in the evening.' },
  tells: () => [],
});
