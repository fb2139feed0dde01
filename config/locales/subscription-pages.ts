// The words of the pages on which members subscribe to mails, and of those to which the links in mails lead.
import type { Language } from '../config.ts';

interface Outcome {
  readonly heading: string;
  readonly text: string;
}

export interface SubscriptionWords {
  readonly heading: string;
  readonly lead: string;
  readonly address: string;
  readonly topics: { readonly legend: string; readonly incidents: string; readonly maintenance: string };
  readonly services: string;
  readonly language: string;
  readonly submit: string;
  readonly privacy: string;
  /** On the front page, where all services are meant. */
  readonly choose: string;
  /** The same for every address. */
  readonly asked: Outcome;
  readonly refusals: Readonly<Record<'unreadable' | 'nothing' | 'busy' | 'unkept', string>>;
  readonly confirm: Outcome & { readonly submit: string; readonly done: Outcome; readonly wish: string };
  readonly manage: Outcome & { readonly submit: string; readonly done: string };
  readonly erase: Outcome & { readonly submit: string; readonly done: Outcome };
  /** Of a link that does not hold. */
  readonly gone: Outcome;
  /** What stands at the foot of every page, where addresses are kept. */
  readonly footer: string;
}

export const subscriptionWords: Readonly<Record<Language, SubscriptionWords>> = {
  fr: {
    heading: 'Être prévenu par courriel',
    lead: 'Un message quand un incident est annoncé, à chaque nouvelle et à la fin, ou quand des travaux sont prévus. Rien d’autre.',
    address: 'Votre adresse de courriel',
    topics: {
      legend: 'De quoi\u202f?',
      incidents: 'Des pannes et des incidents',
      maintenance: 'Des travaux',
    },
    services: 'De quels services\u202f?',
    language: 'En quelle langue\u202f?',
    submit: 'M’abonner',
    privacy:
      'L’adresse ne sert qu’à cela, et seulement une fois que vous l’avez confirmée. Un lien dans chaque message permet de changer d’avis et de la faire effacer. Personne ne sait si vous lisez ces messages.',
    choose: 'Choisir les services',
    asked: {
      heading: 'Regardez votre courrier.',
      text: 'Si cette adresse peut recevoir du courrier, un message est en route, avec un lien à ouvrir dans les 24 heures. S’il n’arrive pas, regardez parmi les indésirables avant de recommencer.',
    },
    refusals: {
      unreadable: 'Cette adresse ne peut pas être lue. Elle doit ressembler à nom@exemple.fr.',
      nothing: 'Choisissez au moins un sujet et un service.',
      busy: 'Trop de demandes arrivent en ce moment. Réessayez dans une heure.',
      unkept: 'Nous n’avons pas pu le noter. Réessayez dans une minute.',
    },
    confirm: {
      heading: 'Confirmer votre abonnement',
      text: 'Un bouton encore, et vous serez prévenu de ce que dit cette page.',
      submit: 'Confirmer',
      done: {
        heading: 'C’est confirmé.',
        text: 'Vous serez prévenu de ce qui arrive à partir de maintenant.',
      },
      wish: 'Choisir de quoi vous êtes prévenu, ou ne plus l’être',
    },
    manage: {
      heading: 'Votre abonnement',
      text: 'Choisissez de quoi vous êtes prévenu.',
      submit: 'Enregistrer',
      done: 'C’est enregistré.',
    },
    erase: {
      heading: 'Ne plus rien recevoir',
      text: 'Votre adresse est effacée aussitôt, et ce qui attendait de partir n’est pas envoyé.',
      submit: 'Effacer mon adresse',
      done: { heading: 'Votre adresse est effacée.', text: 'Vous ne recevrez plus rien de cette page.' },
    },
    gone: {
      heading: 'Ce lien ne mène plus à rien.',
      text: 'Il a plus de 24 heures, ou l’adresse a été effacée. Vous pouvez vous abonner de nouveau.',
    },
    footer: 'Aucun cookie, aucun traceur\u202f; aucune adresse gardée, sauf celles des abonnés.',
  },
  en: {
    heading: 'Be told by mail',
    lead: 'A message when an incident is announced, with all news and at the end, or when work is planned. Nothing else.',
    address: 'Your e-mail address',
    topics: { legend: 'Of what?', incidents: 'Outages and incidents', maintenance: 'Planned work' },
    services: 'Of which services?',
    language: 'In which language?',
    submit: 'Subscribe',
    privacy:
      'The address serves for this only, and only once you have confirmed it. A link in every message lets you change your mind and have it erased. Nobody knows whether you read these messages.',
    choose: 'Choose services',
    asked: {
      heading: 'Look into your mail.',
      text: 'If this address can get mail, a message is on its way, with a link to open within 24 hours. If it does not arrive, look among your junk before you try again.',
    },
    refusals: {
      unreadable: 'This address cannot be read. It must look like name@example.org.',
      nothing: 'Choose a subject and a service at least.',
      busy: 'Too many ask at this moment. Try again in an hour.',
      unkept: 'We could not write it down. Try again in a minute.',
    },
    confirm: {
      heading: 'Confirm your subscription',
      text: 'One more button, and you will be told what this page says.',
      submit: 'Confirm',
      done: { heading: 'It is confirmed.', text: 'You will be told what happens from now on.' },
      wish: 'Choose what you are told, or be told no more',
    },
    manage: {
      heading: 'Your subscription',
      text: 'Choose what you are told.',
      submit: 'Save',
      done: 'It is saved.',
    },
    erase: {
      heading: 'Be told no more',
      text: 'Your address is erased at once, and what was waiting is not sent.',
      submit: 'Erase my address',
      done: { heading: 'Your address is erased.', text: 'You will get nothing more from this page.' },
    },
    gone: {
      heading: 'This link leads nowhere any more.',
      text: 'It is more than 24 hours old, or the address was erased. You can subscribe again.',
    },
    footer: 'No cookie, no tracker; no address kept but those of subscribers.',
  },
};
