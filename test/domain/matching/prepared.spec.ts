/** What a record is compared by: the mailboxes of an organisation, and its domains in their place. */
import { defaultModel } from '../../../src/domain/matching/model';
import { prepare } from '../../../src/domain/matching/prepared';
import { organisation } from './people';

const addresses = (emails: readonly string[], websites: readonly string[]): readonly string[] =>
  prepare(organisation('r', 'Stern', { emails, websites }), defaultModel.settings).emails.map(({ address }) => address);

it('the mailbox of a desk is its domain', () => {
  expect(addresses(['office@stern.example', 'ada@stern.example'], ['www.stern.example'])).toEqual([
    'ada@stern.example',
    '@stern.example',
  ]);
});

it('the mailbox of a desk at a provider stays beside the domain of the website', () => {
  expect(addresses(['office@gmx.at'], ['www.stern.example'])).toEqual(['office@gmx.at', '@stern.example']);
});
