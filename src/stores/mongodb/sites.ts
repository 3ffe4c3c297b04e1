import type { Change } from '../../change.ts'
import { inScope, type Scope } from '../../scope.ts'
import type { Site } from '../../site.ts'
import { type Database, insertNew } from './database.ts'
import { type ChangeDocument, siteDocument, siteOfDocument, toChange } from './documents.ts'

/** Ids asked for at once. */
const IDS = 5000

/** The wikis that have sent something: there are a thousand, so they are kept here. Sites are only ever added. */
export class Sites {
  readonly #database: Database
  readonly #sites = new Map<string, Site>()
  readonly #names = new Map<Site, string>()

  constructor(database: Database) {
    this.#database = database
  }

  /** The names under which these sites are kept; those that are new are kept first. */
  async keep(sites: Iterable<Site>): Promise<(site: Site) => string> {
    const fresh = [...new Set(sites)].filter((site) => !this.#names.has(site)).map(siteDocument)
    await insertNew(this.#database.sites, fresh)
    for (const document of fresh) this.#remember(document)
    return (site) => this.#names.get(site) ?? siteDocument(site)._id
  }

  /** All of them, by name. */
  async all(): Promise<ReadonlyMap<string, Site>> {
    const count = await this.#database.sites.estimatedDocumentCount()
    if (count !== this.#sites.size)
      for await (const document of this.#database.sites.find()) this.#remember(document)
    return this.#sites
  }

  /** The names of a scope's sites; `null`: all there are. */
  async namesIn(scope: Scope): Promise<string[] | null> {
    if (scope.kind === 'all') return null
    return [...(await this.all())].filter(([, site]) => inScope(scope, site)).map(([name]) => name)
  }

  async site(name: string): Promise<Site> {
    return (this.#sites.get(name) ?? (await this.all()).get(name)) as Site
  }

  async toChanges(documents: readonly ChangeDocument[]): Promise<Change[]> {
    const changes: Change[] = []
    for (const document of documents) changes.push(toChange(document, await this.site(document.site)))
    return changes
  }

  /** The changes of these ids that are there, by id. */
  async changesOf(ids: readonly string[]): Promise<Map<string, Change>> {
    const found = new Map<string, Change>()
    for (let i = 0; i < ids.length; i += IDS) {
      const documents = this.#database.changes.find({ _id: { $in: ids.slice(i, i + IDS) } })
      for (const change of await this.toChanges(await documents.toArray())) found.set(change.id, change)
    }
    return found
  }

  #remember(document: Parameters<typeof siteOfDocument>[0]): void {
    const site = siteOfDocument(document)
    this.#sites.set(document._id, site)
    this.#names.set(site, document._id)
  }
}
