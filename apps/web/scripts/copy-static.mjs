// The standalone server leaves the browser's files where a content network would take them from: we are our own.
import { cpSync } from 'node:fs';
import { join } from 'node:path';

const web = join(import.meta.dirname, '..');
cpSync(join(web, '.next/static'), join(web, '.next/standalone/apps/web/.next/static'), { recursive: true });
