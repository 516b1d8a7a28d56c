import type { SborValue } from '../sbor.ts'
import { encodeSbor } from '../sbor-codec.ts'
import { toProgrammaticJson } from './programmatic-json.ts'

/** A value read from state: its payload bytes and its programmatic JSON with the names of its schema. */
export function renderStateValue(value: SborValue, rawHex: string = encodeSbor(value)) {
  return { raw_hex: rawHex, programmatic_json: toProgrammaticJson(value, 'with-names') }
}
