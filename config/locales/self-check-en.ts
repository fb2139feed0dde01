// « Est-ce mon site ? » in English, for somebody who has a site and knows nothing of what carries it.
import type { SelfCheckWords } from './self-check-words.ts';

export const en: SelfCheckWords = {
  heading: 'Is it my site?',
  lead: 'Your site does not answer? Write its name: we look at it from outside, and tell you what is wrong and whose it is to mend.',
  label: 'The name of your site',
  example: 'theatre.org',
  submit: 'Look',
  privacy: 'For the sites that we host. The name is written down nowhere.',
  staged:
    'In this demonstration, try theatre.example, cinema.example, chorale.example, librairie.example or ancien.example: what is seen of them was prepared.',
  verdict: {
    works: [
      'Your site answers.',
      'If you do not see it, the reason is probably your connection or your device: try another one.',
    ],
    'for-some': [
      'Your site answers, but not everybody.',
      'Depending on their connection, or on the address they write, some of your visitors do not see it.',
    ],
    yours: [
      'This is for you to mend.',
      'Our servers have no part in it, and we cannot do it in your place. Here is where to look.',
    ],
    ours: ['This is for us to mend.', 'There is nothing that you have to do.'],
    known: [
      'It is our fault, and we know of it.',
      'There is nothing that you have to do: your site will be back with the rest.',
    ],
    unclear: [
      'We cannot tell where this comes from.',
      'What we have seen is not enough. Try again in a few minutes, and if it lasts, write to us.',
    ],
  },
  refusal: {
    unknown: [
      'This name is not among those that we host.',
      'Look at how it is spelt. If somebody else hosts the site, only they can tell you; if it should be with us, write to us.',
    ],
    unreadable: [
      'This is not the name of a site.',
      'Write it as it stands at the top of your browser: theatre.org, for example.',
    ],
    blind: [
      'We could not look.',
      'It is our own test that does not work at the moment. That says nothing about your site. Try again in a minute.',
    ],
    busy: ['Too many requests at once.', 'Try again in a minute.'],
  },
  outages: 'At the moment, on our side:',
  seen: 'What we have seen',
  step: {
    name: 'The name',
    addresses: 'The address',
    certificate: 'The secure connection',
    page: 'The home page',
    mail: 'Mail',
  },
  whose: { yours: 'for you to mend', ours: 'for us to mend', unknown: 'for whom to mend?' },
  some: 'Only some of your visitors notice.',
  finding: {
    named: { what: 'The Internet knows it.' },
    'named-elsewhere': {
      what: 'The Internet knows it, and somebody else than us manages it. That is fine, if you meant it.',
    },
    lapsed: {
      what: 'It does not exist on the Internet, or no longer does.',
      todo: 'A name is rented, mostly by the year. See with whoever sold it to you whether it has to be renewed; if it is paid for, ask them why it is not published any more.',
    },
    bogus: {
      what: 'The signatures that protect it (DNSSEC) are not valid: most of your visitors do not find it any more.',
      todo: {
        yours:
          'Ask whoever manages this name to mend these signatures, or to remove them where you bought it.',
        ours: 'We have to mend them. If you have just changed something where you bought the name, tell us.',
        unknown: 'Ask whoever manages this name to mend or to remove them.',
      },
    },
    unanswered: {
      what: 'The servers that manage it do not answer.',
      todo: {
        yours: 'Ask whoever manages this name, mostly those who sold it to you, what is going on.',
        ours: 'We have to get them going again.',
        unknown: 'Ask whoever manages this name what is going on. If that is us, write to us.',
      },
    },
    addressed: { what: 'The name leads to us.' },
    unaddressed: { what: 'The name exists, but leads nowhere: no address is written in it.' },
    astray: {
      what: 'The name leads elsewhere, and not to us: what your visitors see, or do not see, does not come from here.',
    },
    'astray-four': {
      what: 'Depending on their connection, your visitors come to us or to somebody else: the IPv4 address (A) of the name is not ours.',
    },
    'astray-six': {
      what: 'Depending on their connection, your visitors come to us or to somebody else: the IPv6 address (AAAA) of the name is not ours.',
    },
    'astray-some': {
      what: 'The name leads now to us, now elsewhere: it has several addresses, and some of them are not ours.',
    },
    'www-missing': { what: (site) => `www.${site} leads nowhere. ${site}, without www, does lead to us.` },
    'www-astray': { what: (site) => `www.${site} leads elsewhere. ${site}, without www, does lead to us.` },
    'bare-missing': { what: (site) => `${site}, without www, leads nowhere. www.${site} does lead to us.` },
    'bare-astray': { what: (site) => `${site}, without www, leads elsewhere. www.${site} does lead to us.` },
    certified: { what: 'It works.' },
    expiring: {
      what: 'It works, but its certificate expires soon.',
      todo: 'We have to renew it; that usually happens by itself.',
    },
    expired: {
      what: 'Its certificate has expired: browsers warn your visitors, or stop them.',
      todo: 'We have to renew it. If this lasts longer than a few hours, write to us.',
    },
    'not-yet': {
      what: 'Its certificate is not valid yet: browsers warn your visitors, or stop them.',
      todo: 'We have to change it.',
    },
    'other-name': {
      what: 'Its certificate is that of another site: browsers warn your visitors, or stop them.',
      todo: 'We have to put one there in your name. If you have just added this name, wait an hour; otherwise, write to us.',
    },
    untrusted: {
      what: 'Nobody whom browsers know vouches for its certificate: they warn your visitors, or stop them.',
      todo: 'We have to change it. If this lasts longer than a few hours, write to us.',
    },
    broken: { what: 'It does not come about.', todo: 'We have to mend it.' },
    missing: {
      what: 'There is none: the site only answers those who come without “https”.',
      todo: 'We have to add one. If this lasts longer than a few hours, write to us.',
    },
    answers: { what: 'It answers.' },
    'leads-away': {
      what: 'It sends your visitors to another site, at which we have not looked. That is fine, if you meant it.',
    },
    loops: {
      what: 'It leads from one address to the other without end.',
      todo: 'In the settings of your site, look at its address (with or without “https”, with or without “www”) and its redirects, above all if you have just changed them.',
    },
    fails: {
      what: 'Our server answers, but the program of your site stops with an error.',
      todo: 'Mostly that is an extension or an update: undo the last one, or ask whoever made the site to read its error log. If nothing has changed, write to us.',
    },
    'fails-here': {
      what: 'It is not available: what runs your site, behind our server, does not answer.',
      todo: 'We have to get it going again, unless you have put your site into maintenance yourself.',
    },
    forbidden: {
      what: 'Our server is not allowed to show it.',
      todo: 'See that your site has a home page (index.html or index.php), and that its permissions let it be read.',
    },
    'not-found': {
      what: 'There is no home page.',
      todo: 'See that your site is in the right folder, and that it has a home page (index.html or index.php).',
    },
    refuses: {
      what: 'Your site refuses to answer our visit.',
      todo: 'See in its settings what keeps visitors away: a protection against robots, for example.',
    },
    silent: { what: 'Our server does not answer.', todo: 'We have to get it going again.' },
    'mail-here': { what: 'It comes to us.' },
    'mail-elsewhere': {
      what: 'It does not come to us, but to somebody else. That is fine, if you meant it.',
    },
    'mail-both': {
      what: 'It comes now to us, now to somebody else.',
      todo: 'Of the mail servers (MX) of this name, keep ours only, or theirs only.',
    },
    'mail-nowhere': { what: 'This name takes no mail.' },
    'no-spf': {
      what: 'It comes to us, but nothing says who may send it in your name: your messages may be taken for junk.',
      todo: 'Add an SPF record to this name, or ask us to do it.',
    },
    'spf-twice': {
      what: 'It comes to us, but two rules (SPF) say who may send it in your name, and neither counts: your messages may be taken for junk.',
      todo: 'Make one of them.',
    },
  },
  addresses: {
    ours: 'You set the addresses of this name in your account with us. If you do not know which ones to write there, write to us.',
    others:
      'The addresses of this name are set where it is managed, mostly where you bought it. If you do not know which ones to write there, write to us. A change may take a day to be seen everywhere.',
    unknown:
      'The addresses of this name are set where it is managed. If you do not know which ones to write there, write to us.',
  },
  lookedAt: (when) => `Looked at on ${when}. The same answer holds for half a minute.`,
};
