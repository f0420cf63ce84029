// Builds what is built (the database client, the web); turbo skips what has not changed since.
import { stripVTControlCharacters } from 'node:util';
import { runQuietly, step } from './steps.mjs';

export async function build() {
  await step('Building', (detail) =>
    runQuietly('The build', 'turbo', ['run', 'build', '--output-logs=errors-only', '--log-order=stream'], {
      onLine: process.stdout.isTTY ? (line) => detail(stripVTControlCharacters(line).trim().slice(0, 60)) : undefined,
    }),
  );
}
