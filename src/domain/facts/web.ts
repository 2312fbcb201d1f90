/** What a party did on our sites and in our apps. One fact a view or form: sessions are for the views to find. */
import { fact, only, optional, text } from '../kernel';
import { campaign, topic } from './words';

const Page = only(
  {
    url: text(4000, 'Address of the page, or name of the screen'),
    title: optional(text(500, 'As shown to the visitor')),
    referrer: optional(text(4000, 'Where the visitor came from')),
  },
  'A page of a site or a screen of an app',
);

export const PageViewed = fact({
  type: 'kith.page-viewed.v1',
  kind: 'page-view',
  channel: 'web',
  says: 'The party looked at a page or screen.',
  fields: { page: Page, visit: optional(text(200, 'Which visit it was, by the id that the site gave it')), campaign },
  example: { page: { url: 'https://shop.example/frames/54', title: 'Frame 54' }, campaign: 'spring' },
  tells: () => [],
});

export const FormSubmitted = fact({
  type: 'kith.form-submitted.v1',
  kind: 'form',
  channel: 'web',
  says: 'The party sent a form: an enquiry, a registration, a survey. What it states is told by facts of its own.',
  fields: { form: text(200, 'Which form'), topic, message: optional(text(20_000, 'What the party wrote')), campaign },
  example: { form: 'contact', topic: 'spare parts', message: 'Do you still have the left pedal?' },
  tells: () => [],
});
