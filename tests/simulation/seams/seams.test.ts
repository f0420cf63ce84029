import { openS3Store } from '@tidemark/tsdb/object-store';
import { S3_MISSING, startS3Server } from '@tidemark/tsdb/testing';
import { expect, test } from 'vitest';
import { askAcrossSeams, nothingAsked } from './ask-across-seams.ts';

/** The first seeds of many: `npm run simulate -- seams` asks ten thousand queries. */
test('from memory, disk and object store, samples and windows of each width, it answers as from all samples', async () => {
  const agreed = nothingAsked();
  await askAcrossSeams(1, agreed);
  expectAgreement(agreed);
}, 120_000);

test.skipIf(S3_MISSING !== null)(
  `the same with a real S3 server${S3_MISSING === null ? '' : ` (${S3_MISSING})`}`,
  async () => {
    const server = await startS3Server();
    const agreed = nothingAsked();
    try {
      await askAcrossSeams(2, agreed, await openS3Store({ ...server.settings, prefix: `seams-${process.pid}-${Date.now()}/` }));
    } finally {
      await server.stop();
    }
    expectAgreement(agreed);
  },
  120_000,
);

function expectAgreement({ exact, bounded, seams, differences }: ReturnType<typeof nothingAsked>): void {
  expect(differences).toEqual([]);
  expect(exact).toBeGreaterThan(800);
  expect(bounded).toBeGreaterThan(20);
  expect(seams).toBeGreaterThan(15);
}
