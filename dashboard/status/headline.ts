// The sentence that a reader sees first, and the ones that complete it.
import type { Language } from '../../config/config.ts';
import type { Messages } from '../../config/locales/index.ts';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { troubleOf, troubles } from './trouble.ts';
import type { Trouble } from './trouble.ts';

export interface Words {
  readonly language: Language;
  readonly messages: Messages;
}

/** More names than this make a list, not a sentence. */
const namesMax = 3;

/** The first is the headline. Each is a whole sentence. */
export const sentences = (
  status: PublishedStatus,
  { language, messages }: Words,
): readonly [string, ...string[]] => {
  const { headline } = messages;
  const { services, blindSince, unfitSince, generatedAt, organisation } = status;
  if (unfitSince !== undefined)
    return [
      headline.unfit(messages.time.since(unfitSince, generatedAt, organisation.timezone)),
      messages.unfit,
    ];
  if (blindSince !== undefined)
    return [
      headline.blind(messages.time.since(blindSince, generatedAt, organisation.timezone)),
      messages.blind,
    ];
  if (services.length === 0) return [headline.none];
  if (services.every(({ state }) => state === 'unknown'))
    return [headline.nothingKnown, messages.nothingKnown];
  // What is at the root of it all is named, and not what it drags along.
  const roots = new Set(services.filter(isRoot).map(({ id }) => id));
  const isDragged = ({ consequenceOf = '' }: PublishedService) => roots.has(consequenceOf);
  const [first, ...others] = troubles.flatMap((trouble) => {
    const troubled = services.filter((service) => troubleOf(service) === trouble && !isDragged(service));
    return troubled.length === 0 ? [] : sentence(trouble, troubled, status, { language, messages });
  });
  const unmeasured = unmeasuredOf(status, { language, messages });
  if (first === undefined) return [headline.up, ...unmeasured];
  return [
    first,
    ...others,
    ...along(services.filter(isDragged), { language, messages }),
    ...unmeasured,
    ...theRest(services, messages),
  ];
};

/** The same of one service alone. */
export const sentenceOf = (service: PublishedService, status: PublishedStatus, words: Words): string => {
  const trouble = troubleOf(service);
  const { headline, state } = words.messages;
  return trouble === undefined
    ? headline.troubled([service.name[words.language]], state.up)
    : sentence(trouble, [service], status, words);
};

// One that is well again explains what has not come back yet, and is no news.
const isRoot = (service: PublishedService): boolean =>
  service.consequenceOf === undefined && troubleOf(service) !== undefined;

const unmeasuredOf = (status: PublishedStatus, { language, messages }: Words): readonly string[] =>
  (status.unmeasured ?? []).map(({ family, from, since }) =>
    messages.unmeasured(
      from === undefined ? family : `${family}, ${from[language]}`,
      messages.time.since(since, status.generatedAt, status.organisation.timezone),
    ),
  );

const along = (services: readonly PublishedService[], { language, messages }: Words): readonly string[] => {
  const { dragged, draggedMany } = messages.headline;
  if (services.length === 0) return [];
  return services.length > namesMax
    ? [draggedMany(services.length)]
    : [dragged(services.map(({ name }) => name[language]))];
};

const theRest = (services: readonly PublishedService[], messages: Messages): readonly string[] => {
  const kinds = new Set(services.map(troubleOf));
  if (kinds.isSubsetOf(new Set([undefined, 'expiring']))) return [messages.worksForNow];
  return kinds.has(undefined) ? [messages.restWorks] : [];
};

const sentence = (
  trouble: Trouble,
  services: readonly PublishedService[],
  { generatedAt, organisation, services: all }: PublishedStatus,
  { language, messages }: Words,
): string => {
  if (services.length > namesMax) return messages.count[trouble](services.length, all.length);
  const { timezone } = organisation;
  const instants = services.map(({ since, until }) =>
    until === undefined
      ? messages.time.since(since, generatedAt, timezone)
      : messages.time.until(until, generatedAt, timezone),
  );
  const together = new Set(instants).size === 1 ? instants[0] : undefined;
  const what = messages.state[trouble];
  return messages.headline.troubled(
    services.map(({ name }) => name[language]),
    together === undefined ? what : saidOf(trouble, what, together, messages),
  );
};

const saidOf = (trouble: Trouble, what: string, when: string, messages: Messages): string =>
  trouble === 'maintenance' ? messages.maintenance.underWay(when) : messages.since(what, when);
