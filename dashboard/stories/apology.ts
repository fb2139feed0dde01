// What somebody reads who asked for a page that is not there, or not there yet.
import { html } from '@lit-labs/ssr';
import { apologyWords } from '../../config/locales/apologies.ts';
import { serviceWords } from '../../config/locales/service.ts';
import { shell } from '../status/shell.ts';
import type { StatusPage } from '../status/shell.ts';

export const apologies = ['missing', 'unready'] as const;
export type Apology = (typeof apologies)[number];

export const apologyPage = (asked: StatusPage, apology: Apology) => {
  const { language } = asked;
  const [title, text] = apologyWords[language][apology];
  return shell(asked, {
    sentences: [title, text],
    path: '',
    content: html`<h1>${title}</h1>
      <p class="lede">${text}</p>
      <p class="onward"><a href="/${language}">${serviceWords[language].way}</a></p>`,
  });
};
