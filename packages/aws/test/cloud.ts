import { type CloudFaults, type CloudResources, createResources, type ResourceOptions, startCloud } from '@weft/cloud'
import { type AwsClients, awsClients } from '../src/aws-clients.ts'

export interface TestCloud extends AwsClients {
  readonly resources: CloudResources
  readonly faults: CloudFaults
  readonly setParameter: (name: string, value: string, type?: 'String' | 'SecureString') => void
  /** Further clients, to be tampered with. */
  newClients(): AwsClients
  stop(): Promise<void>
}

/** A cloud of its own for one test file, with the resources of one environment and clients as production makes them. */
export async function startTestCloud(options: Partial<ResourceOptions> = {}): Promise<TestCloud> {
  const cloud = await startCloud()
  const resources = await createResources(cloud, { environment: 'test', ...options })
  const newClients = () => awsClients({ region: cloud.region, endpoint: cloud.endpoint })
  const clients = newClients()
  return {
    ...clients,
    resources,
    faults: cloud.faults,
    setParameter: (name, value, type) => void cloud.parameters.put(name, value, type),
    newClients,
    async stop() {
      clients.close()
      await cloud.close()
    },
  }
}
