// Builds what is built (the database client, the web); turbo skips what has not changed since.
import { stripVTControlCharacters } from 'node:util';
import { runQuietly, step } from './steps.mjs';

export async function build() {
  await step('Building', (detail) =>
    runQuietly('The build', 'turbo', ['run', 'build', '--no-daemon', '--output-logs=errors-only', '--log-order=stream'], {
      onLine: (line) => detail(stripVTControlCharacters(line).slice(0, 60)),
    }),
  );
}
