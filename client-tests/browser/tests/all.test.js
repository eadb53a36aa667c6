// One file for the runner, so that tests run one after another: they share a machine's cores, and one kills the server.
await import('./meet.js');
await import('./resume.js');
// A server without a database has nothing to come back to.
if (process.env.SERVER_RESTART) {
  await import('./restart.js');
}
