// What a mail to a subscriber says, and where its links lead.
import type { Config, Language } from '../../../config/config.ts';
import { mailWords } from '../../../config/locales/subscriptions.ts';
import { confirmPath, erasurePath, wishPath } from '../../../config/locales/subscription-paths.ts';
import type { SubscriberMail } from './mailings.ts';
import type { Mailing } from './ports.ts';
import type { Tokens } from './tokens.ts';

export type Sender = Pick<Config, 'organisation'>;

export const letterOf = (mailing: Mailing, { organisation }: Sender, tokens: Tokens): SubscriberMail => {
  const { id, decidedAt, subscriber, bulletin } = mailing;
  const { name, address, wish, confirmedAt } = subscriber;
  const language = spoken(wish.language, organisation.languages);
  const words = mailWords[language];
  const link = (path: string) => new URL(`/${language}${path}`, organisation.page).href;
  const manage = tokens.of(name, 'manage');
  const [manageUrl, unsubscribeUrl] = [link(wishPath(manage)), link(erasurePath(manage))];
  const base = { name, to: address, language };
  if (bulletin !== undefined)
    return {
      ...base,
      key: `${bulletin.key}/${name}`,
      thread: `${bulletin.thread}/${name}`,
      at: bulletin.at,
      subject: words.subject(organisation.name, bulletin.title[language]),
      text: words.told(bulletin.text[language], link(bulletin.path), manageUrl, unsubscribeUrl),
      unsubscribeUrl,
    };
  const invitation = { ...base, key: `invitation-${id}/${name}`, at: decidedAt };
  if (confirmedAt !== undefined)
    return { ...invitation, ...words.known(organisation.name, manageUrl), unsubscribeUrl };
  return {
    ...invitation,
    ...words.invitation(organisation.name, link(confirmPath(tokens.of(name, 'confirm')))),
  };
};

const spoken = (language: Language, languages: readonly Language[]): Language =>
  languages.includes(language) ? language : (languages[0] ?? 'fr');
