import { parentPort, workerData } from 'node:worker_threads'
import { live, type Share } from './lives.ts'

/** One thread's share of the model test. */
parentPort?.postMessage(await live(workerData as Share))
