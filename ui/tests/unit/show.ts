// Mounts a part of a page with its words, as the programs do.
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach } from 'vitest'
import type { Component } from 'vue'
import en from '../../locales/en.json'
import zhCN from '../../locales/zh-CN.json'
import { createLanguages, setLanguage } from '../../src/shared/i18n'
import { languagesKey } from '../../src/shared/useLanguage'
import type { Language } from '../../src/shared/text/format'

// What is drawn anew after its test finds no window any more.
enableAutoUnmount(afterEach)

interface Around {
  language?: Language
  stubs?: Record<string, unknown>
  provide?: Record<symbol, unknown>
  /** In the document, so that something can have the focus. */
  attached?: boolean
}

export function show(part: Component, props: Record<string, unknown>, { language = 'zh-CN', stubs = {}, provide = {}, attached = false }: Around = {}) {
  const languages = createLanguages({ 'zh-CN': zhCN, en })
  setLanguage(languages, language)
  return mount(part, {
    props,
    ...(attached ? { attachTo: document.body } : {}),
    global: { plugins: [languages], provide: { [languagesKey as symbol]: languages, ...provide }, stubs: stubs as Record<string, boolean> },
  })
}
