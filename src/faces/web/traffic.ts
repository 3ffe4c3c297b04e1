import { Durations } from '../../counting/durations.ts'
import { TallyTable } from '../../counting/tally.ts'

/** What requests are counted under whose address is none of ours, and what is no request. */
const OTHER = 'other'
/** `gone`: whoever asked went away before there was an answer. */
const STATUSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'gone'] as const
/** Upper ends of the classes in which durations are counted, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The requests since the start of the process, by route. */
export class Traffic {
  readonly requests: TallyTable<string, (typeof STATUSES)[number]>
  readonly durations: ReadonlyMap<string, Durations>
  /** How many are under way now. */
  readonly underWay: ReadonlyMap<string, number>
  readonly #underWay: Map<string, number>

  /** @param routes what there is to be counted under */
  constructor(routes: readonly string[]) {
    const all = [...new Set([...routes, OTHER])]
    this.requests = new TallyTable(all, STATUSES)
    this.durations = new Map(all.map((route) => [route, new Durations(BOUNDS)]))
    this.#underWay = new Map(all.map((route) => [route, 0]))
    this.underWay = this.#underWay
  }

  /**
   * A request has come.
   * @returns to be called once when it is over, with the status of the answer; `null`: there was none
   */
  begin(name: string): (status: number | null) => void {
    const route = this.#underWay.has(name) ? name : OTHER
    const began = performance.now()
    this.#move(route, 1)
    return (status) => {
      this.#move(route, -1)
      this.requests.add(route, classOf(status))
      this.durations.get(route)?.add(performance.now() - began)
    }
  }

  /** Something came that is no request, and was answered with this status. */
  addBroken(status: number): void {
    this.requests.add(OTHER, classOf(status))
  }

  #move(route: string, by: number): void {
    this.#underWay.set(route, (this.#underWay.get(route) ?? 0) + by)
  }
}

const classOf = (status: number | null): (typeof STATUSES)[number] =>
  status === null ? 'gone' : (STATUSES[Math.floor(status / 100) - 1] ?? 'gone')
