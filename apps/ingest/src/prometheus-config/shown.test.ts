import { expect, test } from 'vitest';
import { shownConfig } from './shown.ts';

test('a configuration is shown as it is, without what nobody else may know', () => {
  const source = `
# password: of the old cluster, hunter1
global: { scrape_interval: 15s }
x-anchored: &pass hunter2
scrape_configs:
  - job_name: "01"
    basic_auth: { username: me, password: *pass, password_file: /etc/pass }
    authorization: { credentials: hunter3 }
    bearer_token: hunter4
    http_headers: { X-Key: { secrets: [hunter5, hunter6], values: [plain] } }
    params: { token: [hunter7], module: [http] }
    static_configs:
      - targets: ["http://me:hunter8@h:1/x?y=@z", "h:2"]
remote_write:
  - url: https://h/write
    sigv4: { access_key: hunter9, secret_key: hunter10 }
    tls_config: { key: hunter11, cert_file: /c }
`;
  const shown = shownConfig(source);
  expect(shown).not.toMatch(/hunter/);
  expect(shown).toBe(`global:
  scrape_interval: 15s
x-anchored: <secret>
scrape_configs:
  - job_name: 01
    basic_auth:
      username: me
      password: <secret>
      password_file: /etc/pass
    authorization:
      credentials: <secret>
    bearer_token: <secret>
    http_headers:
      X-Key:
        secrets:
          - <secret>
          - <secret>
        values:
          - plain
    params:
      token:
        - <secret>
      module:
        - http
    static_configs:
      - targets:
          - http://me:<secret>@h:1/x?y=@z
          - h:2
remote_write:
  - url: https://h/write
    sigv4:
      access_key: <secret>
      secret_key: <secret>
    tls_config:
      key: <secret>
      cert_file: /c
`);
});

test('a file of nothing is shown as nothing', () => {
  expect(shownConfig('')).toBe('');
  expect(shownConfig('# nothing\n')).toBe('');
});
