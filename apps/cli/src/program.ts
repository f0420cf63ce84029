import type { Clock } from '@tidemark/base';
import { Command } from 'commander';
import { importCommand } from './import/import-command.ts';
import type { Output } from './import/progress.ts';
import { retentionCommand } from './retention/retention-command.ts';

/** What the command reaches of the world. */
export interface Surroundings {
  readonly clock: Clock;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** A line of the result. */
  readonly print: (line: string) => void;
  readonly progress: Output;
  /** Relative paths are meant from here. */
  readonly baseDir: string;
  readonly ended: (exitCode: number) => void;
}

export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('tidemark')
    .description('Works on a running Tidemark: brings history in, and shows what retention does.')
    .showHelpAfterError('(--help says more)')
    .exitOverride()
    .addHelpText('after', `\nExit codes: 0 done, 1 failed, 2 not understood, 3 done but for what is named, 130 interrupted.`);
  program.addCommand(importCommand(surroundings));
  program.addCommand(retentionCommand(surroundings));
  return program;
}
