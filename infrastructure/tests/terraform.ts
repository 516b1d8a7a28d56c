import { execFileSync } from 'node:child_process'
import { describe, test } from 'vitest'

/** Whether terraform is on the PATH. */
function findsTerraform(): boolean {
  try {
    execFileSync('terraform', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * A suite that needs terraform. Where it is missing the suite is skipped, so that whoever only works on the services is
 * not stopped; in CI (`CI` set) a missing terraform is a failure, or nothing would be checked.
 */
export function describeWithTerraform(title: string, suite: () => void): void {
  if (findsTerraform()) {
    describe(title, suite)
    return
  }
  if (process.env.CI) {
    test(`${title}: terraform is installed`, () => {
      throw new Error(
        'terraform is not on the PATH of this CI run: install 1.11 or later before `npm run check:infra`.',
      )
    })
    return
  }
  describe.skip(title, suite)
}

/** Says in one line what is being skipped. One test file calls it, not each: the line would drown in its repetitions. */
export function announceMissingTerraform(): void {
  if (findsTerraform() || process.env.CI) return
  console.warn(
    'SKIPPED: everything that needs Terraform, which is not installed (1.11 or later). See infrastructure/README.md.',
  )
}
