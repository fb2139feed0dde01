// What a member fills in to be told by mail.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import { locales } from '../../config/locales/index.ts';
import { subscribePath } from '../../config/locales/subscription-paths.ts';
import { subscriptionWords } from '../../config/locales/subscription-pages.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';

/** What is ticked; nothing of services means all of them. */
export interface Ticked {
  readonly services?: readonly string[];
  readonly topics: readonly string[];
  readonly language: Language;
}

/** On the front page: of all services, or on to where one chooses. */
export const subscribeSection = ({ subscriptions }: PublishedStatus, language: Language) => {
  if (subscriptions === undefined) return nothing;
  const { heading, lead, submit, choose } = subscriptionWords[language];
  return html`<section class="subscribe" id="subscribe">
    <h3>${heading}</h3>
    <p>${lead}</p>
    <form class="ask" method="post" action="/${language}${subscribePath}">
      ${addressField(language, submit)}
      <input type="hidden" name="all" value="yes" />
    </form>
    <p><a href="/${language}${subscribePath}">${choose}</a></p>
  </section>`;
};

/** `isUnreadable`: the one that was sent; the element with the id `refusal` says why. */
export const addressField = (language: Language, submit: string, isUnreadable = false) => {
  const { address, privacy } = subscriptionWords[language];
  return html`<label for="address">${address}</label>
    <div>
      <input
        id="address"
        name="address"
        type="email"
        required
        maxlength="254"
        autocomplete="email"
        aria-invalid=${isUnreadable ? 'true' : nothing}
        aria-describedby="${isUnreadable ? 'refusal ' : ''}address-privacy"
      />
      <button>${submit}</button>
    </div>
    <p class="aside" id="address-privacy">${privacy}</p>`;
};

export const choices = (status: PublishedStatus, language: Language, ticked: Ticked) => {
  const words = subscriptionWords[language];
  const { languages } = status.organisation;
  return html`<fieldset>
      <legend>${words.topics.legend}</legend>
      ${(['incidents', 'maintenance'] as const).map((topic) =>
        choice('topic', topic, words.topics[topic], ticked.topics.includes(topic)),
      )}
    </fieldset>
    <fieldset>
      <legend>${words.services}</legend>
      ${status.services.map(({ id, name }) =>
        choice('service', id, name[language], ticked.services?.includes(id) ?? true),
      )}
    </fieldset>
    ${
      languages.length < 2
        ? nothing
        : html`<fieldset>
            <legend>${words.language}</legend>
            ${languages.map((one) =>
              choice('language', one, locales[one].name, one === ticked.language, 'radio'),
            )}
          </fieldset>`
    }`;
};

const choice = (
  name: string,
  value: string,
  text: string,
  isTicked: boolean,
  type: 'checkbox' | 'radio' = 'checkbox',
) =>
  html`<label class="choice"
    ><input type=${type} name=${name} value=${value} ?checked=${isTicked} /> ${text}</label
  >`;
