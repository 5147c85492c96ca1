// What the page runs on, by what the browser says: for advice, never for
// safety. A browser that hides itself is an unknown one, and may go on.

export type DeviceKind = 'phone' | 'tablet' | 'desktop'

/** Who made the phone: the names of its settings follow from it. */
export const MAKES = ['apple', 'huawei', 'xiaomi', 'oppo', 'vivo', 'samsung', 'android'] as const
export type Make = (typeof MAKES)[number]

/** A window inside another program, in which cameras and file choosers fail (R29). */
export type Window = 'wechat' | 'portal' | 'inside'

export interface Browser {
  readonly userAgent: string
  readonly touchPoints: number
  /** The screen's shorter side in CSS pixels. */
  readonly shortSide: number
}

export function thisBrowser(): Browser {
  return {
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints || 0,
    shortSide: Math.min(screen.width, screen.height),
  }
}

/** Pixels that no phone's and every desktop's screen has on its shorter side. */
const PHONE_SIDE = 600

export function kindOf({ userAgent, touchPoints, shortSide }: Browser): DeviceKind {
  if (/iPad/.test(userAgent)) return 'tablet'
  if (/iPhone|iPod/.test(userAgent)) return 'phone'
  // An iPad calls itself a Macintosh; no Macintosh has a touch screen.
  if (/Macintosh/.test(userAgent) && touchPoints > 1) return 'tablet'
  if (/Android|HarmonyOS|OpenHarmony/.test(userAgent)) return /Mobile|Phone/.test(userAgent) || shortSide < PHONE_SIDE ? 'phone' : 'tablet'
  return shortSide > 0 && shortSide < PHONE_SIDE ? 'phone' : 'desktop'
}

const names: [Make, RegExp][] = [
  ['apple', /iPhone|iPad|iPod|Macintosh/],
  ['huawei', /HUAWEI|HONOR|HarmonyOS|OpenHarmony|\b(?:ANA|ELS|NOH|JAD|ALN|BRA)-/i],
  ['xiaomi', /Xiaomi|Redmi|MIUI|POCO|\bMi \d|XiaoMi/i],
  ['oppo', /OPPO|OnePlus|realme|\b(?:CPH|RMX|PE[A-Z]M|PG[A-Z]M|PH[A-Z]M)\d/i],
  ['vivo', /vivo|iQOO|\bV\d{4}[A-Z]/i],
  ['samsung', /SAMSUNG|\bSM-/i],
]

export function makeOf({ userAgent }: Browser): Make {
  return names.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'android'
}

/** The window of another program, null in a real browser. */
export function windowOf({ userAgent }: Browser): Window | null {
  if (/MicroMessenger/i.test(userAgent)) return 'wechat'
  // The sign-in windows of a Wi-Fi: iOS names its own, Android's is a bare web view.
  if (/CaptiveNetworkSupport|CaptivePortalLogin/i.test(userAgent)) return 'portal'
  if (/\b(?:QQ|DingTalk|AliApp|Weibo|aweme|baiduboxapp)\b/i.test(userAgent) && !/MQQBrowser/i.test(userAgent)) return 'inside'
  if (/Android.*;\s?wv\)/.test(userAgent)) return 'portal'
  // Safari and the browsers made of it say «Safari»; iOS’s sign-in window does not.
  if (/iPhone|iPad|iPod/.test(userAgent) && /AppleWebKit/.test(userAgent) && !/Safari/.test(userAgent)) return 'portal'
  return null
}
