import '@mantine/core/styles.css';
import './globals.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { AppShell } from '../shell/app-shell.tsx';
import { FOLDED_SCRIPT } from '../shell/folded.ts';
import { Providers } from '../shell/providers.tsx';

export const metadata: Metadata = { title: { default: 'Tidemark', template: '%s · Tidemark' } };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" />
        {/* Before the first paint, so that nothing jumps. */}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, that React would escape. */}
        <script dangerouslySetInnerHTML={{ __html: FOLDED_SCRIPT }} />
      </head>
      <body>
        <Providers>
          <AppShell>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}
