// What is known of the type of a check, whether or not this thread probes.
import { checkTypes } from '../../checks/index.ts';
import type { CheckType, PassiveCheck } from '../../checks/lib/contract.ts';
import type { CheckConfig } from '../../config/config.ts';

export const typeOf = ({ type }: CheckConfig): CheckType => {
  const known: Readonly<Record<string, CheckType>> = checkTypes;
  const found = known[type];
  if (found === undefined) throw new Error(`no check type ${type}`);
  return found;
};

export const passiveTypeOf = (check: CheckConfig): PassiveCheck => {
  const type = typeOf(check);
  if (type.kind !== 'passive') throw new Error(`${check.id} is not heard`);
  return type;
};

/** Whether it can be asked why it is as it is. */
export const canExplain = (check: CheckConfig): boolean => {
  const type = typeOf(check);
  return type.kind === 'active' && type.explain?.(check.options) !== undefined;
};
