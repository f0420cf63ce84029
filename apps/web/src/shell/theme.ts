import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Mantine's dark greys, as the page's. */
const dark: MantineColorsTuple = [
  '#dde2e8',
  '#b8c0c9',
  '#98a1ad',
  '#6d7681',
  '#3a424b',
  '#2c333a',
  '#1b2025',
  '#15191d',
  '#0f1215',
  '#0a0c0e',
];

const accent: MantineColorsTuple = [
  '#e9f3fd',
  '#d3e5f8',
  '#a5caf0',
  '#75ade8',
  '#5fa8ec',
  '#3a86d0',
  '#1463b0',
  '#105291',
  '#0c4275',
  '#083259',
];

/** 13 px text, 12 px where it is dense, no shadows, small radii. The colours of the page itself are in globals.css. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  colors: { accent, dark },
  fontFamily: 'var(--tm-sans)',
  fontFamilyMonospace: 'var(--tm-mono)',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 4,
  shadows: { xs: 'none', sm: 'none', md: 'none', lg: 'none', xl: 'none' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '18px' }, h2: { fontSize: '15px' }, h3: { fontSize: '13px' } } },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Table: { defaultProps: { fz: 'sm', verticalSpacing: 4 } },
    Menu: { defaultProps: { withinPortal: true } },
  },
});
