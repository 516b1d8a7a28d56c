import type { ModeSwitch, OperatingMode } from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../../outcome/outcome.ts'

/** First of all: an operator's word stops everything. In dry-run all goes on up to the signature. */
export async function killSwitch(mode: ModeSwitch): Promise<GuardVerdict<Exclude<OperatingMode, 'paused'>>> {
  const said = await mode.mode()
  return said === 'paused' ? stop({ kind: 'paused' }) : pass(said)
}
