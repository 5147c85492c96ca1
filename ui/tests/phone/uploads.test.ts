// An upload on a phone whose life is hard: reload, killed tab, network cut and back,
// server killed and back.
import { describe, expect, test } from 'vitest'
import { until } from '../outside/programs'
import { button, choose, item, line, logIn, openAttempt, openPhone, slowProcessor, startAttempt } from './phones'
import { SLOW, browser, centre, clipOf, percent, received, start, uploads, withCentre } from './sitting'

withCentre()

describe('R24: an upload comes through', () => {
  test('a reload: the same file goes on where it stopped', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 0)
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    page.on('dialog', (dialog) => void dialog.accept()) // «leave the page?»
    await page.reload()
    await item(page, '乐曲').getByText(/断|没有传完|再选/).first().waitFor()
    const patches = uploads(page, 'PATCH')
    await choose(page, '乐曲', centre.clips.mp4)
    await received(page)
    expect(posts, 'the upload was begun once').toHaveLength(1)
    expect(Number(await patches[0]?.headerValue('Upload-Offset'))).toBeGreaterThan(0)
    expect((await clipOf(page, attempt.id))?.size).toBeGreaterThan(5_000_000)
    await context.close()
  })

  test('a killed tab: a new one goes on', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 1)
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    await page.close({ runBeforeUnload: false })
    const next = await context.newPage()
    const again = uploads(next, 'POST')
    await openAttempt(next, centre.url, attempt)
    await choose(next, '乐曲', centre.clips.mp4)
    await received(next)
    expect([posts.length, again.length], 'begun once').toEqual([1, 0])
    await context.close()
  })

  test('another file for the same item begins anew, and nothing of the first is in it', { timeout: 90_000 }, async () => {
    const { page, context, attempt } = await start('drawn', 2)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await line(page, {})
    await choose(page, '乐曲', centre.clips.avi)
    await received(page)
    expect((await clipOf(page, attempt.id))?.size).toBeLessThan(5_000_000)
    await context.close()
  })

  test('the network goes and comes back: nobody touches anything', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 3)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    for (let i = 0; i < 3; i++) {
      await until('some of it is sent', async () => (await percent(page)) >= 10 + 20 * i)
      await line(page, { offline: true })
      await page.waitForTimeout(1200)
      await line(page, { up: SLOW })
    }
    await received(page)
    await context.close()
  })

  test('the server is killed and comes back', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 4)
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 20)
    await centre.restart()
    await received(page)
    await context.close()
  })

  test('on 1 Mbit/s with a processor four times slower the page stays usable', { timeout: 120_000 }, async () => {
    const { page, context } = await start('drawn', 5)
    await slowProcessor(page, 4)
    await line(page, { up: 125_000, down: 125_000, latency: 100 })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('progress is shown', async () => (await percent(page)) >= 1)
    await item(page, '乐曲').getByText(/剩|还要/).first().waitFor()
    await item(page, '乐曲').getByRole('button', { name: /暂停/ }).click()
    await item(page, '乐曲').getByRole('button', { name: /继续/ }).click()
    await page.locator('.drawn button').first().click()
    await page.locator('.score img').waitFor()
    await context.close()
  })

  test('where there is no wake lock, a silent video keeps the screen awake while it sends, and only then', { timeout: 90_000 }, async () => {
    const phone = await openPhone(browser, centre.url)
    await phone.context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'wakeLock')) // as on pages by HTTP
    await logIn(phone.page, centre.url, centre.candidate('drawn', 14))
    await openAttempt(phone.page, centre.url, await startAttempt(phone.page))
    await line(phone.page, { up: SLOW })
    await choose(phone.page, '乐曲', centre.clips.mp4)
    const plays = () => phone.page.evaluate(() => (document.querySelector<HTMLVideoElement>('body > video')?.currentTime ?? 0) > 0.3)
    await until('the silent video plays', plays)
    await received(phone.page)
    await until('it is gone', () => phone.page.evaluate(() => !document.querySelector('body > video')))
    await phone.context.close()
  })

  test('a look at the order list and back, by the phone’s own keys, breaks nothing', { timeout: 90_000 }, async () => {
    const { page, context } = await start('drawn', 6)
    await page.goto(`${centre.url}/orders`)
    await button(page, '继续考试').click()
    const posts = uploads(page, 'POST')
    await line(page, { up: SLOW })
    await choose(page, '乐曲', centre.clips.mp4)
    await until('some of it is sent', async () => (await percent(page)) >= 10)
    await page.goBack() // stays, and says how to look
    await page.getByRole('link', { name: '去看报名订单' }).click()
    await button(page, '继续考试').waitFor()
    await page.goBack()
    await received(page)
    expect(posts).toHaveLength(1)
    await context.close()
  })
})
