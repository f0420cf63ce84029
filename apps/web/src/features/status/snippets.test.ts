import { expect, test } from 'vitest';
import { remoteWriteSnippet } from './snippets.ts';

test('the address is that of ingest, beside the web', () => {
  expect(remoteWriteSnippet('http://127.0.0.1:8010')).toContain('url: http://127.0.0.1:8011/api/v1/write');
  expect(remoteWriteSnippet('http://tidemark.lan')).toContain('url: http://tidemark.lan:81/api/v1/write');
});
