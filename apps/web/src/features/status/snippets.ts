/** What fills an empty place, ready to be copied. Ingest listens one port above the web. */
export function remoteWriteSnippet(webOrigin: string): string {
  const ingest = new URL(webOrigin);
  const port = Number(ingest.port || (ingest.protocol === 'https:' ? 443 : 80));
  ingest.port = String(port + 1);
  return `# prometheus.yml\nremote_write:\n  - url: ${ingest.origin}/api/v1/write\n`;
}

export const SCRAPE_SNIPPET = `# prometheus.yml, then: npm start -- --config prometheus.yml
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['localhost:9100']
`;
