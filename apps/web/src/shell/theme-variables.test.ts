import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import { expect, test } from 'vitest';
import { theme } from './theme.ts';

/** After a change of the theme: `vitest run apps/web/src/shell/theme-variables.test.ts -u`. */
test('the style sheet has the variables that Mantine makes of the theme, where they differ from its own', async () => {
  const own = defaultCssVariablesResolver(DEFAULT_THEME);
  const ours = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  const differing = (part: 'variables' | 'light' | 'dark') =>
    Object.fromEntries(Object.entries(ours[part]).filter(([name, value]) => (own[part] as Record<string, string>)[name] !== value));
  const css = convertCssVariables({ variables: differing('variables'), light: differing('light'), dark: differing('dark') }, ':root');
  const text = css
    .trim()
    .replace(/\s*\{/g, ' {\n  ')
    .replace(/;(?=[^}])/g, ';\n  ')
    .replace(/\}/g, '\n}');
  await expect(`/* Made by theme-variables.test.ts from theme.ts. */\n${text}\n`).toMatchFileSnapshot('./theme-variables.css');
});
