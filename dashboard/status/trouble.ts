// What is wrong with a service, in the few kinds for which readers have words.
import type { Messages } from '../../config/locales/index.ts';
import type { Language } from '../../config/config.ts';
import type { PublishedOutage, PublishedService, PublishedStatus } from '../../server/app/publish.ts';

/** Worst first. */
export const troubles = [
  'down',
  'partial',
  'slow',
  'degraded',
  'unknown',
  'maintenance',
  'expiring',
] as const;
export type Trouble = (typeof troubles)[number];

export const troubleOf = ({
  state,
  extent,
  cause,
}: Pick<PublishedService, 'state' | 'extent' | 'cause'>): Trouble | undefined => {
  switch (state) {
    case 'up':
      return undefined;
    case 'down':
      return extent === 'partial' ? 'partial' : 'down';
    case 'degraded':
      return cause === 'slow' ? 'slow' : cause === 'tls_expiring' ? 'expiring' : 'degraded';
    case 'unknown':
    case 'maintenance':
      return state;
  }
};

/** What the page as a whole shows. */
export const worstOf = ({
  services,
  blindSince,
  unfitSince,
}: Pick<PublishedStatus, 'services' | 'blindSince' | 'unfitSince'>): Trouble | 'up' => {
  if (blindSince !== undefined || unfitSince !== undefined || services.length === 0) return 'unknown';
  const kinds = services.map(troubleOf);
  return troubles.find((kind) => kinds.includes(kind)) ?? 'up';
};

/** Why, in a sentence. */
export const reasonOf = (
  { cause, slowPart, slowness }: Pick<PublishedOutage, 'cause' | 'slowPart' | 'slowness'>,
  messages: Messages,
): string => {
  if (slowness !== undefined) return `${messages.slowness({ ...slowness, slowPart })}.`;
  return slowPart === undefined ? messages.cause[cause] : messages.slowPart[slowPart];
};

/** Why, where that may be the outage of another service. */
export const explanationOf = (
  outage: Pick<PublishedOutage, 'cause' | 'slowPart' | 'slowness' | 'consequenceOf' | 'endedAt'> & {
    readonly state: PublishedService['state'];
  },
  { services }: PublishedStatus,
  { language, messages }: { readonly language: Language; readonly messages: Messages },
): string => {
  const root = services.find(({ id }) => id === outage.consequenceOf);
  if (root === undefined) return reasonOf(outage, messages);
  const { past, planned, down, degraded } = messages.because;
  const name = root.name[language];
  if (outage.endedAt !== undefined || root.state === 'up') return past(name);
  if (root.state === 'maintenance') return planned(name);
  return outage.state === 'down' ? down(name) : degraded(name);
};
