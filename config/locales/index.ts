// The words, by language, and which language a reader prefers.
import type { Language } from '../config.ts';
import { en } from './en.ts';
import type { Messages } from './en.ts';
import { fr } from './fr.ts';

export type { Messages } from './en.ts';

export const locales: Readonly<Record<Language, Messages>> = { fr, en };

const headerCharsMax = 500;

/** The offered language that an `Accept-Language` header likes best; French where it says nothing of use. */
export const pickLanguage = (header: string, offered: readonly Language[]): Language => {
  const liked = header
    .slice(0, headerCharsMax)
    .split(',')
    .map((part) => {
      const [range = '', quality = ''] = part.split(';q=');
      return {
        language: range.trim().toLowerCase().split('-')[0],
        weight: quality === '' ? 1 : Number(quality),
      };
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { language } of liked) {
    const match = offered.find((known) => known === language);
    if (match !== undefined) return match;
  }
  return offered.includes('fr') ? 'fr' : (offered[0] ?? 'fr');
};
