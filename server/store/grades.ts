// Grades as numbers.
import { grades } from '../core/result.ts';
import type { Grade } from '../core/result.ts';

/** As written; a number is never given another meaning. */
const numbers = { good: 0, poor: 1, bad: 2, invalid: 3 } as const satisfies Record<Grade, number>;

export const gradeNumber = (grade: Grade): number => numbers[grade];

/** What is unknown is no evidence. */
export const gradeOf = (number: number): Grade =>
  grades.find((grade) => numbers[grade] === number) ?? 'invalid';
