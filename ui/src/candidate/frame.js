// Before everything else, in words that every browser knows: the frame's
// language, whether it is the log-in's, and what is said when the network is
// lost before the page is there.
(function () {
  var root = document.documentElement
  try {
    if (localStorage.getItem('kaodian-language') === 'en') root.lang = 'en'
  } catch {
    // a private window
  }
  if (location.pathname === '/login') root.className = 'at-login'

  var waiting = false
  addEventListener('error', function (event) {
    var from = event.target && event.target.tagName
    if (waiting || (from !== 'SCRIPT' && from !== 'LINK')) return
    waiting = true
    root.className += ' cut'
    setTimeout(look, 1500)
  }, true)

  // Loaded anew as soon as the server answers: before, the browser's own page
  // would stand there instead of ours.
  function look() {
    var request = new XMLHttpRequest()
    request.onload = function () {
      if (request.status === 200) location.reload()
      else setTimeout(look, 3000)
    }
    request.onerror = request.ontimeout = function () { setTimeout(look, 3000) }
    request.open('GET', '/healthz')
    request.timeout = 10000
    request.send()
  }
})()
