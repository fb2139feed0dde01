// Where Vigie starts. Before anything else is loaded, compiled code is told where to be kept: without that every thread
// brings its own compiler for types, 18 MB each.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Threads take it from the environment; a folder that cannot be written is silently done without.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/vigie', import.meta.url));
enableCompileCache(process.env.NODE_COMPILE_CACHE);

const { main } = await import('./cli/commands.ts');
process.exitCode = await main(process.argv.slice(2));
