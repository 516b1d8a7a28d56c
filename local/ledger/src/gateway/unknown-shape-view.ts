import type { LedgerNode, NonFungibleView } from '../view.ts'
import type { UnknownShape } from './fault-plan.ts'

/**
 * The ledger with some non-fungibles whose fields have their names and hold something else: a flag each.
 * @param ledger a view made of plain functions, such as a replica's.
 */
export function withUnknownShapes(ledger: LedgerNode, shapes: readonly UnknownShape[]): LedgerNode {
  const isReshaped = (resource: string, id: string) =>
    shapes.some((shape) => shape.resource === resource && shape.ids.includes(id))
  const nonFungible: LedgerNode['nonFungible'] = (resource, id, at) => {
    const found = ledger.nonFungible(resource, id, at)
    return found && isReshaped(resource, id) ? reshaped(found) : found
  }
  return { ...ledger, nonFungible }
}

function reshaped(view: NonFungibleView): NonFungibleView {
  if (view.data?.kind !== 'Tuple') return view
  const fields = view.data.fields.map(({ fieldName }) => ({
    kind: 'Bool' as const,
    value: true,
    ...(fieldName === undefined ? {} : { fieldName }),
  }))
  return { ...view, data: { ...view.data, fields } }
}
