import { expect, test } from 'vitest';
import { FAR_CACHE_BYTES } from './limits.ts';
import { readStorageSettings } from './storage-settings.ts';

const HOUR_MS = 3_600_000;

/** YAML is JSON as well. */
const ofPlaces = (...places: object[]) => JSON.stringify({ storage: { places } });

test('places are read in their order, with their ages, from the file that others use too', () => {
  const text = `
scrape_configs: []
storage:
  tsdb: { out_of_order_time_window: 30m }
  cache: 10MiB
  take_over: true
  places:
    - { name: slow, after: 2d, folder: /mnt/slow }
    - { name: nas, after: 14d, tiers: { 1h: 90d }, objects: /mnt/nas }
    - name: deep
      after: 1y
      s3: { bucket: b, endpoint: http://127.0.0.1:9000, path_style: true, storage_class: DEEP_ARCHIVE }
`;
  expect(readStorageSettings(text)).toEqual({
    cacheBytes: 10 * 2 ** 20,
    takesOver: true,
    places: [
      { kind: 'folder', name: 'slow', afterMs: 48 * HOUR_MS, tiers: {}, folder: '/mnt/slow' },
      { kind: 'objects', name: 'nas', afterMs: 336 * HOUR_MS, tiers: { 3600000: 2160 * HOUR_MS }, folder: '/mnt/nas' },
      {
        kind: 's3',
        name: 'deep',
        afterMs: 365 * 24 * HOUR_MS,
        tiers: {},
        s3: { bucket: 'b', prefix: '', endpoint: 'http://127.0.0.1:9000', pathStyle: true },
        storageClass: 'DEEP_ARCHIVE',
      },
    ],
  });
  for (const none of ['', 'storage:', 'storage: {}', 'storage: { tsdb: {} }'])
    expect(readStorageSettings(none)).toEqual({ cacheBytes: FAR_CACHE_BYTES, takesOver: false, places: [] });
});

test.each([
  ['no YAML', '{', 'end'],
  ['no list', 'storage: { places: here }', 'places'],
  ['no size', 'storage: { cache: much }', 'no size like 2GiB'],
  ['no kind', ofPlaces({ name: 'a', after: '2d' }), 'one of folder, objects and s3 is wanted'],
  ['two kinds', ofPlaces({ name: 'a', after: '2d', folder: '/a', objects: '/b' }), 'one of folder, objects and s3 is wanted'],
  ['too young', ofPlaces({ name: 'a', after: '1h', folder: '/a' }), 'an age of'],
  ['no age', ofPlaces({ name: 'a', after: 'soon', folder: '/a' }), 'an age of'],
  ['a name that is no folder', ofPlaces({ name: '../a', after: '2d', folder: '/a' }), 'letters, digits and -'],
  ['one name twice', ofPlaces({ name: 'a', after: '2d', folder: '/a' }, { name: 'a', after: '3d', folder: '/b' }), 'the same name'],
  ['ages that fall', ofPlaces({ name: 'a', after: '3d', folder: '/a' }, { name: 'b', after: '2d', folder: '/b' }), 'must rise'],
  ['a prefix without its end', ofPlaces({ name: 'a', after: '3d', s3: { bucket: 'b', prefix: 'x' } }), 'ends in'],
  ['something else', ofPlaces({ name: 'a', after: '3d', folder: '/a', wheels: 4 }), 'wheels'],
])('%s is refused, and said', (_, text, reason) => {
  expect(() => readStorageSettings(text)).toThrow(reason);
});
