/** The `tidemark` command: reads its command line, wires one of its commands, and says how it ended. */
import { systemClock } from '@tidemark/base';
import { CommanderError } from 'commander';
import { CommandFailure, EXIT } from './failure.ts';
import { createProgram } from './program.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
// Whoever reads may go before the end.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

const program = createProgram({
  clock: systemClock,
  signal: interrupted.signal,
  stdin: process.stdin,
  print: (text) => void process.stdout.write(`${text}\n`),
  progress: {
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    write: (text) => void process.stderr.write(text),
  },
  baseDir: process.env.TIDEMARK_CALLED_FROM ?? process.cwd(),
  ended: (exitCode) => {
    process.exitCode = exitCode;
  },
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (interrupted.signal.aborted) {
    process.stderr.write('tidemark: interrupted; the same command goes on where this one ended\n');
    process.exitCode = EXIT.interrupted;
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage; // It has said what is wrong, or printed its help.
  } else if (error instanceof CommandFailure) {
    process.stderr.write(`tidemark: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
