/** The domain of an organisation, from its website or its e-mail addresses, as one more of its contact points. */
import type { Email } from './email';
import { listed, memo } from './memo';
import { isNothing } from './text';

/** Where people have a mailbox, and organisations a page: they say nothing about whose it is. */
const SHARED = new Set(
  `gmail.com yahoo.com yahoo.co.uk hotmail.com hotmail.co.uk outlook.com live.com msn.com aol.com icloud.com me.com mac.com
  comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net gmx.de gmx.net gmx.at web.de t-online.de freenet.de
  orange.fr free.fr wanadoo.fr laposte.net sfr.fr libero.it virgilio.it alice.it tin.it mail.ru yandex.ru rambler.ru qq.com
  163.com 126.com sina.com naver.com daum.net btinternet.com sky.com virginmedia.com ntlworld.com telenet.be skynet.be ziggo.nl
  kpnmail.nl wp.pl onet.pl o2.pl interia.pl seznam.cz centrum.cz protonmail.com proton.me mail.com zoho.com rediffmail.com
  bigpond.com optusnet.com.au bluewin.ch uol.com.br bol.com.br terra.com.br business.site wordpress.com blogspot.com
  wixsite.com weebly.com squarespace.com etsy.com linktr.ee github.io medium.com`.split(/\s+/),
);
/** Where the page of an organisation is a path, so that what stands before the domain is a language or a device. */
const PLATFORMS = new Set(
  `facebook.com fb.com linkedin.com instagram.com twitter.com x.com youtube.com google.com goo.gl yelp.com tripadvisor.com
  booking.com ebay.com amazon.com github.com wikipedia.org`.split(/\s+/),
);
/** `de-de.facebook.com` is facebook.com, while `stern.wordpress.com` is a domain of its own. */
const isShared = (domain: string): boolean =>
  SHARED.has(domain) || PLATFORMS.has(domain.split('.').slice(-2).join('.'));

/** `@stern.example` stands for every desk of that domain. Nothing where the domain is one that anybody can have. */
export const deskOf = memo(20_000, (domain: string): readonly Email[] =>
  listed(isShared(domain) ? undefined : { address: `@${domain}`, local: '', domain, role: true }),
);

/** `https://www.Stern.example/contact` → `stern.example`; nothing for what is no address of a page. */
export const website = memo(20_000, (raw: string): readonly Email[] => {
  const host = /^(?:[a-z]+:\/\/)?(?:www\d?\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)\.?(?::\d+)?(?:[/?#]|$)/.exec(
    raw.trim().toLowerCase(),
  );
  return isNothing(raw) || !host?.[1] ? [] : deskOf(host[1]);
});
