export * from './config.ts'
export * from './dispatch.ts'
export * from './events.ts'
export * from './wire.ts'
