/** The package ships no types; these are the options used here. */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  function dynalite(options?: { path?: string; createTableMs?: number }): Server
  export = dynalite
}
