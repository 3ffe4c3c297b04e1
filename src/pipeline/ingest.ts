import type { Position, Publisher, Source } from '../contracts.ts'

/**
 * Hands on what a source reads, one batch after the other, until the source ends or `stop` is aborted: then what it
 * had read already still goes through. Waiting for the bus is the backpressure to the source.
 */
export async function ingest(
  source: Source,
  from: Position | null,
  publisher: Publisher,
  stop: AbortSignal,
): Promise<void> {
  for await (const batch of source.read(from, stop)) await publisher.publish(batch)
}
