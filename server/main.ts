// Where Vigie starts.
// To load the rest takes a while, in which a hangup would end the process.
if (process.argv[2] === 'serve') {
  const { expectHangups } = await import('./cli/hangups.ts');
  expectHangups();
}

const { main } = await import('./cli/commands.ts');
process.exitCode = await main(process.argv.slice(2));
