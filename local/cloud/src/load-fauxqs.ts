type Fauxqs = typeof import('fauxqs')

let loading: Promise<Fauxqs> | undefined

/**
 * fauxqs loads Node's SQLite for a persistence that is not used here, and Node calls that experimental on every start. Whoever reads
 * the terminal can do nothing about it, so this one warning is left out; all others pass.
 */
export function loadFauxqs(): Promise<Fauxqs> {
  loading ??= withoutSqliteWarning(() => import('fauxqs'))
  return loading
}

async function withoutSqliteWarning<T>(work: () => Promise<T>): Promise<T> {
  const { emitWarning } = process
  process.emitWarning = new Proxy(emitWarning, {
    apply: (emit, self, args: readonly unknown[]) => {
      if (!String(args[0]).startsWith('SQLite is an experimental feature')) Reflect.apply(emit, self, args)
    },
  })
  try {
    return await work()
  } finally {
    process.emitWarning = emitWarning
  }
}
