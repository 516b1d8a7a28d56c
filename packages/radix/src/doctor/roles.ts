import { isJsonObject } from '../sbor/decode.ts'
import { objects } from './evidence.ts'

/** Roles by which an operator of the market could keep everyone from liquidating. */
const CONCERNING = /liquidate|flash|repay/i

/** Roles of a component that a liquidation may need and that not everybody has; empty where the Gateway lists none. */
export function closedRoles(details: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const assignments = isJsonObject(details?.role_assignments) ? details.role_assignments : {}
  return objects(assignments.entries).flatMap(({ role_key: key, assignment }) => {
    const name = isJsonObject(key) ? String(key.name) : ''
    if (!CONCERNING.test(name) || !isJsonObject(assignment)) return []
    const owner = isJsonObject(assignments.owner) ? assignments.owner.rule : undefined
    const rule = assignment.resolution === 'Owner' ? owner : assignment.explicit_rule
    const type = isJsonObject(rule) ? String(rule.type) : 'unknown'
    return type === 'AllowAll' ? [] : [`${name} (${type})`]
  })
}
