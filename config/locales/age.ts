// How old what is shown is: the only words that change while a page is open, so the only ones that the browser needs.
import type { Language } from '../config.ts';

interface AgeMessages {
  /** `ago` is relative, such as “12 seconds ago”. */
  readonly measured: (ago: string) => string;
  readonly old: (ago: string) => string;
}

export const ages: Readonly<Record<Language, AgeMessages>> = {
  fr: {
    measured: (ago) => `Mesuré ${ago}.`,
    old: (ago) =>
      `La page ne reçoit plus de nouvelles. Ce que vous lisez a été mesuré ${ago}\u202f; cela a pu changer depuis.`,
  },
  en: {
    measured: (ago) => `Measured ${ago}.`,
    old: (ago) => `The page gets no more news. What you read was measured ${ago}; it may have changed since.`,
  },
};
