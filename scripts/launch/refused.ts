/** Tidemark cannot start here and now; the message is the one line that says why and what to do. */
export class LaunchRefusedError extends Error {
  override readonly name = 'LaunchRefusedError';
}
