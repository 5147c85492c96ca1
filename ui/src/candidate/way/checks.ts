// 设备检测: what can be known about the phone before the clock runs. Whatever
// a browser does not say is «unknown», with words how to look oneself; nothing
// here forbids anything.

import type { IconName } from '../../shared/Icon.vue'
import { api } from '../api'
import { rememberLine } from '../uploads/line'
import { makeOf, thisBrowser } from './device'

export type CheckState = 'good' | 'warn' | 'bad' | 'unknown'

export interface CheckResult {
  state: CheckState
  /** Which sentence: candidate.check.<check>.<word>. */
  word: string
  named?: Record<string, string | number>
}

/** How a result looks. */
export const LOOKS: Record<CheckState, { icon: IconName; tone: string }> = {
  good: { icon: 'check', tone: 'good' },
  warn: { icon: 'alert', tone: 'hot' },
  bad: { icon: 'alert', tone: 'bad' },
  unknown: { icon: 'eye', tone: 'soft' },
}

export const CHECKS = ['browser', 'camera', 'storage', 'battery', 'line', 'landscape'] as const
export type Check = (typeof CHECKS)[number]

const MB = 1024 * 1024
/** One clip of three minutes at the phone's usual 1080p is about 350 MB; three of them should fit. */
const ENOUGH_STORAGE = 1024 * MB
const LITTLE_STORAGE = 400 * MB
const ENOUGH_BATTERY = 0.5
const LITTLE_BATTERY = 0.2
/** A clip of 100 MB, three minutes at 720p with room to spare, should be up in a minute; five are too long. */
const CLIP = 100 * MB
const QUICK = 60
const SLOW = 300

const unknown: CheckResult = { state: 'unknown', word: 'unknown' }

export function checkBrowser(): CheckResult {
  const files = typeof FileReader !== 'undefined' && typeof Blob.prototype.slice === 'function'
  const video = document.createElement('video').canPlayType('video/mp4') !== ''
  if (!files) return { state: 'bad', word: 'old' }
  return video ? { state: 'good', word: 'good' } : { state: 'warn', word: 'no_video' }
}

/** Whether the page can record by itself; the phone's own camera always can. */
export function canRecordHere(): boolean {
  return window.isSecureContext && !!navigator.mediaDevices && typeof MediaRecorder !== 'undefined'
}

/** Asks for camera and microphone, and shows the picture in the given element until `stop`. */
export async function checkCamera(show: (stream: MediaStream) => void): Promise<CheckResult> {
  if (!canRecordHere()) return { state: 'unknown', word: 'own_camera' }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: true })
    show(stream)
    return { state: 'good', word: 'good' }
  } catch (thrown) {
    const name = thrown instanceof DOMException ? thrown.name : ''
    if (name === 'NotAllowedError') return { state: 'warn', word: 'refused' }
    if (name === 'NotFoundError') return { state: 'warn', word: 'none' }
    return { state: 'warn', word: 'busy' }
  }
}

/** Bytes that this page may still keep: an idea of the phone's free memory, no more. */
export async function checkStorage(): Promise<CheckResult> {
  const told = await navigator.storage?.estimate?.().catch(() => undefined)
  if (!told?.quota) return unknown
  const left = told.quota - (told.usage ?? 0)
  const named = { size: Math.round(left / MB / 100) / 10 }
  if (left >= ENOUGH_STORAGE) return { state: 'good', word: 'good', named }
  return left >= LITTLE_STORAGE ? { state: 'warn', word: 'little', named } : { state: 'bad', word: 'none', named }
}

interface Battery {
  level: number
  charging: boolean
}

export async function batteryOf(): Promise<Battery | null> {
  const ask = (navigator as Navigator & { getBattery?: () => Promise<Battery> }).getBattery
  return ask ? await ask.call(navigator).catch(() => null) : null // iPhones and Firefox do not say
}

export async function checkBattery(): Promise<CheckResult> {
  const battery = await batteryOf()
  if (!battery) return unknown
  const named = { percent: Math.round(battery.level * 100) }
  if (battery.charging || battery.level >= ENOUGH_BATTERY) return { state: 'good', word: 'good', named }
  return { state: battery.level >= LITTLE_BATTERY ? 'warn' : 'bad', word: 'low', named }
}

/** Of a line with so many bytes a second. */
export function judgeLine(rate: number): CheckResult {
  rememberLine(rate)
  const seconds = Math.max(1, Math.round(CLIP / rate))
  const named = { seconds, minutes: Math.ceil(seconds / 60) }
  if (seconds <= QUICK) return { state: 'good', word: 'good', named }
  return seconds <= SLOW ? { state: 'warn', word: 'slow', named } : { state: 'bad', word: 'bad', named }
}

/** How long an upload would take on this line. */
export async function checkLine(now: () => number = () => performance.now()): Promise<CheckResult> {
  const size = MB
  const block = new Uint8Array(size)
  // Random bytes: a line that packs must not look faster than it is. The browser gives 64 KiB at a time.
  for (let i = 0; i < size; i += 65536) crypto.getRandomValues(block.subarray(i, i + 65536))
  try {
    const from = now()
    await api.speed(new Blob([block]))
    return judgeLine(size / ((now() - from) / 1000))
  } catch {
    return { state: 'bad', word: 'lost' }
  }
}

/** How a picture is made to turn with the phone has another name on an iPhone. */
export const turnWord = () => (makeOf(thisBrowser()) === 'apple' ? 'turn_apple' : 'turn')

export function checkLandscape(): CheckResult {
  const wide = window.innerWidth > window.innerHeight
  return wide ? { state: 'good', word: 'good' } : { state: 'unknown', word: turnWord() }
}
