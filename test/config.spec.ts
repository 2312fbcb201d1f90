/** What is configured wrongly is refused by the name of its variable, and what may be a secret is not repeated. */
import { readConfig } from '../src/config';

const refused = (env: Readonly<Record<string, string>>, ...words: readonly string[]): void => {
  for (const word of words) expect(() => readConfig(env)).toThrow(word);
};

test.each(['api', 'projector'])('the role %s is for nodes that share their views, and is refused without', (role) => {
  refused({ KITH_ROLE: role }, 'KITH_ROLE', 'KITH_VIEWS');
  refused({ KITH_ROLE: role, KITH_LOG: 'esdb://h' }, 'KITH_VIEWS');
  expect(readConfig({ KITH_ROLE: role, KITH_VIEWS: 'mongodb://h' })).toMatchObject({ role });
});

test('without a role a node does everything, wherever log and views are', () => {
  for (const env of [{}, { KITH_LOG: 'esdb://h' }, { KITH_VIEWS: 'mongodb://h' }])
    expect(readConfig(env)).toMatchObject({ role: 'all' });
  refused({ KITH_ROLE: 'leader', KITH_VIEWS: 'mongodb://h' }, 'all, api or projector');
});

test.each(['KITH_LOG', 'KITH_VIEWS'])('%s that is no connection string is refused and not repeated', (name) => {
  refused({ [name]: 'http://ada:swordfish@host' }, name);
  expect(() => readConfig({ [name]: 'http://ada:swordfish@host' })).not.toThrow('swordfish');
});

test('a setting that nobody knows is refused', () => {
  refused({ KITH_VIEW: 'mongodb://h' }, 'KITH_VIEW is no setting', 'KITH_VIEWS');
});
