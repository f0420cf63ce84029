/** What ends the command: a line for the user, and the exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const EXIT = {
  done: 0,
  failed: 1,
  /** The command line could not be understood. */
  usage: 2,
  /** Done, but some samples were not taken: they are named. */
  partly: 3,
  /** Ended by Ctrl-C; the state file says how far it came. */
  interrupted: 130,
} as const;
