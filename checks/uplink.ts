// Where are we cut off: at our edge, at the operator, or only from a part of the Internet? The witnesses say.
import { z } from 'zod';
import { defineDerivedCheck } from './lib/contract.ts';

export default defineDerivedCheck({
  title: 'Uplink',
  summary:
    'Tells from the witnesses where we are cut off: down when most references are lost while a layer nearer to us answers, degraded when some are or when packets get lost.',
  options: z.strictObject({}),
  // Of one round of witnesses, where none of them is slower.
  defaults: { everyMs: 10_000, timeoutMs: 5_000 },
});
