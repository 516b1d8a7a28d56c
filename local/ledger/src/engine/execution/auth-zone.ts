import { Decimal } from '@weft/domain/decimal'

/** What a proof shows that its maker has: ids of a non-fungible resource, or an amount of a fungible one. */
export type Proof =
  | { readonly kind: 'ids'; readonly resource: string; readonly ids: readonly string[] }
  | { readonly kind: 'amount'; readonly resource: string; readonly amount: Decimal }

/** A proof was asked for that nobody has made. */
export class ProofError extends Error {
  override readonly name = 'AuthZoneError'
}

/** The proofs of one transaction: those that lie in its auth zone, where every call sees them, and those with a number. */
export class AuthZone {
  #proofs: Proof[] = []
  readonly #numbered = new Map<number, Proof>()

  push(proof: Proof): void {
    this.#proofs.push(proof)
  }

  /** @throws {ProofError} when the auth zone is empty. */
  pop(number: number): void {
    const proof = this.#proofs.pop()
    if (!proof) throw new ProofError('the auth zone is empty')
    this.#numbered.set(number, proof)
  }

  /** @throws {ProofError} unless the auth zone's proofs show all of `ids`. */
  createOfIds(resource: string, ids: readonly string[], number: number): void {
    const shown = this.idsOf(resource)
    const missing = ids.find((id) => !shown.includes(id))
    if (missing !== undefined) throw new ProofError(`no proof of ${missing} of ${resource}`)
    this.#numbered.set(number, { kind: 'ids', resource, ids })
  }

  /** @throws {ProofError} unless a proof shows as much. */
  createOfAmount(resource: string, amount: Decimal, number: number): void {
    if (this.#amountOf(resource).lt(amount)) throw new ProofError(`no proof of ${amount} of ${resource}`)
    this.#numbered.set(number, { kind: 'amount', resource, amount })
  }

  /** @throws {ProofError} without a proof of it. */
  createOfAll(resource: string, number: number): void {
    const ids = this.idsOf(resource)
    if (ids.length > 0) this.createOfIds(resource, ids, number)
    else {
      const amount = this.#amountOf(resource)
      if (amount.isZero()) throw new ProofError(`no proof of ${resource}`)
      this.createOfAmount(resource, amount, number)
    }
  }

  /** Ids of `resource` that the auth zone shows. */
  idsOf(resource: string): readonly string[] {
    return this.#proofs.flatMap((proof) => (proof.kind === 'ids' && proof.resource === resource ? proof.ids : []))
  }

  /** Hands a numbered proof over to a call. @throws {ProofError} when there is none of that number. */
  take(number: number): Proof {
    const proof = this.#numbered.get(number)
    if (!proof) throw new ProofError(`there is no proof ${number}`)
    this.#numbered.delete(number)
    return proof
  }

  dropZone(): void {
    this.#proofs = []
  }

  /** One numbered proof, or all of them. */
  dropNumbered(number?: number): void {
    if (number === undefined) this.#numbered.clear()
    else this.#numbered.delete(number)
  }

  #amountOf(resource: string): Decimal {
    const amounts = this.#proofs.flatMap((proof) =>
      proof.kind === 'amount' && proof.resource === resource ? [proof.amount] : [],
    )
    return amounts.reduce((most, amount) => Decimal.max(most, amount), Decimal.ZERO)
  }
}
