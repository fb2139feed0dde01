// The words of messages about incidents: that promised news are late, and the news themselves.
import type { Language } from '../../config/config.ts';
import { incidentWords } from '../../config/locales/incidents.ts';
import { locales } from '../../config/locales/index.ts';
import type { Told } from '../core/incidents/incident.ts';
import type { Say, Telling } from '../core/incidents/tell.ts';

export const say: Say = (telling) => {
  const [fr, en] = [sayIn(telling, 'fr'), sayIn(telling, 'en')];
  return { title: { fr: fr.title, en: en.title }, text: { fr: fr.text, en: en.text } };
};

const sayIn = (
  { incident, title, at, timezone, missed }: Telling,
  language: Language,
): { readonly title: string; readonly text: string } => {
  const words = incidentWords[language];
  const { time } = locales[language];
  const name = inEither(title, language);
  if (missed !== undefined)
    return {
      title: words.late(name),
      text: words.lateText(incident.id, time.since(missed, at, timezone)),
    };
  const newest = incident.updates.at(-1);
  const said = newest === undefined || typeof newest.said === 'string' ? {} : newest.said;
  const next = newest?.nextAt === undefined ? [] : [words.next(time.since(newest.nextAt, at, timezone))];
  return {
    title: words.news(name, words.phase[incident.phase]),
    text: [inEither(said, language), ...next].join('\n\n'),
  };
};

const inEither = (told: Told, language: Language): string => told[language] ?? told.fr ?? told.en ?? '';
