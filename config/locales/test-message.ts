// What a message says that only shows that it arrives.
import type { Language } from '../config.ts';

interface TestWords {
  readonly title: (organisation: string) => string;
  /** By the id of the route. */
  readonly weekly: (route: string) => string;
  readonly asked: (route: string) => string;
}

const nbsp = '\u00a0';

export const testWords: Readonly<Record<Language, TestWords>> = {
  fr: {
    title: (organisation) => `Message d’essai de Vigie – ${organisation}`,
    weekly: (route) =>
      `Il n’y a rien à faire${nbsp}: ce message vient chaque lundi pour montrer que la voie «${nbsp}${route}${nbsp}» fonctionne. S’il manque un lundi, c’est elle qu’il faut réparer.`,
    asked: (route) =>
      `Il n’y a rien à faire${nbsp}: quelqu’un a essayé la voie «${nbsp}${route}${nbsp}» avec vigie notify-test, et elle fonctionne.`,
  },
  en: {
    title: (organisation) => `Test message of Vigie – ${organisation}`,
    weekly: (route) =>
      `There is nothing to do: this message comes every Monday to show that the route “${route}” works. When it does not come, mend the route.`,
    asked: (route) =>
      `There is nothing to do: somebody has tried the route “${route}” by vigie notify-test, and it works.`,
  },
};
