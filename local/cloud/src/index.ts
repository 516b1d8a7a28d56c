export * from './cloud.ts'
export * from './create-resources.ts'
export * from './local-client-config.ts'
export * from './ssm-stub.ts'
