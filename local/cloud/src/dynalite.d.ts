/** The package ships no types; these are the options used here. */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  function dynalite(options?: object): Server
  export = dynalite
}

/** Its inside, as far as `partition-limit.ts` hooks into it. */
declare module 'dynalite/db/index.js' {
  import type { StoredItem, TableShape } from './partition-limit.ts'

  interface Store {
    /** The very object that `dynalite` was called with. */
    readonly options: object
  }
  const db: {
    updateIndexes(
      store: Store,
      table: TableShape,
      before: StoredItem | undefined,
      after: StoredItem | undefined,
      done: (error?: unknown) => void,
    ): void
    /** Bytes, as DynamoDB counts them. */
    itemSize(item: StoredItem): number
  }
  export = db
}
