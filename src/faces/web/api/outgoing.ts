import type { Socket } from 'node:net'

/** Bytes for somebody, or for many: there once, however many wait for them. */
export class Outgoing {
  readonly bytes: Buffer
  /** How many have not taken them yet. */
  awaiting = 0
  isHeld = false
  /** One of them has, or is gone. */
  readonly taken: () => void

  /** @param onTaken told when none waits for them any more */
  constructor(bytes: Buffer, onTaken: (outgoing: Outgoing) => void) {
    this.bytes = bytes
    this.taken = () => {
      if (--this.awaiting === 0) onTaken(this)
    }
  }
}

/** What is on its way to all whom something is sent, and not yet taken by them. */
export class Outbox {
  readonly #most: number
  /** So many bytes are kept for those who have not taken them. */
  held = 0

  /** @param most bytes that may be kept for all together */
  constructor(most: number) {
    this.#most = most
  }

  /** Something to be sent. */
  of(bytes: Buffer): Outgoing {
    return new Outgoing(bytes, this.#onTaken)
  }

  /** Sends; while too much is kept, whoever does not take it at once is dropped. */
  send(socket: Socket, outgoing: Outgoing): void {
    outgoing.awaiting++
    socket.write(outgoing.bytes, outgoing.taken)
    if (socket.writableLength === 0) return
    if (!outgoing.isHeld) {
      outgoing.isHeld = true
      this.held += outgoing.bytes.length
    }
    if (this.held > this.#most) socket.destroy()
  }

  readonly #onTaken = (outgoing: Outgoing) => {
    if (!outgoing.isHeld) return
    outgoing.isHeld = false
    this.held -= outgoing.bytes.length
  }
}
