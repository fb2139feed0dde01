// Takes apart what was refused as a whole, until what is wrong with it is alone.
import { Draft } from './draft.ts';
import { noEffects } from './effects.ts';
import type { Effects } from './effects.ts';

/**
 * Two halves, to be written one after the other; nothing when there is one row only. What is told and what changes a
 * state comes first, apart from the results that may be at fault.
 */
export const halve = (effects: Effects): readonly [Effects, Effects] | undefined => {
  const rows = rowsOf(effects);
  if (rows.length < 2) return undefined;
  const others = rows.length - effects.results.length;
  const middle = others === 0 || others === rows.length ? rows.length >> 1 : others;
  return [together(rows.slice(0, middle)), together(rows.slice(middle))];
};

// A span takes back what was said of later time; an outage that ends makes room for the next one of its subject.
const rowsOf = ({
  spans,
  outages,
  notables,
  alerts,
  silences,
  messages,
  diversions,
  windows,
  standings,
  learned,
  results,
}: Effects): readonly Partial<Effects>[] => [
  ...spans.map((span) => ({ spans: [span] })),
  ...outages.filter(({ end }) => end !== undefined).map((outage) => ({ outages: [outage] })),
  ...outages.filter(({ end }) => end === undefined).map((outage) => ({ outages: [outage] })),
  ...notables.map((notable) => ({ notables: [notable] })),
  ...alerts.map((alert) => ({ alerts: [alert] })),
  ...silences.map((silence) => ({ silences: [silence] })),
  ...messages.map((message) => ({ messages: [message] })),
  ...diversions.map((diversion) => ({ diversions: [diversion] })),
  ...windows.map((window) => ({ windows: [window] })),
  ...standings.map((standing) => ({ standings: [standing] })),
  ...learned.map((learned) => ({ learned: [learned] })),
  ...results.map((result) => ({ results: [result] })),
];

const together = (rows: readonly Partial<Effects>[]): Effects => {
  const draft = new Draft();
  for (const row of rows) draft.add({ ...noEffects, ...row });
  return draft.effects();
};
