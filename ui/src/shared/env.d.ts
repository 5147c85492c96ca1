/// <reference types="vite/client" />

/** What the log-in says, of a language's words (vite.first.ts). */
declare module '*.json?first' {
  const words: import('./i18n').Messages
  export default words
}
