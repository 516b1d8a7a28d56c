import type { IntentStatusView, PreviewReceipt, PreviewRequest, SubmitResult } from '../view.ts'
import { ADDRESSES } from './addressbook.ts'
import type { Ledger, LedgerAddresses, LedgerControl, LedgerOptions } from './control.ts'
import { SimulationControl } from './ledger-control.ts'
import { preview } from './preview.ts'
import { Simulation } from './simulation.ts'
import { Toolkit } from './toolkit.ts'
import { StoreLedgerView } from './view.ts'

/** Builds a simulated ledger from a seed and starts its rounds (unless they are made by hand). Close it when done. */
export async function createLedger(options: LedgerOptions): Promise<Ledger> {
  return new SimulatedLedger(new Simulation(await Toolkit.load(), options), options.roundMs ?? 1000)
}

class SimulatedLedger extends StoreLedgerView implements Ledger {
  readonly addresses: LedgerAddresses = ADDRESSES
  readonly control: LedgerControl
  readonly #simulation: Simulation
  readonly #timer: NodeJS.Timeout | undefined

  constructor(simulation: Simulation, roundMs: number) {
    super(simulation.chain.store, simulation.chain.history)
    this.#simulation = simulation
    this.control = new SimulationControl(simulation)
    if (roundMs > 0)
      this.#timer = setInterval(() => {
        if (!simulation.isHalted) simulation.round()
      }, roundMs)
  }

  preview(request: PreviewRequest): Promise<PreviewReceipt> {
    const { chain, toolkit } = this.#simulation
    return resultOf(() => preview(chain, toolkit, request))
  }

  submit(payload: Uint8Array): Promise<SubmitResult> {
    const simulation = this.#simulation
    return resultOf(() => {
      const result = simulation.mempool.submit(payload, simulation.arrivalMs())
      // Without delay and with rounds made by hand, nobody should have to make one just to see a transaction committed.
      if (simulation.isManual && !simulation.isHalted && simulation.mempool.hasDue(simulation.arrivalMs()))
        simulation.round()
      return result
    })
  }

  intentStatus(intentHash: string): IntentStatusView {
    return this.#simulation.mempool.status(intentHash, this.#simulation.arrivalMs())
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

/** The node's calls are asynchronous by nature, also when this one happens to be done at once. */
function resultOf<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()))
}
