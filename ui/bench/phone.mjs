// What `make bench BENCH=phone` runs: sends a video over a phone's pages and
// taps through them, the processor slowed down four times. It prints the
// longest task of the sending and the longest that a tap waited until something
// was drawn, in milliseconds: 0 where nothing took the 50 and 16 that browsers
// report. KAODIAN_TASKS: also where the time went.
import { chromium } from 'playwright-core'

const [url, ticket, idNumber, clip] = process.argv.slice(2)
const UP = 2 << 20
const userAgent = 'Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36'

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2, userAgent, locale: 'zh-CN' })
const page = await context.newPage()
await page.addInitScript(() => {
  localStorage.setItem('kaodian-language', 'zh-CN')
  window.tasks = []
  window.taps = []
  const watch = (type, more, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more })
  watch('longtask', {}, ({ startTime, duration }) => window.tasks.push([startTime, duration]))
  watch('event', { durationThreshold: 16 }, ({ name, duration }) => ['click', 'pointerup', 'pointerdown', 'keydown'].includes(name) && window.taps.push(duration))
})
const devtools = await context.newCDPSession(page)
const call = (method, path, body) =>
  page.evaluate(async ([method, path, body]) => {
    const answer = await fetch(`/api/v1${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : null
  }, [method, path, body])

await page.goto(`${url}/login`)
await page.locator('input[name=ticket]').fill(ticket)
await page.locator('input[name=id_number]').fill(idNumber)
await page.locator('button[type=submit]').click()
await page.waitForURL('**/orders')
const [order] = await call('GET', '/orders')
await call('POST', `/orders/${order.id}/consent`, { face: false })
const { rules_version } = await call('GET', `/orders/${order.id}/rules`)
await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
const taps = []
await tap('the order', () => page.locator('.card .main-act').first())
await page.goBack()
await tap('another language', () => page.locator('.language'))
await tap('back to Chinese', () => page.locator('.language'))

const attempt = await call('POST', `/orders/${order.id}/attempts`, { agreed: true, rules_version })
await call('POST', `/attempts/${attempt.id}/acknowledge`)
await page.goto(`${url}/attempts/${attempt.id}`)
const item = page.locator('article.item').first()
await item.waitFor()
await page.waitForTimeout(3000)
await devtools.send('Network.enable')
await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: UP })
const choose = () => item.getByRole('button', { name: /录制\/上传视频/ })
await tap('choose', choose)
await page.locator('input[type=file][data-from=album]').waitFor({ state: 'attached' })
await page.waitForTimeout(1000)

if (process.env.KAODIAN_TASKS) {
  await devtools.send('Profiler.enable')
  await devtools.send('Profiler.setSamplingInterval', { interval: 1000 })
  await devtools.send('Profiler.start')
}
const from = await page.evaluate(() => performance.now())
await page.locator('input[type=file][data-from=album]').setInputFiles(clip)
await item.getByRole('progressbar').waitFor()
await page.waitForTimeout(4000) // undisturbed
await tap('pause', () => item.getByRole('button', { name: /暂停/ }))
await tap('go on', () => item.getByRole('button', { name: /继续/ }))
await tap('help', () => page.locator('.top-end .help'))
await tap('close help', () => page.locator('.van-popup .sheet-head > .link:visible').last())
await tap('submit page', () => page.locator('.bar .main-act'))
await page.goBack()
await tap('reset page', () => page.locator('.bar .bar-side'))
await page.goBack()
await item.getByRole('button', { name: '预览' }).waitFor({ timeout: 120_000 })
const sent = (await page.evaluate(() => window.tasks)).filter(([start]) => start >= from)
if (process.env.KAODIAN_TASKS) await where()
await tap('preview', () => item.getByRole('button', { name: '预览' }))
await tap('close preview', () => page.locator('.van-popup .sheet-head > .link:visible').last())

const longest = Math.max(0, ...sent.map(([, duration]) => duration))
const slowest = taps.sort((a, b) => b.time - a.time)[0]
process.stderr.write(`${sent.length} tasks of 50 ms or more while it was sent: ${sent.map(([at, duration]) => `${duration} at ${Math.round(at - from)}`).join(', ')}` + '\n')
process.stderr.write(`taps: ${taps.map(({ what, time }) => `${what} ${time}`).join(', ')}` + '\n')
process.stdout.write(JSON.stringify({ longest_ms: longest, tap_ms: slowest?.time ?? 0 }) + '\n')
await browser.close()

/** Taps, and keeps how long it took until something was drawn for it. */
async function tap(what, which) {
  const target = which()
  await target.waitFor()
  await page.evaluate(() => (window.taps.length = 0))
  await target.tap()
  await page.waitForTimeout(800) // the browser tells of it some time later
  taps.push({ what, time: Math.max(0, ...(await page.evaluate(() => window.taps))) })
}

/** Prints where the time of the profile went. */
async function where() {
  const { profile } = await devtools.send('Profiler.stop')
  const names = new Map(profile.nodes.map((node) => [node.id, `${node.callFrame.functionName || '?'} ${node.callFrame.url.split('/').pop()}:${node.callFrame.lineNumber}:${node.callFrame.columnNumber}`]))
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])))
  const own = new Map()
  profile.samples.forEach((id, i) => own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0)))
  const all = new Map()
  for (const [id, time] of own) for (let at = id; at !== undefined; at = parents.get(at)) all.set(names.get(at), (all.get(names.get(at)) ?? 0) + time)
  for (const [name, time] of [...all].sort((a, b) => b[1] - a[1]).slice(0, 30)) process.stderr.write(`${Math.round(time / 1000)} ms ${name}` + '\n')
}
