import { join } from 'node:path';
import type { NextConfig } from 'next';

const repository = join(import.meta.dirname, '../..');

export default {
  output: 'standalone',
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
  poweredByHeader: false,
  devIndicators: false,
  redirects: async () => [{ source: '/', destination: '/d/host', permanent: false }],
  // The types are checked by `npm run typecheck`; TypeScript 7 has no API for Next to call.
  typescript: { ignoreBuildErrors: true },
  experimental: { optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'] },
} satisfies NextConfig;
