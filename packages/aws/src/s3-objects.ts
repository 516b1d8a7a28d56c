import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { backOff } from './backoff.ts'

const MAX_TRIES_AFTER_CONFLICT = 6

/** Write-once objects in one bucket. */
export class S3Objects {
  readonly #s3: S3Client
  readonly #bucket: string

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3
    this.#bucket = bucket
  }

  /** The object's bytes, `undefined` when there is none. */
  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }))
      return await Body?.transformToByteArray()
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined
      throw error
    }
  }

  /**
   * Writes the object unless the key is taken. Of racing writers one is `stored`.
   * @returns `exists` also in the rare case that our own earlier try was stored and its answer was lost.
   */
  async putOnce(key: string, body: Uint8Array, contentType: string): Promise<'stored' | 'exists'> {
    const put = { Bucket: this.#bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: '*' }
    for (let tries = 1; ; tries++) {
      try {
        await this.#s3.send(new PutObjectCommand(put))
        return 'stored'
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
        if (status === 412) return 'exists'
        // 409: another conditional write of the key was under way. Who wins is not known yet, so S3 wants it asked again.
        if (status !== 409 || tries === MAX_TRIES_AFTER_CONFLICT) throw error
        await backOff(tries, { firstDelayMs: 50, maxDelayMs: 1_000 })
      }
    }
  }

  /** Every key under `prefix`, in key order. @param pageSize keys per call, at most and by default 1000 */
  async *keys(prefix: string, pageSize = 1_000): AsyncGenerator<string> {
    let token: string | undefined
    do {
      const page = await this.#s3.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ContinuationToken: token,
          MaxKeys: pageSize,
        }),
      )
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key
      token = page.NextContinuationToken
    } while (token !== undefined)
  }
}
