// Loaded into every program (`--import`): its standard input is a pipe that the launcher holds open. When the
// launcher is gone, however it went, the pipe ends and the program drains as if it had been told to.
process.stdin
  .on('end', () => process.kill(process.pid, 'SIGTERM'))
  .on('error', () => process.kill(process.pid, 'SIGTERM'))
  .resume();
(process.stdin as NodeJS.ReadStream & { unref?(): void }).unref?.();
