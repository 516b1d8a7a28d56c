import { isJsonObject } from '../sbor/decode.ts'
import { asExpected, type Finding, missing, otherAnswer, unknown } from './row.ts'

/** Whether integers whose width is not published are U64, as expected, or I64. @param values by name, `undefined` where there is none */
export function integerKinds(values: Readonly<Record<string, unknown>>): Finding {
  const absent = Object.keys(values).filter((name) => values[name] === undefined)
  if (absent.length > 0) return missing(`no ${absent.join(', no ')}`)
  const kinds = Object.entries(values).map(([name, value]) => [name, isJsonObject(value) ? value.kind : undefined])
  const found = kinds.map(([name, kind]) => `${name} ${kind}`).join(', ')
  if (kinds.every(([, kind]) => kind === 'U64')) return asExpected(found)
  if (kinds.every(([, kind]) => kind === 'U64' || kind === 'I64')) return otherAnswer(found)
  return unknown('neither U64 nor I64', found)
}
