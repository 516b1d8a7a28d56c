import { LedgerDataError } from '@weft/domain'
import type { ConfigEntry, ConfigKey } from './decode-configs.ts'

interface Versioned<C> {
  current: { version: number; config: C }
  superseded: Map<number, { config: C; expiresAtMs: number | null }>
}

/**
 * Groups a configuration manager's entries by id: the version in force and the superseded ones that a CDP may still be judged by.
 * @throws {LedgerDataError} when an id has no current entry.
 */
export function versionedConfigs<C>(
  entries: readonly (readonly [ConfigKey, ConfigEntry<C>])[],
  name: string,
): Map<number, Versioned<C>> {
  const configs = new Map<number, Versioned<C>>()
  for (const [key, { config, version }] of entries)
    if (key.kind === 'current') configs.set(key.id, { current: { version, config }, superseded: new Map() })
  for (const [key, { config, expiresAtMs }] of entries) {
    if (key.kind === 'current') continue
    const of = configs.get(key.id)
    if (of === undefined)
      throw new LedgerDataError(name, `config ${key.id} has a version ${key.version} but none in force`)
    of.superseded.set(key.version, { config, expiresAtMs })
  }
  return configs
}
