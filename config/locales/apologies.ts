// What is said in the place of a page that cannot be had.
import type { Language } from '../config.ts';

/** A sentence, and what to do. */
type Apologies = Readonly<Record<'missing' | 'unready', readonly [title: string, text: string]>>;

export const apologyWords: Readonly<Record<Language, Apologies>> = {
  fr: {
    missing: [
      'Cette page n’existe pas.',
      'Son adresse a peut-être été mal recopiée, ou ce qu’elle montrait n’est plus gardé.',
    ],
    unready: [
      'L’historique se prépare.',
      'Cette page d’état vient de redémarrer et relit ce qui s’est passé. Rechargez-la dans une minute.',
    ],
  },
  en: {
    missing: [
      'There is no such page.',
      'Its address may have been copied wrongly, or what it showed is no longer kept.',
    ],
    unready: [
      'The history is being prepared.',
      'This status page has just been restarted, and reads what happened. Reload it in a minute.',
    ],
  },
};
