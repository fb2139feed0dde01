// What is wrong with a service, in the few kinds for which readers have words.
import type { PublishedService } from '../../server/app/publish.ts';

/** Worst first. */
export const troubles = ['down', 'partial', 'slow', 'degraded', 'unknown'] as const;
export type Trouble = (typeof troubles)[number];

export const troubleOf = ({ state, extent, cause }: PublishedService): Trouble | undefined => {
  switch (state) {
    case 'up':
      return undefined;
    case 'down':
      return extent === 'partial' ? 'partial' : 'down';
    case 'degraded':
      return cause === 'slow' ? 'slow' : 'degraded';
    case 'unknown':
      return 'unknown';
  }
};
