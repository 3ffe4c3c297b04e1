import { CHANGE_TYPES, type ChangeType } from '../../change.ts'
import { FIGURES } from '../figures.ts'

export const noFigures = (): number[] => new Array<number>(FIGURES.length).fill(0)

export const figureOf = (type: ChangeType, bot: number): number => CHANGE_TYPES.indexOf(type) * 2 + bot

export function addTo(sums: number[], figures: readonly number[]): void {
  for (const [i, figure] of figures.entries()) sums[i] = (sums[i] as number) + figure
}
