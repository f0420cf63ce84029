/** A real Chromium: the system's where CHROMIUM_PATH names one, else the one that comes through npm. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium as playwright } from 'playwright-core';

export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args } = await chromiumFromNpm();
  return playwright.launch({ executablePath: process.env.CHROMIUM_PATH ?? executablePath, args, headless: true });
}

async function chromiumFromNpm(): Promise<{ executablePath: string; args: string[] }> {
  // On a bare machine the package's own copies of the system libraries are needed; it brings them out when told that it runs where there are none.
  if (!hasLibrary('libnss3')) process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  // Security off and one process suit its usual home, not a test that should see what a user's browser does.
  const unwanted = ['--single-process', '--disable-web-security', '--allow-running-insecure-content', ...EMULATED_GRAPHICS];
  const args = [
    ...chromium.args.filter((arg) => !unwanted.includes(arg)),
    ...['--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  ];
  return { executablePath: await chromium.executablePath(), args };
}

/**
 * A graphics card in software, within the browser's own process: a page that went waited for all that it still had to paint, and the
 * next page for that, for seconds on a busy machine. A user's browser without a card paints by itself, as it does without these.
 */
const EMULATED_GRAPHICS = [
  '--ignore-gpu-blocklist',
  '--in-process-gpu',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

function hasLibrary(name: string): boolean {
  try {
    return execFileSync('ldconfig', ['-p'], { encoding: 'utf8' }).includes(name);
  } catch {
    return existsSync(`/usr/lib/x86_64-linux-gnu/${name}.so`);
  }
}
