/** A website is the domain of its organisation, unless anybody can have a page there. */
import { deskOf, website } from '../../../../src/domain/matching/normalise/website';

it.each(['https://www.stern.example/contact?a=b', 'http://stern.example:8080', 'WWW.Stern.Example', 'stern.example/'])(
  '%s is stern.example',
  (url) => expect(website(url)[0]).toMatchObject({ address: '@stern.example', role: true }),
);

it.each(['https://facebook.com/stern', 'n/a', '', 'no website', 'http://localhost'])('%j is no domain', (url) =>
  expect(website(url)).toEqual([]),
);

it.each(['https://m.facebook.com/stern', 'de-de.facebook.com/stern', 'https://de.linkedin.com/company/stern'])(
  '%s is a page of the platform in a language or on a device, and no domain',
  (url) => expect(website(url)).toEqual([]),
);

it.each(['stern.wordpress.com', 'stern.github.io', 'sternfacebook.com'])('%s is a domain of its own', (host) =>
  expect(website(`https://${host}/`)[0]).toMatchObject({ domain: host }),
);

it('a mailbox at a provider is no desk', () => {
  expect(deskOf('gmail.com')).toEqual([]);
  expect(deskOf('stern.example')).toHaveLength(1);
});
