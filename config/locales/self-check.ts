// The words of « Est-ce mon site ? », by language.
import type { Language } from '../config.ts';
import { en } from './self-check-en.ts';
import { fr } from './self-check-fr.ts';
import type { SelfCheckWords } from './self-check-words.ts';

export const selfCheckWords: Readonly<Record<Language, SelfCheckWords>> = { fr, en };
