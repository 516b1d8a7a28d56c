import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ActionFailedError, type Ledger, LedgerHaltedError, UnknownNameError } from '../engine/control.ts'
import { describeIssue, type FaultPlan, FaultPlanError, parseFaultPlan } from './fault-plan.ts'

/** What the server lets people and tests see and change of itself. */
export interface ServerControl {
  requestsByEndpoint(): Readonly<Record<string, number>>
  faults(): FaultPlan
  setFaults(plan: FaultPlan): void
}

const amount = z.string().regex(/^\d+(\.\d{1,18})?$/, 'must be a plain decimal text')
const amounts = z.record(z.string().min(1), amount)
const cdpId = z.string().regex(/^#\d+#$/, 'must be a CDP id like #7#')
const probability = z.number().min(0).max(1)

const PriceBody = z.strictObject({ prices: amounts, feedOnly: z.boolean().exactOptional() })

const ActorBody = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('start'),
    borrowers: z.strictObject({ probability, actionsPerRound: z.int().positive().exactOptional() }).exactOptional(),
    competitor: z.strictObject({ probability }).exactOptional(),
  }),
  z.strictObject({ action: z.literal('stop') }),
  z.strictObject({ action: z.literal('fund-account'), account: z.string(), amounts }),
  z.strictObject({ action: z.literal('open-cdp'), collaterals: amounts, loans: amounts.exactOptional() }),
  z.strictObject({
    action: z.literal('repay-loan'),
    cdpId,
    resource: z.string().exactOptional(),
    amount: amount.exactOptional(),
  }),
  z.strictObject({ action: z.literal('add-collateral'), cdpId, amounts }),
  z.strictObject({ action: z.literal('remove-collateral'), cdpId, amounts }),
  z.strictObject({ action: z.literal('borrow'), cdpId, amounts }),
  z.strictObject({ action: z.literal('close-cdp'), cdpId }),
  z.strictObject({ action: z.literal('liquidate'), cdpId }),
])

/** `/local/v1/*`: the side door of the local ledger, which no real Gateway has. Bodies are strict; a refused one answers `{error}`. */
export function registerLocalApi(server: FastifyInstance, ledger: Ledger, control: ServerControl): void {
  const get = (path: string, answer: () => object) => server.get(`/local/v1/${path}`, answer)
  const post = (path: string, answer: (body: unknown) => object) =>
    server.post(`/local/v1/${path}`, (request, reply) => {
      try {
        return answer(request.body)
      } catch (error) {
        const status = refusalStatus(error)
        if (status === undefined || !(error instanceof Error)) throw error
        return reply.code(status).send({ error: error.message })
      }
    })

  get('state', () => ({ ...ledger.control.summary(), requestsByEndpoint: control.requestsByEndpoint() }))
  get('addresses', () => ledger.addresses)
  get('faults', () => control.faults())
  post('price', (body) => {
    const { prices, feedOnly = false } = parseBody(PriceBody, body)
    return { stateVersion: ledger.control.setPrices(prices, { feedOnly }) }
  })
  post('faults', (body) => {
    control.setFaults(parseFaultPlan(body))
    return control.faults()
  })
  post('actor', (body) => act(ledger, parseBody(ActorBody, body)))
}

/** The body is not what the path takes. */
class LocalRequestError extends Error {
  override readonly name = 'LocalRequestError'
}

function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new LocalRequestError(`The body is wrong ${describeIssue(parsed.error)}.`)
}

/** 400: the request is wrong; 409: the ledger will not do it as it stands. `undefined`: a defect. */
function refusalStatus(error: unknown): number | undefined {
  if (error instanceof LocalRequestError || error instanceof FaultPlanError || error instanceof UnknownNameError)
    return 400
  if (error instanceof ActionFailedError || error instanceof LedgerHaltedError) return 409
  return undefined
}

function act({ control }: Ledger, order: z.output<typeof ActorBody>): object {
  switch (order.action) {
    case 'start': {
      const { action: _, ...plan } = order
      control.startActors(plan)
      return { acting: true }
    }
    case 'stop':
      control.startActors(undefined)
      return { acting: false }
    case 'fund-account':
      return { stateVersion: control.fundAccount(order.account, order.amounts) }
    case 'open-cdp': {
      const { action: _, ...cdp } = order
      return { cdpId: control.openCdp(cdp) }
    }
    case 'repay-loan': {
      const { action: _, cdpId, ...how } = order
      return { stateVersion: control.repayLoan(cdpId, how) }
    }
    case 'add-collateral':
      return { stateVersion: control.addCollateral(order.cdpId, order.amounts) }
    case 'remove-collateral':
      return { stateVersion: control.removeCollateral(order.cdpId, order.amounts) }
    case 'borrow':
      return { stateVersion: control.borrow(order.cdpId, order.amounts) }
    case 'close-cdp':
      return { stateVersion: control.closeCdp(order.cdpId) }
    case 'liquidate':
      return { stateVersion: control.liquidateAsCompetitor(order.cdpId) }
  }
}
