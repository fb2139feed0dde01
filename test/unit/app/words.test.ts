// What messages say: what is out, since when, why, and what follows from it.
import { describe, expect, test } from 'vitest';
import { Alerting } from '../../support/alerting.ts';
import { makeCheck, makeConfig, makeService, minutes } from '../../support/watch.ts';

const names = [
  ['web', { fr: 'Hébergement web', en: 'Web hosting' }],
  ['db', { fr: 'Bases de données', en: 'Databases' }],
  ['mail', { fr: 'Courriel', en: 'Mail' }],
  ['dns', { fr: 'Noms de domaine', en: 'Domain names' }],
  ['phone', { fr: 'Téléphonie', en: 'Telephony' }],
] as const;
const services = names.map(([id, name]) => ({ ...makeService(id, [makeCheck(`${id}-1`)]), name }));
const all = (grade: 'good' | 'bad') => Object.fromEntries(names.map(([id]) => [`${id}-1`, grade]));

const post = (): Alerting => {
  const made = new Alerting(makeConfig(services));
  made.live(minutes, all('good'));
  return made;
};
const plain = (text: string | undefined): string => (text ?? '').replaceAll(/[\u00a0\u202f]/g, ' ');
const last = ({ messages }: Alerting) => {
  const { title, text } = messages.at(-1) ?? {};
  return [title?.fr, text?.fr, title?.en, text?.en].map(plain);
};

describe('a message', () => {
  test('names the service, since when, and the check with cause and evidence', () => {
    const made = post();
    made.live(minutes, { ...all('good'), 'web-1': 'bad' });
    expect(last(made)).toEqual([
      'Hébergement web : en panne',
      'Hébergement web : en panne depuis 1 h 01.\n– web-1, depuis 1 h 01 : Le serveur refuse les connexions. (it answered: refused)',
      'Web hosting: down',
      'Web hosting: down since 01:01.\n– web-1, since 01:01: The server refuses connections. (it answered: refused)',
    ]);
  });

  test('says of the end how long it was', () => {
    const made = post();
    made.live(5 * minutes, { ...all('good'), 'web-1': 'bad' });
    made.live(5 * minutes, all('good'));
    expect(last(made).slice(0, 2)).toEqual([
      'Hébergement web : rétabli après 5 min',
      'Hébergement web : rétabli après 5 min.\n– web-1, rétabli après 5 min : Le serveur refuse les connexions. (it answered: refused)',
    ]);
  });

  test('says of slowness what was slow', () => {
    const made = post();
    made.live(minutes, { ...all('good'), 'db-1': 'poor' });
    expect(last(made).slice(2)).toEqual([
      'Databases: slow answers',
      'Databases: slow answers since 01:01.\n– db-1, since 01:01: Answers come too slowly. (total took 900 ms, slow above 500 ms)',
    ]);
  });

  test('of many counts those that it does not name', () => {
    const made = post();
    made.live(minutes, { ...all('good'), 'web-1': 'bad' });
    made.live(2 * minutes, all('bad'));
    expect(last(made)[0]).toBe('Bases de données, Courriel, Noms de domaine et Téléphonie : en panne');
    expect(last(made)[1]?.split('\n\n')).toHaveLength(4);
    const others = post();
    others.live(2 * minutes, all('bad'));
    expect(last(others)[0]).toBe('Hébergement web, Bases de données, Courriel et 2 autres : en panne');
  });
});
