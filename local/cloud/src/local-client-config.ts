import type { Cloud } from './cloud.ts'

/** Settings for any SDK client that shall talk to the embedded cloud; it asks for no real credentials. */
export function localClientConfig(cloud: Pick<Cloud, 'endpoint' | 'region'>) {
  return {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
}
