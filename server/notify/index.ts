// Every notifier, by the name it has in the configuration.
import type { Notifier } from './contract.ts';
import webhook from './webhook.ts';

export const notifiers = {
  webhook,
} satisfies Record<string, Notifier>;
