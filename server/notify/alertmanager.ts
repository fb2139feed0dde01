// Alerts to Prometheus's Alertmanager (API v2), for who has the routes of notice there.
import { z } from 'zod';
import { receiver, secret } from '../../config/fields.ts';
import type { Message, MessageAlert } from '../core/alerts/message.ts';
import { defineNotifier } from './contract.ts';
import type { Errand } from './contract.ts';
import { bearer, below, ca, hostIn, json, post } from './lib/post.ts';
import { titleIn } from './lib/words.ts';

const options = z.strictObject({
  url: receiver().describe('Address of the Alertmanager, without `/api/v2`.'),
  token: secret().optional().describe('Bearer token, where a proxy before it wants one.'),
  ca,
});

export default defineNotifier({
  title: 'Alertmanager',
  summary: 'Hands alerts to the Alertmanager of Prometheus, which tells people by its own routes.',
  options,
  hosts: ({ url }) => [hostIn(url)],
  send: (message, { url, token, ca }, errand) =>
    post({ url: below(url, 'api/v2/alerts'), ...json(alertsOf(message, errand), bearer(token)), ca }, errand),
});

/** What is told once, and has no end that somebody would tell, ends by itself. */
const wordMs = 3_600_000;
/**
 * An alert that has no end is resolved after minutes of silence, as Prometheus repeats its own each minute. Ours end when
 * we say so; this is for a word that was lost.
 */
const openMs = 30 * 86_400_000;

const alertsOf = (message: Message, { organisation, languages, clock }: Errand) => {
  const [language = 'fr'] = languages;
  const annotations = { summary: titleIn([language], message), description: message.text[language] };
  const everywhere = { organisation, ...(message.exercise && { exercise: 'true' }) };
  const { alerts, kind, severity, at, key } = message;
  if (alerts.length === 0)
    return [
      {
        labels: { alertname: kind === 'test' ? 'VigieTest' : 'VigieWord', key, severity, ...everywhere },
        annotations,
        startsAt: isoOf(at),
        endsAt: isoOf(at + wordMs),
      },
    ];
  const until = (endedAt = kind === 'recovery' ? at : clock.now() + openMs) => endedAt;
  const known = (alert: MessageAlert, endedAt: number) => ({
    labels: { ...labelsOf(alert), ...everywhere },
    annotations: { ...annotations, cause: alert.cause },
    startsAt: isoOf(alert.startedAt),
    endsAt: isoOf(endedAt),
  });
  // Consequences end without a word of ours, and are in the description.
  return alerts
    .filter(({ consequenceOf }) => consequenceOf === undefined)
    .flatMap((alert) => [
      known(alert, until(alert.endedAt)),
      known(otherwise(alert), Math.max(at, alert.startedAt)),
    ]);
};

/** There it is another alert, which may be known: what was degraded and is down is degraded no longer. */
const otherwise = (alert: MessageAlert): MessageAlert => ({
  ...alert,
  state: alert.state === 'down' ? 'degraded' : 'down',
});

/** They are its identity there: nothing among them may change while it is open. */
const labelsOf = ({ service, subject, state }: MessageAlert) => ({
  alertname: state === 'down' ? 'VigieDown' : 'VigieDegraded',
  [subject.kind]: subject.id,
  ...(service !== undefined && { service }),
  severity: state === 'down' ? 'critical' : 'warning',
});

const isoOf = (at: number): string => new Date(at).toISOString();
