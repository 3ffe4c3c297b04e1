import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export const NAME = 'wiki-change-stream'
export const VERSION = manifest.version
export const PROJECT_PAGE = 'https://github.com/wiki-change-stream/wiki-change-stream'
