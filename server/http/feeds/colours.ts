// Colours of states where there is no style sheet. White letters can be read on each of them (WCAG 2.2, 1.4.3), and a word
// always says what the colour says.
import type { Trouble } from '../../../dashboard/status/trouble.ts';

export const colours: Readonly<Record<Trouble | 'up', string>> = {
  up: '1f7a55',
  expiring: '8a5a00',
  slow: '8a5a00',
  degraded: '8a5a00',
  partial: 'b3261e',
  down: 'b3261e',
  maintenance: '1f5f9a',
  unknown: '5f6368',
};
