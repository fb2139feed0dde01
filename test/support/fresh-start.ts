// Files share a process, which starts fast: what one has told fast-check is forgotten before the next.
import fc from 'fast-check';
import { runs } from './fuzz.ts';

fc.resetConfigureGlobal();
fc.configureGlobal({ numRuns: runs() });
