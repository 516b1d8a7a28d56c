import { dispatch } from '@weft/dispatcher'
import { type CandidateMessage, Decimal } from '@weft/domain'
import { indexRange } from '@weft/indexer'
import type { Stack } from '@weft/stack'

const DEARER = Decimal.parse('1.5')

/** What a run finds once all debts got half as dear again, in no queue. */
export async function shockedCandidates(stack: Stack): Promise<readonly CandidateMessage[]> {
  const { tokens } = stack.ledger.addresses
  const { ledger } = stack.deps.dispatcher
  const market = await ledger.marketSnapshot(await ledger.syncPoint())
  const dearer = Object.entries(tokens).flatMap(([symbol, address]) => {
    const price = [...market.prices].find(([resource]) => resource === address)?.[1].feed?.value
    return price && symbol !== 'XRD' && symbol !== 'LSULP' ? [[symbol, price.times(DEARER).toString()] as const] : []
  })
  await stack.ledger.control.setPrices(Object.fromEntries(dearer))
  await new Promise((resolve) => setTimeout(resolve, 4_000))
  const found: CandidateMessage[] = []
  const jobs: Parameters<typeof stack.deps.dispatcher.jobs.send>[0][number][] = []
  await dispatch({ ...stack.deps.dispatcher, jobs: { send: async (sent) => void jobs.push(...sent) } })
  for (const job of jobs)
    await indexRange(job, { ...stack.deps.indexer, candidates: { send: async (sent) => void found.push(...sent) } })
  return found
}
