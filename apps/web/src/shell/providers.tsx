'use client';

import { MantineContext, MantineThemeProvider } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { TrpcProvider } from '../lib/trpc.tsx';
import { setColorScheme, useColorScheme } from './color-scheme.ts';
import { theme } from './theme.ts';

/**
 * As MantineProvider, without what a browser need not do: the theme's variables are a style sheet (theme-variables.css), not computed
 * at each load.
 */
export function Providers({ children }: { children: ReactNode }) {
  const colorScheme = useColorScheme();
  const mantine = useMemo(
    () => ({
      colorScheme,
      setColorScheme,
      clearColorScheme: () => setColorScheme('auto'),
      getRootElement: () => document.documentElement,
      classNamesPrefix: 'mantine',
      cssVariablesSelector: ':root',
      withStaticClasses: true,
    }),
    [colorScheme],
  );
  return (
    <MantineContext value={mantine}>
      <MantineThemeProvider theme={theme}>
        <TrpcProvider>{children}</TrpcProvider>
      </MantineThemeProvider>
    </MantineContext>
  );
}
