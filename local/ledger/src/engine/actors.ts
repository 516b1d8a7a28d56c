import { Decimal } from '@weft/domain/decimal'
import * as actions from './cdp-actions.ts'
import type { Chain } from './chain.ts'
import { type ActorPlan, UnknownNameError } from './control.ts'
import { tokenAddress } from './genesis/market.ts'
import type { LiquidatableIndex } from './market/liquidatable.ts'
import { MarketError } from './market/state.ts'
import type { Random } from './random.ts'

/** Simulated people. What they do at a round follows from the seed and the state, never from the time of day. */
export class Actors {
  readonly #chain: Chain
  readonly #random: Random
  readonly #liquidatable: LiquidatableIndex
  #plan: ActorPlan | undefined

  constructor(chain: Chain, random: Random, liquidatable: LiquidatableIndex) {
    this.#chain = chain
    this.#random = random
    this.#liquidatable = liquidatable
  }

  start(plan: ActorPlan | undefined): void {
    this.#plan = plan
  }

  act(): void {
    const { borrowers, competitor } = this.#plan ?? {}
    if (borrowers)
      for (let i = 0; i < (borrowers.actionsPerRound ?? 1); i++)
        if (this.#random.chance(borrowers.probability)) this.#commit(this.#borrowerAction())
    if (!competitor) return
    for (const number of this.#liquidatable.numbers())
      if (this.#random.chance(competitor.probability)) this.#commit(() => actions.liquidate(this.#chain, `#${number}#`))
  }

  /** Half of the time somebody in danger reacts, else anybody does anything. */
  #borrowerAction(): () => actions.Action | undefined {
    const endangered = this.#liquidatable.numbers()
    const random = this.#random
    if (endangered.length > 0 && random.chance(0.5)) {
      const cdpId = `#${random.pick(endangered)}#`
      return random.pickWeighted([
        [5, () => actions.repay(this.#chain, cdpId, {})],
        [3, () => this.#strengthen(cdpId)],
        [2, () => actions.close(this.#chain, cdpId)],
      ])
    }
    const cdpId = `#${random.between(1, this.#chain.market().cdpCounter())}#`
    return random.pickWeighted([
      [3, () => this.#repayPart(cdpId)],
      [3, () => this.#strengthen(cdpId)],
      [1, () => actions.close(this.#chain, cdpId)],
      [3, () => this.#openModest()],
    ])
  }

  #repayPart(cdpId: string): actions.Action | undefined {
    const { health } = actions.cdpAt(this.#chain, cdpId)
    const [resource, loan] = [...health.loans][0] ?? []
    if (resource === undefined || !loan) return undefined
    const part = loan.amount.times(Decimal.parse('0.4')).round(actions.divisibility(this.#chain, resource), 'ToZero')
    return part.isZero() ? undefined : actions.repay(this.#chain, cdpId, { resource, amount: part.toString() })
  }

  /** Adds half as much again of a collateral. */
  #strengthen(cdpId: string): actions.Action | undefined {
    const { cdp } = actions.cdpAt(this.#chain, cdpId)
    const [resource, held] = [...cdp.collaterals][0] ?? []
    if (resource === undefined || !held) return undefined
    const more = held.amount
      .dividedBy(Decimal.fromInteger(2))
      .round(actions.divisibility(this.#chain, resource), 'ToZero')
    return more.isZero() ? undefined : actions.addCollateral(this.#chain, cdpId, { [resource]: more.toString() })
  }

  #openModest(): actions.Action {
    const xrd = this.#random.between(1_000, 50_000)
    const { price } = this.#chain.market().price(tokenAddress('xUSDC'))
    const usdc = Decimal.fromInteger(xrd).times(Decimal.parse('0.5')).dividedBy(price).round(6, 'ToZero')
    return actions.open(this.#chain, { collaterals: { XRD: String(xrd) }, loans: { xUSDC: usdc.toString() } }).action
  }

  /** Plans are made from the tip and may fail like anybody's; a CDP that is gone or unpriced is left alone. */
  #commit(plan: () => actions.Action | undefined): void {
    let action: actions.Action | undefined
    try {
      action = plan()
    } catch (error) {
      if (error instanceof MarketError || error instanceof UnknownNameError) return
      throw error
    }
    if (action) this.#chain.commitInternal(action.steps, action.signers)
  }
}
