// A delivery with options as an operator writes them, references to secrets already resolved.
import type { Delivery, Message } from '../../server/core/alerts/message.ts';
import type { Errand, Notifier } from '../../server/notify/contract.ts';
import { makeErrand, makeMessage } from './message.ts';

export interface Told {
  readonly message?: Partial<Message>;
  readonly errand?: Partial<Errand> & { readonly timeoutMs?: number };
}

export const deliver = (
  notifier: Notifier,
  written: Readonly<Record<string, unknown>>,
  { message = {}, errand = {} }: Told = {},
): Promise<Delivery> =>
  notifier.send(makeMessage(message), notifier.options.parse(written), makeErrand(errand));
