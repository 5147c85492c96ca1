import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import zhCN from '../../locales/zh-CN.json'
import AuditNotice from '../../src/shared/desk/AuditNotice.vue'
import { show } from './show'

describe('the audit log’s notice', () => {
  it('accuses nobody where the disk is full', async () => {
    const page = show(AuditNotice, { read: async () => ({ broken: false, cut: false, unchecked: true, full: true, detail: 'no space' }), cut: 'cut', changed: 'find out who' })
    await flushPromises()
    expect(page.text()).toContain(zhCN.desk.audit.full)
    expect(page.text()).not.toContain('find out who')
    expect(page.find('[role=alert]').exists()).toBe(false)
    page.unmount()
  })
})
