// Steps that a person watches: a spinner with the seconds on a terminal, plain lines elsewhere.
import { spawn } from 'node:child_process';
import { projectEnvironment, ROOT } from './project.mjs';

/** A step that could not be done; its message is the one line for the user. */
export class StepFailedError extends Error {}

/** Where nothing can be redrawn, a step that takes longer than a person likes to wait says so now and then. */
const STILL_EVERY_MS = 15_000;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Runs `work` under a title. `work` may tell what it is at through its argument.
 * @template T
 * @param {string} title
 * @param {(detail: (text: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const line = process.stdout.isTTY ? spinner(title) : plain(title);
  try {
    const result = await work(line.detail);
    line.end('✔');
    return result;
  } catch (error) {
    line.end('✘');
    throw error;
  }
}

/** @param {string} title */
function spinner(title) {
  const startMs = performance.now();
  let detail = '';
  let frame = 0;
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(0)} s`;
  const draw = (/** @type {string} */ mark) => {
    const text = `${mark} ${title} ${seconds()}${detail === '' ? '' : `  ${detail}`}`;
    process.stdout.write(`\r\x1b[2K${text.slice(0, (process.stdout.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(() => draw(FRAMES[frame++ % FRAMES.length]), 100);
  return {
    detail: (/** @type {string} */ text) => {
      detail = text;
    },
    end: (/** @type {string} */ mark) => {
      clearInterval(timer);
      detail = '';
      draw(mark);
      process.stdout.write('\n');
    },
  };
}

/** @param {string} title */
function plain(title) {
  const startMs = performance.now();
  let said = '';
  const seconds = (/** @type {number} */ digits) => `${((performance.now() - startMs) / 1000).toFixed(digits)} s`;
  console.log(`${title} …`);
  const timer = setInterval(() => console.log(`  still ${title.charAt(0).toLowerCase()}${title.slice(1)}, ${seconds(0)}`), STILL_EVERY_MS);
  return {
    detail: (/** @type {string} */ text) => {
      if (text !== said) console.log(`  ${text}`);
      said = text;
    },
    end: (/** @type {string} */ mark) => {
      clearInterval(timer);
      console.log(`${mark} ${title}: ${seconds(1)}`);
    },
  };
}

/**
 * Runs a command quietly; its output is shown only when it fails.
 * @param {string} what for the error's line
 * @param {string} command
 * @param {string[]} args
 * @param {{ onLine?: (line: string) => void, env?: Record<string, string> }} [options]
 */
export async function runQuietly(what, command, args, options = {}) {
  const child = spawn(command, args, { cwd: ROOT, env: { ...projectEnvironment(), ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (/** @type {Buffer} */ chunk) => {
      output.push(chunk);
      options.onLine?.(chunk.toString().trim().split('\n').at(-1) ?? '');
    });
  }
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  if (code === 0) return;
  process.stderr.write(`${Buffer.concat(output).toString().trimEnd()}\n`);
  throw new StepFailedError(`${what} failed (exit code ${code}); its output is above`);
}
