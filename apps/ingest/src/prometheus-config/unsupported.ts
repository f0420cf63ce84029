import type { z } from 'zod';

export type YamlPath = readonly (string | number)[];

/** The keys of `value` that `schema` does not know, at any depth: what a configuration asks for in vain. */
export function unsupportedKeys(schema: z.core.$ZodType, value: unknown, path: YamlPath = []): YamlPath[] {
  const { def } = schema._zod as unknown as { def: ZodDefinition };
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return unsupportedKeys(def.innerType, value, path);
    case 'pipe':
      return unsupportedKeys(def.in, value, path);
    case 'array':
      return Array.isArray(value) ? value.flatMap((item, i) => unsupportedKeys(def.element, item, [...path, i])) : [];
    case 'object':
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, inner]) =>
        Object.hasOwn(def.shape, key) ? unsupportedKeys(def.shape[key], inner, [...path, key]) : [[...path, key]],
      );
    default:
      return [];
  }
}

/** What is read of zod's own description of a schema. */
type ZodDefinition =
  | { readonly type: 'optional' | 'default' | 'prefault'; readonly innerType: z.core.$ZodType }
  | { readonly type: 'pipe'; readonly in: z.core.$ZodType }
  | { readonly type: 'array'; readonly element: z.core.$ZodType }
  | { readonly type: 'object'; readonly shape: Readonly<Record<string, z.core.$ZodType>> }
  | { readonly type: 'string' };

/** `scrape_configs[0].relabel_configs[2].regex` */
export function printPath(path: YamlPath): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}
