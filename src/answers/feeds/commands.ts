import type { Command } from '../command.ts'
import { digestShow } from '../digest.ts'
import { feedAdd } from './add.ts'
import { feedPause, feedRemove, feedResume } from './change-state.ts'
import { digestOff, digestOn } from './digests.ts'
import { feedEdit } from './edit.ts'
import { feedList } from './list.ts'
import { feedPreview } from './preview.ts'
import { unwatch } from './unwatch.ts'
import { watch } from './watch.ts'
import { watching } from './watching.ts'

/** All that is asked about what is posted by itself. */
export const FEED_COMMANDS: readonly Command[] = [
  feedAdd,
  feedPreview,
  feedList,
  feedEdit,
  feedPause,
  feedResume,
  feedRemove,
  digestOn,
  digestOff,
  digestShow,
  watch,
  unwatch,
  watching,
]
