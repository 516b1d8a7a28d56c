import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from './addressbook.ts'
import type { Chain } from './chain.ts'
import { type CdpSpec, UnknownNameError } from './control.ts'
import { cdpNumber } from './execution/execution.ts'
import type { Step } from './execution/steps.ts'
import { borrowerAccount } from './genesis/cdps.ts'
import { resourceByName, validatorOf } from './genesis/market.ts'
import { type CdpHealth, judge } from './market/health.ts'
import * as people from './people.ts'
import type { CdpRecord } from './records.ts'

/** What can be done with a CDP, worked out from the tip into a simulated user's manifest. */
export interface Action {
  readonly steps: readonly Step[]
  readonly signers: readonly string[]
}

/** Interest may accrue between reading and repaying: a payment in full brings this much more, and gets the change back. */
const MARGIN = Decimal.parse('1.05')

export function cdpAt(chain: Chain, cdpId: string): { cdp: CdpRecord; owner: string; health: CdpHealth } {
  const number = cdpNumber(cdpId)
  const cdp = chain.store.cdps.latest(number)
  const owner = chain.store.cdpOwners.latest(number)
  if (!cdp || owner === undefined) throw new UnknownNameError(`There is no CDP ${cdpId}, or it was burned.`)
  return { cdp, owner, health: judge(chain.market(), cdp) }
}

/** @throws {UnknownNameError} */
export function amountsByName(amounts: Readonly<Record<string, string>>): Map<string, Decimal> {
  return new Map(Object.entries(amounts).map(([name, text]) => [resourceByName(name), Decimal.parse(text)]))
}

export function open(chain: Chain, spec: CdpSpec): { action: Action; cdpId: string; owner: string } {
  const number = chain.market().cdpCounter() + 1
  const owner = borrowerAccount(number)
  const steps = people.openCdp(owner, {
    name: spec.name ?? 'Wefty',
    collaterals: amountsByName(spec.collaterals ?? {}),
    loans: amountsByName(spec.loans ?? {}),
    claims: (spec.claims ?? []).map(({ validator: symbol, lsuAmount }) => {
      const { address, lsu, claimNft } = validatorOf(symbol)
      return { validator: address, lsu, claimNft, lsuAmount: Decimal.parse(lsuAmount) }
    }),
  })
  return { action: { steps, signers: [...people.GENEROUS_ACCOUNTS, owner] }, cdpId: `#${number}#`, owner }
}

export function exploit(
  chain: Chain,
  spec: {
    readonly collaterals: Readonly<Record<string, string>>
    readonly loans: Readonly<Record<string, string>>
    readonly takeBack?: Readonly<Record<string, string>>
  },
): { action: Action; cdpId: string } {
  const number = chain.market().cdpCounter() + 1
  const cdpId = `#${number}#`
  const owner = borrowerAccount(number)
  const steps = people.exploit(owner, cdpId, {
    collaterals: amountsByName(spec.collaterals),
    loans: amountsByName(spec.loans),
    takeBack: amountsByName(spec.takeBack ?? {}),
  })
  return { action: { steps, signers: [...people.GENEROUS_ACCOUNTS, owner] }, cdpId }
}

export function repay(
  chain: Chain,
  cdpId: string,
  how: { readonly resource?: string; readonly amount?: string },
): Action {
  const { owner, health } = cdpAt(chain, cdpId)
  const wanted = how.resource === undefined ? [...health.loans.keys()] : [resourceByName(how.resource)]
  const payments = new Map(
    wanted.map((resource) => [
      resource,
      how.amount === undefined ? inFull(chain, health, resource) : Decimal.parse(how.amount),
    ]),
  )
  return { steps: people.repayLoans(owner, cdpId, payments), signers: [...people.GENEROUS_ACCOUNTS, owner] }
}

export function addCollateral(chain: Chain, cdpId: string, amounts: Readonly<Record<string, string>>): Action {
  const { owner } = cdpAt(chain, cdpId)
  const steps = people.addCollateral(owner, cdpId, amountsByName(amounts))
  return { steps, signers: [...people.GENEROUS_ACCOUNTS, owner] }
}

export function draw(
  chain: Chain,
  cdpId: string,
  what: 'borrows' | 'collateralsOut',
  amounts: Readonly<Record<string, string>>,
): Action {
  const { owner } = cdpAt(chain, cdpId)
  const steps = people.drawFromCdp(owner, cdpId, { [what]: amountsByName(amounts) })
  return { steps, signers: [...people.GENEROUS_ACCOUNTS, owner] }
}

export function close(chain: Chain, cdpId: string): Action {
  const { cdp, owner, health } = cdpAt(chain, cdpId)
  const steps = people.closeCdp(cdpId, owner, {
    owed: new Map([...health.loans.keys()].map((resource) => [resource, inFull(chain, health, resource)])),
    collaterals: new Map([...cdp.collaterals].map(([resource, { amount }]) => [resource, amount])),
    nfts: [...cdp.nftCollaterals].flatMap(([resource, { ids }]) => ids.map((id) => ({ resource, id }))),
  })
  return { steps, signers: [...people.GENEROUS_ACCOUNTS, owner] }
}

/** The competitor repays the most valuable loan as far as it may and the collateral covers, and takes whatever comes. */
export function liquidate(chain: Chain, cdpId: string): Action | undefined {
  const { health } = cdpAt(chain, cdpId)
  const loans = [...health.loans].sort(([, a], [, b]) => b.value.compareTo(a.value))
  const [resource, loan] = loans[0] ?? []
  if (resource === undefined || !loan || health.collaterals.size === 0) return undefined
  const amount = Decimal.min(
    loan.amount.times(loan.config.closeFactor),
    health.discountedCollateralValue.dividedBy(loan.price),
  ).round(divisibility(chain, resource), 'ToZero')
  if (amount.isZero()) return undefined
  const account = ADDRESSES.competitorAccount
  return { steps: people.liquidateWithOwnFunds(account, cdpId, resource, amount), signers: [account] }
}

function inFull(chain: Chain, health: CdpHealth, resource: string): Decimal {
  const loan = health.loans.get(resource)
  if (!loan) throw new UnknownNameError(`The CDP owes nothing of ${resource}.`)
  return loan.amount.times(MARGIN).round(divisibility(chain, resource), 'AwayFromZero')
}

export function divisibility(chain: Chain, resource: string): number {
  const record = chain.store.resources.latest(resource)
  return record?.kind === 'fungible' ? record.divisibility : 18
}
