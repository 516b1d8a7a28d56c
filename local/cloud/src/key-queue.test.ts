import { expect, test } from 'vitest'
import { KeyQueue } from './key-queue.ts'

/** Takes a turn and logs when it has it; the returned function ends it. */
function holder(queue: KeyQueue, key: string, name: string, log: string[]): () => void {
  let end = () => {}
  const done = new Promise<void>((resolve) => {
    end = resolve
  })
  void queue.turn(key, done).then(() => log.push(name))
  return () => end()
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('holders of one key take turns, in the order of asking, whoever is done first', async () => {
  const queue = new KeyQueue()
  const log: string[] = []
  const [endFirst, endSecond, endThird] = ['first', 'second', 'third'].map((name) => holder(queue, 'k', name, log))
  endSecond?.()
  await settled()
  expect(log).toEqual(['first'])
  endFirst?.()
  await settled()
  expect(log).toEqual(['first', 'second', 'third'])
  endThird?.()
})

test('other keys do not wait', async () => {
  const queue = new KeyQueue()
  const log: string[] = []
  holder(queue, 'a', 'of a', log)
  holder(queue, 'b', 'of b', log)
  await settled()
  expect(log).toEqual(['of a', 'of b'])
})

test('forgets a key once nobody holds it or waits for it', async () => {
  const queue = new KeyQueue()
  const ends = ['one', 'two'].map((name) => holder(queue, 'k', name, []))
  expect(queue.size).toBe(1)
  for (const end of ends) end()
  await settled()
  expect(queue.size).toBe(0)
})
