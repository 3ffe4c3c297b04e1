/** Wikimedia's own icons (Codex). */
import type { Icon as CodexIcon, SimpleIcon } from '@wikimedia/codex-icons'

/** As it is drawn from left to right, in the same form for all languages. */
function drawnOf(icon: CodexIcon): SimpleIcon {
  if (typeof icon === 'string' || 'path' in icon) return icon
  return 'ltr' in icon ? icon.ltr : drawnOf(icon.default)
}

/** The shapes in an icon: its markup says nothing else. */
function pathsOf(icon: CodexIcon): string[] {
  const drawn = drawnOf(icon)
  if (typeof drawn !== 'string') return [drawn.path]
  return Array.from(drawn.matchAll(/ d="([^"]+)"/g), ([, path = '']) => path)
}

const flips = (icon: CodexIcon): boolean => typeof icon !== 'string' && 'shouldFlip' in icon

/** An icon beside words that say the same. */
export function Icon({ icon }: { readonly icon: CodexIcon }) {
  return (
    <svg class={flips(icon) ? 'icon flips' : 'icon'} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {pathsOf(icon).map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
}
