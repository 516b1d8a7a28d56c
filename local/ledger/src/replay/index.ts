export {
  NETWORK_FILE,
  type Recording,
  RecordingError,
  readRecording,
  requireEmpty,
  writeRecording,
} from './recording.ts'
export { type ReplayServer, startReplayServer } from './replay-server.ts'
