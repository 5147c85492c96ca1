// Before everything else, in words that every browser knows: the frame's
// language, whether it is the log-in's, and what is done when the network is
// lost before the page is there. What is said then stands in the frame, which
// needs no script for it.
(function () {
  var root = document.documentElement
  try {
    if (localStorage.getItem('kaodian-language') === 'en') root.lang = 'en'
  } catch {
    // a private window
  }
  if (location.pathname === '/login') root.className = 'at-login'

  var waiting = false
  var failed = false
  addEventListener('error', function (event) {
    var from = event.target && event.target.tagName
    if (failed || (from !== 'SCRIPT' && from !== 'LINK')) return
    failed = true
    root.className += ' cut'
    begin(1500)
  }, true)

  // A script whose bytes stall fails never.
  begin(5000)

  function begin(after) {
    setTimeout(function () {
      if (waiting || (!failed && opened())) return
      waiting = true
      look()
    }, after)
  }

  function opened() {
    return !document.querySelector('.frame')
  }

  // Milliseconds for which a stalled script is waited for: on a slow line it
  // may be on its way, and the second time it is given longer.
  function patience() {
    var entry = performance.getEntriesByType && performance.getEntriesByType('navigation')[0]
    return entry && entry.type === 'reload' ? 60000 : 20000
  }

  // Loaded anew as soon as the server answers: before, the browser's own page
  // would stand there instead of ours.
  function look() {
    if (!failed && opened()) return
    var request = new XMLHttpRequest()
    request.onload = function () {
      if (request.status === 200 && (failed || (!opened() && performance.now() > patience()))) location.reload()
      else setTimeout(look, 3000)
    }
    request.onerror = request.ontimeout = function () { setTimeout(look, 3000) }
    request.open('GET', '/healthz')
    request.timeout = 10000
    request.send()
  }
})()
