import { inScope, type Scope } from '../../scope.ts'
import { type Site, siteOf } from '../../site.ts'
import type { Asker } from './database.ts'
import { fromStored, toStored } from './text.ts'

interface SiteRow extends Record<string, unknown> {
  readonly id: number
  readonly wiki: string
  readonly domain: string
  readonly server: string
  readonly script_path: string
  readonly article_base: string
}

/** The numbers that stand for sites and sources. They are only ever added, so what is known stays true. */
export class Names {
  readonly #db: Asker
  readonly #sites = new Map<number, Site>()
  readonly #siteIds = new Map<Site, number>()
  readonly #sources = new Map<number, string>()
  readonly #sourceIds = new Map<string, number>()

  constructor(db: Asker) {
    this.#db = db
  }

  /** The number of a site, given where it has none. */
  async siteId(site: Site): Promise<number> {
    const known = this.#siteIds.get(site)
    if (known !== undefined) return known
    const columns = [site.wiki, site.domain, site.server, site.scriptPath, site.articleBase].map(toStored)
    await this.#db.ask(
      `INSERT INTO sites (wiki, domain, server, script_path, article_base) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      columns,
    )
    await this.refresh()
    return this.#siteIds.get(site) as number
  }

  /** The number of a source, given where it has none. */
  async sourceId(name: string): Promise<number> {
    const known = this.#sourceIds.get(name)
    if (known !== undefined) return known
    await this.#db.ask('INSERT INTO sources (name) VALUES ($1) ON CONFLICT DO NOTHING', [toStored(name)])
    await this.refresh()
    return this.#sourceIds.get(name) as number
  }

  /** All sites that have a number. */
  async sites(): Promise<readonly Site[]> {
    await this.refresh()
    return [...this.#sites.values()]
  }

  /** The numbers of a scope's sites; `null`: all there are. */
  async idsOf(scope: Scope): Promise<readonly number[] | null> {
    if (scope.kind === 'all') return null
    await this.refresh()
    return [...this.#sites].filter(([, site]) => inScope(scope, site)).map(([id]) => id)
  }

  /** What stands for these rows is known from then on. */
  async learn(rows: readonly { readonly site: number; readonly source?: number }[]): Promise<void> {
    const isKnown = rows.every(
      ({ site, source }) => this.#sites.has(site) && (source === undefined || this.#sources.has(source)),
    )
    if (!isKnown) await this.refresh()
  }

  site(id: number): Site {
    return this.#sites.get(id) as Site
  }

  source(id: number): string {
    return this.#sources.get(id) as string
  }

  /** All are read, not those above the highest: a lower number may become visible later. They are some thousand. */
  async refresh(): Promise<void> {
    const [sites, sources] = await Promise.all([
      this.#db.ask<SiteRow>('SELECT * FROM sites'),
      this.#db.ask<{ id: number; name: string }>('SELECT id, name FROM sources'),
    ])
    for (const row of sites) {
      const [wiki, domain, server, scriptPath, articleBase] = [
        row.wiki,
        row.domain,
        row.server,
        row.script_path,
        row.article_base,
      ].map(fromStored) as [string, string, string, string, string]
      const site = siteOf(wiki, domain, server, scriptPath, articleBase)
      this.#sites.set(row.id, site)
      this.#siteIds.set(site, row.id)
    }
    for (const { id, name } of sources) {
      this.#sources.set(id, fromStored(name))
      this.#sourceIds.set(fromStored(name), id)
    }
  }
}
