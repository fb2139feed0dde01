// Every notifier, by the name it has in the configuration.
import alertmanager from './alertmanager.ts';
import type { Notifier } from './contract.ts';
import email from './email.ts';
import irc from './irc.ts';
import mastodon from './mastodon.ts';
import matrix from './matrix.ts';
import mattermost from './mattermost.ts';
import ntfy from './ntfy.ts';
import smsFreeMobile from './sms-free-mobile.ts';
import smsHttp from './sms-http.ts';
import webhook from './webhook.ts';
import xmpp from './xmpp.ts';

export const notifiers = {
  alertmanager,
  email,
  irc,
  mastodon,
  matrix,
  mattermost,
  ntfy,
  'sms-free-mobile': smsFreeMobile,
  'sms-http': smsHttp,
  webhook,
  xmpp,
} satisfies Record<string, Notifier>;
