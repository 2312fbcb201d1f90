/** For whom a person works, and as what. A person may hold several positions; the company's record goes into `parties`. */
import { ends, fact, only, optional, states, text } from '../kernel';
import { verified } from './words';

const Position = only(
  {
    company: text(300, 'Name of the company or body'),
    title: optional(text(200, 'Role or job title')),
    department: optional(text(200, 'Department or team')),
  },
  'A position as far as it is known',
);

export const PositionHeld = fact({
  type: 'kith.position-held.v1',
  kind: 'profile',
  says: 'The source says that the person holds this position.',
  fields: { position: Position, verified },
  example: { position: { company: 'Analytical Engines Ltd', title: 'Head of purchasing' } },
  tells: ({ position, verified }) => [states('position', position, verified)],
});

export const PositionLeft = fact({
  type: 'kith.position-left.v1',
  kind: 'profile',
  says: 'The person no longer holds this position, which is named as it was when it was held.',
  fields: { position: Position },
  example: { position: { company: 'Analytical Engines Ltd', title: 'Head of purchasing' } },
  tells: ({ position }) => [ends('position', position)],
});
