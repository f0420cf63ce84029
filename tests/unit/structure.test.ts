/** The structure holds itself: what may import what, what reaches the browser, and that nothing lies about unused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportedEntries, ROOT, reachable, readSourceTree } from '../support/source-tree.ts';

const tree = readSourceTree();
const isTest = (path: string) => /\.(test|spec|bench)\.tsx?$/.test(path) || path.startsWith('tests/') || path.startsWith('bench/');
const product = [...tree.values()].filter((source) => !isTest(source.path) && /^(apps|packages)\//.test(source.path));

/** What each workspace may import: only what lies below it. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  'packages/base': [],
  'packages/tsdb': ['packages/base'],
  'packages/promql': ['packages/base', 'packages/tsdb'],
  'packages/log': ['packages/base', 'packages/tsdb'],
  'packages/rpc': ['packages/base'],
  'packages/db': ['packages/base', 'packages/rpc'],
  'apps/cli': ['packages/base', 'packages/tsdb', 'packages/promql'],
  'apps/ingest': ['packages/base', 'packages/tsdb', 'packages/log'],
  'apps/worker': ['packages/base', 'packages/tsdb', 'packages/log', 'packages/promql', 'packages/rpc', 'packages/db'],
  'apps/web': ['packages/base', 'packages/tsdb', 'packages/promql', 'packages/rpc'],
};

/** The doors through which the web's code may enter a package: they reach nothing of a server. */
const BROWSER_DOORS = ['@tidemark/base', '@tidemark/tsdb/model', '@tidemark/promql/syntax', '@tidemark/rpc'];

test('imports point down', () => {
  const upward = product.flatMap(({ path, workspace, imports }) =>
    imports
      .map((edge) => edge.target && tree.get(edge.target)?.workspace)
      .filter((target) => target && target !== workspace && !BELOW[workspace]?.includes(target))
      .map((target) => `${path} imports ${target}`),
  );
  expect(upward).toEqual([]);
});

test("a package is entered through its exports, inside a package its barrel isn't", () => {
  const around = product.flatMap(({ path, workspace, imports }) =>
    imports
      .filter(({ specifier, target }) => {
        if (specifier.startsWith('.'))
          return target !== null && tree.get(target) !== undefined && tree.get(target)?.workspace !== workspace;
        return specifier.startsWith('@tidemark/') && (target === null || tree.get(target)?.workspace === workspace);
      })
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
  expect(around).toEqual([]);
});

test('the web enters packages by the doors made for browsers, and nothing behind them needs a server', () => {
  const web = product.filter((source) => source.workspace === 'apps/web');
  const wrongDoors = web.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => specifier.startsWith('@tidemark/') && !BROWSER_DOORS.includes(specifier))
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
  expect(wrongDoors).toEqual([]);
  const entries = exportedEntries(tree.keys());
  const behind = reachable(
    tree,
    BROWSER_DOORS.map((door) => entries.get(door)!),
    (edge) => !edge.typeOnly,
  );
  const serverOnly = [...behind].flatMap((path) =>
    (tree.get(path)?.imports ?? [])
      .filter(
        ({ specifier, typeOnly }) => !typeOnly && /^(node:|@prisma|@trpc\/server|pg$|kafkajs|ioredis|pino|prom-client)/.test(specifier),
      )
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
  expect(serverOnly).toEqual([]);
});

test('features of the web do not import each other', () => {
  const featureOf = (path: string) => /^apps\/web\/src\/features\/([^/]+)/.exec(path)?.[1];
  const across = product.flatMap(({ path, imports }) =>
    imports
      .filter(
        ({ target }) =>
          featureOf(path) !== undefined && target !== null && featureOf(target) !== undefined && featureOf(target) !== featureOf(path),
      )
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(across).toEqual([]);
});

test('every file is used', () => {
  const framework =
    /^apps\/web\/(src\/app\/.*(page|layout|loading|error|not-found|global-error|route|template)\.tsx?|src\/(instrumentation|middleware|proxy)\.ts|next\.config\.(ts|mjs))$/;
  const started =
    /^(apps\/[^/]+\/src\/main\.ts|packages\/[^/]+\/prisma\.config\.ts|[^/]+\.config\.ts|apps\/web\/src\/env\.d\.ts|(apps|packages)\/[^/]+\/kernel\/([^/]+\/)?index\.ts|(apps|packages)\/[^/]+\/scripts\/[^/]+|scripts\/[^/]+\.(mjs|ts)|scripts\/launch\/(main|die-with-parent)\.ts|tests\/playwright\.config\.ts)$/;
  const roots = [...tree.keys()].filter((path) => isTest(path) || framework.test(path) || started.test(path));
  const used = reachable(tree, [...roots, ...exportedEntries(tree.keys()).values()], () => true);
  expect([...tree.keys()].filter((path) => !used.has(path))).toEqual([]);
});

test('no file hides what it holds behind its name, and none has grown past 400 lines', () => {
  const vague = [...tree.keys()].filter((path) => /(^|\/)(utils?|helpers?|common|misc|manager|types)(\.tsx?|\/)/.test(path));
  expect(vague).toEqual([]);
  const long = [...tree.values()].filter(({ path, text }) => !isTest(path) && text.split('\n').length > 401).map(({ path }) => path);
  expect(long).toEqual([]);
});

test('the lockfile names no registry', () => {
  expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/);
});

/** npm leaves out platforms whose packages a registry did not carry when the file was written, and `npm ci` then refuses it. */
test('the lockfile has an entry for every platform', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => /^\d/.test(version) && !placesOf(path, name).some((place) => packages[place]?.version === version))
      .map(([name, version]) => `${path} wants ${name} ${version}, and package-lock.json has no entry for it: npm ci will refuse it`),
  );
  expect(missing).toEqual([]);
});

/** Where npm may put `name` for the package at `path`: in its own folder, or in one above. */
function placesOf(path: string, name: string): string[] {
  const folders = path.split('/node_modules/');
  return folders.map((_, i) => `${folders.slice(0, i + 1).join('/node_modules/')}/node_modules/${name}`).concat(`node_modules/${name}`);
}
