import { config } from 'zod'

/**
 * To be imported before anything that has a schema. Zod compiles a function for each schema the first time it is used, which pays after
 * thousands of messages; a Lambda process sees dozens, and the compiling is a tenth of its cold start.
 */
config({ jitless: true })
