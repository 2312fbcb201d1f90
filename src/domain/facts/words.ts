/** Small schemas that several families of facts share. A word that only one family uses stays in its file. */
import { Type } from '@sinclair/typebox';
import { oneOf, optional, text } from '../kernel';

/** Lower-case words joined by hyphens, so that it can be a part of a slot. */
export const kebab = (description: string) =>
  Type.String({
    pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
    maxLength: 64,
    description: `${description}; lower-case words joined by hyphens`,
  });

export const country = optional(
  Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2, two capitals as in AT' }),
);

export const verified = optional(
  Type.Boolean({ description: 'The source vouches for it: it was checked, not only said' }),
);

export const direction = oneOf(['in', 'out'], 'in: the party came to us; out: we went to them');

export const topic = optional(text(200, 'What it was about, in the words of the source'));

export const agent = optional(text(200, 'Who of our own people it was, as their key in the source'));

export const campaign = optional(text(200, 'The campaign that it belongs to'));
