// A bundle as lines that an administrator reads in a terminal.
import type { Bundle, Share } from './bundle.ts';

export const rowsOf = ({
  connections,
  locks = [],
  activity,
  digests = [],
  usual = [],
  heartbeatAgeSeconds,
  wishes,
  cut,
}: Bundle): readonly string[] => [
  ...(connections === undefined ? [] : [`connections ${connections.used} of ${connections.max}`]),
  ...(connections?.users ?? []).map(({ user, connections }) => `  ${user} ${connections}`),
  ...locks.map(
    ({ seconds, waiter, blocker }) =>
      `lock: ${waiter.id} (${waiter.user}) waits ${seconds} s for ${blocker.id} (${blocker.user}): ${waiter.statement}`,
  ),
  ...(activity === undefined ? [] : [`busy sessions ${activity.sessions}`]),
  ...(activity?.users ?? []).map((share) => `  user ${said(share)}`),
  ...(activity?.waits ?? []).map((wait) => `  wait ${said(wait)}, ${wait.kind}`),
  ...(activity?.statements ?? []).map((statement) => `  statement of ${statement.user} ${said(statement)}`),
  ...digests.map(({ statement, calls, ms }) => `executed ${calls} × in ${ms} ms: ${statement}`),
  ...usual.map((share) => `usually ${said(share)}`),
  ...(heartbeatAgeSeconds === undefined ? [] : [`newest row of the probe ${heartbeatAgeSeconds} s old`]),
  ...wishes.map((wish) => `for more: ${wish}`),
  ...(cut === true ? ['the time was up before everything was asked'] : []),
];

const said = ({ name, share }: Share): string => `${Math.round(share * 100)} % ${name || '(nothing named)'}`;
