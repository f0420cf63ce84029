#!/bin/bash
# Starts Tidemark for a loader that measures databases side by side. PORT: the query API; WRITE_PORT: ingest; DIR: an empty folder.
cd "$(dirname "$0")/../.." && exec node_modules/.bin/node bench/beside/start.ts
