import '@mantine/core/styles.css';
import '../shell/theme-variables.css';
import './globals.css';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { AppShell } from '../shell/app-shell.tsx';
import { FIRST_PAINT_SCRIPT } from '../shell/first-paint.ts';
import { Providers } from '../shell/providers.tsx';

export const metadata: Metadata = { title: { default: 'Tidemark', template: '%s · Tidemark' } };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-mantine-color-scheme="light" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, that React would escape. */}
        <script dangerouslySetInnerHTML={{ __html: FIRST_PAINT_SCRIPT }} />
      </head>
      <body>
        <Providers>
          <AppShell>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}
