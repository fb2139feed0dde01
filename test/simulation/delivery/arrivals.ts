// I5 to I7: what was decided reaches its receiver, a receiver that drops doubles shows nothing twice, and nobody is left
// with the word that all is well when it is not.
import type { Letter } from '../../../server/app/ports.ts';
import type { Alert } from '../../../server/core/alerts/alert.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { minutes, seconds } from '../../support/watch.ts';
import { demand } from '../checkers/violation.ts';
import type { Arrival, Sinks } from './sinks.ts';

/** A receiver that is well has what waits for it within so long. */
const deliveredMsMax = 5 * minutes + 30 * seconds;

/** `undisturbedMs`: for how long the process that delivers has lived without a fault of its own. */
export const checkWaiting = (
  letters: readonly Letter[],
  sinks: Sinks,
  now: number,
  undisturbedMs: number,
): void => {
  for (const { message, fate } of letters) {
    if (fate !== undefined) continue;
    const couldMs = Math.min(sinks.wellForMs(message.route) ?? 0, undisturbedMs, now - message.at);
    demand(couldMs <= deliveredMsMax, 'I5 deliver', () => `${message.key} waits, though it could be told`);
  }
};

/** `crashes`: how often the process died, which may double the message that was under way. */
export const checkArrivals = (letters: readonly Letter[], sinks: Sinks, crashes: number): void => {
  const { arrivals, lostAcknowledgements } = sinks;
  const shown = new Map<string, Message>();
  for (const { message } of arrivals) {
    const before = shown.get(message.key);
    demand(
      before === undefined || JSON.stringify(before) === JSON.stringify(message),
      'I6 dedup',
      () => `two messages have the key ${message.key}`,
    );
    shown.set(message.key, message);
  }
  const doubles = arrivals.length - shown.size;
  demand(
    doubles <= crashes + lostAcknowledgements,
    'I6 dedup',
    () => `${doubles} doubles over ${crashes} crashes and ${lostAcknowledgements} lost acknowledgements`,
  );
  for (const { message, fate } of letters) {
    if (fate?.kind === 'delivered')
      demand(
        shown.has(message.key),
        'I5 deliver',
        () => `${message.key} was noted as told, and never arrived`,
      );
    if (fate?.kind === 'folded')
      demand(
        letters.some((newer) => newer.message.route === message.route && saysAllOf(newer.message, message)),
        'I5 deliver',
        () => `${message.key} was folded into nothing`,
      );
  }
};

const saysAllOf = (newer: Message, older: Message): boolean =>
  newer.at >= older.at &&
  newer.key !== older.key &&
  rootsOf(older).every((root) => newer.alerts.some(({ id }) => id === root));

/** In the order in which a route shows it: an alert whose end was shown is not out, and one that is out was not shown as over last. */
export const checkOrder = (
  arrivals: readonly Arrival[],
  letters: readonly Letter[],
  alerts: readonly Alert[],
): void => {
  const shown = new Map<string, Message>();
  const keys = new Set<string>();
  for (const { message } of arrivals) {
    if (keys.has(message.key)) continue;
    keys.add(message.key);
    for (const root of rootsOf(message)) shown.set(`${message.route} ${root}`, message);
  }
  for (const { id, told, endedAt } of alerts)
    for (const { route, checks } of told) {
      const isUnderWay = letters.some(
        ({ message, fate }) =>
          fate?.kind !== 'delivered' && message.route === route && rootsOf(message).includes(id),
      );
      const last = shown.get(`${route} ${id}`);
      if (isUnderWay || last === undefined || endedAt !== undefined) continue;
      demand(
        (last.kind === 'recovery') === (checks.length === 0),
        'I7 order',
        () => `the last word to ${route} on ${id} is ${last.kind}, and it knows of ${checks.length} checks`,
      );
    }
};

const rootsOf = ({ alerts }: Message): readonly string[] =>
  alerts.flatMap(({ id, consequenceOf }) => (consequenceOf === undefined ? id : []));
