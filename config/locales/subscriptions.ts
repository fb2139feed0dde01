// The words of mails to subscribers.
import type { Language } from '../config.ts';

export type WorkNews = 'announced' | 'begun' | 'changed' | 'cancelled' | 'over';

interface Letter {
  readonly subject: string;
  readonly text: string;
}

interface MailWords {
  readonly subject: (organisation: string, title: string) => string;
  /** To whoever asked and has not confirmed. */
  readonly invitation: (organisation: string, confirmUrl: string) => Letter;
  /** To whoever asked and has long since confirmed. */
  readonly known: (organisation: string, manageUrl: string) => Letter;
  readonly told: (text: string, pageUrl: string, manageUrl: string, eraseUrl: string) => string;
  readonly work: Readonly<Record<WorkNews, (title: string) => string>>;
}

const letter = (subject: string, ...paragraphs: readonly string[]): Letter => ({
  subject,
  text: `${paragraphs.join('\n\n')}\n`,
});

export const mailWords: Readonly<Record<Language, MailWords>> = {
  fr: {
    subject: (organisation, title) => `[${organisation}] ${title}`,
    invitation: (organisation, confirmUrl) =>
      letter(
        `Confirmez votre abonnement – ${organisation}`,
        `Quelqu’un, sans doute vous, a demandé à être prévenu à cette adresse de ce que dit la page d’état de ${organisation}.`,
        `Pour confirmer, ouvrez ce lien dans les 24 heures, puis appuyez sur le bouton\u00a0:\n${confirmUrl}`,
        'Si ce n’était pas vous, il n’y a rien à faire\u00a0: sans confirmation, rien n’est envoyé, et l’adresse est effacée après deux jours.',
      ),
    known: (organisation, manageUrl) =>
      letter(
        `Votre abonnement – ${organisation}`,
        `Quelqu’un, sans doute vous, a demandé à être prévenu à cette adresse de ce que dit la page d’état de ${organisation}. Elle l’est déjà, et rien n’a changé.`,
        `Pour choisir autrement de quoi vous êtes prévenu, ou pour ne plus l’être\u00a0:\n${manageUrl}`,
      ),
    told: (text, pageUrl, manageUrl, eraseUrl) =>
      [
        text,
        `Toute l’histoire\u00a0: ${pageUrl}`,
        `-- \nVous recevez ce message parce que vous l’avez demandé.\nChoisir de quoi vous êtes prévenu\u00a0: ${manageUrl}\nNe plus rien recevoir, et faire effacer votre adresse\u00a0: ${eraseUrl}\n`,
      ].join('\n\n'),
    work: {
      announced: (title) => `Travaux prévus\u00a0: ${title}`,
      begun: (title) => `Les travaux commencent\u00a0: ${title}`,
      changed: (title) => `Travaux modifiés\u00a0: ${title}`,
      cancelled: (title) => `Travaux annulés\u00a0: ${title}`,
      over: (title) => `Les travaux sont terminés\u00a0: ${title}`,
    },
  },
  en: {
    subject: (organisation, title) => `[${organisation}] ${title}`,
    invitation: (organisation, confirmUrl) =>
      letter(
        `Confirm your subscription – ${organisation}`,
        `Somebody, probably you, has asked that this address be told what the status page of ${organisation} says.`,
        `To confirm, open this link within 24 hours, then press the button:\n${confirmUrl}`,
        'If it was not you, there is nothing to do: unless it is confirmed nothing is sent, and the address is erased after two days.',
      ),
    known: (organisation, manageUrl) =>
      letter(
        `Your subscription – ${organisation}`,
        `Somebody, probably you, has asked that this address be told what the status page of ${organisation} says. It is already, and nothing has changed.`,
        `To choose differently what you are told, or to be told no more:\n${manageUrl}`,
      ),
    told: (text, pageUrl, manageUrl, eraseUrl) =>
      [
        text,
        `The whole story: ${pageUrl}`,
        `-- \nYou get this message because you asked for it.\nChoose what you are told: ${manageUrl}\nBe told no more, and have your address erased: ${eraseUrl}\n`,
      ].join('\n\n'),
    work: {
      announced: (title) => `Planned work: ${title}`,
      begun: (title) => `Work begins: ${title}`,
      changed: (title) => `Work is changed: ${title}`,
      cancelled: (title) => `Work is cancelled: ${title}`,
      over: (title) => `Work is over: ${title}`,
    },
  },
};
