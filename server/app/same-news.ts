// Whether two snapshots say the same to whoever has read the first of them.
import type { PublishedStatus } from './publish.ts';

/** What grows or wavers from one to the next is no news: how long, and how fast just now. */
const wavering = new Set(['generatedAt', 'days', 'pace', 'slowness', 'seenMs', 'maintenanceMs']);

export const saysTheSame = (one: PublishedStatus, other: PublishedStatus): boolean =>
  saidIn(one) === saidIn(other);

const saidIn = (status: PublishedStatus): string =>
  JSON.stringify(status, (name, value: unknown) => (wavering.has(name) ? undefined : value));
