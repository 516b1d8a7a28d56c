import type { ConfigEntry, ConfigKey } from './decode-configs.ts'

interface ConfigTable<C> {
  tracksHistory: boolean
  current: Map<number, { version: number; config: C }>
  history: Map<number, { id: number; config: C; expiresAtMs: number | null }>
}

/** A configuration manager's rows: what each id has in force, and every version by its number. */
export function configTable<C>(
  rows: readonly (readonly [ConfigKey, ConfigEntry<C>])[],
  tracksHistory: boolean,
): ConfigTable<C> {
  const table: ConfigTable<C> = { tracksHistory, current: new Map(), history: new Map() }
  for (const [key, { id, config, version, expiresAtMs }] of rows)
    if (key.kind === 'current') table.current.set(key.id, { version, config })
    else table.history.set(key.version, { id, config, expiresAtMs })
  return table
}

/** Only what is in force, by id: for tables whose versions nobody records. */
export function currentConfigs<C>(rows: readonly (readonly [ConfigKey, ConfigEntry<C>])[]): Map<number, C> {
  return new Map(rows.flatMap(([key, { config }]) => (key.kind === 'current' ? [[key.id, config] as const] : [])))
}
