/** Questions kept at most: of more than so many at once, each is answered by itself. */
const MOST = 200

/**
 * What takes long to find is looked for once, however many ask the same while it is looked for, and, where that is
 * said, for a while afterwards: a page that is open in many browsers costs as much as in one.
 */
export class Shared<Answer> {
  readonly #answers = new Map<string, Promise<Answer>>()

  /** What was found, or is being looked for, for a question. */
  get(question: string): Promise<Answer> | undefined {
    return this.#answers.get(question)
  }

  /** @param keepMs so long, in ms, it is kept after it was found; what failed is not */
  keep(question: string, answer: Promise<Answer>, keepMs: number): void {
    if (this.#answers.size >= MOST) return
    this.#answers.set(question, answer)
    const forget = () => this.#answers.delete(question)
    answer.then(() => (keepMs > 0 ? setTimeout(forget, keepMs).unref() : forget()), forget)
  }
}
