import {
  type Icon as CodexIcon,
  cdxIconArticleAdd,
  cdxIconArticleRedirect,
  cdxIconBlock,
  cdxIconCheck,
  cdxIconEdit,
  cdxIconEye,
  cdxIconFlag,
  cdxIconGlobe,
  cdxIconHeart,
  cdxIconImageAdd,
  cdxIconJournal,
  cdxIconLock,
  cdxIconMerge,
  cdxIconTag,
  cdxIconTrash,
  cdxIconUserAdd,
  cdxIconUserRights,
} from '@wikimedia/codex-icons'
import { byteChange } from '../../../src/change.ts'
import type { Language } from '../../../src/language/language.ts'
import { changeParts } from '../../../src/text/change-line.ts'
import { Icon } from '../icon.tsx'
import { Line } from '../inline.tsx'
import { Moment } from '../moment.tsx'
import { text } from '../say.ts'
import { changeOf } from './change.ts'
import type { ApiChange } from './following.ts'
import { memo } from './memo.ts'

const ICONS: Readonly<Record<Exclude<ApiChange['type'], 'log'>, CodexIcon>> = {
  edit: cdxIconEdit,
  new: cdxIconArticleAdd,
  categorize: cdxIconTag,
  external: cdxIconGlobe,
}

/** By the type of a log; any other is a page of a journal. */
const LOG_ICONS: Readonly<Record<string, CodexIcon>> = {
  abusefilter: cdxIconFlag,
  block: cdxIconBlock,
  delete: cdxIconTrash,
  merge: cdxIconMerge,
  move: cdxIconArticleRedirect,
  newusers: cdxIconUserAdd,
  patrol: cdxIconCheck,
  protect: cdxIconLock,
  rights: cdxIconUserRights,
  thanks: cdxIconHeart,
  suppress: cdxIconEye,
  upload: cdxIconImageAdd,
}

const iconOf = ({ type, log }: ApiChange): CodexIcon => {
  if (type !== 'log') return ICONS[type]
  const name = log?.type ?? ''
  return Object.hasOwn(LOG_ICONS, name) ? (LOG_ICONS[name] as CodexIcon) : cdxIconJournal
}

interface RowProps {
  readonly told: ApiChange
  readonly language: Language
  readonly showWiki: boolean
}

/** A change, as those who patrol wikis read it. */
export const Row = memo(function Row({ told, language, showWiki }: RowProps) {
  const change = changeOf(told)
  const { flags, user, deed, size, summary } = changeParts(change, language)
  const bytes = byteChange(change)
  return (
    <li class={showWiki ? 'change of-many' : 'change'}>
      <Moment at={told.at} />
      <span class={`size ${bytes === null ? '' : bytes > 0 ? 'growth' : bytes < 0 ? 'loss' : 'same'}`}>
        {size.length > 0 && (
          <bdi dir="ltr" title={text('web.bytesNow', { bytes: change.bytes.new ?? 0 })}>
            <Line inline={size} />
          </bdi>
        )}
      </span>
      {showWiki && <code class="wiki">{change.site.wiki}</code>}
      <Icon icon={iconOf(told)} />
      <div class="body">
        {flags.length > 0 && (
          <abbr class="flags" title={flagsInWords(told)}>
            <Line inline={flags} />
          </abbr>
        )}{' '}
        <Line inline={user} /> <Line inline={deed} />
        {summary.length > 0 && (
          <span class="summary">
            {' '}
            (<Line inline={summary} />)
          </span>
        )}
      </div>
    </li>
  )
})

/** What the letters stand for. */
function flagsInWords({ type, minor, bot, patrolled }: ApiChange): string {
  return [
    type === 'new' && text('web.flag.new'),
    minor && text('web.flag.minor'),
    bot && text('web.flag.bot'),
    patrolled === false && text('web.flag.unpatrolled'),
  ]
    .filter((word) => typeof word === 'string')
    .join(text('list.comma'))
}
