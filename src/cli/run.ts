/** Reads the command line, and turns whatever goes wrong into one line and an exit status. */
import { CommanderError } from 'commander'
import { AppError, messageOf } from '../errors.ts'
import { oneLine } from '../log.ts'
import { program } from './program.ts'

try {
  await program().parseAsync(process.argv)
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong itself; asking for help or the version is not wrong.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    const isExpected = error instanceof AppError
    process.stderr.write(`wiki-change-stream: ${messageOf(error)}\n`)
    if (!isExpected && error instanceof Error)
      process.stderr.write(`${error.stack?.split('\n').map(oneLine).join('\n')}\n`)
    process.exitCode = isExpected && error.code === 'usage' ? 2 : 1
  }
}
