// Being told by mail: the page of the form, those that answer it, and those to which the links in mails lead. No address is shown.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import {
  confirmPath,
  erasurePath,
  subscribePath,
  wishPath,
} from '../../config/locales/subscription-paths.ts';
import { subscriptionWords } from '../../config/locales/subscription-pages.ts';
import type { SubscriptionWords } from '../../config/locales/subscription-pages.ts';
import { shell } from './shell.ts';
import type { StatusPage } from './shell.ts';
import { addressField, choices } from './subscribe-form.ts';
import type { Ticked } from './subscribe-form.ts';

/** `refusal`: why what was sent is not enough. */
export const subscribePage = (
  asked: StatusPage,
  refusal?: keyof SubscriptionWords['refusals'],
  ticked: Ticked = { topics: ['incidents', 'maintenance'], language: asked.language },
) => {
  const { language, status } = asked;
  const { heading, lead, submit, refusals } = subscriptionWords[language];
  return shell(asked, {
    sentences: refusal === undefined ? [heading, lead] : [refusals[refusal], heading],
    path: subscribePath,
    content: html`<h1>${heading}</h1>
      <p class="lede">${lead}</p>
      ${refusal === undefined ? nothing : html`<p class="notice" role="alert" id="refusal">${refusals[refusal]}</p>`}
      <form class="ask" method="post" action="/${language}${subscribePath}">
        ${choices(status, language, ticked)} ${addressField(language, submit, refusal === 'unreadable')}
      </form>`,
  });
};

/** Whatever the address is. */
export const askedPage = (asked: StatusPage) =>
  plainPage(asked, subscribePath, subscriptionWords[asked.language].asked);

/** To which the link in the first mail leads: programs follow links, and only people press buttons. */
export const confirmPage = (asked: StatusPage, token: string) => {
  const { heading, text, submit } = subscriptionWords[asked.language].confirm;
  const path = confirmPath(token);
  return plainPage(asked, path, { heading, text }, buttonForm(asked.language, path, submit));
};

/** `manage`: the token with which the subscriber changes his mind. */
export const confirmedPage = (asked: StatusPage, manage: string) => {
  const { done, wish } = subscriptionWords[asked.language].confirm;
  const link = html`<p><a href="/${asked.language}${wishPath(manage)}">${wish}</a></p>`;
  return plainPage(asked, subscribePath, done, link);
};

export const wishPage = (
  asked: StatusPage,
  token: string,
  ticked: Ticked,
  { isSaved = false, refusal }: { readonly isSaved?: boolean; readonly refusal?: 'nothing' } = {},
) => {
  const { status, language } = asked;
  const { manage, erase, refusals } = subscriptionWords[language];
  const path = wishPath(token);
  const said = isSaved ? manage.done : refusal && refusals[refusal];
  const form = html`${said === undefined ? nothing : html`<p class="notice" role="status">${said}</p>`}
    <form class="ask" method="post" action="/${language}${path}">
      ${choices(status, language, ticked)} <button>${manage.submit}</button>
    </form>
    <section class="erase">
      <h2>${erase.heading}</h2>
      <p>${erase.text}</p>
      ${buttonForm(language, erasurePath(token), erase.submit)}
    </section>`;
  return plainPage(asked, path, manage, form);
};

export const erasePage = (asked: StatusPage, token: string) => {
  const { heading, text, submit } = subscriptionWords[asked.language].erase;
  const path = erasurePath(token);
  return plainPage(asked, path, { heading, text }, buttonForm(asked.language, path, submit));
};

export const erasedPage = (asked: StatusPage) =>
  plainPage(asked, subscribePath, subscriptionWords[asked.language].erase.done);

export const gonePage = (asked: StatusPage) => {
  const { gone, heading } = subscriptionWords[asked.language];
  if (asked.status.subscriptions === undefined) return plainPage(asked, subscribePath, gone);
  const link = html`<p><a href="/${asked.language}${subscribePath}">${heading}</a></p>`;
  return plainPage(asked, subscribePath, gone, link);
};

const buttonForm = (language: Language, path: string, submit: string) =>
  html`<form class="ask" method="post" action="/${language}${path}"><button>${submit}</button></form>`;

const plainPage = (
  asked: StatusPage,
  path: string,
  { heading, text }: { readonly heading: string; readonly text: string },
  more: ReturnType<typeof html> | typeof nothing = nothing,
) =>
  shell(asked, {
    sentences: [heading, text],
    path,
    content: html`<h1>${heading}</h1>
      <p class="lede">${text}</p>
      ${more}`,
  });
