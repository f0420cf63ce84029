'use client';

import { type CSSVariablesResolver, MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { TrpcProvider } from '../lib/trpc.tsx';
import { theme } from './theme.ts';

export function Providers({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={pageVariables}>
      <TrpcProvider>{children}</TrpcProvider>
    </MantineProvider>
  );
}

/** Mantine's surfaces are the page's own. */
const pageVariables: CSSVariablesResolver = () => {
  const surfaces = {
    '--mantine-color-body': 'var(--tm-panel)',
    '--mantine-color-text': 'var(--tm-text)',
    '--mantine-color-dimmed': 'var(--tm-dim)',
    '--mantine-color-placeholder': 'var(--tm-faint)',
    '--mantine-color-default': 'var(--tm-panel)',
    '--mantine-color-default-hover': 'var(--tm-hover)',
    '--mantine-color-default-border': 'var(--tm-line-strong)',
    '--mantine-color-error': 'var(--tm-firing)',
  };
  return { variables: {}, light: surfaces, dark: surfaces };
};
