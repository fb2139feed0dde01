// What Vigie tells of its services, wherever one can read it: the page in both languages, the API, the metrics.
import { expect } from 'vitest';
import { locales } from '../../config/locales/index.ts';
import { reasonOf, troubleOf } from '../../dashboard/status/trouble.ts';
import type { PublishedOutage } from '../../server/app/publish.ts';
import { states } from '../../server/core/state.ts';
import type { RunningVigie } from './vigie.ts';

export interface Trouble extends Pick<PublishedOutage, 'service' | 'state' | 'cause' | 'slowPart'> {
  /** Its checks in that state; the others are up. */
  readonly checks: readonly string[];
}

/** Expects that these troubles are told, and no other: `checks` are all of them. */
export const expectTold = async (
  vigie: RunningVigie,
  troubles: readonly Trouble[],
  checks: readonly string[],
): Promise<void> => {
  const [status, metrics, fr, en] = await Promise.all([
    vigie.status(),
    vigie.metrics(),
    vigie.page('fr'),
    vigie.page('en'),
  ]);
  for (const check of checks) {
    const now = troubles.find((trouble) => trouble.checks.includes(check))?.state ?? 'up';
    for (const state of states)
      expect(metrics).toContain(
        `vigie_check_state{check="${check}",state="${state}"} ${Number(state === now)}\n`,
      );
  }
  for (const { id, name, state, cause, slowPart, since } of status.services) {
    const trouble = troubles.find(({ service }) => service === id);
    expect([id, state, cause, slowPart]).toEqual([
      id,
      trouble?.state ?? 'up',
      trouble?.cause,
      trouble?.slowPart,
    ]);
    for (const [language, page] of [
      ['fr', fr],
      ['en', en],
    ] as const) {
      const messages = locales[language];
      const when = messages.time.since(since, status.generatedAt, status.organisation.timezone);
      const kind = trouble && troubleOf(trouble);
      const told = kind ? messages.since(messages.state[kind], when) : messages.state.up;
      expect(rowOf(page, id)).toContain(told);
      const open = openOf(page).find((text) => text.includes(name[language]));
      if (trouble) expect(open, id).toContain(reasonOf(trouble, messages));
      else expect(open, id).toBeUndefined();
    }
  }
};

/** The row of a service on the page, as a reader sees it. */
const rowOf = (page: string, id: string): string => {
  const [, row = ''] = new RegExp(`<li class="service[^"]*" id="${id}">(.*?)</li>`, 's').exec(page) ?? [];
  return seen(row);
};

/** What is said of each outage that goes on. */
const openOf = (page: string): readonly string[] => {
  const [, section = ''] = /<section class="open">(.*?)<\/section>/s.exec(page) ?? [];
  return section.split('</article>').map(seen);
};

const seen = (html: string): string =>
  html.replaceAll(/<!--.*?-->|<[^>]*>/gs, ' ').replaceAll(/[ \n]+/g, ' ');
